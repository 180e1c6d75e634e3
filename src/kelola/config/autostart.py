"""Starting Kelola with the machine: a unit of systemd's user manager, else a line of cron."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

UNIT = "kelola.service"
MARK = "# kelola autostart"
UNIT_TEXT = """\
[Unit]
Description=Kelola
StartLimitIntervalSec=0

[Service]
ExecStart={command}
WorkingDirectory={folder}
{environment}Restart=always
RestartSec=5
TimeoutStopSec=30
KillMode=mixed
UMask=0077

[Install]
WantedBy=default.target
"""


class UnavailableError(Exception):
    """The machine has neither a user manager nor cron."""


@dataclass(frozen=True, slots=True)
class Start:
    """What is started, where, and with which settings."""

    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str]


def start_of(options: Sequence[str], data: Path) -> Start:
    """Return this installation's start: this Python, these settings, this data folder."""
    kept = {k: v for k, v in os.environ.items() if k.startswith("KELOLA_")}
    kept["KELOLA_DATA_DIR"] = str(data)
    return Start((sys.executable, "-m", "kelola", "up", *options), Path.cwd(), kept)


def _quoted(text: str) -> str:
    """Quote a word for a unit file; ``%`` and ``$`` mean something there."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


def unit(start: Start) -> str:
    """Return the unit file."""
    variables = sorted(start.environment.items())
    return UNIT_TEXT.format(
        command=" ".join(_quoted(word.replace("$", "$$")) for word in start.command),
        folder=str(start.folder).replace("%", "%%"),
        environment="".join(f"Environment={_quoted(f'{k}={v}')}\n" for k, v in variables),
    )


def cron_line(start: Start) -> str:
    """Return the line for cron, which ends a command at a ``%``."""
    variables = [f"{k}={shlex.quote(v)}" for k, v in sorted(start.environment.items())]
    words = ["cd", shlex.quote(str(start.folder)), "&&", *variables, shlex.join(start.command)]
    return f"@reboot {' '.join(words)} {MARK}".replace("%", "\\%")


def unit_file() -> Path:
    """Return where the user manager looks for units."""
    home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(home) / "systemd" / "user" / UNIT


def _run(*words: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - fixed programs of the operating system
        words, input=text, capture_output=True, text=True, check=False
    )


def has_systemd() -> bool:
    """Tell whether systemd manages this user's programs."""
    found = shutil.which("systemctl")
    return found is not None and _run(found, "--user", "show-environment").returncode == 0


def _cron_lines() -> list[str]:
    lines = _run("crontab", "-l").stdout.splitlines()
    return [line for line in lines if not line.endswith(MARK)]


def _write_cron(lines: Sequence[str]) -> None:
    _run("crontab", "-", text="".join(f"{line}\n" for line in lines))


def install(start: Start) -> str:
    """Start Kelola with the machine from now on; return ``systemd`` or ``cron``.

    Raises:
        UnavailableError: neither is here.

    """
    if has_systemd():
        file = unit_file()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(unit(start), encoding="utf-8")
        _run("systemctl", "--user", "daemon-reload")
        _run("systemctl", "--user", "enable", UNIT)
        _run("loginctl", "enable-linger")  # it starts although nobody has signed in
        return "systemd"
    if shutil.which("crontab") is None:
        raise UnavailableError
    _write_cron([*_cron_lines(), cron_line(start)])
    return "cron"


def remove() -> bool:
    """Start it no more with the machine; return whether it did."""
    installed = bool(status())
    if unit_file().exists():
        _run("systemctl", "--user", "disable", UNIT)
        unit_file().unlink()
        _run("systemctl", "--user", "daemon-reload")
    if shutil.which("crontab") and _has_cron_line():
        _write_cron(_cron_lines())
    return installed


def _has_cron_line() -> bool:
    return any(line.endswith(MARK) for line in _run("crontab", "-l").stdout.splitlines())


def status() -> str:
    """Return ``systemd`` or ``cron``, or nothing when it does not start with the machine."""
    if unit_file().exists():
        return "systemd"
    return "cron" if shutil.which("crontab") and _has_cron_line() else ""
