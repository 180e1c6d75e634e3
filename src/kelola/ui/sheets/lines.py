"""CSV: whatever Excel, LibreOffice and people's own programs write."""

from __future__ import annotations

import codecs
import csv
import io
import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kelola.ui.sheets.cells import Unreadable

if TYPE_CHECKING:
    from collections.abc import Generator

    from kelola.ui.sheets.cells import Cell

_CODES = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_DELIMITERS = ";,\t"
_SEPARATOR = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_QUOTED = re.compile(r'"[^"]*"')
_MOST_IN_LINE = 10_000


def rows_of(data: bytes) -> Generator[list[Cell], None, None]:
    """Yield the rows of a CSV file, blank ones too; raise Unreadable when it is none."""
    text = _decoded(data)
    delimiter = _SEPARATOR.match(text)
    body = text[delimiter.end() :] if delimiter else text
    mark = delimiter[1] if delimiter else _delimiter(body)
    if any(line.count(mark) > _MOST_IN_LINE for line in body.splitlines()):
        raise Unreadable(_("There are far too many columns. Is this the right file?"))
    if delimiter:
        yield []  # the line with the separator is a row in a person's editor
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=mark, strict=True)
    number = 1 if delimiter else 0
    try:
        for row in reader:
            number += 1
            yield [cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row]
    except csv.Error as error:
        raise Unreadable(
            _("Row %(row)d: a quotation mark is missing, or a cell is far too long.")
            % {"row": number + 1}
        ) from error


def _decoded(data: bytes) -> str:
    code = next((code for mark, code in _CODES.items() if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(code)
    except UnicodeDecodeError:
        text = _of_windows(data) if code == "utf-8" else "\0"
    if _CONTROL.search(text):
        raise Unreadable(_("This is no table. Save it as .xlsx or as CSV (UTF-8)."))
    return text


def _of_windows(data: bytes) -> str:
    """Decode Excel's plain "CSV", which is written in the code page of Windows."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return "\0"


def _delimiter(text: str) -> str:
    """Return the sign that divides the header into most columns, quoted words left out."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    bare = _QUOTED.sub("", header)
    return max(_DELIMITERS, key=bare.count)
