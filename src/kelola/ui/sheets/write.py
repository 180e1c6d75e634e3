"""Writing CSV and XLSX.

A cell that begins like a formula gets a leading apostrophe (and loses it when it is read again by
``read_table``); numbers and dates stay numbers and dates.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# What Excel and LibreOffice take for the beginning of a formula; they fold full-width signs.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠﹢﹣﹦﹫−]")
# What XML 1.0 cannot hold, and halves of characters.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WIDEST = 48
_NARROWEST = 10


def safe(value: Any) -> Any:
    """Return the value as it may stand in a cell: text that no program takes for a formula.

    Numbers, dates and truth values stay what they are; None is empty.
    """
    if value is None or isinstance(value, bool | int | float | date):
        return "" if value is None else value
    text = _UNWRITABLE.sub("�", str(value))
    return f"'{text}" if _FORMULA.match(text) else text


def restored(text: str) -> str:
    """Return what ``safe`` was given: without the apostrophe that it put before a formula."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def csv_lines(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Yield a CSV file piece by piece: UTF-8 with its mark, semicolons, as Excel here opens it."""
    kept = io.StringIO()
    writer = csv.writer(kept, delimiter=";", lineterminator="\r\n")
    kept.write("\ufeff")
    for row in _with(header, rows):
        writer.writerow([_in_csv(value) for value in row])
        yield kept.getvalue().encode()
        kept.seek(0)
        kept.truncate()


def csv_cell(text: str) -> str:
    """Return a text as ``csv_lines`` writes it into a cell: for millions of rows of few texts."""
    kept = io.StringIO()
    csv.writer(kept, delimiter=";", lineterminator="").writerow(["", safe(text)])
    return kept.getvalue()[1:]


def xlsx_bytes(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a workbook with one sheet; the header stays in sight."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for number, title in enumerate(header, start=1):
        width = min(_WIDEST, max(_NARROWEST, len(str(title)) + 4))
        sheet.column_dimensions[get_column_letter(number)].width = width
    titles = []
    for title in header:
        cell = WriteOnlyCell(sheet, value=safe(title))
        cell.font, cell.alignment = Font(bold=True), Alignment(vertical="top", wrap_text=True)
        titles.append(cell)
    sheet.append(titles)
    for row in rows:
        sheet.append([safe(_local(value)) for value in row])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _with(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    yield header
    yield from rows


def _in_csv(value: Any) -> Any:
    cell = safe(_local(value))
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return cell.isoformat(" ", "minutes") if isinstance(cell, datetime) else cell


def _local(value: Any) -> Any:
    """Return a moment in the zone of the person who asks: no sheet knows zones."""
    is_aware = isinstance(value, datetime) and timezone.is_aware(value)
    return timezone.localtime(value).replace(tzinfo=None) if is_aware else value
