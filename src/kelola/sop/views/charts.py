"""The flow of a procedure as its official drawing: plain, where a run stands, where it waits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from kelola.sop import access, faces, queries, rules
from kelola.sop.form.drawing import Sheet, drawn
from kelola.sop.form.flow import flow_of
from kelola.sop.form.paper import form_of, issue_form, measure, title_of
from kelola.sop.form.svg import as_svg
from kelola.sop.form.wording import table_of
from kelola.sop.phrases import say, working_time
from kelola.sop.views.papers import send, size_of
from kelola.sop.views.periods import days, moments
from kelola.ui.parts import Crumb
from kelola.ui.states import LOOKS
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from uuid import UUID

    from django.http import HttpResponse
    from django.utils.safestring import SafeString

    from kelola.office.http import OfficeRequest
    from kelola.sop.definition.shape import Procedure, SopDefinition
    from kelola.sop.models import Run, Sop
    from kelola.sop.rules import Heat

# As wide as a page of F4, so that the columns have room; the screen scrolls sideways.
SCREEN = Sheet(320)


@require_safe
def chart(request: OfficeRequest, sop_id: UUID, procedure: str) -> HttpResponse:
    """Show the drawing of a procedure; with a period, how long its activities took then."""
    row = access.sop(sop_id)
    version = access.version(row)
    definition = queries.definition(version.definition_id)
    found = next((p for p in definition.procedures if p.code == procedure), None)
    if found is None:
        raise Http404
    first, last, wrong = _period(request)
    heats = _heats(request, row, found, first, last) if first and last else {}
    notes = {key: _heat_words(heat) for key, heat in heats.items()}
    looks = {key: f"is-heat-{n}" for key, n in rules.warmth(heats).items()}
    context = {
        "heading": title_of(found),
        "crumbs": [
            Crumb(_("SOP"), reverse("sops")),
            Crumb(row.number, reverse("sop", args=[sop_id])),
        ],
        "sop": row,
        "version": version,
        "codes": [p.code for p in definition.procedures],
        "code": procedure,
        "drawing": _drawing(definition, found, notes, looks),
        "first": first,
        "last": last,
        "typed": {name: request.GET.get(name, "") for name in ("dari", "sampai")},
        "wrong": wrong,
        "rows": [(a.key, say(a.title), notes.get(a.key, "")) for a in found.activities],
    }
    return render(request, "sop/chart.html", context, status=422 if wrong else 200)


@require_safe
def run_chart(request: OfficeRequest, run_id: UUID) -> HttpResponse:
    """Show where a run stands on the drawing of its own version."""
    run = access.run(run_id)
    definition = queries.definition_of(run)
    procedure = definition.procedure(run.procedure)
    notes, looks = _standing(run)
    context = {
        "heading": run.subject,
        "crumbs": [
            Crumb(_("Runs"), reverse("runs")),
            Crumb(run.number, reverse("run", args=[run_id])),
        ],
        "run": run,
        "drawing": _drawing(definition, procedure, notes, looks),
        "rows": [(a.key, say(a.title), notes.get(a.key, "")) for a in procedure.activities],
    }
    return render(request, "sop/run_chart.html", context)


def _standing(run: Run) -> tuple[dict[str, str], dict[str, str]]:
    """Return how the newest attempt at each activity stands, in words and as a look."""
    newest = {s.activity: s for s in queries.steps_of(run)}
    notes, looks = {}, {}
    for key, step in newest.items():
        word = str(LOOKS[faces.state_key(step)].word)
        attempt = f" ({_('attempt %(n)s') % {'n': step.attempt}})" if step.attempt > 1 else ""
        notes[key] = f"{word}{attempt}"
        looks[key] = "is-now" if step.is_open else "is-done"
    return notes, looks


def _drawing(
    definition: SopDefinition,
    procedure: Procedure,
    notes: Mapping[str, str],
    looks: Mapping[str, str],
) -> SafeString:
    rows = table_of(definition, procedure, notes=notes)
    (page,) = drawn(rows, flow_of(procedure), SCREEN, measure())
    by_row = {n: looks[row.key] for n, row in enumerate(rows.rows) if row.key in looks}
    # Every text in it was escaped where it was written.
    return mark_safe(as_svg(page, title_of(procedure), looks=by_row))  # noqa: S308


def _heats(
    request: OfficeRequest, row: Sop, procedure: Procedure, first: date, last: date
) -> dict[str, Heat]:
    calendar = calendar_of(request.actor.office.pk)
    return queries.heat(row.id, procedure.code, *moments(calendar, first, last), calendar)


def _heat_words(heat: Heat) -> str:
    """Return how an activity ran: ``12 langkah, separuhnya dalam 3 jam, 2 lewat tenggat``."""
    text = ngettext("%(n)s step", "%(n)s steps", heat.steps) % {"n": heat.steps}
    text += ", " + _("half of them within %(time)s") % {
        "time": working_time(timedelta(minutes=round(heat.minutes)))
    }
    return text + (", " + _("%(n)s after their due") % {"n": heat.late} if heat.late else "")


def _period(request: OfficeRequest) -> tuple[date | None, date | None, str]:
    """Return the asked period; none is none, and what is wrong is said."""
    typed = [request.GET.get(name, "") for name in ("dari", "sampai")]
    if not any(typed):
        return None, None, ""
    try:
        return (*days(*typed), "")
    except ValueError as wrong:
        return None, None, str(wrong)


@require_http_methods(["GET", "HEAD", "POST"])
def form_paper(request: OfficeRequest, sop_id: UUID, version_id: UUID) -> HttpResponse:
    """Send the official form of a version; a post seals and keeps that of one in force."""
    row = access.sop(sop_id)
    version = access.version_of(row, version_id)
    asked = request.POST if request.method == "POST" else request.GET
    today = timezone.localdate()
    made = form_of(
        request.actor.office,
        version,
        on=today,
        size=size_of(asked.get("kertas")),
        verbatim=asked.get("naskah") == "1",
    )
    if request.method != "POST":
        return send(request, made, row.number)
    if made.mark:
        told = _("Only a version in force can be sealed. Until then print the draft.")
        messages.error(request, told)
        return redirect("sop_versions", row.id)
    paper = issue_form(request.actor.office, version, made, by=request.actor.id, at=timezone.now())
    messages.success(
        request, _("The sealed form %(name)s is kept.") % {"name": paper.document.name}
    )
    return redirect("sop_versions", row.id)
