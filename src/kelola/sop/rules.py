"""Pure decisions about runs and forms: numbers of runs, and whether an output is complete."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from heapq import nsmallest
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from kelola.sop.definition.shape import FieldType
from kelola.workcal import rules as workcal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from uuid import UUID

    from kelola.sop.definition.shape import (
        Activity,
        FormField,
        Procedure,
        SopDefinition,
        Strand,
    )

MAX_TEXT = 500
MAX_LONG_TEXT = 20_000
MAX_ROWS = 200
MAX_FILES = 30
# Working days after which who opened a run is no longer waited for.
ANSWER_WITHIN = 3

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_COUNT_DIGITS = 9  # within a database's integer
# No exponents: written out, 1e999999999 fills the memory of whoever looks at it.
_NUMBER = re.compile(r"[+-]?([0-9]+([.,][0-9]+)?|[.,][0-9]+)")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def run_number(sequence: int, procedure: str, on: date) -> str:
    """Return the number people read: ``214/TI-B/XI/2026`` for the 214th run of B that year."""
    return f"{sequence}/TI-{procedure}/{_ROMAN[on.month - 1]}/{on.year}"


def confirming_role(activity: Activity, head: str, held: frozenset[str]) -> str:
    """Return the role that is asked to confirm that a step was not carried out.

    It is the superior the SOP names for the activity; the procedure's head where whoever says so
    (``held``: their roles) is that superior themselves, or none is named.
    """
    superior = activity.escalate_to or head
    return head if superior in held else superior


def above(procedure: Procedure, role: str) -> tuple[str, ...]:
    """Return the roles above one in a procedure, the nearest first, as its escalations name them.

    Who may order a step by word of mouth is who does it, or somebody above them.
    """
    named = {a.actor: a.escalate_to for a in reversed(procedure.activities) if a.escalate_to}
    found: list[str] = []
    while (role := named.get(role, "")) and role not in found:
        found.append(role)
    return tuple(found)


def above_anywhere(definition: SopDefinition, role: str) -> frozenset[str]:
    """Return the roles above one in any procedure of an SOP, and those above them."""
    found: set[str] = set()
    todo = [role]
    while todo:
        one = todo.pop()
        new = {r for p in definition.procedures for r in above(p, one)} - found
        found |= new
        todo += new
    return frozenset(found)


def people_of(definition: SopDefinition, procedure: Procedure) -> frozenset[str]:
    """Return the roles whose work the head of a procedure answers for: not those above them."""
    higher = above_anywhere(definition, procedure.head)
    return frozenset(role.key for role in procedure.roles) - higher


def below_and_above(
    definition: SopDefinition, held: frozenset[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the roles below somebody with these roles in an SOP, and those above them.

    Below are those of the procedures they are the head of, and those that escalate to them.
    """
    keys = {role.key for p in definition.procedures for role in p.roles}
    higher = {r for role in held for r in above_anywhere(definition, role)}
    lower = {key for key in keys if held & above_anywhere(definition, key)}
    for procedure in definition.procedures:
        if procedure.head in held:
            lower |= people_of(definition, procedure)
    return frozenset(lower - higher - held), frozenset(higher - held)


def next_closing(calendar: workcal.Calendar, at: datetime) -> datetime:
    """Return the closing of the next working day after ``at``.

    Until then a verbal order is to be ratified, and then a superior hears of what is still late.
    """
    on = workcal.nth_working_day(calendar, workcal.local(calendar, at).date(), 1)
    return workcal.windows(calendar, on)[-1][1]


def may_stand(activity: Activity) -> bool:
    """Whether a standing disposition may settle a step: never one that checks another's work."""
    forward = [o for o in activity.outcomes if not o.is_return and not o.needs_reason]
    return bool(forward) and not activity.not_same_person_as


def applies(wanted: Mapping[str, Sequence[str]], first_form: Mapping[str, Any]) -> bool:
    """Whether what the first form says is what a standing disposition is for."""
    return all(first_form.get(field) in codes for field, codes in wanted.items())


def rounds(calendar: workcal.Calendar, rule: str, today: date) -> list[workcal.Slot]:
    """Return the rounds to choose from: the running one and four before; none opens early."""
    years = (today.year - 1, today.year, today.year + 1)
    every = [s for y in years for s in workcal.slots(calendar, rule, y)]
    past = [s for s in every if s.due_on < today][-4:]
    running = [s for s in every if s.opens_on <= today <= s.due_on]
    return [*past, *running]


def rounds_to_open(
    calendar: workcal.Calendar, rule: str, looked_on: date | None, today: date
) -> list[workcal.Slot]:
    """Return the rounds that the schedule opens, oldest first.

    They are those that began since it last looked; at the first look those that run today, for
    nobody promised anything before. However long nobody looked, each comes once.
    """
    years = range((looked_on or today).year, today.year + 2)
    every = [s for year in years for s in workcal.slots(calendar, rule, year)]
    if looked_on is None:
        return [s for s in every if s.opens_on <= today <= s.due_on]
    return [s for s in every if looked_on < s.opens_on <= today]


def next_round(calendar: workcal.Calendar, rule: str, today: date) -> date | None:
    """Return the day on which the next round of a rule begins after today, if one does."""
    years = (today.year, today.year + 1, today.year + 2)
    coming = (s.opens_on for y in years for s in workcal.slots(calendar, rule, y))
    return next((on for on in coming if on > today), None)


def drawn(seed: str, keys: Iterable[UUID], size: int) -> list[UUID]:
    """Draw a few of many; who knows the seed and the keys draws the same.

    Args:
        seed: what nobody chose.
        keys: of all that may be drawn, in any order.
        size: how many at most.

    """
    return nsmallest(size, keys, key=lambda key: sha256(f"{seed}:{key}".encode()).digest())


def needs_slot(strand: Strand) -> bool:
    """Tell whether a run of the strand is always one of its rounds."""
    return bool(strand.rule) and "on_request" not in strand.opens


# Activities that settle what binds the office for years. UU 30/2014, article 14 (7): an acting
# official takes no strategic decision.
STRATEGIC = frozenset({"policy.determine"})


def is_strategic(kind: str) -> bool:
    """Tell whether an activity of this kind takes a strategic decision."""
    return kind in STRATEGIC


class ProblemCode(StrEnum):
    """Why a value of a form does not stand."""

    MISSING = "missing"
    NOT_A_CHOICE = "not_a_choice"
    NOT_A_DATE = "not_a_date"
    NOT_A_NUMBER = "not_a_number"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    UNKNOWN_FIELD = "unknown_field"
    WRONG_SHAPE = "wrong_shape"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One problem of a filled form.

    ``path`` is the field's key, for a cell of a table ``table.row.column`` with the row from 0.
    """

    path: str
    code: ProblemCode
    field: FormField | None
    limit: str = ""


def quiet_row(field: FormField, on: date) -> dict[str, str] | None:
    """Return the row of a daily table that says of a day that nothing happened.

    None where one tap can't say it: no daily table, or more is asked for than the day and choices
    that know a quiet answer.
    """
    if not field.daily:
        return None
    row: dict[str, str] = {}
    for column in field.columns:
        quiet = next((o.code for o in column.options if o.quiet), None)
        if column.type is FieldType.DATE and not row:
            row[column.key] = on.isoformat()
        elif quiet is not None:
            row[column.key] = quiet
        elif column.required:
            return None
    return row if len(row) > 1 else None


def row_of(field: FormField, data: Mapping[str, Any], on: date) -> Mapping[str, Any] | None:
    """Return what a daily table says of a day, None while it says nothing of it."""
    day = next((c.key for c in field.columns if c.type is FieldType.DATE), "")
    rows = data.get(field.key)
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict) and row.get(day) == on.isoformat() and len(row) > 1:
            return row
    return None


def is_blank(value: Any) -> bool:
    """Whether a value says nothing: absent, empty, or a table of blank rows."""
    if value is None or value in ("", []):
        return True
    if isinstance(value, list):
        return all(isinstance(v, dict) and all(is_blank(c) for c in v.values()) for v in value)
    return isinstance(value, str) and not value.strip()


def problems(
    fields: Sequence[FormField], data: Mapping[str, Any], *, complete: bool = True
) -> tuple[FieldProblem, ...]:
    """Judge a filled form.

    Args:
        fields: the form's fields, in order.
        data: value by key; see ``forms.read`` for the shape of each type.
        complete: ask for the required fields too; a draft may leave them out.

    Returns:
        every problem found, in the order of the fields.

    """
    known = {f.key for f in fields}
    found = [FieldProblem(k, ProblemCode.UNKNOWN_FIELD, None) for k in data if k not in known]
    for field in fields:
        found.extend(_field_problems(field, field.key, data.get(field.key), complete=complete))
    return tuple(found)


def _field_problems(
    field: FormField, path: str, value: Any, *, complete: bool
) -> Iterator[FieldProblem]:
    if is_blank(value):
        if complete and field.required:
            yield FieldProblem(path, ProblemCode.MISSING, field)
        return
    if field.type is FieldType.TABLE:
        yield from _table_problems(field, path, value, complete=complete)
        return
    problem = _value_problem(field, value)
    if problem is not None:
        code, limit = problem
        yield FieldProblem(path, code, field, limit)


def _table_problems(
    field: FormField, path: str, rows: Any, *, complete: bool
) -> Iterator[FieldProblem]:
    if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
        yield FieldProblem(path, ProblemCode.WRONG_SHAPE, field)
        return
    if len(rows) > MAX_ROWS:
        yield FieldProblem(path, ProblemCode.TOO_MANY, field, str(MAX_ROWS))
        return
    known = {c.key for c in field.columns}
    for number, row in enumerate(rows):
        for key in row.keys() - known:
            yield FieldProblem(f"{path}.{number}.{key}", ProblemCode.UNKNOWN_FIELD, None)
        if all(is_blank(v) for v in row.values()):
            continue
        for column in field.columns:
            yield from _field_problems(
                column, f"{path}.{number}.{column.key}", row.get(column.key), complete=complete
            )


def _value_problem(field: FormField, value: Any) -> tuple[ProblemCode, str] | None:
    match field.type:
        case FieldType.TEXT:
            return _text_problem(value, MAX_TEXT)
        case FieldType.LONG_TEXT:
            return _text_problem(value, MAX_LONG_TEXT)
        case FieldType.NUMBER:
            return _number_problem(field, value)
        case FieldType.FILE | FieldType.PHOTO:
            return _files_problem(value)
        case FieldType.DATE:
            problem = None if _is_date(value) else ProblemCode.NOT_A_DATE
        case _:
            allowed = {"yes", "no"} if field.type is FieldType.YES_NO else set()
            allowed |= {o.code for o in field.options}
            known = isinstance(value, str) and value in allowed
            problem = None if known else ProblemCode.NOT_A_CHOICE
    return None if problem is None else (problem, "")


def _text_problem(value: Any, limit: int) -> tuple[ProblemCode, str] | None:
    if not isinstance(value, str):
        return ProblemCode.WRONG_SHAPE, ""
    return (ProblemCode.TOO_LONG, str(limit)) if len(value) > limit else None


def _is_date(value: Any) -> bool:
    # Python also reads 20261130 and 2026-W49-1, which a browser's date field does not show.
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _number_problem(field: FormField, value: Any) -> tuple[ProblemCode, str] | None:
    number = to_number(value)
    if number is None:
        return ProblemCode.NOT_A_NUMBER, ""
    if field.minimum is not None and number < Decimal(str(field.minimum)):
        return ProblemCode.TOO_SMALL, f"{field.minimum:g}"
    if field.maximum is not None and number > Decimal(str(field.maximum)):
        return ProblemCode.TOO_LARGE, f"{field.maximum:g}"
    return None


def to_number(value: Any) -> Decimal | None:
    """Read a number as stored (``98.7``) or as written in Indonesia (``98,7``); else None."""
    if not isinstance(value, str) or len(value) > 30:  # noqa: PLR2004 - longer is no measurement
        return None
    text = value.strip()
    return Decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def to_count(text: str, most: int) -> int:
    """Read a posted count, at most ``most``; whatever is no count is 0."""
    fits = text.isascii() and text.isdigit() and len(text) <= _COUNT_DIGITS
    return min(int(text), most) if fits else 0


def names_document(text: str) -> bool:
    """Tell whether a text is spelled like the id of a document."""
    return _UUID.fullmatch(text) is not None


def _files_problem(value: Any) -> tuple[ProblemCode, str] | None:
    if not isinstance(value, list) or not all(
        isinstance(v, str) and names_document(v) for v in value
    ):
        return ProblemCode.WRONG_SHAPE, ""
    return (ProblemCode.TOO_MANY, str(MAX_FILES)) if len(value) > MAX_FILES else None


def file_ids(fields: Sequence[FormField], data: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ids of all documents that a form names, table cells included."""
    found: list[str] = []
    for field in fields:
        value = data.get(field.key)
        if field.type in (FieldType.FILE, FieldType.PHOTO) and isinstance(value, list):
            found.extend(v for v in value if isinstance(v, str))
        elif field.type is FieldType.TABLE and isinstance(value, list):
            for row in value:
                if isinstance(row, dict):
                    found.extend(file_ids(field.columns, row))
    return tuple(found)


def new_feed_key() -> str:
    """Return 256 random bits as the key of a feed."""
    return secrets.token_urlsafe(32)


def feed_digest(key: str) -> str:
    """Return what is kept of a feed's key. It is long and by chance, so it needs no salt."""
    return hashlib.sha256(key.encode()).hexdigest()


# From this share of steps done in time on, the monitoring sheet proposes "runs well". The
# regulation names none: whoever assesses decides, and the sheet says so.
WELL = 80


class Ran(NamedTuple):
    """How a procedure ran in a period: runs opened, and steps by how they ended."""

    runs: int = 0
    finished: int = 0
    late: int = 0
    returned: int = 0
    afterwards: int = 0
    undone: int = 0
    overdue: int = 0

    @property
    def wanted(self) -> int:
        """How many steps were to be done: finished, not carried out, or overdue and open."""
        return self.finished + self.undone + self.overdue

    @property
    def in_time(self) -> int:
        """How many were done by their due."""
        return self.finished - self.late


def runs_well(ran: Ran) -> bool | None:
    """Propose whether a procedure runs well; None where nothing was to be done.

    It does when ``WELL`` per cent of its steps were done in time: what is overdue or was not
    carried out counts as not done in time, however lawful it is to say so.
    """
    return ran.in_time * 100 >= ran.wanted * WELL if ran.wanted else None


def signing_roles(definition: SopDefinition) -> tuple[str, str, str]:
    """Return the roles that prepare, examine and establish an SOP where nobody says otherwise.

    Whoever heads most procedures prepares it, the post that the identity block names establishes
    it, and the column between the two examines it; an empty key is nobody.
    """
    heads = [p.head for p in definition.procedures]
    prepares = max(heads, key=heads.count)
    roles = {r.key: r for p in definition.procedures for r in p.roles}
    approves = definition.identity.approved_by.id
    establishes = next((key for key, role in roles.items() if role.title.id == approves), "")
    above = [key for key in above_anywhere(definition, prepares) if key != establishes]
    return prepares, min(above, default=""), establishes


class Heat(NamedTuple):
    """How an activity ran: finished steps, the median of their working minutes, late ones."""

    steps: int
    minutes: float
    late: int


def heat_of(rows: Sequence[tuple[float, bool]]) -> Heat:
    """Return the heat of an activity from its steps: working minutes, and whether it was late."""
    return Heat(
        len(rows), median(minutes for minutes, _late in rows), sum(late for _m, late in rows)
    )


def warmth(heats: Mapping[str, Heat]) -> dict[str, int]:
    """Return 1 to 4 for each activity: its median against the slowest one's, at least an hour."""
    slowest = max((heat.minutes for heat in heats.values()), default=0.0)
    slowest = max(slowest, 60.0)
    return {key: min(4, 1 + int(4 * heat.minutes / slowest)) for key, heat in heats.items()}
