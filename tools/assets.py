"""Copy the few front-end files we serve out of node_modules and the django-htmx wheel.

They land in ``src/kelola/ui/static/ui/vendor/``, which git ignores: no third-party code is
committed. Run by ``make setup``; a file that is already right is left alone.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "src" / "kelola" / "ui" / "static" / "ui" / "vendor"
MODULES = ROOT / "node_modules"

TABLER = MODULES / "@tabler/core/dist/css/tabler.min.css"
COPIES = {
    "inter-latin.woff2": MODULES / "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "noto-naskh-arabic.woff2": MODULES
    / "@fontsource-variable/noto-naskh-arabic/files/noto-naskh-arabic-arabic-wght-normal.woff2",
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


def wanted() -> dict[str, bytes]:
    """Return the content of every vendored file by name."""
    files = {name: source.read_bytes() for name, source in COPIES.items()}
    files["tabler.css"] = layered(TABLER.read_bytes())
    files["htmx.js"] = htmx().read_bytes()
    return files


def main() -> int:
    """Bring the vendor folder in line; return 0, or 1 when a source is missing."""
    try:
        files = wanted()
    except FileNotFoundError as error:
        sys.stderr.write(f"Front-end files are missing ({error}). Run: npm ci --ignore-scripts\n")
        return 1
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        target = VENDOR / name
        if not target.exists() or target.read_bytes() != content:
            target.write_bytes(content)
    for stale in VENDOR.iterdir():
        if stale.name not in files:
            stale.unlink()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
