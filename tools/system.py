"""Install the missing programs of the operating system, or say which are missing.

    python3 tools/system.py run|test

Uses apt when we are root or sudo asks no password; else prints a plain list and ends with 1.
Standard library only: runs before anything is installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from kelola.config.programs import Program, apt_line, missing

QUIET = {"DEBIAN_FRONTEND": "noninteractive"}


def rights() -> list[str] | None:
    """Return the prefix that makes a command run as root; None when we may not."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if (
        sudo
        and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return [sudo, "-n", "env", "DEBIAN_FRONTEND=noninteractive"]
    return None


def install(packages: list[str]) -> bool:
    """Install Debian packages; return whether that went well, False without the rights."""
    prefix = rights()
    if prefix is None:
        return False
    environment = {**os.environ, **QUIET}
    print(f"Memasang {', '.join(packages)} …", flush=True)
    command = ["apt-get", "install", "-y", "--no-install-recommends", "-qq", *packages]
    for attempt in ([*prefix, "apt-get", "update", "-qq"], [*prefix, *command]):
        done = subprocess.run(
            attempt, env=environment, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        if done.returncode != 0:
            sys.stderr.write(done.stdout.decode(errors="replace")[-2000:])
    return done.returncode == 0


def report(programs: list[Program]) -> None:
    """Say what is missing, what will not work and how to get it."""
    print("Belum terpasang:", file=sys.stderr)
    for program in programs:
        print(f"  {program.name:12} tanpa ini {program.without}", file=sys.stderr)
    print(f"Pasang dengan:\n  sudo {apt_line(programs)}", file=sys.stderr)


def ensure(purpose: str) -> int:
    """Bring in what this purpose lacks; return 0, or 1 when something is still missing."""
    lacking = missing(purpose)
    if lacking:
        install(sorted({p.package for p in lacking}))
        lacking = missing(purpose)
    if lacking:
        report(lacking)
    return 1 if lacking else 0


if __name__ == "__main__":
    if sys.argv[1:] not in (["run"], ["test"]):
        print(__doc__)
        raise SystemExit(2)
    raise SystemExit(ensure(sys.argv[1]))
