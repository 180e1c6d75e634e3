"""The door against what no browser sends: too much, too slowly, two things at once."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.faults import raw
from tests.faults.installation import Installation, until
from tests.house.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGN_IN = "/masuk/"
LATEST = 30.0  # seconds after which a slow visitor must have his answer
SOME = 12  # three times the threads


@pytest.fixture(scope="module")
def door(blank: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("door") / "data")
    made.made_like(blank)
    made.up("--no-demo")
    yield made
    made.remove()


def p95(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.95)]


class Slow(threading.Thread):
    """A visitor who sends one byte a second until he is answered."""

    def __init__(self, address: str, first: bytes) -> None:
        super().__init__()
        self.wire, self.first = raw.connect(address), first
        self.status, self.seconds = -1, 0.0

    def run(self) -> None:
        start = time.monotonic()
        with self.wire as wire:
            wire.sendall(self.first)
            wire.settimeout(1)
            answer = b""
            while time.monotonic() - start < 2 * LATEST:
                try:
                    data = wire.recv(65536)
                    if not data:
                        break
                    answer += data
                except TimeoutError:
                    wire.sendall(b"x")
                except ConnectionResetError:
                    break
        self.status, self.seconds = raw.status_of(answer), time.monotonic() - start


def test_slow_visitors_are_let_go_and_nobody_else_waits(door, capsys):
    """Slow heads, slow bodies, silence, and answers that nobody reads, all at once."""
    alone = [raw.seconds_of(door.address, raw.get(SIGN_IN)) for _ in range(40)]
    heads = [Slow(door.address, b"GET / HTTP/1.1\r\nHost: ") for _ in range(SOME)]
    bodies = [Slow(door.address, raw.post(SIGN_IN, length=100_000)) for _ in range(SOME)]
    silent = [raw.connect(door.address) for _ in range(SOME)]
    deaf = [raw.connect(door.address, buffer=4096) for _ in range(SOME)]
    page = raw.ask(door.address, raw.get(SIGN_IN))[1].decode()
    style = "/static/ui/vendor/tabler" + page.split("/static/ui/vendor/tabler")[1].split('"')[0]
    for one in deaf:
        one.sendall(raw.get(style))
    for one in (*heads, *bodies):
        one.start()
    crowded = [raw.seconds_of(door.address, raw.get(SIGN_IN)) for _ in range(120)]
    for one in (*heads, *bodies):
        one.join()
    for one in (*silent, *deaf):
        one.close()
    with capsys.disabled():
        sys.stdout.write(
            f"\n{4 * SOME} slow visitors at 4 threads: p95 of the others {p95(alone) * 1000:.0f} → "
            f"{p95(crowded) * 1000:.0f} ms; slow ones answered after "
            f"{max(one.seconds for one in (*heads, *bodies)):.0f} s\n"
        )
    assert {one.status for one in heads} == {408}
    assert {one.status for one in bodies} == {408}
    assert max(one.seconds for one in (*heads, *bodies)) < LATEST
    # Were a single thread held, a request would have waited for twenty seconds.
    assert max(crowded) < 5


def test_connections_without_a_request_end_by_themselves(door):
    with raw.connect(door.address) as silent:
        start = time.monotonic()
        assert raw.read_all(silent) == b""
        assert 10 < time.monotonic() - start < LATEST


def test_one_visitor_has_only_so_many_connections_and_loopback_is_exempt(door):
    many = [raw.connect(door.address) for _ in range(100)]
    assert raw.ask(door.address, raw.get(SIGN_IN))[0] == 200
    for one in many:
        one.close()


def test_a_head_of_64_kilobytes_is_431(door):
    assert raw.ask(door.address, raw.get(SIGN_IN, f"X-Long: {'a' * 65536}"))[0] == 431
    fields = [f"X-{n}: {'a' * 100}" for n in range(600)]
    assert raw.ask(door.address, raw.get(SIGN_IN, *fields))[0] == 431
    assert raw.ask(door.address, raw.get(f"/{'a' * 20_000}"))[0] == 414


def test_two_gigabytes_are_refused_before_they_come(door):
    start = time.monotonic()
    status, answer = raw.ask(door.address, raw.post(SIGN_IN, length=2 * 1024**3))
    assert (status, time.monotonic() - start < 15) == (413, True)
    assert "Tidak ada yang berubah" in answer.decode()


def test_a_refusal_reaches_who_is_still_sending(door):
    """Otherwise the browser shows a broken connection instead of the reason."""
    status, _answer = raw.ask(
        door.address, raw.post(SIGN_IN, body=b"a" * 8_000_000, length=2 * 1024**3)
    )
    assert status == 413


@pytest.mark.parametrize(
    ("more", "status"),
    [
        (("Transfer-Encoding: chunked", "Content-Length: 5"), 400),
        (("Transfer-Encoding: chunked",), 411),
        (("Transfer-Encoding: xchunked",), 501),
        (("Content-Length: 5", "Content-Length: 6"), 400),
        (("Content-Length: +5",), 400),
        (("Content-Length: -5",), 400),
        (("Host: evil.example",), 400),
        (("X Y: z",), 400),
        (("X-Esc: a\x1b[31mb",), 400),
        (("X-Folded: a", " b"), 400),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(door, more, status):
    """Two lengths, two hosts: whoever stands before us may have read the other one."""
    assert raw.ask(door.address, raw.get(SIGN_IN, *more))[0] == status


def test_what_comes_behind_a_request_is_not_read_as_another(door):
    """A request smuggled behind a body dies with its connection."""
    hidden = raw.get("/static/nothing-here")
    status, answer = raw.ask(door.address, raw.get(SIGN_IN, last=False) + hidden)
    assert status == 200
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"\r\nConnection: close\r\n" in answer


def test_a_connection_is_kept_for_the_next_request(door):
    with raw.connect(door.address) as wire:
        for _ in range(3):
            wire.sendall(raw.get(SIGN_IN, last=False))
            answer = b""
            while b"</html>" not in answer:
                answer += wire.recv(65536)
            assert b"\r\nConnection: keep-alive\r\n" in answer


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "a b"])
def test_a_host_that_is_not_ours_is_refused(door, host):
    assert raw.ask(door.address, raw.get(SIGN_IN, host=host))[0] == 400


@pytest.mark.parametrize("target", ["http://evil.example/masuk/", "http://evil.example:80/", "*"])
def test_a_request_for_another_host_is_not_answered_in_its_name(door, target):
    """As proxies are asked: the host of the target would count more than the one of the head."""
    status, answer = raw.ask(door.address, raw.get(target))
    assert status == 400
    assert b"evil" not in answer
    assert raw.ask(door.address, raw.get(f"http://127.0.0.1{SIGN_IN}"))[0] == 200


def test_nobody_is_believed_about_host_and_address(door):
    """Without a trusted proxy, what a visitor says of himself changes nothing."""
    status, answer = raw.ask(
        door.address,
        raw.get(
            "/", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https",
            "X-Forwarded-For: 10.9.8.7", "Forwarded: host=evil.example;proto=https",
        ),
    )  # fmt: skip
    assert status == 302
    assert b"evil" not in answer
    assert b"Location: /mulai/" in answer  # no office is set up here
    raw.ask(door.address, raw.get("/kelola-was-asked", "X-Forwarded-For: 10.9.8.7"))
    notes = (door.folder / "log" / "kelola-web.jsonl").read_text()
    assert "/kelola-was-asked" in notes
    assert "10.9.8.7" not in notes
    # Neither is the cookie marked as one that came encrypted.
    assert (
        b"Secure"
        not in raw.ask(door.address, raw.get(SIGN_IN, "X-Forwarded-Proto: https"))[1].split(
            b"\r\n\r\n"
        )[0]
    )


def test_ten_thousand_fields_are_400(door):
    page = raw.ask(door.address, raw.get(SIGN_IN))[1].decode()
    cookie = page.split("kelola_csrf=")[1].split(";")[0]
    proof = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    body = f"csrfmiddlewaretoken={proof}&" + "&".join(f"f{n}=1" for n in range(10_000))
    start = time.monotonic()
    form = raw.post(SIGN_IN, f"Cookie: kelola_csrf={cookie}", body=body.encode())
    assert raw.ask(door.address, form)[0] == 400
    assert time.monotonic() - start < LATEST


def test_a_body_in_pieces_arrives_whole(door):
    """Larger than what is kept in memory, after 100-continue; a form without proof is 403."""
    body = b"a=" + b"b" * 900_000
    with raw.connect(door.address) as wire:
        wire.sendall(raw.post(SIGN_IN, "Expect: 100-continue", length=len(body)))
        assert wire.recv(65536).startswith(b"HTTP/1.1 100 Continue")
        for start in range(0, len(body), 100_000):
            wire.sendall(body[start : start + 100_000])
            time.sleep(0.02)
        assert raw.status_of(raw.read_all(wire)) == 403


def test_a_file_arrives_whole_however_slowly_it_is_read(door):
    page = raw.ask(door.address, raw.get(SIGN_IN))[1].decode()
    name = page.split("/static/ui/vendor/tabler")[1].split('"')[0]
    with raw.connect(door.address, buffer=4096) as wire:
        wire.sendall(raw.get(f"/static/ui/vendor/tabler{name}"))
        time.sleep(2)
        head, _, body = raw.read_all(wire).partition(b"\r\n\r\n")
    assert body == (ROOT / "src/kelola/ui/static/ui/vendor/tabler.css").read_bytes()
    told = head.decode().lower()
    assert "content-security-policy: default-src 'self'" in told
    assert "x-content-type-options: nosniff" in told
    assert "access-control-allow-origin" not in told
    assert "max-age=" in told
    assert "no-store" not in told


def test_a_request_that_is_coming_in_is_answered_before_the_end(installation: Installation):
    installation.up("--no-demo")
    body = b"a=" + b"b" * 200_000
    with raw.connect(installation.address) as wire:
        wire.sendall(raw.post(SIGN_IN, length=len(body)) + body[:100_000])
        running, seconds = installation.running, []
        ending = threading.Thread(target=lambda: seconds.append(installation.stop()))
        ending.start()
        until(lambda: _closed(installation.address), "the end of the listening")
        wire.sendall(body[100_000:])
        assert raw.status_of(raw.read_all(wire)) == 403
    ending.join()
    assert seconds[0] < 30
    assert running.returncode == 0


def _closed(address: str) -> bool:
    try:
        raw.connect(address).close()
    except (TimeoutError, ConnectionRefusedError):
        return True
    return False
