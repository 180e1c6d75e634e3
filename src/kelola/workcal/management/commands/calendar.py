"""``kelola calendar``: when something is due, and the slots of a recurrence."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kelola.office.queries import offices
from kelola.workcal import queries, rules
from kelola.workcal.phrases import FAULTS

if TYPE_CHECKING:
    from kelola.office.models import Office

WRONG_USE = 2
FIRST_YEAR, LAST_YEAR = 1970, 2500


class Command(BaseCommand):
    """Exit codes: 0 good, 2 wrong use."""

    # Reckoning needs no pages: it answers at once, also where the rest is broken.
    requires_system_checks = ()
    help = _("Compute by the working calendar: when something is due, the slots of a rule.")

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the two subcommands."""
        actions = parser.add_subparsers(dest="action", required=True)
        due = actions.add_parser("due", help=_("when work started at START is due"))
        due.add_argument("start", help=_("date and time (ISO 8601), the office's without a zone"))
        due.add_argument("standard", help=_("P1D, PT2H, PT3H..P1D or a rule (FREQ=…)"))
        due.add_argument("--pause", action="append", default=[], help=_("FROM..TO, repeatable"))
        due.add_argument("--wall", action="store_true", help=_("legal clock: exact wall time"))
        slots = actions.add_parser("slots", help=_("the slots of a rule in a year"))
        slots.add_argument("rule", help=_("a rule (FREQ=…)"))
        slots.add_argument("--year", required=True, help=_("the year, such as 2026"))
        for action in (due, slots):
            action.add_argument("--office", help=_("id of the office, if there are several"))
            action.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run one subcommand."""
        calendar = self._calendar(options["office"])
        try:
            if options["action"] == "due":
                self._due(calendar, options)
            else:
                self._slots(calendar, options)
        except rules.BadStandard as error:
            _refuse(f"{error.part or error.text}: {FAULTS[error.fault]}")
        except rules.NoWorkingTime:
            _refuse(_("The calendar has no working hours there."))

    def _calendar(self, wanted: str | None) -> rules.Calendar:
        """Return the calendar asked for, of the only office, or the default one."""
        found = offices()
        if wanted is not None:
            return queries.calendar_of(_office(found, wanted).pk)
        if len(found) == 1:
            return queries.calendar_of(found[0].pk)
        if found:
            words = _("There are several offices: reckoned by the default calendar (WIB).")
            self.stderr.write(words + " " + _("Choose one by --office."))
        return queries.default_calendar()

    def _due(self, calendar: rules.Calendar, options: dict[str, Any]) -> None:
        standard = rules.parse_standard(options["standard"])
        if options["wall"] and isinstance(standard, rules.Recurrence):
            _refuse(_("A legal clock needs a duration; a rule has none."))
        found = rules.due(
            calendar,
            _moment(calendar, options["start"]),
            standard,
            [_pause(calendar, text) for text in options["pause"]],
            wall=options["wall"],
        )
        moments = {"due": found.at, "target": found.target}
        told = {name: at for name, at in moments.items() if at is not None}
        if options["as_json"]:
            self.stdout.write(json.dumps({name: at.isoformat() for name, at in told.items()}))
            return
        names = {"due": _("Due"), "target": _("Target")}
        for name, at in told.items():
            self.stdout.write(f"{names[name]}: {_words(at)}")

    def _slots(self, calendar: rules.Calendar, options: dict[str, Any]) -> None:
        found = rules.slots(calendar, options["rule"], _year(options["year"]))
        if options["as_json"]:
            rows = [{"opens_on": str(s.opens_on), "due_on": str(s.due_on)} for s in found]
            self.stdout.write(json.dumps({"slots": rows}))
            return
        for slot in found:
            opens, due = (date_format(day, "j F Y") for day in (slot.opens_on, slot.due_on))
            words = _("%(key)s: opens %(opens)s, due %(due)s")
            self.stdout.write(words % {"key": slot.key, "opens": opens, "due": due})


def _refuse(message: str) -> NoReturn:
    raise CommandError(message, returncode=WRONG_USE)


def _office(found: list[Office], wanted: str) -> Office:
    try:
        key = UUID(wanted)
    except ValueError:
        _refuse(_("%(text)s is not the id of an office.") % {"text": wanted})
    for office in found:
        if office.pk == key:
            return office
    _refuse(_("There is no office %(id)s.") % {"id": wanted})


def _moment(calendar: rules.Calendar, text: str) -> datetime:
    """Read a moment; without a zone it is the office's local time."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        _refuse(
            _("%(text)s is not a date and time. Write 2026-11-30T09:30.") % {"text": text or "''"}
        )
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        _refuse(_bounds(text))
    return found if found.tzinfo else found.replace(tzinfo=rules.zone_on(calendar, found.date()))


def _pause(calendar: rules.Calendar, text: str) -> rules.Pause:
    begins, dots, ends = text.partition("..")
    if not dots:
        _refuse(_("%(text)s is not a pause. Write FROM..TO.") % {"text": text or "''"})
    pause = rules.Pause(_moment(calendar, begins), end := _moment(calendar, ends))
    if end < pause.start:
        _refuse(_("The pause %(text)s ends before it begins.") % {"text": text})
    return pause


def _year(text: str) -> int:
    digits = text.isascii() and text.isdigit()
    if not digits or not FIRST_YEAR <= int(text) <= LAST_YEAR:
        _refuse(_bounds(text))
    return int(text)


def _bounds(text: str) -> str:
    words = _("%(text)s: the year must lie between %(first)d and %(last)d.")
    return words % {"text": text or "''", "first": FIRST_YEAR, "last": LAST_YEAR}


def _words(at: datetime) -> str:
    return _("%(date)s at %(time)s %(zone)s") % {
        "date": date_format(at, "l, j F Y"),
        "time": f"{at:%H.%M}" + (f"{at:.%S}" if at.second else ""),
        "zone": at.tzname(),
    }
