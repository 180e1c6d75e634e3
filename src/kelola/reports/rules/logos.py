"""The picture of a letterhead: what is taken, and how it is handed to Typst."""

from __future__ import annotations

import base64
import io

from kelola.evidence.rules import Unfit
from kelola.evidence.rules.pictures import measure

MOST_BYTES = 500 * 1024
MOST_PIXELS = 2000  # of either side: 230 dots to the millimetre where the logo stands
_SIGNATURES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}
EMPTY = b"<svg xmlns='http://www.w3.org/2000/svg'/>"


def kind_of(picture: bytes) -> str | None:
    """Return ``png`` or ``jpeg`` by the first bytes, None for anything else."""
    return next((key for sign, key in _SIGNATURES.items() if picture.startswith(sign)), None)


def sides_fit(key: str, picture: bytes) -> bool:
    """Tell whether a picture names its size and neither side is too long."""
    try:
        sides = measure(key, io.BytesIO(picture))
    except Unfit:
        return False
    return min(sides) >= 1 and max(sides) <= MOST_PIXELS


def as_svg(key: str, picture: bytes) -> bytes:
    """Return a picture within an SVG: Typst takes files of text alone from memory."""
    width, height = measure(key, io.BytesIO(picture))
    data = base64.b64encode(picture).decode()
    return (
        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' "
        f"viewBox='0 0 {width} {height}'><image width='{width}' height='{height}' "
        f"xlink:href='data:image/{key};base64,{data}'/></svg>"
    ).encode()
