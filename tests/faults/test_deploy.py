"""What stands in `deploy/` works: the units, the web server before Kelola, the start by itself."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization

from kelola.config import autostart
from kelola.config.env import PREFIX, Env
from kelola.jobs.door import issuing
from tests.faults import raw
from tests.faults.installation import ROOT, Installation, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DEPLOY = ROOT / "deploy"
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
NAME = "kelola.example"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


class Behind:
    """A real nginx with our sample before a real Kelola."""

    def __init__(self, made: Installation, folder: Path) -> None:
        self.made, self.folder = made, folder
        made.environment |= {
            "KELOLA_PUBLIC_NAMES": f'["{NAME}"]',
            "KELOLA_TRUSTED_PROXIES": '["127.0.0.1/32"]',
        }
        made.up("--no-demo")
        self.plain, self.safe = free_port(), free_port()
        self._certificate()
        sample = (DEPLOY / "nginx" / "kelola.conf").read_text()
        assert sample.count("127.0.0.1:8000") == 1
        for old, new in (
            ("http://127.0.0.1:8000", made.address),
            ("listen 80;", f"listen 127.0.0.1:{self.plain};"),
            ("listen 443 ssl http2;", f"listen 127.0.0.1:{self.safe} ssl http2;"),
            ("    listen [::]:80;\n", ""),
            ("    listen [::]:443 ssl http2;\n", ""),
            ("/etc/ssl/kelola/", f"{folder}/"),
        ):
            assert old in sample
            sample = sample.replace(old, new)
        (folder / "nginx.conf").write_text(
            f"pid {folder}/nginx.pid;\nerror_log {folder}/error.log;\ndaemon off;\n"
            "events { worker_connections 256; }\n"
            f"http {{\naccess_log off;\nclient_body_temp_path {folder}/body;\n"
            f"proxy_temp_path {folder}/proxy;\nfastcgi_temp_path {folder}/f;\n"
            f"uwsgi_temp_path {folder}/u;\nscgi_temp_path {folder}/s;\n{sample}\n}}\n"
        )
        self.words = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
        self.running: subprocess.Popen[bytes] | None = None

    def _certificate(self) -> None:
        ours = issuing.new_authority([NAME], [], datetime.now(UTC))
        leaf = issuing.new_leaf(ours, [issuing.x509.DNSName(NAME)], datetime.now(UTC))
        issuing.write(self.folder / "privkey.pem", leaf)
        pem = leaf.certificate.public_bytes(serialization.Encoding.PEM)
        (self.folder / "fullchain.pem").write_bytes(pem)
        self.authority = ours.certificate

    def start(self) -> None:
        self.running = subprocess.Popen(self.words, stderr=subprocess.DEVNULL)
        until(self._answers, "nginx")

    def _answers(self) -> bool:
        try:
            raw.connect(f"http://127.0.0.1:{self.safe}").close()
        except ConnectionRefusedError:
            return False
        return True

    def ask(self, data: bytes) -> tuple[int, bytes]:
        """Ask nginx as a browser outside does."""
        der = self.authority.public_bytes(serialization.Encoding.DER)
        context = ssl.create_default_context(cadata=der)
        plain = raw.connect(f"http://127.0.0.1:{self.safe}")
        with context.wrap_socket(plain, server_hostname=NAME) as wire:
            wire.sendall(data)
            answer = raw.read_all(wire)
        return raw.status_of(answer), answer

    def stop(self) -> None:
        if self.running is not None:
            self.running.terminate()
            self.running.wait(timeout=30)


@pytest.fixture(scope="module")
def behind(blank: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    assert NGINX, "nginx is missing: make test installs it"
    made = Installation(tmp_path_factory.mktemp("behind") / "data")
    one = None
    try:
        made.made_like(blank)
        folder = tmp_path_factory.mktemp("nginx")
        folder.chmod(0o755)
        one = Behind(made, folder)
        one.start()
        yield one
    finally:
        if one is not None:
            one.stop()
        made.remove()


def test_the_sample_is_understood(behind):
    done = subprocess.run([*behind.words, "-t"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_behind_nginx_the_visitor_is_known_and_the_cookie_is_secure(behind):
    status, answer = behind.ask(raw.get("/masuk/", host=NAME))
    head = answer.partition(b"\r\n\r\n")[0].decode()
    assert status == 200
    assert all("; Secure" in c for c in re.findall(r"(?i)set-cookie: .*", head))
    assert re.search(r"(?i)strict-transport-security: max-age=\d+", head)


def test_behind_nginx_nobody_says_himself_who_he_is(behind):
    behind.ask(
        raw.get("/asked-through-nginx", "X-Forwarded-For: 10.9.8.7", "X-Forwarded-Proto: http",
                "X-Forwarded-Host: evil.example", host=NAME)
    )  # fmt: skip
    notes = (behind.made.folder / "log" / "kelola-web.jsonl").read_text()
    (note,) = [line for line in notes.splitlines() if "asked-through-nginx" in line]
    assert '"from": "127.0.0.1"' in note
    assert "10.9.8.7" not in note


def test_a_trusted_proxy_is_believed_about_its_visitor(behind):
    """Straight to Kelola, as the proxy itself speaks."""
    raw.ask(
        behind.made.address,
        raw.get("/asked-by-proxy", "X-Forwarded-For: 10.9.8.7, 192.0.2.44",
                "X-Forwarded-Proto: https", host=NAME),
    )  # fmt: skip
    notes = (behind.made.folder / "log" / "kelola-web.jsonl").read_text()
    (note,) = [line for line in notes.splitlines() if "asked-by-proxy" in line]
    assert '"from": "192.0.2.44"' in note  # the last one; the first is the visitor's own word


def test_another_host_is_no_door(behind):
    assert behind.ask(raw.get("/masuk/", host="evil.example"))[0] == 400
    assert behind.ask(raw.get("/masuk/", f"Host: {NAME}", host="evil.example"))[0] == 400
    status, answer = raw.ask(f"http://127.0.0.1:{behind.plain}", raw.get("/a", host=NAME))
    assert status == 308
    assert f"https://{NAME}/a".encode() in answer


def test_the_container_file_names_what_there_is():
    """No image is built here: what it copies, runs and offers is compared with the house."""
    text = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ")
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line and line[0] != "#"]
    told: dict[str, list[str]] = {}
    for word, rest in lines:
        told.setdefault(word, []).append(rest)
    known = {"FROM", "RUN", "WORKDIR", "COPY", "USER", "ENV", "VOLUME", "EXPOSE", "STOPSIGNAL",
             "ENTRYPOINT", "CMD"}  # fmt: skip
    assert set(told) <= known
    # Both stages stand on one Python, of a version that Kelola takes; paths of .venv stay true.
    bases = {rest.partition(" ")[0] for rest in told["FROM"]}
    assert len(bases) == 1
    minor = re.search(r":3\.(\d+)-", bases.pop())
    assert minor
    assert int(minor.group(1)) >= 11
    assert told["WORKDIR"] == ["/opt/kelola", "/opt/kelola"]
    assert told["COPY"] == [". .", "--from=built /opt/kelola /opt/kelola"]
    # An image is given away: no secret, data or history of whoever built it lies within.
    left_out = (ROOT / ".dockerignore").read_text().split()
    assert {".git", ".venv", "node_modules", "var", "build"} <= set(left_out)
    # What runs exists: the target of make, the program that set-up makes, its command.
    assert re.search(r"^setup:", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert "make setup" in told["RUN"][1]
    (entry,) = json.loads(told["ENTRYPOINT"][0])
    assert entry == "/opt/kelola/.venv/bin/kelola"
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert "kelola" in scripts
    command, *options = json.loads(told["CMD"][0])
    asked = subprocess.run(
        [sys.executable, "-m", "kelola", command, "--help"],
        capture_output=True, text=True, check=True, cwd=ROOT,
        env=os.environ | {"PYTHONPATH": "src"},
    ).stdout  # fmt: skip
    assert all(option in asked for option in options)
    # The variables are settings, the port is the default of the encrypted door.
    names = {pair.partition("=")[0] for pair in told["ENV"][0].split()}
    assert {n for n in names if n.startswith("KELOLA_")} <= {
        PREFIX + name.upper() for name in Env.model_fields
    }
    assert told["EXPOSE"] == [str(Env.model_fields["lan_port"].default)]
    assert told["USER"] == ["kelola"]
    assert told["VOLUME"] == ["/data"]


def test_the_units_are_understood_by_systemd(tmp_path):
    program = shutil.which("systemd-analyze")
    assert program, "systemd-analyze is missing: make test installs it"
    for name in ("kelola.service", "kelola@.service", "user.service"):
        text = (DEPLOY / "systemd" / name).read_text()
        # The sample's program and user are not on this machine.
        text = re.sub(r"ExecStart=\S+", f"ExecStart={sys.executable}", text)
        text = text.replace("User=kelola\n", "").replace("%h/kelola", str(tmp_path))
        text = text.replace("WorkingDirectory=/opt/kelola", f"WorkingDirectory={tmp_path}")
        file = tmp_path / name.replace("@", "@web")
        file.write_text(text)
        done = subprocess.run(
            [program, "verify", str(file)], capture_output=True, text=True, check=False
        )
        ours = [line for line in done.stderr.splitlines() if name.partition(".")[0] in line]
        assert ours == [], done.stderr
        assert "Restart=always" in text
        assert "TimeoutStopSec=30" in text


def test_a_unit_made_for_odd_names_is_understood(tmp_path):
    folder = tmp_path / 'a "b" 50%'
    folder.mkdir()
    start = autostart.Start(
        (sys.executable, "-m", "kelola", "up", "--lan"), tmp_path,
        {"KELOLA_DATA_DIR": str(folder), "KELOLA_LAN_NAMES": '["kelola.test"]'},
    )  # fmt: skip
    file = tmp_path / "kelola.service"
    file.write_text(autostart.unit(start))
    done = subprocess.run(
        [shutil.which("systemd-analyze") or "", "verify", str(file)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "kelola.service" not in done.stderr
    line = autostart.cron_line(start)
    assert line.startswith("@reboot cd ")
    assert "\\%" in line
    # What the shell makes of it is what was meant.
    command = line.removeprefix("@reboot ").replace("\\%", "%").partition(" && ")[2]
    shown = re.sub(r"\S*python\S* -m kelola up --lan", "env", command)
    told = subprocess.run(["sh", "-c", shown], capture_output=True, text=True, check=True).stdout
    assert f"KELOLA_DATA_DIR={folder}" in told
    assert 'KELOLA_LAN_NAMES=["kelola.test"]' in told


CRONTAB = """#!/bin/sh
# What Kelola uses of crontab: -l lists, - replaces.
if [ "$1" = -l ]; then cat "$STORE" 2>/dev/null || { echo "no crontab" >&2; exit 1; }
else cat > "$STORE"; fi
"""


def test_autostart_is_installed_told_and_removed(installation, tmp_path):
    """On a machine without systemd for its users; other lines of cron stay as they are."""
    programs, store = tmp_path / "programs", tmp_path / "store"
    programs.mkdir()
    (programs / "crontab").write_text(CRONTAB)
    (programs / "crontab").chmod(0o755)
    store.write_text("0 1 * * * somebody-elses\n")
    here = {
        "PATH": f"{programs}:/bin",
        "STORE": str(store),
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": "",
        "DBUS_SESSION_BUS_ADDRESS": "",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "KELOLA_LAN_NAMES": '["a.test"]',
    }
    assert installation.kelola("autostart", "status", **here).returncode == 1
    for _ in range(2):  # a second time replaces the first
        done = installation.kelola("autostart", "install", "--lan", **here)
        assert (done.returncode, done.stderr) == (0, "")
    other, ours = store.read_text().splitlines()
    assert other == "0 1 * * * somebody-elses"
    assert f"KELOLA_DATA_DIR={installation.folder}" in ours
    assert "up --no-demo --lan" in ours
    assert installation.kelola("autostart", "status", **here).returncode == 0
    assert installation.kelola("autostart", "remove", **here).returncode == 0
    assert store.read_text() == "0 1 * * * somebody-elses\n"
    (programs / "crontab").unlink()
    refused = installation.kelola("autostart", "install", **here)
    assert refused.returncode == 1
    assert "cron" in refused.stderr
