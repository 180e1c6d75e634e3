"""The content of a paper: values that become canonical JSON, whose digest the seal vouches for.

Typst gets this JSON and nothing else from us: no text of a person ever becomes Typst's source.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from kelola.reports.rules.texts import clean

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

DOMAIN = b"kelola-paper-1\n"
MOST_PORTRAIT_COLUMNS = 6
# Widths are in thousandths of an em of body text; a letter takes about half an em.
_LETTER, _PADDING, _LONGEST_WORD = 560, 1200, 18
Block: TypeAlias = "Drawing | Facts | Heading | Paragraph | Table | Writing"


class Size(StrEnum):
    """Paper sizes of the office: A4, and F4 (folio, 215 × 330 mm)."""

    A4 = "a4"
    F4 = "f4"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The kop surat: lines above the name, the name, lines below it.

    ``logo`` names the picture beside them by its content: ``<SHA-256>.png`` or ``.jpeg``.
    """

    above: tuple[str, ...]
    name: str
    below: tuple[str, ...]
    logo: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of a word and its value."""

    rows: tuple[tuple[str, str], ...]
    block: str = "facts"


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a part, with its code before and a note after."""

    text: str
    code: str = ""
    note: str = ""
    block: str = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; ``quiet`` sets it smaller."""

    text: str
    quiet: bool = False
    block: str = "paragraph"


@dataclass(frozen=True, slots=True)
class Table:
    """Columns by their titles, rows of texts. ``figures`` are columns set to the right."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: tuple[int, ...] = ()
    empty: str = ""
    block: str = "table"


@dataclass(frozen=True, slots=True)
class Writing:
    """An empty place to write by hand: a title, a hint, lines or choices to tick."""

    title: str
    hint: str = ""
    lines: int = 1
    choices: tuple[str, ...] = ()
    block: str = "writing"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture of straight lines on a page of its own, in millimetres from its upper left corner.

    ``rules`` are x1, y1, x2, y2; ``lines`` and ``areas`` rows of points (``tips`` are filled);
    ``capsules`` x, y, width, height; ``texts`` x, y of the baseline, points, align, bold, quiet.
    """

    title: str
    width: float
    height: float
    rules: tuple[tuple[float, ...], ...]
    lines: tuple[tuple[tuple[float, float], ...], ...]
    tips: tuple[tuple[tuple[float, float], ...], ...]
    areas: tuple[tuple[tuple[float, float], ...], ...]
    capsules: tuple[tuple[float, ...], ...]
    texts: tuple[tuple[float | str | bool, ...], ...]
    block: str = "drawing"


@dataclass(frozen=True, slots=True)
class Signature:
    """A place to sign: the role, the name and NIP if known, and what was done instead of ink."""

    role: str
    name: str = ""
    nip: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """A whole paper. ``at`` is the aware moment its content is from, and dates the file.

    ``mark`` is printed across a paper that is not valid, such as a draft; ``number`` is what the
    seal and the foot call it.
    """

    kind: str
    size: Size
    at: datetime
    letterhead: Letterhead
    title: str
    subtitle: str
    corner: tuple[str, ...]
    number: str
    day: str
    blocks: tuple[Block, ...]
    signatures: tuple[Signature, ...] = ()
    mark: str = ""
    language: str = "id"


def as_data(content: Content, shown: Callable[[str], bool]) -> dict[str, Any]:
    """Return what Typst is given, every text cleaned; for ``shown`` see ``texts.clean``."""
    moment = content.at.utctimetuple()
    data: dict[str, Any] = _cleaned(dataclasses.asdict(content), shown)
    for block in data["blocks"]:
        if block["block"] == "table":
            block["widths"] = widths(block["columns"], block["rows"])
    most = max((len(b["columns"]) for b in data["blocks"] if b["block"] == "table"), default=0)
    return data | {
        "at": list(moment[:6]),
        "across": most > MOST_PORTRAIT_COLUMNS,
    }


def _cleaned(value: Any, shown: Callable[[str], bool]) -> Any:
    if isinstance(value, str):
        return clean(value, shown)
    if isinstance(value, dict):
        return {key: _cleaned(item, shown) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(item, shown) for item in value]
    return value


def widths(columns: list[str], rows: list[list[str]]) -> list[list[int]]:
    """Return for each column the width its longest word needs, and its share of what is left."""
    found = []
    for number, title in enumerate(columns):
        texts = [title, *(row[number] for row in rows)]
        word = max((len(w) for text in texts for w in text.split()), default=1)
        line = max(len(text) for text in texts)
        least = min(word, _LONGEST_WORD) * _LETTER + _PADDING
        found.append([least, max(1, min(line, 60))])
    return found


def canonical(data: dict[str, Any]) -> bytes:
    """Return the one spelling of a paper's data: sorted keys, no spaces, UTF-8."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(data: dict[str, Any]) -> bytes:
    """Return the SHA-256 of a paper's data that its seal vouches for."""
    return hashlib.sha256(DOMAIN + canonical(data)).digest()
