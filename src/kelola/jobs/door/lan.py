"""The door to the local network: whether it is open, and the names it is reached by."""

from __future__ import annotations

import fcntl
import re
import socket
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

Address = IPv4Address | IPv6Address
NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
ADDRESS_OF_INTERFACE = 0x8915  # SIOCGIFADDR
KEPT_SECONDS = 60.0
PRIVATE = [ip_network(net) for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")]
OF_NO_NETWORK = ("lo", "docker", "br-", "veth", "virbr")


@dataclass
class Lan:
    """Set by the supervisor before it forks, so that every process knows."""

    port: int = 0  # 0: the door is closed

    @property
    def is_open(self) -> bool:
        """Tell whether the door to the local network is open."""
        return bool(self.port)


lan = Lan()


def _of_interface(name: str) -> Address | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        request = struct.pack("256s", name.encode()[:15])
        try:
            answer = fcntl.ioctl(asked.fileno(), ADDRESS_OF_INTERFACE, request)
        except OSError:
            return None
    return IPv4Address(answer[20:24])


def _sixes() -> Iterator[Address]:
    with suppress(OSError):
        for row in Path("/proc/net/if_inet6").read_text().splitlines():
            digits, *_rest, name = row.split()
            if not name.startswith(OF_NO_NETWORK):
                yield IPv6Address(int(digits, 16))


def _outward() -> Address | None:
    """Return the address towards the next router; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("192.0.2.1", 9))
        except OSError:
            return None
        return ip_address(asked.getsockname()[0])


def _given() -> tuple[list[str], list[Address]]:
    """Return the names and the addresses of the setting."""
    given_names: list[str] = []
    given_addresses: list[Address] = []
    for text in settings.LAN_NAMES:
        try:
            given_addresses.append(ip_address(text))
        except ValueError:
            given_names.append(text.lower())
    return given_names, given_addresses


def given_addresses() -> list[Address]:
    """Return the addresses that the office gave; they need not be private ones."""
    return _given()[1]


def own_addresses() -> list[Address]:
    """Return the addresses given, then this machine's private ones, towards the router first."""
    interfaces = [name for _number, name in socket.if_nameindex()]
    here = [n for n in interfaces if not n.startswith(OF_NO_NETWORK)]
    found = [_outward(), *(_of_interface(n) for n in here), *_sixes()]
    private = [a for a in found if a is not None and any(a in net for net in PRIVATE)]
    return list(dict.fromkeys([*given_addresses(), *private]))


def names() -> list[str]:
    """Return the names of the door: those the office gave first, then the machine's own."""
    own = socket.gethostname().lower().removesuffix(".local")
    wanted = [*_given()[0], own, f"{own}.local"]
    return [n for n in dict.fromkeys(wanted) if NAME.fullmatch(n)]


def hosts() -> list[str]:
    """Return names and addresses as they stand in an address line, the best first.

    A name that the office gave is best; an address is found without a name server.
    """
    numbers = [f"[{a}]" if isinstance(a, IPv6Address) else str(a) for a in own_addresses()]
    return list(dict.fromkeys([*_given()[0], *numbers, *names()]))


def addresses() -> list[str]:
    """Return where the office opens Kelola through this door."""
    return [f"https://{host}:{lan.port}/" for host in hosts()]


class Hosts(list[str]):
    """``ALLOWED_HOSTS`` with the names of the open door; the router may change an address."""

    def __init__(self, fixed: list[str]) -> None:
        super().__init__(fixed)
        self._looked = -KEPT_SECONDS
        self._served: list[str] = []

    def __iter__(self) -> Iterator[str]:
        """Yield the fixed names and those of this minute."""
        yield from super().__iter__()
        now = time.monotonic()
        if now - self._looked > KEPT_SECONDS:
            self._looked, self._served = now, hosts()
        yield from self._served
