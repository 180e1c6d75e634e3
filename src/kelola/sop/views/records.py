"""What somebody did, day by day: to copy into one's own report, or to see as their superior."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kelola.sop import phrases, queries
from kelola.sop.views.periods import days, moments
from kelola.ui.http.tables import table_response
from kelola.ui.wording import clock_time, long_day
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse, StreamingHttpResponse

    from kelola.office.http import OfficeRequest
    from kelola.office.models import Person
    from kelola.sop.models import Step

MOST = 3000


@require_safe
def work_report(request: OfficeRequest) -> HttpResponse | StreamingHttpResponse:
    """Show one's own record of a period, or that of somebody one is the superior of."""
    calendar = calendar_of(request.actor.office.pk)
    today = workcal.local(calendar, timezone.now()).date()
    person, people = _whose(request, today)
    typed = {name: request.GET.get(name, "") for name in ("dari", "sampai")}
    first, last, wrong = _period(typed["dari"], typed["sampai"], today)
    start, end = moments(calendar, first, last)
    steps = queries.done_by(person, start, end, limit=MOST)
    if "unduh" in request.GET and not wrong:
        return _table(request.GET["unduh"], steps)
    period = {"first": first, "last": last, "typed": typed, "wrong": wrong}
    context = {**period, **_shown(steps), **_named(request, person, people), **_periods(today)}
    return render(request, "sop/work_report.html", context, status=422 if wrong else 200)


def _whose(request: OfficeRequest, today: date) -> tuple[Person, list[Person]]:
    """Return whose record is asked for, and all whose records this person may see; else 404."""
    own, asked = request.actor.person, request.GET.get("pegawai", "")
    people = queries.people_under(own, queries.roles_through(request.actor.posts), today)
    found = next((p for p in (own, *people) if str(p.pk) == (asked or str(own.pk))), None)
    if found is None:
        raise Http404
    return found, [own, *people] if people else []


def _shown(steps: list[Step]) -> dict[str, Any]:
    return {
        "report": "\n\n".join(_days(steps)),
        "count": len(steps),
        "more": len(steps) == MOST,
    }


def _named(request: OfficeRequest, person: Person, people: list[Person]) -> dict[str, Any]:
    own = person.pk == request.actor.person.pk
    heading = (
        _("Copy for the work report") if own else _("Work of %(name)s") % {"name": person.name}
    )
    return {"heading": heading, "own": own, "person": person, "people": people}


def _periods(today: date) -> dict[str, Any]:
    monday = today - timedelta(days=today.weekday())
    return {
        "periods": [
            (_("Today"), today, today),
            (_("This week"), monday, today),
            (_("This month"), today.replace(day=1), today),
        ]
    }


def _period(first: str, last: str, today: date) -> tuple[date, date, str]:
    """Return the period as typed, or today with what is wrong in it."""
    try:
        return (*days(first, last, today=today), "")
    except ValueError as wrong:
        return today, today, str(wrong)


def _days(steps: list[Step]) -> Iterator[str]:
    for day, done in groupby(steps, key=lambda s: timezone.localdate(s.performed_at)):
        lines = (f"- {clock_time(s.performed_at)} {phrases.done_line(s)}" for s in done)
        yield "\n".join([long_day(day), *lines])


def _table(kind: str, steps: list[Step]) -> HttpResponse | StreamingHttpResponse:
    header = [_("Day"), _("Time"), _("Number"), _("Subject"), _("Work"), _("Recorded")]
    return table_response(kind, str(_("work-report")), header, (_cells(s) for s in steps))


def _cells(step: Step) -> list[Any]:
    performed, recorded = step.performed_at, step.recorded_at
    return [
        long_day(timezone.localdate(performed)) if performed else "",
        clock_time(performed),
        step.run.number,
        step.run.subject,
        phrases.done_line(step),
        f"{long_day(timezone.localdate(recorded))} {clock_time(recorded)}" if recorded else "",
    ]
