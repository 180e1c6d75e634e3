"""The table of an SOP as somebody typed it from a PDF, read into a definition or refused whole.

An empty cell continues the one above it, as merged cells do. A row with neither number nor activity
continues the texts of the row above. Actors are those that are known beforehand; each fault names
its row.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kelola.sop.definition import loader
from kelola.sop.exchange import files
from kelola.sop.exchange.times import standard_of
from kelola.ui.sheets import Fault, Limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kelola.sop.definition.shape import SopDefinition
    from kelola.ui.sheets import Table

LIMITS = Limits(size=1024 * 1024, rows=400, columns=30, length=1200)
SPELLINGS = {
    files.PROCEDURE: ("prosedur", "bagian", "uraian prosedur"),
    files.STRAND: ("alur",),
    files.NUMBER: ("no", "nomor", "no urut"),
    files.TITLE: ("aktivitas", "aktifitas", "kegiatan", "uraian kegiatan", "uraian aktivitas"),
    files.ACTOR: ("pelaksana", "pelaksana kegiatan", "aktor"),
    files.REQUIREMENT: ("persyaratan/kelengkapan", "persyaratan/perlengkapan", "persyaratan",
                        "kelengkapan", "perlengkapan"),
    files.TIME: ("waktu", "mutu baku waktu"),
    files.OUTPUT: ("output", "keluaran", "hasil"),
    files.REMARKS: ("ket", "keterangan"),
}  # fmt: skip
CONTINUED = (
    files.PROCEDURE,
    files.STRAND,
    files.ACTOR,
    files.REQUIREMENT,
    files.TIME,
    files.OUTPUT,
)
NEEDED = (files.NUMBER, files.TITLE, files.REQUIREMENT, files.TIME, files.OUTPUT)
_CODED = re.compile(r"([A-Za-z][A-Za-z0-9]{0,5})[.)] +(.+)", re.DOTALL)
_NAMED = re.compile(r"Jika [“\"](.+?)[”\"]: (?:(kembali|lanjut) ke ([0-9]{1,3})\b|(selesai))")
_BACK = re.compile(
    r"kembali ke (?:no\.?|nomor|langkah|aktivitas|kegiatan)? ?([0-9]{1,3})\b", re.IGNORECASE
)
_EITHER = re.compile(r"\b(?:ya ?/ ?tidak|(?:di)?setujui? ?/|lengkap ?/ ?tidak)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Face:
    """What a table does not say of its SOP; ``on`` is the day it is read, 2026-11-30."""

    number: str
    title: str
    office: str
    on: str


@dataclass(slots=True)
class Reading:
    """What was read: a definition, or every fault; ``assumed`` are sentences to look at."""

    definition: SopDefinition | None = None
    faults: list[Fault] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Row:
    line: int
    cells: dict[str, str]
    order: int = 0
    actor: str = ""
    time: str = ""


def read(table: Table, face: Face, known: Mapping[str, str]) -> Reading:
    """Return the SOP that a table describes, as a draft, or everything that is wrong with it.

    ``known`` gives the title of each actor that the office knows by its key.
    """
    found = Reading(faults=list(table.faults))
    columns = _columns(table, known, found)
    if columns is None:
        return found
    rows = _rows(table, columns)
    for row in rows:
        _judge(row, known, found)
    data = _data(rows, face, known, found)
    if not rows:
        found.faults.append(Fault(table.header.number, _("There is no activity in this table.")))
    if not found.faults:
        try:
            found.definition = loader.load(files.plain_yaml(data).encode(), face.number)
        except loader.InvalidSop as invalid:
            found.faults += [Fault(0, each.text("id")) for each in invalid.errors]
    found.faults.sort(key=lambda fault: fault.row)
    return found


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace(".", " ").split()).replace(" /", "/").replace("/ ", "/")


def _columns(table: Table, known: Mapping[str, str], found: Reading) -> list[str] | None:
    """Return what each column holds: one of ``files.HEADER``, or ``@key`` of an actor's column."""
    by_spelling = {text: name for name, texts in SPELLINGS.items() for text in texts}
    titles = {_plain(title): key for key, title in known.items()} | {_plain(k): k for k in known}
    columns = []
    for cell in table.header.cells:
        plain = _plain(cell)
        name = by_spelling.get(plain) or (f"@{titles[plain]}" if plain in titles else "")
        if not name and plain:
            words = _("The column “%(name)s” is neither known nor an actor.%(near)s")
            near = _near(cell, known)
            found.faults.append(Fault(table.header.number, words % {"name": cell, "near": near}))
        columns.append(name)
    missing = [name for name in NEEDED if name not in columns]
    if files.ACTOR not in columns and not any(c.startswith("@") for c in columns):
        missing.append(files.ACTOR)
    if missing:
        words = _("These columns are missing: %(names)s.") % {"names": ", ".join(missing)}
        found.faults.append(Fault(table.header.number, words))
        return None
    return columns


def _near(text: str, known: Mapping[str, str]) -> str:
    by_plain = {_plain(title): title for title in known.values()}
    close = difflib.get_close_matches(_plain(text), by_plain, n=1, cutoff=0.5)
    return _(" Perhaps “%(near)s” is meant.") % {"near": by_plain[close[0]]} if close else ""


def _rows(table: Table, columns: list[str]) -> list[_Row]:
    """Return the activities: cells that are empty continued, texts that run on joined."""
    rows: list[_Row] = []
    for line in table.rows:
        texts = [" ".join(cell.split()) for cell in line.cells]
        cells = {name: text for name, text in zip(columns, texts, strict=False) if name and text}
        marked = [name[1:] for name in cells if name.startswith("@")]
        if marked:
            cells[files.ACTOR] = "; ".join(marked)
        if rows and not {files.NUMBER, files.TITLE} & cells.keys():
            for name in (files.REQUIREMENT, files.OUTPUT, files.REMARKS):
                if name in cells:
                    rows[-1].cells[name] = f"{rows[-1].cells.get(name, '')} {cells[name]}".strip()
            continue
        for name in CONTINUED if rows else ():
            if name not in cells and name in rows[-1].cells:
                cells[name] = rows[-1].cells[name]
        rows.append(_Row(line.number, cells))
    return rows


def _judge(row: _Row, known: Mapping[str, str], found: Reading) -> None:
    """Read number, actor and time of a row, and note each fault."""

    def fault(words: str, **params: str) -> None:
        found.faults.append(Fault(row.line, words % params))

    number = row.cells.get(files.NUMBER, "").rstrip(".")
    if number.isascii() and number.isdigit() and 0 < int(number) < 1000:  # noqa: PLR2004 - three digits
        row.order = int(number)
    else:
        fault(_("The number is missing or no number: “%(text)s”. Type 1, 2, 3."), text=number)
    for name in NEEDED[1:]:
        if name not in row.cells:
            fault(_("%(column)s is empty, and so is every cell above."), column=name)
    actor = row.cells.get(files.ACTOR, "")
    keys = {_plain(title): key for key, title in known.items()} | {_plain(k): k for k in known}
    row.actor = keys.get(_plain(actor), "")
    if not actor:
        fault(_("%(column)s is empty, and so is every cell above."), column=files.ACTOR)
    elif not row.actor:
        near = _near(actor, known)
        fault(_("The actor “%(name)s” is not known.%(near)s"), name=actor, near=near)
    words = row.cells.get(files.TIME, "")
    row.time = standard_of(words)
    if words and not row.time:
        fault(_("The time “%(text)s” can't be read. Type for example 1 Hari, 30 Menit, "
                "2 Jam - 1 Hari, or setiap tanggal 30."), text=words)  # fmt: skip


def _groups(rows: Iterable[_Row], name: str) -> dict[str, list[_Row]]:
    found: dict[str, list[_Row]] = {}
    for row in rows:
        found.setdefault(row.cells.get(name, ""), []).append(row)
    return found


def _data(rows: list[_Row], face: Face, known: Mapping[str, str], found: Reading) -> dict[str, Any]:
    procedures = [
        _procedure(_coded(number, title or face.title), part, face, known, found)
        for number, (title, part) in enumerate(_groups(rows, files.PROCEDURE).items())
    ]
    identity = {
        "number": face.number,
        "title": {"id": face.title},
        "office": {"id": face.office},
        "unit": {"id": face.office},
        **dict.fromkeys(("created_on", "revised_on", "effective_on"), face.on),
        "approved_by": {"id": _("Not approved yet")},
    }
    return {"format": "kelola-sop/1", "identity": identity, "procedures": procedures}


def _coded(number: int, title: str) -> tuple[str, str]:
    """Return the code and the title of a procedure: "B. Penanganan" names its own."""
    coded = _CODED.fullmatch(title)
    return (coded[1], coded[2]) if coded else (chr(ord("A") + number % 26), title)


def _procedure(
    named: tuple[str, str], rows: list[_Row], face: Face, known: Mapping[str, str], found: Reading
) -> dict[str, Any]:
    code, name = named
    _count(rows, found)
    strands, activities = [], []
    for key, part in _groups(rows, files.STRAND).items():
        strands.append(_strand(key or code, code, name, part))
        activities += [_activity(row, code, part, face, found) for row in part]
    activities.sort(key=lambda activity: activity["order"])
    actors = list(dict.fromkeys(row.actor for row in rows))
    return {
        "code": code,
        "title": {"id": name},
        "roles": [{"key": key, "title": {"id": known.get(key, key)}} for key in actors],
        "head": rows[-1].actor,
        "activities": activities,
        "strands": strands,
    }


def _count(rows: list[_Row], found: Reading) -> None:
    """Note numbers that a procedure has twice or leaves out."""
    there = {row.order for row in rows}
    seen: set[int] = set()
    for row in rows:
        if row.order in seen and row.order:
            words = _("Number %(number)d stands here a second time; is a new procedure meant?")
            found.faults.append(Fault(row.line, words % {"number": row.order}))
        elif row.order > 1 and row.order - 1 not in there:
            words = _("Number %(missing)d is missing before number %(number)d.")
            params = {"number": row.order, "missing": row.order - 1}
            found.faults.append(Fault(row.line, words % params))
        seen.add(row.order)


def _strand(key: str, code: str, name: str, rows: list[_Row]) -> dict[str, Any]:
    rules = [row.time for row in rows if row.time.startswith("FREQ=")]
    scheduled = {"opens": ["on_schedule"], "rule": rules[0]} if rules else {"opens": ["on_request"]}
    keys = [f"{code}{row.order}" for row in rows]
    return {"key": key, "title": {"id": name}, "first": keys[0], "activities": keys, **scheduled}


def _activity(row: _Row, code: str, rows: list[_Row], face: Face, found: Reading) -> dict[str, Any]:
    outcomes, remarks = _outcomes(row, code, rows, found)
    output = row.cells.get(files.OUTPUT, "")
    return {
        "key": f"{code}{row.order}",
        "order": row.order,
        "title": {"id": row.cells.get(files.TITLE, "")},
        "actor": row.actor,
        "requirement": {"id": row.cells.get(files.REQUIREMENT, "")},
        "time": row.time,
        "time_words": {"id": row.cells.get(files.TIME, "")},
        "output": {"id": output},
        "kind": "sop.generic",
        **({"decision": True} if len(outcomes) > 1 else {}),
        "outcomes": outcomes,
        **({"remarks": remarks} if remarks else {}),
        "form": {
            "number": f"{face.number}/{code}{row.order}",
            "name": {"id": output},
            "fields": [
                {"key": "result", "label": {"id": output}, "type": "long_text", "required": True}
            ],
        },
    }


def _outcomes(
    row: _Row, code: str, rows: list[_Row], found: Reading
) -> tuple[list[dict[str, Any]], str]:
    """Read the ways out of the remarks; what is no way stays a remark."""
    place = rows.index(row)
    onward = f"{code}{rows[place + 1].order}" if place + 1 < len(rows) else "end"
    text = row.cells.get(files.REMARKS, "")
    goals = {r.order for r in rows}
    made: list[dict[str, Any]] = []

    def way(label: str, to: int | None, *, back: bool) -> None:
        if to is not None and (to not in goals or (to >= row.order) is back):
            words = _("The remark leads to number %(number)d, which is not there or not %(side)s.")
            side = _("before it") if back else _("after it")
            found.faults.append(Fault(row.line, words % {"number": to, "side": side}))
        target = "end" if to is None else f"{code}{to}"
        name = f"way_{len(made) + 1}"
        made.append({"code": name, "label": {"id": label}, "to": target}
                    | ({"is_return": True} if back else {}))  # fmt: skip

    for label, road, number, _ended in _NAMED.findall(text):
        way(label, int(number) if number else None, back=road == "kembali")
    left = _NAMED.sub("", text).strip("; ") if made else text
    if not any(not outcome.get("is_return") for outcome in made):
        made.insert(0, {"code": "done", "label": {"id": "Selesaikan"}, "to": onward})
    if len(made) == 1 and (named := _BACK.search(text)):
        way("Kembalikan", int(named[1]), back=True)
    elif len(made) == 1 and place and _EITHER.search(f"{row.cells.get(files.TITLE, '')} {text}"):
        way("Tidak", rows[place - 1].order, back=True)
        words = _("Row %(row)d decides; “no” leads back to number %(number)d.")
        found.assumed.append(words % {"row": row.line, "number": rows[place - 1].order})
    return made, left
