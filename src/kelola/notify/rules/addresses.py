"""Which addresses Kelola may call by itself: what people type must not lead inside the house.

The decision falls on the address that is connected, after its name was looked up once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    from collections.abc import Collection
    from ipaddress import IPv4Network

    IP = IPv4Address | IPv6Address
    Net = IPv4Network | IPv6Network

LONGEST = 300
_PORTS = {"http": 80, "https": 443}
_PRINTED = re.compile(r"[!-~]+")
_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\.?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
# Where clouds and virtual machines tell their secrets; nobody's receiver stands there.
_NEVER = {ip_address("169.254.169.254"), ip_address("fd00:ec2::254")}


class BadAddress(ValueError):  # noqa: N818 - reads as what was found
    """No address that Kelola calls."""


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address in its parts; ``host`` has no brackets, ``path`` begins with a slash."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def named(self) -> str:
        """What stands in the header ``Host``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def parse(url: str) -> Target:
    """Return the parts of an address; raise BadAddress unless it is a plain http(s) one.

    Refused are user names, fragments, anything beyond printable ASCII (line ends, full-width
    digits), backslashes, and numbers that only some programs read as an IP address.
    """
    if len(url) > LONGEST or not _PRINTED.fullmatch(url) or "\\" in url:
        raise BadAddress(url)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadAddress(url) from None
    if parts.scheme not in _PORTS or "@" in parts.netloc or "#" in url or port == 0:
        raise BadAddress(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, _host(parts), port or _PORTS[parts.scheme], path)


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    if "[" in parts.netloc or _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):
        try:
            ip = ip_address(host)
        except ValueError:
            raise BadAddress(host) from None
        if isinstance(ip, IPv6Address) and ip.scope_id:
            raise BadAddress(host)
        return str(ip)
    if not _NAME.fullmatch(host):
        raise BadAddress(host)
    return host


def may_type(url: str, allowed: Collection[Net]) -> bool:
    """Whether somebody may type this address; a name is judged when it is looked up."""
    try:
        host = parse(url).host
    except BadAddress:
        return False
    try:
        ip_address(host)
    except ValueError:
        return True
    return may_call(host, allowed)


def may_call(text: str, allowed: Collection[Net]) -> bool:
    """Whether Kelola may connect to this IP address.

    Public ones yes; inside the office only what ``allowed`` holds. This computer and link-local
    addresses must be named one by one; a network that happens to hold them does not open them.
    """
    ip = _meant(ip_address(text))
    if ip in _NEVER or ip.is_multicast or ip.is_unspecified:
        return False
    nets = [net for net in allowed if net.version == ip.version and ip in net]
    if ip.is_loopback or ip.is_link_local:
        return any(net.num_addresses == 1 for net in nets)
    return bool(nets) or (ip.is_global and not ip.is_reserved)


def _meant(ip: IP) -> IP:
    """Return the IPv4 address that an IPv6 one leads to, if it leads to one."""
    if isinstance(ip, IPv4Address):
        return ip
    inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
    compatible = int(ip) >> 32 == 0 and int(ip) > 1
    if inner is None and (compatible or any(ip in net for net in _NAT64)):
        inner = IPv4Address(int(ip) & 0xFFFFFFFF)
    return inner or ip
