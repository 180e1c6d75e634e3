"""XLSX, by openpyxl, after the archive was judged."""

from __future__ import annotations

import io
import threading
import warnings
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
from django.utils.translation import gettext as _

from kelola.ui.sheets import archive
from kelola.ui.sheets.cells import Cell, Flaw, Unreadable

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

_FAITHFUL = 10**15  # beyond this Excel has dropped digits
# One at a time: it bounds the memory, and openpyxl's warnings are silenced for all threads.
_turn = threading.Lock()


def rows_of(data: bytes) -> Generator[list[Cell], None, None]:
    """Yield the rows of the first sheet in sight, blank ones too; close it when done.

    Raises:
        Unreadable: the file is no workbook, or not one to be trusted.

    """
    with _turn, _quiet():
        try:
            archive.check(io.BytesIO(data))
            yield from _rows(data)
        except archive.SwollenError as error:
            raise Unreadable(_("This file is broken or made to exhaust its reader.")) from error
        except Exception as error:  # openpyxl raises whatever its parts come upon
            raise Unreadable(
                _("This Excel file can't be read. Open it, save it as .xlsx again, or as CSV.")
            ) from error


@contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _rows(data: bytes) -> Iterator[list[Cell]]:
    # Read twice side by side: a formula shows in one, its stored result in the other.
    values, formulas = (
        openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=wanted, keep_links=False)
        for wanted in (True, False)
    )
    try:
        sheets = [_sheet(book) for book in (values, formulas)]
        for row, source in zip(*(sheet.iter_rows() for sheet in sheets), strict=True):
            yield [_cell(cell, typed) for cell, typed in zip(row, source, strict=True)]
    finally:
        values.close()
        formulas.close()


def _sheet(book: Any) -> Any:
    seen = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not seen:
        raise ValueError("no sheet in sight")
    seen[0].reset_dimensions()  # what a file says of its size is only a claim
    return seen[0]


def _cell(cell: Any, typed: Any) -> Cell:
    if typed.data_type == "f" and cell.value is None:
        return Flaw.FORMULA
    if cell.data_type == "e":
        return Flaw.ERROR
    return _text(cell.value)


def _text(value: Any) -> Cell:
    if value is None:
        return None
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime):
        return _moment(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _number(value: float) -> Cell:
    if abs(value) >= _FAITHFUL:
        return Flaw.DIGITS
    if value == int(value):
        return str(int(value))
    return format(Decimal(repr(value)), "f")


def _moment(value: datetime) -> str:
    midnight = value.time() == datetime.min.time()
    return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
