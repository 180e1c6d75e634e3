"""A workbook is a ZIP of XML: judged before anything of it is unpacked, and counted while it is.

``zipfile`` believes what an archive declares, so the directory is bounded first, what the entries
declare is added up, and their XML is walked once for its size, its depth and entities.
"""

from __future__ import annotations

import zipfile
from typing import IO
from xml.parsers import expat

MOST_ENTRIES = 500
MOST_UNPACKED = 32 * 1024 * 1024
MOST_RATIO = 200  # deflate reaches 1032; a large, dull worksheet about 50
MOST_ELEMENTS = 600_000
MOST_STYLES = 50_000
MOST_DEPTH = 40
_SMALL = 4 * 1024 * 1024
_CHUNK = 64 * 1024
_LOCKED = 0x1


class SwollenError(ValueError):
    """An archive that is made to exhaust its reader, or is broken."""


class _Counter:
    def __init__(self, most: int) -> None:
        self.left, self.depth = most, 0

    def begin(self, _name: str, _attributes: object) -> None:
        self.left -= 1
        self.depth += 1
        if self.left < 0 or self.depth > MOST_DEPTH:
            raise SwollenError("too much XML")

    def end(self, _name: str) -> None:
        self.depth -= 1

    def declare(self, *_declared: object) -> None:
        raise SwollenError("entities")


def check(stream: IO[bytes]) -> None:
    """Raise SwollenError, or what ``zipfile`` raises, for an archive that must not be read."""
    stream.seek(0)
    data = stream.read()
    if data.count(b"PK\x01\x02") > MOST_ENTRIES:
        raise SwollenError("too many entries")
    with zipfile.ZipFile(stream) as archive:
        entries = archive.infolist()
        _check_sizes(entries, len(data))
        left = MOST_ELEMENTS
        for entry in entries:
            # Only the sheets and their texts may be long; each style becomes a heavy object.
            is_long = entry.filename.startswith(("xl/worksheets/", "xl/sharedStrings"))
            most = left if is_long else min(left, MOST_STYLES)
            left -= most - _count(archive, entry, most)
    stream.seek(0)


def _check_sizes(entries: list[zipfile.ZipInfo], length: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if any(entry.flag_bits & _LOCKED for entry in entries):
        raise SwollenError("locked")
    if packed > length:  # entries share their bytes
        raise SwollenError("overlapping entries")
    if unpacked > MOST_UNPACKED or (unpacked > _SMALL and unpacked > packed * MOST_RATIO):
        raise SwollenError("swells too much")
    if len({entry.filename for entry in entries}) != len(entries):
        raise SwollenError("two entries of one name")


def _count(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> int:
    """Return how many of ``most`` elements are left after an entry; pictures have none."""
    counter = _Counter(most)
    parser = expat.ParserCreate()
    parser.StartElementHandler = counter.begin
    parser.EndElementHandler = counter.end
    parser.StartDoctypeDeclHandler = counter.declare
    try:
        with archive.open(entry) as file:
            while chunk := file.read(_CHUNK):
                parser.Parse(chunk, False)
    except expat.ExpatError:
        return counter.left  # whoever reads it as XML stops at the same place
    return counter.left
