"""The HTTPS door to the local network, on a real installation."""

from __future__ import annotations

import http.client
import json
import re
import socket
import ssl
import time
from typing import TYPE_CHECKING

import pytest

from tests.faults import raw
from tests.faults.installation import Installation, alive, family
from tests.faults.test_up import OFFICE

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGN_IN = "/masuk/"


class Lan:
    """An installation with both doors open, and a client that trusts its authority."""

    def __init__(self, made: Installation) -> None:
        self.made = made
        made.environment |= {
            "KELOLA_LAN_PORT": "0",
            "KELOLA_LAN_HOST": "127.0.0.1",
            "KELOLA_LAN_NAMES": '["kelola.test", "127.0.0.1"]',
        }
        made.up("--no-demo", "--lan")
        self.said = (made.folder.parent / "up.log").read_text()
        self.port = int(re.search(r"https://kelola\.test:(\d+)/", self.said)[1])
        self.safe = f"https://127.0.0.1:{self.port}"
        der = self.get("/pasang/sertifikat/", context=ssl._create_unverified_context())[1]
        self.context = ssl.create_default_context(cadata=der)

    def get(
        self, path: str, *, host: str = "kelola.test", context: ssl.SSLContext | None = None
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """Ask the safe door by a name, as a phone of the office does."""
        wire = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        with (context or self.context).wrap_socket(wire, server_hostname=host) as safe:
            line = f"{host}:{self.port}"
            safe.sendall(raw.get(path, host=line))
            answer = http.client.HTTPResponse(safe)
            answer.begin()
            return answer, answer.read()


@pytest.fixture(scope="module")
def lan(blank: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lan]:
    made = Installation(tmp_path_factory.mktemp("lan") / "data")
    try:
        made.made_like(blank)
        yield Lan(made)
    finally:
        made.remove()


def test_who_trusts_the_authority_is_served_by_name_and_by_address(lan):
    for host in ("kelola.test", "127.0.0.1"):
        answer, page = lan.get(SIGN_IN, host=host)
        assert answer.status == 200
        assert b"Masuk" in page


def test_a_name_that_is_not_ours_is_refused(lan):
    lax = ssl._create_unverified_context()
    assert lan.get(SIGN_IN, host="evil.example", context=lax)[0].status == 400


def test_cookies_are_secure_here_and_usable_there(lan):
    """One office has both doors: a cookie marked as secure would not come back on the plain one."""
    for path in (SIGN_IN,):
        cookies = lan.get(path)[0].headers.get_all("Set-Cookie")
        assert cookies
        assert all("; Secure" in cookie for cookie in cookies)
        head = raw.ask(lan.made.address, raw.get(path))[1].partition(b"\r\n\r\n")[0]
        assert b"Set-Cookie" in head
        assert b"Secure" not in head


def test_browsers_keep_to_encryption_for_the_offices_own_name_only(lan):
    kept = "Strict-Transport-Security"
    assert lan.get(SIGN_IN)[0].headers[kept] == f"max-age={365 * 24 * 3600}"
    assert lan.get(SIGN_IN, host="127.0.0.1")[0].headers[kept] is None
    assert kept.encode() not in raw.ask(lan.made.address, raw.get(SIGN_IN))[1]


def test_the_plain_door_stays_on_this_machine_and_is_never_redirected(lan):
    assert lan.made.address.startswith("http://127.0.0.1:")
    assert raw.ask(lan.made.address, raw.get(SIGN_IN))[0] == 200


def test_who_forgets_the_s_is_shown_the_safe_door(lan):
    plain = lan.safe.replace("https", "http")
    host = f"kelola.test:{lan.port}"
    status, answer = raw.ask(plain, raw.get("/masuk/?next=/", host=host))
    assert status == 307
    assert f"\r\nLocation: https://{host}/masuk/?next=/\r\n".encode() in answer
    assert raw.ask(plain, raw.get("/", host="evil.example"))[0] == 400
    assert raw.ask(plain, b"nonsense\r\n\r\n")[0] == 400
    # A program is told that it is wrong: led on, it would send its key like this for ever.
    status, answer = raw.ask(plain, raw.get("/api/v1/me", host=host))
    assert (status, b"Location" in answer) == (400, False)


def test_a_greeting_that_stops_holds_nobody_up(lan):
    waiting = [raw.connect(lan.safe) for _ in range(12)]
    for one in waiting:
        one.sendall(b"\x16\x03\x01")
    start = time.monotonic()
    assert lan.get(SIGN_IN)[0].status == 200
    assert time.monotonic() - start < 5
    for one in waiting:
        one.close()
    for nonsense in (b"\x16" + b"\xff" * 600, b"\x16\x03\x01\x00\x05hallo", b"\x80\x00"):
        with raw.connect(lan.safe) as wire:
            wire.sendall(nonsense)
            wire.shutdown(socket.SHUT_WR)
            raw.read_all(wire)
    assert lan.get(SIGN_IN)[0].status == 200


def test_old_encryption_is_refused(lan):
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLS"):  # Python itself advises against it
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        lan.get(SIGN_IN, context=old)


def test_the_start_says_where_and_by_which_fingerprint(lan):
    digits = re.search(r"(?:[0-9A-F]{2}:){31}[0-9A-F]{2}", lan.said)
    assert digits
    near = raw.ask(lan.made.address, raw.get("/pasang/"))[1]
    for page in (near, lan.get("/pasang/")[1]):
        shown = re.sub(r"<[^>]*>|[\s:]", "", page.decode())
        assert digits[0].replace(":", "") in shown
        assert f"https//kelola.test{lan.port}/" in shown


def test_both_doors_end_together(lan):
    members = family(lan.made.running.pid)
    assert lan.made.stop() < 30
    assert alive(members) == []


def test_the_door_stays_closed_while_everybody_knows_the_passwords(installation):
    """On an empty folder the demo is not even made."""
    done = installation.kelola("up", "--lan")
    assert done.returncode == 1
    assert "andi" in done.stderr
    assert "sandi" in done.stderr
    assert installation.rows("SELECT count(*) FROM office_office") == [(0,)]
    assert installation.kelola("demo").returncode == 0
    known = installation.kelola("up", "--lan", "--no-demo")
    assert known.returncode == 1
    assert "andi" in known.stderr
    assert not (installation.folder / "tls").exists()


def test_a_bad_certificate_of_the_office_is_said_before_anything_starts(installation):
    assert installation.kelola(*OFFICE).returncode == 0
    done = installation.kelola(
        "up",
        "--lan",
        KELOLA_LAN_PORT="0",
        KELOLA_TLS_CERTIFICATE=str(installation.folder / "no.pem"),
    )
    assert done.returncode == 1
    assert "no.pem" in done.stderr
    assert "Traceback" not in done.stderr


def test_settings_of_the_door_are_judged_at_once(installation):
    for name, value in (
        ("KELOLA_LAN_NAMES", '["https://kelola.test/"]'),
        ("KELOLA_TRUSTED_PROXIES", '["*"]'),
        ("KELOLA_LAN_PORT", "99999"),
    ):
        done = installation.kelola("settings", **{name: value})
        assert (done.returncode, name in done.stderr) == (2, True)
    rows = json.loads(installation.kelola("settings", "--json").stdout)["settings"]
    assert "KELOLA_TLS_KEY" in {row["name"] for row in rows}
