"""The programs of the operating system that Kelola uses: what for, and what is lost without them.

Standard library only: setup reads this table before anything is installed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

OLDEST_NODE = 18
# Debian keeps the programs of servers off the PATH.
_FOLDER = Path("/usr/lib/postgresql")
_SBIN = "/usr/sbin"
_LIBRARIES = Path("/usr/lib")
_FAKETIME = "*/faketime/libfaketimeMT.so.1"  # a library: it stands on no PATH


@dataclass(frozen=True, slots=True)
class Program:
    """A program. ``needed_for``: ``run`` (setup stops without it) or ``test`` (only developers)."""

    name: str
    package: str
    needed_for: str
    without: str
    present: Callable[[], bool]


def _node() -> bool:
    """Tell whether Node is there and new enough."""
    found = shutil.which("node")
    if found is None:
        return False
    answer = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - the path comes from which()
    version = re.match(r"v(\d+)", answer.stdout)
    return version is not None and int(version[1]) >= OLDEST_NODE


def _postgresql() -> bool:
    installed = any(_FOLDER.glob("*/bin/initdb"))
    return installed or shutil.which("initdb") is not None


PROGRAMS = (
    Program("node", "nodejs", "run", "berkas tampilan (CSS, huruf) tidak dapat diambil", _node),
    Program(
        "npm",
        "npm",
        "run",
        "berkas tampilan (CSS, huruf) tidak dapat diambil",
        lambda: shutil.which("npm") is not None,
    ),
    Program(
        "chromium",
        "chromium",
        "test",
        "pengujian di peramban tidak berjalan",
        lambda: shutil.which("chromium") is not None,
    ),
    Program(
        "certutil",
        "libnss3-tools",
        "test",
        "pengujian alamat aman di peramban tidak berjalan",
        lambda: shutil.which("certutil") is not None,
    ),
    Program(
        "nginx",
        "nginx-light",
        "test",
        "pengujian di belakang peladen web tidak berjalan",
        lambda: shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:{_SBIN}") is not None,
    ),
    Program(
        "faketime",
        "libfaketime",
        "test",
        "pengujian jam mesin yang diubah tidak berjalan",
        lambda: any(_LIBRARIES.glob(_FAKETIME)),
    ),
    Program(
        "postgresql", "postgresql", "test", "pengujian di PostgreSQL tidak berjalan", _postgresql
    ),
)


def missing(purpose: str) -> list[Program]:
    """Return the programs that this purpose (``run`` or ``test``) lacks."""
    return [p for p in PROGRAMS if p.needed_for == purpose and not p.present()]


def apt_line(programs: list[Program]) -> str:
    """Return the command that installs these programs on Debian and Ubuntu."""
    packages = sorted({p.package for p in programs})
    return f"apt-get install -y --no-install-recommends {' '.join(packages)}"
