"""Copy the few files of others that we serve or print with out of node_modules and wheels.

They land in ``src/kelola/ui/static/ui/vendor/`` and ``src/kelola/reports/fonts/``, which git
ignores: no third-party code is committed. Run by ``make setup``; a file that is already right is
left alone.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "src" / "kelola" / "ui" / "static" / "ui" / "vendor"
FONTS = ROOT / "src" / "kelola" / "reports" / "fonts"
MODULES = ROOT / "node_modules"

TABLER = MODULES / "@tabler/core/dist/css/tabler.min.css"
COPIES = {
    "inter-latin.woff2": MODULES / "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "noto-naskh-arabic.woff2": MODULES
    / "@fontsource-variable/noto-naskh-arabic/files/noto-naskh-arabic-arabic-wght-normal.woff2",
}
# Exactly these faces: the fonts that Typst is given decide the bytes of a paper.
TYPE = MODULES / "@expo-google-fonts"
FACES = {
    "Inter-Regular.ttf": TYPE / "inter/400Regular/Inter_400Regular.ttf",
    "Inter-SemiBold.ttf": TYPE / "inter/600SemiBold/Inter_600SemiBold.ttf",
    "Inter-LICENSE": TYPE / "inter/LICENSE_FONT",
    "SourceSerif4-Regular.ttf": TYPE / "source-serif-4/400Regular/SourceSerif4_400Regular.ttf",
    "SourceSerif4-SemiBold.ttf": TYPE / "source-serif-4/600SemiBold/SourceSerif4_600SemiBold.ttf",
    "SourceSerif4-LICENSE": TYPE / "source-serif-4/LICENSE_FONT",
    "NotoNaskhArabic-Regular.ttf": TYPE
    / "noto-naskh-arabic/400Regular/NotoNaskhArabic_400Regular.ttf",
    "NotoNaskhArabic-SemiBold.ttf": TYPE
    / "noto-naskh-arabic/600SemiBold/NotoNaskhArabic_600SemiBold.ttf",
    "NotoNaskhArabic-LICENSE": TYPE / "noto-naskh-arabic/LICENSE_FONT",
}
CHARSET = b'@charset "UTF-8";'


def layered(css: bytes) -> bytes:
    """Return the style sheet inside a cascade layer, so that any rule of ours wins over it."""
    return b"@layer tabler{" + css.removeprefix(CHARSET) + b"}\n"


def htmx() -> Path:
    """Return htmx 2 inside the django-htmx wheel; raise FileNotFoundError when it is missing."""
    spec = importlib.util.find_spec("django_htmx")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("django-htmx is not installed in this Python")
    return Path(spec.origin).parent / "static" / "django_htmx" / "htmx-2.min.js"


def served() -> dict[str, bytes]:
    """Return the content of every file that browsers get, by name."""
    files = {name: source.read_bytes() for name, source in COPIES.items()}
    files["tabler.css"] = layered(TABLER.read_bytes())
    files["htmx.js"] = htmx().read_bytes()
    return files


def printed() -> dict[str, bytes]:
    """Return the content of every font that papers are set in, by name."""
    return {name: source.read_bytes() for name, source in FACES.items()}


def fill(folder: Path, files: dict[str, bytes]) -> None:
    """Make a folder hold these files and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        target = folder / name
        if not target.exists() or target.read_bytes() != content:
            target.write_bytes(content)
    for stale in folder.iterdir():
        if stale.name not in files:
            stale.unlink()


def main() -> int:
    """Bring both folders in line; return 0, or 1 when a source is missing."""
    try:
        folders = {VENDOR: served(), FONTS: printed()}
    except FileNotFoundError as error:
        sys.stderr.write(f"Front-end files are missing ({error}). Run: npm ci --ignore-scripts\n")
        return 1
    for folder, files in folders.items():
        fill(folder, files)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
