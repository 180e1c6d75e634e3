"""The size of a picture from its header, without decoding it."""

from __future__ import annotations

from typing import BinaryIO

from kelola.evidence.rules.kinds import Reason, Unfit

MOST_PIXELS = 50_000_000
_MOST_SEGMENTS = 2000
_NO_LENGTH = {0x01, *range(0xD0, 0xD9)}
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def check_pixels(key: str, stream: BinaryIO) -> None:
    """Raise Unfit for a picture of no or more than 50 million pixels, or without a size."""
    width, height = measure(key, stream)
    if width < 1 or height < 1:
        raise Unfit(Reason.BROKEN)
    if width * height > MOST_PIXELS:
        raise Unfit(Reason.TOO_MANY_PIXELS, f"{width} × {height}")


def measure(key: str, stream: BinaryIO) -> tuple[int, int]:
    """Return width and height of a picture as its header has them; raise Unfit without one."""
    stream.seek(0)
    return {"png": _png, "jpeg": _jpeg, "webp": _webp}[key](stream)


def _read(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) != count:
        raise Unfit(Reason.BROKEN)
    return data


def _png(stream: BinaryIO) -> tuple[int, int]:
    head = _read(stream, 24)
    if head[12:16] != b"IHDR":
        raise Unfit(Reason.BROKEN)
    return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])


def _jpeg(stream: BinaryIO) -> tuple[int, int]:
    """Walk the segments up to the frame header (ITU-T T.81, annex B)."""
    stream.seek(2)
    for _ in range(_MOST_SEGMENTS):
        if _read(stream, 1) != b"\xff":
            raise Unfit(Reason.BROKEN)
        marker = 0xFF
        while marker == 0xFF:  # noqa: PLR2004 - fill bytes
            marker = _read(stream, 1)[0]
        if marker in _NO_LENGTH:
            continue
        length = int.from_bytes(_read(stream, 2))
        if marker in _FRAMES:
            frame = _read(stream, 5)
            return int.from_bytes(frame[3:5]), int.from_bytes(frame[1:3])
        if marker in {0xD9, 0xDA} or length < 2:  # noqa: PLR2004 - the length counts itself
            break
        stream.seek(length - 2, 1)
    raise Unfit(Reason.BROKEN)


def _webp(stream: BinaryIO) -> tuple[int, int]:
    """Read the size from the first chunk (RFC 9649, sections 2.5 to 2.7)."""
    head = _read(stream, 30)
    form = head[12:16]
    if form == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if form == b"VP8L" and head[20] == 0x2F:  # noqa: PLR2004 - the format's signature byte
        bits = int.from_bytes(head[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if form == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        width = int.from_bytes(head[26:28], "little") & 0x3FFF
        return width, int.from_bytes(head[28:30], "little") & 0x3FFF
    raise Unfit(Reason.BROKEN)
