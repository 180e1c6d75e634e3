"""The list of runs: filters, views of one's own, and the list as a file to keep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kelola.office.faces import nobody_acts
from kelola.office.models import Person, Post
from kelola.office.policies import Refused
from kelola.office.queries import saved_views
from kelola.sop import faces, lists, phrases, queries
from kelola.sop.phrases import say
from kelola.sop.views.logs import may_take
from kelola.ui.http.tables import table_response
from kelola.ui.states import LOOKS
from kelola.ui.wording import long_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

    from kelola.office.http import OfficeRequest
    from kelola.office.queries import Unattended
    from kelola.sop.models import Run

    Answer: TypeAlias = HttpResponse | StreamingHttpResponse

PAGE = 50
MONTHS_BACK = 24
LIST = "sop.runs"


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force; ``query`` is the address without it."""

    words: str
    query: str


@require_safe
def runs(request: OfficeRequest) -> Answer:
    """List the office's runs as asked; without a wish, as the person's own view has them."""
    own = saved_views(request.actor.person, LIST)
    if not request.GET and (chosen := next((v for v in own if v.is_default), None)):
        return redirect(f"{request.path}?{chosen.query or 'semua=1'}")
    asked, after = _asked(request)
    now = timezone.now()
    if "unduh" in request.GET:
        return _table(asked, request.GET["unduh"], now)
    try:
        found, following = lists.page(asked, at=now, after=after, limit=PAGE)
    except (ValueError, OverflowError):
        raise Http404 from None
    choices = _choices(asked)
    query = urlencode(asked.query())
    context = {
        "heading": _("Runs"),
        "runs": _rows(found, now),
        "next": following,
        "asked": asked,
        "query": query,
        "choices": choices,
        "chips": _chips(asked, choices),
        "views": [{"view": v, "here": v.query == query} for v in own],
        "page_key": LIST,
        "begun": not after,
        "takes_log": not isinstance(may_take(request), Refused),
    }
    return render(request, "sop/runs.html", context)


def _table(asked: lists.RunsAsked, kind: str, now: datetime) -> Answer:
    """Return all rows of the list as a table to keep."""
    header = [_("Number"), _("Subject"), _("SOP"), _("Procedure"), _("State"), _("Now at"),
              _("Due"), _("Opened"), _("Opened by"), _("Closed")]  # fmt: skip
    name = f"{_('runs')}-{timezone.localdate():%Y%m%d}"
    return table_response(kind, name, header, _cells(asked, now))


def _cells(asked: lists.RunsAsked, now: datetime) -> Iterator[list[Any]]:
    for run in lists.every_row(asked, at=now):
        due = faces.next_due(run)
        yield [
            run.number,
            run.subject,
            run.sop.number,
            run.procedure,
            str(LOOKS[f"run.{run.state}"].word),
            faces.now_at(run),
            long_date(due.due_at) if due else "",
            long_date(run.opened_at),
            phrases.opener(run),
            long_date(run.closed_at),
        ]


def _asked(request: HttpRequest) -> tuple[lists.RunsAsked, str]:
    """Read the address: an unknown name is a bad request, a value no filter has is no page."""
    unknown = set(request.GET) - {*lists.NAMES, "setelah", "semua", "unduh"}
    if unknown:
        raise BadRequest("unknown parameters")
    try:
        return lists.read(request.GET), request.GET.get("setelah", "")
    except (ValueError, OverflowError):
        raise Http404 from None


def _rows(found: list[Run], now: datetime) -> list[dict[str, Any]]:
    steps = [step for run in found for step in faces.open_steps(run)]
    alone = queries.unattended(steps, timezone.localdate(now))
    return [_row(run, now, alone) for run in found]


def _row(run: Run, now: datetime, alone: Mapping[tuple[UUID, str], Unattended]) -> dict[str, Any]:
    waiting = [alone.get((step.sop_id, step.role)) for step in faces.open_steps(run)]
    blocked = " ".join(sorted({nobody_acts(found) for found in waiting if found}))
    due = faces.next_due(run)
    late = due is not None and due.due_at is not None and due.due_at < now and due.state != "paused"
    told = {"run": run, "now": faces.now_at(run), "blocked": blocked}
    return {**told, "due": due.due_at if due else None, "late": late}


def _choices(asked: lists.RunsAsked) -> dict[str, list[tuple[str, str]]]:
    """Return what each filter may be set to, as (value, words), in four queries."""
    return {
        "keadaan": [
            ("open", _("Running")),
            ("completed", _("Completed")),
            ("cancelled", _("Cancelled")),
        ],
        "prosedur": _parts(),
        "pembuka": [(str(p.pk), p.name) for p in Person.objects.only("id", "name", "office_id")],
        "jabatan": [(str(p.pk), p.label) for p in Post.objects.all()],
        "bulan": _months(asked.month),
        "urut": [
            (lists.Sort.NEWEST.value, _("Newest first")),
            (lists.Sort.OLDEST.value, _("Oldest first")),
            (lists.Sort.DUE.value, _("Nearest due first")),
        ],
    }


def _parts() -> list[tuple[str, str]]:
    """Return the SOPs in use with their procedures and, where there are several, strands."""
    found = []
    for version in queries.current_versions():
        sop = str(version.sop_id)
        found.append((sop, version.sop.number))
        for procedure in queries.definition(version.definition_id).procedures:
            title = f"{procedure.code} · {say(procedure.title)}"
            found.append((f"{sop}/{procedure.code}", title))
            if len(procedure.strands) > 1:
                found += [
                    (f"{sop}/{procedure.code}/{s.key}", f"{s.key} · {say(s.title)}")
                    for s in procedure.strands
                ]
    return found


def _months(chosen: date | None) -> list[tuple[str, str]]:
    today = timezone.localdate()
    count = [today.year * 12 + today.month - 1 - back for back in range(MONTHS_BACK)]
    months = [date(n // 12, n % 12 + 1, 1) for n in count]
    if chosen and chosen not in months:
        months.append(chosen)
    return [(f"{m:%Y-%m}", date_format(m, "F Y")) for m in months]


def _chips(asked: lists.RunsAsked, choices: dict[str, list[tuple[str, str]]]) -> list[Chip]:
    named = {name: dict(pairs) for name, pairs in choices.items()}
    people = named["pembuka"]
    said = asked.query()
    words: dict[str, Callable[[str], str]] = {
        "keadaan": lambda v: named["keadaan"][v],
        "prosedur": lambda v: named["prosedur"].get(v, v.partition("/")[2] or _("Another SOP")),
        "pembuka": lambda v: _("Opened by %(name)s") % {"name": people.get(v, "–")},
        "jabatan": lambda v: _("Waits for %(name)s") % {"name": named["jabatan"].get(v, "–")},
        "pegawai": lambda v: _("Waits for %(name)s") % {"name": people.get(v, "–")},
        "bulan": lambda v: _("Opened in %(month)s") % {"month": named["bulan"][v]},
        "lewat": lambda _v: _("Past its due time"),
        "cari": lambda v: f"“{v}”",
    }
    return [
        Chip(words[name](value), urlencode(asked.without(name)) or "semua=1")
        for name, value in said.items()
        if name in words
    ]
