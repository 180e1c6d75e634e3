"""Small files of every accepted kind, made by hand so that each byte is known."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 2, height: int = 2) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = b"".join(b"\0" + b"\x80" * 2 for _ in range(2))
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def jpeg(width: int = 2, height: int = 2) -> bytes:
    app = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0\1\1\0\0\1\0\1\0\0"
    comment = b"\xff\xff\xfe" + struct.pack(">H", 6) + b"halo"
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    return b"\xff\xd8" + app + comment + frame + b"\xff\xda\0\x08\1\1\0\0\x3f\0\x55\xff\xd9"


def webp(width: int = 2, height: int = 2, form: bytes = b"VP8X") -> bytes:
    size = (width - 1).to_bytes(3, "little"), (height - 1).to_bytes(3, "little")
    body = {
        b"VP8X": struct.pack("<I", 10) + b"\0\0\0\0" + b"".join(size),
        b"VP8L": struct.pack("<I", 10)
        + b"\x2f"
        + ((width - 1) | (height - 1) << 14).to_bytes(4, "little")
        + bytes(5),
        b"VP8 ": struct.pack("<I", 10) + b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height),
    }[form]
    return b"RIFF" + struct.pack("<I", 4 + 4 + len(body)) + b"WEBP" + form + body


def pdf(text: str = "Formulir penyelesaian") -> bytes:
    """A PDF of one page, with a right table of objects."""
    stream = f"BT /F1 18 Tf 40 100 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R /Resources 5 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n"
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def archive(entries: dict[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return out.getvalue()


_OFFICE = "application/vnd.openxmlformats-officedocument"
_TYPES = '<?xml version="1.0"?><Types><Override PartName="/x" ContentType="{}"/></Types>'
WORD = _TYPES.format(f"{_OFFICE}.wordprocessingml.document.main+xml")
SHEET = _TYPES.format(f"{_OFFICE}.spreadsheetml.sheet.main+xml")


def docx(**more: bytes | str) -> bytes:
    return archive({"[Content_Types].xml": WORD, "word/document.xml": "<w:document/>", **more})


def xlsx(**more: bytes | str) -> bytes:
    return archive({"[Content_Types].xml": SHEET, "xl/workbook.xml": "<workbook/>", **more})


def odf(kind: str = "text", **more: bytes | str) -> bytes:
    mimetype = f"application/vnd.oasis.opendocument.{kind}"
    return archive({"mimetype": mimetype, "content.xml": "<office/>", **more}, zipfile.ZIP_STORED)


def compound(*names: str) -> bytes:
    """A compound file ([MS-CFB]) whose directory holds these names: header, table, directory."""
    entries = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<H", 2 * len(name) + 2)
        + bytes(128 - 66)
        for name in ("Root Entry", *names)
    )
    sectors = -(-len(entries) // 512)
    chain = [0xFFFFFFFD, *range(2, sectors + 1), 0xFFFFFFFE]
    table = b"".join(struct.pack("<I", n) for n in chain).ljust(512, b"\xff")
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    head[30:32] = struct.pack("<H", 9)
    head[48:52] = struct.pack("<I", 1)
    head[76:] = struct.pack("<I", 0).ljust(512 - 76, b"\xff")
    return bytes(head) + table + entries.ljust(sectors * 512, b"\0")


def mp4(brand: bytes = b"isom") -> bytes:
    return struct.pack(">I", 24) + b"ftyp" + brand + b"\0\0\2\0" + brand + b"mp41" + bytes(40)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
EXE = b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff" + bytes(200)

GOOD = {
    "notulen.pdf": pdf(),
    "notulen.docx": docx(),
    "daftar.xlsx": xlsx(),
    "notulen.odt": odf(),
    "daftar.ods": odf("spreadsheet"),
    "lama.doc": compound("WordDocument", "1Table"),
    "lama.xls": compound("a", "b", "c", "d", "Workbook"),
    "foto.jpg": jpeg(),
    "foto.JPEG": jpeg(),
    "foto.png": png(),
    "foto.webp": webp(),
    "video.mp4": mp4(),
    "catatan.txt": "Catatan: suhu 24 °C < 27 °C & kelembapan 50 %\n".encode(),
    "daftar.csv": "\ufeffNUP;ruang\n23;PTSP\n".encode(),
}
