"""Office documents that are ZIP archives: looked into without unpacking them.

Python's ``zipfile`` believes what an archive declares; bombs live on that. So the directory's
size is bounded before it is read, entries may not overlap, and what they declare is added up.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import BinaryIO

from kelola.evidence.rules.kinds import Reason, Unfit

MOST_ENTRIES = 5000
MOST_DIRECTORY = 2 * 1024 * 1024
MOST_UNPACKED = 500 * 1024 * 1024
MOST_RATIO = 200  # deflate reaches 1032; a large, dull worksheet about 50
_SMALL = 10 * 1024 * 1024
_MOST_READ = 1024 * 1024
_END = b"PK\5\6"
_END_LENGTH = 22
_LOCATOR = b"PK\6\7"
_LOCATOR_LENGTH = 20
_LOCAL_LENGTH = 30
_LOCKED = 0x1
_MACROS = re.compile(r"(.*/)?vbaProject\.bin|Basic/.*|Scripts/.*", re.IGNORECASE)
_ODF = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
_OOXML = {
    b"wordprocessingml.document.main+xml": "docx",
    b"spreadsheetml.sheet.main+xml": "xlsx",
}


def archive_kind(stream: BinaryIO) -> str:
    """Return docx, xlsx, odt, ods or zip.

    Raises Unfit for archives that are broken, locked, carry macros, or are made to swell.
    """
    start = _check_end(stream)
    try:
        with zipfile.ZipFile(stream) as archive:
            _check_entries(archive.infolist(), start)
            return _kind(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, OSError) as error:
        raise Unfit(Reason.BROKEN) from error


def _check_end(stream: BinaryIO) -> int:
    """Return where the directory begins, after bounding its size."""
    length = stream.seek(0, 2)
    stream.seek(max(0, length - _END_LENGTH - 0xFFFF))
    tail = stream.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_LENGTH:
        raise Unfit(Reason.BROKEN)
    end = tail[at : at + _END_LENGTH]
    entries = int.from_bytes(end[10:12], "little")
    size = int.from_bytes(end[12:16], "little")
    start = int.from_bytes(end[16:20], "little")
    # zipfile prefers a ZIP64 directory to this one; no office document here needs one.
    if tail[max(0, at - _LOCATOR_LENGTH) : at].startswith(_LOCATOR):
        raise Unfit(Reason.BOMB)
    if entries > MOST_ENTRIES or size > MOST_DIRECTORY:
        raise Unfit(Reason.BOMB)
    # Data before the first entry, or a second directory, makes the file two things at once.
    if start + size != length - (len(tail) - at):
        raise Unfit(Reason.BROKEN)
    return start


def _check_entries(entries: list[zipfile.ZipInfo], end: int) -> None:
    if len(entries) > MOST_ENTRIES:
        raise Unfit(Reason.BOMB)
    if any(entry.flag_bits & _LOCKED for entry in entries):
        raise Unfit(Reason.LOCKED)
    by_place = sorted(entries, key=lambda entry: entry.header_offset)
    places = [*(entry.header_offset for entry in by_place), end]
    if places[0] != 0:
        raise Unfit(Reason.BROKEN)
    for entry, following in zip(by_place, places[1:], strict=True):
        if entry.header_offset + _LOCAL_LENGTH + entry.compress_size > following:
            raise Unfit(Reason.BOMB)
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if unpacked > MOST_UNPACKED or (unpacked > _SMALL and unpacked > packed * MOST_RATIO):
        raise Unfit(Reason.BOMB)
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names) or any(map(_leaves, names)):
        raise Unfit(Reason.BROKEN)
    if any(map(_MACROS.fullmatch, names)):
        raise Unfit(Reason.MACROS)


def _leaves(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")


def _kind(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    if "mimetype" in names:
        return _ODF.get(_content(archive, "mimetype").strip(), "zip")
    if "[Content_Types].xml" not in names:
        return "zip"
    types = _content(archive, "[Content_Types].xml")
    if b"macroEnabled" in types or b"vbaProject" in types:
        raise Unfit(Reason.MACROS)
    found = {kind for mark, kind in _OOXML.items() if mark in types}
    return found.pop() if len(found) == 1 else "zip"


def _content(archive: zipfile.ZipFile, name: str) -> bytes:
    """Read a small entry, counting: the declared size is only a claim."""
    with archive.open(name) as entry:
        data = entry.read(_MOST_READ + 1)
    if len(data) > _MOST_READ:
        raise Unfit(Reason.BOMB)
    return data
