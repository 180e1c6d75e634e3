"""Office documents of before 2007: compound files, known by the names in their directory."""

from __future__ import annotations

from typing import BinaryIO

from kelola.evidence.rules.kinds import Reason, Unfit

_SECTOR_SHIFTS = {9, 12}
_ENTRY = 128
_END_OF_CHAIN = 0xFFFFFFFA  # and above: marks, not sectors
_MOST_SECTORS = 2000
_MACROS = {"macros", "vba", "_vba_project", "_vba_project_cur"}


def compound_kind(stream: BinaryIO) -> str:
    """Return doc, xls or ole (any other compound file) by [MS-CFB].

    Raises Unfit for broken files and those with macros.
    """
    names = _directory(stream)
    if names & _MACROS:
        raise Unfit(Reason.MACROS)
    if "encryptedpackage" in names:
        raise Unfit(Reason.LOCKED)
    if "worddocument" in names:
        return "doc"
    return "xls" if names & {"workbook", "book"} else "ole"


def _directory(stream: BinaryIO) -> set[str]:
    stream.seek(0)
    head = stream.read(512)
    shift = int.from_bytes(head[30:32], "little")
    if len(head) < 512 or shift not in _SECTOR_SHIFTS:  # noqa: PLR2004 - the header's length
        raise Unfit(Reason.BROKEN)
    size = 1 << shift
    tables = [int.from_bytes(head[i : i + 4], "little") for i in range(76, 512, 4)]
    sector = int.from_bytes(head[48:52], "little")
    names: set[str] = set()
    for _ in range(_MOST_SECTORS):
        if sector >= _END_OF_CHAIN:
            return names
        names |= _names(_sector(stream, sector, size))
        sector = _next(stream, tables, sector, size)
    raise Unfit(Reason.BROKEN)


def _sector(stream: BinaryIO, number: int, size: int) -> bytes:
    stream.seek((number + 1) * size)
    data = stream.read(size)
    if len(data) != size:
        raise Unfit(Reason.BROKEN)
    return data


def _next(stream: BinaryIO, tables: list[int], sector: int, size: int) -> int:
    table, place = divmod(sector, size // 4)
    # Beyond the header's 109 tables lie files of more than 6.8 MB; their directory comes first.
    if table >= len(tables) or tables[table] >= _END_OF_CHAIN:
        raise Unfit(Reason.BROKEN)
    row = _sector(stream, tables[table], size)
    return int.from_bytes(row[place * 4 : place * 4 + 4], "little")


def _names(data: bytes) -> set[str]:
    found = set()
    for start in range(0, len(data), _ENTRY):
        entry = data[start : start + _ENTRY]
        length = int.from_bytes(entry[64:66], "little")
        if 2 <= length <= 64:  # noqa: PLR2004 - bytes, with the closing NUL
            found.add(entry[: length - 2].decode("utf-16-le", errors="replace").lower())
    return found
