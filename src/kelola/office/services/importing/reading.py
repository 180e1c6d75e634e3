"""From the cells of a table to lines about people, each fault named by its row."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kelola.office.rules import canonical_login, nip_fits
from kelola.office.services.accounts import fitting_login
from kelola.office.services.checks import Invalid, optional, text
from kelola.ui.sheets import Fault, Limits, Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kelola.ui.sheets import Table

LIMITS = Limits(size=5 * 1024 * 1024, rows=2000, columns=30, length=400)
# The words of the template are data: offices keep such files for years, in Indonesian.
_COLUMNS = {
    "name": ("Nama", "nama lengkap", "nama pegawai", "name"),
    "nip": ("NIP", "nip baru"),
    "unit": ("Unit", "unit kerja", "subbagian", "bagian"),
    "posts": ("Jabatan", "nama jabatan", "post", "posts"),
    "decree_number": ("Nomor SK", "no sk", "no. sk", "sk", "decree number"),
    "decree_on": ("Tanggal SK", "tgl sk", "decree date"),
    "valid_from": ("Berlaku mulai", "mulai berlaku", "tmt", "valid from"),
    "valid_until": ("Berlaku sampai", "sampai dengan", "valid until"),
    "login": ("Nama pengguna", "user name", "login"),
}
HEADER = tuple(names[0] for names in _COLUMNS.values())
_BY_NAME = {name.casefold(): field for field, names in _COLUMNS.items() for name in names}
_MONTHS = (
    "januari", "februari", "maret", "april", "mei", "juni", "juli", "agustus", "september",
    "oktober", "november", "desember",
)  # fmt: skip
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?: 00:00(?::00)?)?")
_USUAL = re.compile(r"(\d{1,2})[/.\- ](\d{1,2}|[A-Za-z]+)[/.\- ](\d{4})")
_YEARS = range(1945, 2101)


@dataclass(frozen=True, slots=True)
class Line:
    """A row about somebody. What the file leaves empty is empty or None."""

    number: int
    name: str
    nip: str = ""
    unit: str = ""
    posts: tuple[str, ...] = ()
    decree_number: str = ""
    decree_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    login: str = ""


def folded(words: str) -> str:
    """Return the one form in which names are compared."""
    return " ".join(unicodedata.normalize("NFC", words).casefold().split())


def read_lines(table: Table) -> tuple[list[Line], list[Fault], list[str]]:
    """Return the lines that can be read, the faults of the others, and unused columns.

    Raises:
        Unreadable: there is no column of names, or a column stands twice.

    """
    places, unused = _places(table)
    lines, faults = [], list(table.faults)
    spoilt = {fault.row for fault in table.faults}
    for row in table.rows:
        cells = {field: row.cells[place].strip() for field, place in places.items()}
        if row.number in spoilt or not any(cells.values()):
            continue
        line, told = _line(row.number, cells)
        faults += [Fault(row.number, message) for message in told]
        if not told:
            lines.append(line)
    return lines, faults, unused


def _places(table: Table) -> tuple[dict[str, int], list[str]]:
    places: dict[str, int] = {}
    unused = []
    for place, title in enumerate(table.header.cells):
        field = _BY_NAME.get(folded(title).rstrip("*: "))
        if field is None:
            unused += [title] if title else []
        elif field in places:
            raise Unreadable(_("The column “%(column)s” stands twice.") % {"column": title})
        else:
            places[field] = place
    if "name" not in places:
        wanted = {"wanted": ", ".join(HEADER), "row": table.header.number}
        raise Unreadable(
            _("Row %(row)d must name the columns, at least Nama. Known are: %(wanted)s.") % wanted
        )
    return places, unused


def _line(number: int, cells: Mapping[str, str]) -> tuple[Line, list[str]]:
    told: list[str] = []

    def tried(field: str, limit: int, *, needed: bool = False) -> str:
        try:
            return (text if needed else optional)(field, cells.get(field, ""), limit)
        except Invalid as refusal:
            told.append(f"{_title(field)}: {refusal.message}")
            return ""

    posts = re.split(r"[;\n]", cells.get("posts", ""))
    line = Line(
        number=number,
        name=tried("name", 200, needed=True),
        nip="".join(cells.get("nip", "").split()),
        unit=tried("unit", 200),
        posts=tuple(dict.fromkeys(" ".join(post.split()) for post in posts if post.strip())),
        decree_number=tried("decree_number", 120),
        decree_on=_day("decree_on", cells, told),
        valid_from=_day("valid_from", cells, told),
        valid_until=_day("valid_until", cells, told),
        login=canonical_login(cells.get("login", "")),
    )
    return line, told + _contradictions(line, told)


def _contradictions(line: Line, told: list[str]) -> list[str]:
    found = []
    if not nip_fits(line.nip):
        found.append(_("NIP “%(nip)s” has not 18 digits.") % {"nip": line.nip[:40]})
    for title in line.posts:
        try:
            text("posts", title, 200)
        except Invalid as refusal:
            found.append(f"{_title('posts')}: {refusal.message}")
    if line.login:
        try:
            fitting_login(line.login)
        except Invalid as refusal:
            found.append(f"{_title('login')}: {refusal.message}")
    decree = (line.decree_number, line.decree_on, line.valid_from)
    if line.posts and not all(decree) and not told:
        found.append(_("A post needs Nomor SK, Tanggal SK and Berlaku mulai."))
    if line.valid_from and line.valid_until and line.valid_until < line.valid_from:
        found.append(_("Berlaku sampai lies before Berlaku mulai."))
    return found


def _title(field: str) -> str:
    return _COLUMNS[field][0]


def _day(field: str, cells: Mapping[str, str], told: list[str]) -> date | None:
    """Read a day as sheets and people write it; what is none is told."""
    words = cells.get(field, "")
    if not words or words == "-":
        return None
    day = day_of(words)
    if day is None:
        shown = {"column": _title(field), "day": words[:40]}
        told.append(_("%(column)s: there is no date “%(day)s”. Write it as 31/01/2027.") % shown)
    return day


def day_of(words: str) -> date | None:
    """Return the day of ``2027-01-31``, ``31/01/2027``, ``31 Januari 2027``, or None."""
    if iso := _ISO.fullmatch(words):
        year, month, day = (int(part) for part in iso.groups())
    elif usual := _USUAL.fullmatch(words):
        day, year = int(usual[1]), int(usual[3])
        name = usual[2].casefold()
        named = [n for n, m in enumerate(_MONTHS, start=1) if m == name or m[:3] == name]
        month = int(name) if name.isdecimal() else (named or [0])[0]
    else:
        return None
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None
