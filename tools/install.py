"""Everything Kelola needs, into this folder: the virtual environment and the front-end files.

    python3 tools/install.py run|dev|mining

Each step leaves a stamp made of what it read, so that a second call costs a blink. Standard library
only, Python 3.11 or newer.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import system

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
REQUIREMENTS = ROOT / "requirements"
PIP = ["install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps",
       "--only-binary", ":all:"]  # fmt: skip


class SetupError(Exception):
    """A step failed; the text says what to do."""


def run(*command: object) -> None:
    """Run a program in the project's folder.

    Raises:
        SetupError: the program failed; its own words are already on the screen.

    """
    words = [str(word) for word in command]
    if subprocess.run(words, cwd=ROOT, check=False).returncode != 0:
        raise SetupError(f"Langkah ini gagal: {' '.join(words)}")


def works(*command: object) -> bool:
    """Tell whether a program ends well, quietly."""
    words = [str(word) for word in command]
    try:
        return subprocess.run(words, cwd=ROOT, check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def fingerprint(*paths: Path) -> str:
    """Return a digest of these files and of the Python that will run them."""
    digest = hashlib.sha256(sys.version.encode())
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def stamped(name: str, value: str) -> bool:
    """Tell whether this step was done with exactly this input."""
    stamp = STAMPS / name
    return stamp.exists() and stamp.read_text(encoding="ascii") == value


def stamp(name: str, value: str) -> None:
    """Note that this step is done."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(value, encoding="ascii")


def environment() -> None:
    """Make the virtual environment, again when its Python is gone."""
    if works(PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"):
        return
    print("Menyiapkan Python …", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    if works(sys.executable, "-m", "venv", VENV):
        return
    shutil.rmtree(VENV, ignore_errors=True)  # Debian splits venv off: a half-made one is left
    if not system.install(["python3-venv"]):
        raise SetupError(
            "Python tidak dapat membuat lingkungan. Pasang: sudo apt-get install -y python3-venv"
        )
    run(sys.executable, "-m", "venv", VENV)


def python_packages(purpose: str) -> None:
    """Install the pinned packages: with uv in seconds, with pip when uv has no wheel here."""
    base, build = REQUIREMENTS / "base.txt", REQUIREMENTS / "build.txt"
    wanted = REQUIREMENTS / "dev.txt" if purpose == "dev" else base
    value = fingerprint(base, build, REQUIREMENTS / "dev.txt", ROOT / "pyproject.toml")
    if stamped("dev", value) or stamped(purpose, value):
        return
    print("Memasang pustaka Python …", flush=True)
    for old in ("run", "dev"):
        (STAMPS / old).unlink(missing_ok=True)
    uv = VENV / "bin" / "uv"
    if not works(PYTHON, "-m", "pip", "--version"):
        works(PYTHON, "-m", "ensurepip")
    bootstrap = REQUIREMENTS / "uv.txt"
    if not uv.exists():
        works(PYTHON, "-m", "pip", *PIP, "-r", bootstrap)
    lists = [wanted, build, bootstrap]  # a sync takes away what no list names, uv itself too
    if uv.exists() and works(
        uv, "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", "--link-mode", "copy",
        "--compile-bytecode", *lists,
    ):  # fmt: skip
        run(uv, "pip", "install", "--quiet", "--python", PYTHON, "--no-deps",
            "--no-build-isolation", "-e", ".")  # fmt: skip
    else:
        for each in (wanted, build):
            run(PYTHON, "-m", "pip", *PIP, "-r", each)
        run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
            "--no-build-isolation", "-e", ".")  # fmt: skip
    stamp(purpose, value)


def mining() -> None:
    """Install the program that reads our logs in one test, apart: it is large and AGPL."""
    wanted = REQUIREMENTS / "mining.txt"
    value = fingerprint(wanted)
    place = ROOT / "build" / "mining"
    python = place / "bin" / "python"
    if stamped("mining", value) and works(python, "-c", "import pm4py"):
        return
    print("Memasang pembaca log …", flush=True)
    shutil.rmtree(place, ignore_errors=True)
    run(PYTHON, "-m", "venv", place)
    uv = VENV / "bin" / "uv"
    if not (uv.exists() and works(uv, "pip", "sync", "--quiet", "--python", python,
                                  "--require-hashes", wanted)):  # fmt: skip
        run(python, "-m", "pip", *PIP, "-r", wanted)
    stamp("mining", value)


def front_end() -> None:
    """Fetch the front-end packages by the lock file and copy the few files that we serve."""
    value = fingerprint(
        ROOT / "package-lock.json",
        ROOT / "tools" / "assets.py",
        REQUIREMENTS / "base.txt",  # htmx comes with the django-htmx wheel
    )
    vendor = ROOT / "src" / "kelola" / "ui" / "static" / "ui" / "vendor"
    fonts = ROOT / "src" / "kelola" / "reports" / "fonts"
    if stamped("front", value) and vendor.is_dir() and fonts.is_dir():
        return
    if system.ensure("run") != 0:
        raise SetupError("Node.js 18 atau lebih baru diperlukan; lihat daftar di atas.")
    print("Mengambil berkas tampilan …", flush=True)
    run("npm", "ci", "--ignore-scripts", "--silent")
    run(PYTHON, "tools/assets.py")
    stamp("front", value)


def catalogues() -> None:
    """Build the .mo files when a .po is newer."""
    sources = list((ROOT / "src").glob("kelola/**/LC_MESSAGES/*.po"))
    stale = [
        po
        for po in sources
        if not po.with_suffix(".mo").exists()
        or po.with_suffix(".mo").stat().st_mtime_ns < po.stat().st_mtime_ns
    ]
    if stale:
        run(PYTHON, "tools/messages.py", "compile")


def compiled() -> None:
    """Compile our own modules, as the packages are when they come.

    Else each command would do it again wherever it may not write beside the program: in a
    container, as a service of another user. That takes longer than all else of its start.
    """
    run(PYTHON, "-m", "compileall", "-q", "src/kelola")


def main(arguments: list[str]) -> int:
    """Run every step; return the exit code."""
    if arguments not in (["run"], ["dev"], ["mining"]):
        print(__doc__)
        return 2
    # Paths given to uv stay relative: its annotations repeat them as typed.
    os.chdir(ROOT)
    try:
        environment()
        if arguments == ["mining"]:
            mining()
            return 0
        python_packages(arguments[0])
        front_end()
        catalogues()
        compiled()
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
