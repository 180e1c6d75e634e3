"""What a file would change: every row new, changed or unchanged, or at fault."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext as _

from kelola.office.models import Appointment, Person, Post, Unit, User
from kelola.office.rules import overlaps
from kelola.office.services.importing.reading import folded, read_lines
from kelola.ui.sheets import Fault

if TYPE_CHECKING:
    from datetime import date

    from kelola.office.services.importing.reading import Line
    from kelola.ui.sheets import Table

MOST_ACCOUNTS = 150
State = Literal["new", "changed", "unchanged"]
Period = tuple["date", "date | None"]


@dataclass(slots=True)
class Planned:
    """A line with whom it is about (None: somebody new) and what it brings.

    ``key`` is the same for all lines about one person of the file.
    """

    line: Line
    key: str
    person: Person | None
    state: State = "unchanged"
    appoints: list[str] = field(default_factory=list)
    gives_login: bool = False

    def bring(self, *, new: bool) -> None:
        """Note that something is different."""
        self.state = "new" if new else "changed"


@dataclass(slots=True)
class Plan:
    """The lines in their order; with faults nothing is written."""

    lines: list[Planned] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    new_posts: list[str] = field(default_factory=list)
    new_units: list[str] = field(default_factory=list)
    rows: int = 0

    def count(self, state: State) -> int:
        """Return how many lines are in a state."""
        return sum(1 for planned in self.lines if planned.state == state)

    @property
    def faulty_rows(self) -> int:
        """How many rows are at fault."""
        return len({fault.row for fault in self.faults})


def plan(table: Table) -> Plan:
    """Return what a table would change in the open office. Changes nothing.

    Raises:
        Unreadable: the columns are not those of people and posts.

    """
    lines, faults, unused = read_lines(table)
    made = Plan(faults=faults, unused=unused, rows=len(table.rows))
    office = _Present(lines)
    for line in lines:
        told = office.place(line, made)
        made.faults += [Fault(line.number, message) for message in told]
    accounts = sum(planned.gives_login for planned in made.lines)
    if accounts > MOST_ACCOUNTS:
        most = {"limit": MOST_ACCOUNTS, "n": accounts}
        made.faults.append(
            Fault(0, _("%(n)d new accounts; at most %(limit)d at once. Split the file.") % most)
        )
    made.faults.sort(key=lambda fault: fault.row)
    return made


class _Present:
    """The office as it is, and as the lines before would have made it."""

    def __init__(self, lines: list[Line]) -> None:
        people = list(Person.objects.select_related("unit", "membership__user"))
        self.by_nip = {person.nip: person for person in people if person.nip}
        self.by_name: dict[str, list[Person]] = defaultdict(list)
        for person in people:
            self.by_name[folded(person.name)].append(person)
        self.posts = {folded(post.title): post.title for post in Post.objects.all()}
        self.units = {folded(unit.name): unit.name for unit in Unit.objects.all()}
        self.held: dict[tuple[str, str], list[tuple[str, Period]]] = defaultdict(list)
        for row in Appointment.objects.select_related("post"):
            period = (row.valid_from, row.valid_until)
            place = (str(row.person_id), folded(row.post.title))
            self.held[place].append((folded(row.decree_number), period))
        wanted = {line.login for line in lines if line.login}
        self.taken = set(User.objects.filter(login__in=wanted).values_list("login", flat=True))
        self.first: dict[str, Planned] = {}
        self.logins: dict[str, str] = {}

    def place(self, line: Line, made: Plan) -> list[str]:
        """Add a line to the plan; return what is wrong with it."""
        key, person, told = self._who(line)
        if told:
            return [told]
        planned = Planned(line, key, person)
        before = self.first.setdefault(key, planned)
        if person is None:
            planned.bring(new=True)
        elif _differs(person, line):
            planned.bring(new=False)
        found = _disagreements(before.line, line)
        found += self._posts(planned, made)
        found += self._login(planned)
        if line.unit and folded(line.unit) not in self.units:
            self.units[folded(line.unit)] = line.unit
            made.new_units.append(line.unit)
        if not found:
            made.lines.append(planned)
        return found

    def _who(self, line: Line) -> tuple[str, Person | None, str]:
        """Return a key for the person, the person when known, and what is in doubt."""
        name = folded(line.name)
        namesakes = self.by_name.get(name, [])
        if line.nip:
            blank = [person for person in namesakes if not person.nip]
            person = self.by_nip.get(line.nip) or (blank[0] if len(blank) == 1 else None)
            if person is None and f"name {name}" in self.first:
                row = {"row": self.first[f"name {name}"].line.number}
                return "", None, _("Row %(row)d has this name without a NIP. Add it there.") % row
            return (str(person.pk) if person else f"nip {line.nip}"), person, ""
        if len(namesakes) > 1:
            return "", None, _("Several people have this name. Add the NIP.")
        if namesakes:
            return str(namesakes[0].pk), namesakes[0], ""
        twins = {key for key, other in self.first.items() if folded(other.line.name) == name}
        if len(twins) > 1:
            return "", None, _("Several people have this name. Add the NIP.")
        return (twins.pop() if twins else f"name {name}"), None, ""

    def _posts(self, planned: Planned, made: Plan) -> list[str]:
        line, told = planned.line, []
        if line.valid_from is None:
            return []
        period = (line.valid_from, line.valid_until)
        for title in line.posts:
            place, decree = (planned.key, folded(title)), folded(line.decree_number)
            if (decree, period) in self.held[place]:
                continue
            if any(overlaps(period, other) for _decree, other in self.held[place]):
                told.append(_("%(post)s: held on these days by another decree.") % {"post": title})
                continue
            self.held[place].append((decree, period))
            planned.appoints.append(title)
            planned.bring(new=planned.person is None)
            if folded(title) not in self.posts:
                self.posts[folded(title)] = title
                made.new_posts.append(title)
        return told

    def _login(self, planned: Planned) -> list[str]:
        login = planned.line.login
        membership = getattr(planned.person, "membership", None)
        present = membership.user.login if membership else self.logins.get(planned.key)
        if not login or login == present:
            return []
        if present:
            known = {"login": present}
            return [_("This person signs in as “%(login)s” already.") % known]
        if login in self.taken:
            return [_("The user name “%(login)s” is taken.") % {"login": login}]
        self.taken.add(login)
        self.logins[planned.key] = login
        planned.gives_login = True
        planned.bring(new=planned.person is None)
        return []


def _differs(person: Person, line: Line) -> bool:
    unit = person.unit.name if person.unit else ""
    return (
        person.name != line.name
        or bool(line.nip and person.nip != line.nip)
        or bool(line.unit and folded(unit) != folded(line.unit))
    )


def _disagreements(first: Line, line: Line) -> list[str]:
    """Return what a later line says otherwise of the same person."""
    row = {"row": first.number}
    found = []
    if first.name != line.name:
        found.append(_("Row %(row)d gives this NIP another name.") % row)
    if first.nip and line.nip and first.nip != line.nip:
        found.append(_("Row %(row)d gives this person another NIP.") % row)
    if line.unit and first.unit and folded(line.unit) != folded(first.unit):
        found.append(_("Row %(row)d names another unit for this person.") % row)
    return found
