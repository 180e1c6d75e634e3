"""Reading CSV and XLSX into rows of text, with the row numbers that a person sees.

Both formats give the same: dates as ``2026-01-31``, numbers as typed, without the apostrophe that
guards against formulas. Hidden rows count. What cannot be trusted (a formula never calculated,
a number whose digits Excel dropped) is a fault of its row, never a guess.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from django.utils.translation import gettext as _

from kelola.ui.sheets import books, lines
from kelola.ui.sheets.cells import Flaw, Unreadable, told
from kelola.ui.sheets.write import restored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kelola.ui.sheets.cells import Cell

__all__ = ["LIMITS", "Fault", "Limits", "Row", "Table", "Unreadable", "read_table"]

_LAST_ROW = 1_048_576
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_ARCHIVE = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a table may be: bytes of the file, rows with content, columns, characters."""

    size: int = 5 * 1024 * 1024
    rows: int = 5000
    columns: int = 60
    length: int = 2000


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Row:
    """A row with content; ``number`` is the one a person sees in the margin."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row, as a sentence."""

    row: int
    message: str


@dataclass(slots=True)
class Table:
    """A header and the rows below it, each as wide as the header. ``faults`` name what is wrong."""

    header: Row
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_table(stream: IO[bytes], limits: Limits = LIMITS) -> Table:
    """Return the first sheet of a workbook, or a CSV file, whatever its name says it is.

    Raises:
        Unreadable: the file as a whole can't be read, with a sentence that says what to do.

    """
    data = stream.read(limits.size + 1)
    if len(data) > limits.size:
        most = {"size": limits.size // (1024 * 1024)}
        raise Unreadable(_("The file is too large: at most %(size)d MB. Split it.") % most)
    if data.startswith(_OLD_EXCEL):
        raise Unreadable(
            _("This is an old or locked Excel file. Save it as .xlsx without a password, or CSV.")
        )
    reader = books if data.startswith(_ARCHIVE) else lines
    with contextlib.closing(reader.rows_of(data)) as source:
        return _table(source, limits)


def _table(source: Iterator[list[Cell]], limits: Limits) -> Table:
    table: Table | None = None
    for number, cells in enumerate(source, start=1):
        if number > _LAST_ROW:
            raise Unreadable(_("This file is broken or made to exhaust its reader."))
        while cells and cells[-1] in ("", None):
            cells.pop()
        if not any(isinstance(cell, Flaw) or restored(cell or "").strip() for cell in cells):
            continue
        if len(cells) > limits.columns:
            most = {"row": number, "limit": limits.columns}
            raise Unreadable(_("Row %(row)d has more than %(limit)d columns.") % most)
        if table is None:
            table = Table(Row(number, tuple(_text(cell).strip() for cell in cells)))
            continue
        if len(table.rows) >= limits.rows:
            raise Unreadable(
                _("There are more than %(limit)d rows. Split the file.") % {"limit": limits.rows}
            )
        _take(table, number, cells, limits.length)
    if table is None:
        raise Unreadable(_("The file is empty. Its first row must name the columns."))
    return table


def _take(table: Table, number: int, cells: list[Cell], length: int) -> None:
    """Add a row, and a fault for each of its cells that can't be taken as it stands."""
    width = len(table.header.cells)
    faults = []
    for place, cell in enumerate(cells):
        name = (table.header.cells[place] if place < width else "") or str(place + 1)
        if isinstance(cell, Flaw):
            faults.append(told(cell, name))
        elif len(cell or "") > length:
            most = {"column": name, "limit": length}
            faults.append(_("%(column)s: more than %(limit)d characters.") % most)
        elif place >= width and (cell or "").strip():
            faults.append(_("There is a cell without a column name above it: %(column)s.")
                          % {"column": name})  # fmt: skip
    table.faults += [Fault(number, message) for message in faults]
    texts = [_text(cell)[:length] for cell in cells[:width]]
    table.rows.append(Row(number, tuple(texts + [""] * (width - len(texts)))))


def _text(cell: Cell) -> str:
    return "" if cell is None or isinstance(cell, Flaw) else restored(cell)
