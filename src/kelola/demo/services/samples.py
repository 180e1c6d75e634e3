"""Small real files for the demo, drawn by code: a picture or a page for every name."""

from __future__ import annotations

import struct
import zlib
from hashlib import sha256

WIDTH, HEIGHT = 480, 320
_FLOOR = 220


def content(name: str, line: str) -> bytes:
    """Return the bytes of a file: a PNG, or a PDF with the line on its page.

    Raises:
        ValueError: the name ends neither in ``.png`` nor in ``.pdf``.

    """
    if name.endswith(".png"):
        return _picture(name)
    if name.endswith(".pdf"):
        title = name.removesuffix(".pdf").replace("-", " ").capitalize()
        return _page(("Mahkamah Syar'iyah Contoh", title, line, "Dokumen contoh"))
    message = f"no sample for {name!r}"
    raise ValueError(message)


def _picture(name: str) -> bytes:
    """Draw a wall, a table and a device whose colours and place come from the name."""
    seed = sha256(name.encode()).digest()
    wall, device = seed[:3], bytes(v // 3 for v in seed[3:6])
    left, wide = 60 + seed[6] % 120, 120 + seed[7] % 100
    top = _FLOOR - 70 - seed[8] % 70
    rows = []
    for y in range(HEIGHT):
        light = 150 + (HEIGHT - y) // 4
        ground = bytes((light * 2 + v) // 3 for v in wall) if y < _FLOOR else b"\x6b\x55\x44"
        body = device if top <= y < _FLOOR else ground
        lamp = b"\x3c\xd0\x6a" if top + 12 <= y < top + 20 else body
        rest = WIDTH - left - wide
        rows.append(
            b"\0" + ground * left + lamp * 14 + body * (wide - 14) + ground * rest
            if top + 12 <= y < top + 20
            else b"\0" + ground * left + body * wide + ground * rest
        )
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in parts)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _page(lines: tuple[str, ...]) -> bytes:
    """Return a PDF of one A4 page, with a right table of its objects."""
    shown = " T* ".join(f"({_plain(line)}) Tj" for line in lines)
    stream = f"BT /F1 14 Tf 24 TL 60 760 Td {shown} ET".encode("latin-1")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 5 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>",
    )
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def _plain(line: str) -> str:
    """Return a line as a PDF string may hold it."""
    text = line.encode("latin-1", "replace").decode("latin-1")
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
