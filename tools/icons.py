"""The installed application's icons, drawn from our own SVG files.

    python tools/icons.py

Typst draws them: the same bytes on every machine. A test compares what is committed.
"""

from __future__ import annotations

from pathlib import Path

import typst

FACE = Path(__file__).resolve().parent.parent / "src/kelola/ui/static/ui"
# Name of the picture, its drawing, its side in pixels. A maskable one has room for any shape.
ICONS = (
    ("icons/any-192.png", "favicon.svg", 192),
    ("icons/any-512.png", "favicon.svg", 512),
    ("icons/maskable-192.png", "icons/maskable.svg", 192),
    ("icons/maskable-512.png", "icons/maskable.svg", 512),
    ("icons/apple-180.png", "icons/maskable.svg", 180),
)


def drawn(svg: bytes, side: int) -> bytes:
    """Return a drawing as PNG with this many pixels on a side."""
    page = (
        f"#set page(width: {side}pt, height: {side}pt, margin: 0pt, fill: none)\n"
        f'#image("icon.svg", width: {side}pt, height: {side}pt)'
    )
    made = typst.compile(
        {"main": page.encode(), "icon.svg": svg}, format="png", ppi=72, ignore_system_fonts=True
    )
    return bytes(made)


def wanted() -> dict[Path, bytes]:
    """Return what each picture ought to be."""
    return {FACE / name: drawn((FACE / svg).read_bytes(), side) for name, svg, side in ICONS}


if __name__ == "__main__":
    for path, picture in wanted().items():
        path.write_bytes(picture)
        print(f"{len(picture):6} {path.name}")
