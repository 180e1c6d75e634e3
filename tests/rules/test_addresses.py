"""Which addresses Kelola calls: nothing that somebody types leads inside."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from kelola.notify.rules.addresses import LONGEST, BadAddress, may_call, may_type, parse

LAN = [ip_network("192.168.10.0/24"), ip_network("fd12::/16")]


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://contoh.go.id", ("https", "contoh.go.id", 443, "/", "contoh.go.id")),
        ("http://Contoh.id:8080/a?b=c", ("http", "contoh.id", 8080, "/a?b=c", "contoh.id:8080")),
        ("https://[2001:DB8::1]:844/x", ("https", "2001:db8::1", 844, "/x", "[2001:db8::1]:844")),
        ("http://penerima1/", ("http", "penerima1", 80, "/", "penerima1")),
        ("http://8.8.8.8?x", ("http", "8.8.8.8", 80, "/?x", "8.8.8.8")),
    ],
)  # fmt: skip
def test_plain_addresses_are_taken_apart(url: str, parts: tuple[str, str, int, str, str]) -> None:
    target = parse(url)
    assert (target.scheme, target.host, target.port, target.path, target.named) == parts


@pytest.mark.parametrize(
    "url",
    [
        "", "contoh.go.id", "//contoh.go.id/", "ftp://contoh.go.id/", "file:///etc/passwd",
        "gopher://contoh.go.id/", "http://", "http:///x", "http://a@contoh.go.id/",
        "http://a:b@contoh.go.id/", "http://contoh.go.id@127.0.0.1/", "http://contoh.go.id/#x",
        "http://contoh.go.id\\@127.0.0.1/", "http://contoh.go.id/\r\nX: 1",
        "http://contoh.go.id/a b",
        "http://contoh.go.id:0/", "http://contoh.go.id:99999/", "http://contoh.go.id:x/",
        "http://127.1/", "http://0x7f.1/", "http://0x7f000001/", "http://2130706433/",
        "http://0177.0.0.1/", "http://127.0.0.1./", "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/",
        "http://[::1%25lo]/", "http://[fe80::1%lo]/", "http://[contoh]/", "http://[::1/",
        "http://-a.id/", "http://a..id/", "http://contoh.go.id/" + "x" * LONGEST,
    ],
)  # fmt: skip
def test_everything_else_is_refused(url: str) -> None:
    with pytest.raises(BadAddress):
        parse(url)
    assert not may_type(url, LAN)


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1",
        "169.254.169.254",
        "169.254.1.1", "100.64.0.1", "192.0.2.1", "224.0.0.1", "239.1.1.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b:1::7f00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe", "fe80::1",
        "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    ],
)  # fmt: skip
def test_what_lies_inside_is_not_called(ip: str) -> None:
    assert not may_call(ip, LAN)
    host = f"[{ip}]" if ":" in ip else ip
    assert not may_type(f"http://{host}/", LAN)


@pytest.mark.parametrize(
    "ip", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "192.168.10.7", "fd12::7"]
)
def test_public_addresses_and_named_networks_are_called(ip: str) -> None:
    assert may_call(ip, LAN)


def test_this_computer_must_be_named_by_its_address() -> None:
    assert not may_call("127.0.0.1", [ip_network("127.0.0.0/8"), ip_network("0.0.0.0/0")])
    assert may_call("127.0.0.1", [ip_network("127.0.0.1")])
    assert may_call("::1", [ip_network("::1")])
    assert not may_call("127.0.0.2", [ip_network("127.0.0.1")])
    assert not may_call("169.254.169.254", [ip_network("169.254.169.254")])
    assert may_call("10.1.1.1", [ip_network("0.0.0.0/0")])


def test_a_name_may_be_typed_and_is_judged_later() -> None:
    assert may_type("http://localhost:5432/", [])
    assert may_type("https://penerima1/", [])
