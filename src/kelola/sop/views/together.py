"""One person, one form: several steps of one person on one page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kelola.office.policies import signs
from kelola.sop import (
    access,
    engine,
    forms,
    outputs,
    phrases,
    policies,
    queries,
    rules,
    services,
    turns,
)
from kelola.sop.definition.shape import FieldType
from kelola.sop.phrases import say
from kelola.sop.views import posting
from kelola.sop.views.late import performed
from kelola.sop.views.step_page import Posted, slot_days
from kelola.ui.parts import Crumb
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest
    from kelola.sop.definition.shape import Activity
    from kelola.sop.models import Step

FEWEST = 2


@require_http_methods(["GET", "HEAD", "POST"])
def step_together(request: OfficeRequest, step_id: UUID) -> HttpResponse:
    """Fill in and finish a step with those after it that the same person does."""
    row = access.step(step_id)
    mine = turns.mine_ahead(request.actor, row, queries.steps_of(row.run))
    if request.method != "POST":
        if len(mine) < FEWEST:
            return redirect("step", row.id)
        blank = {key: row.form if key == row.activity else {} for key in mine}
        return _page(request, row, blank, posting.blank(request, row), 200)
    keys = request.POST.getlist("activity") or list(mine) or [row.activity]
    posted = posting.posted(request)
    data = _read(request, row, keys, posted)
    if {"add_row", "look"} & request.POST.keys():
        return _page(request, row, data, _with_row(request, data, posted), 200)
    return _finish(request, row, data, posted)


def _prefix(key: str) -> str:
    return f"{key}-"


def _activities(row: Step, keys: Sequence[str]) -> list[Activity]:
    """Return the activities that were drawn; 404 for names that this strand does not have."""
    procedure, known = queries.procedure_of(row.run), queries.strand_of(row.run).activities
    if len(set(keys)) != len(keys) or not set(keys) <= set(known) or row.activity not in keys:
        raise Http404
    return [procedure.activity(key) for key in keys]


def _read(
    request: OfficeRequest, row: Step, keys: Sequence[str], posted: Posted
) -> dict[str, dict[str, Any]]:
    store = posting.keeper(request, row, posted.slips)
    return {
        a.key: forms.read(a.form.fields, request.POST, request.FILES, store, _prefix(a.key))
        for a in _activities(row, keys)
    }


def _with_row(request: OfficeRequest, data: Mapping[str, Any], posted: Posted) -> Posted:
    name = request.POST.get("add_row", "")
    written = next(
        (
            len(d.get(name.removeprefix(_prefix(k)), []))
            for k, d in data.items()
            if name.startswith(_prefix(k))
        ),
        0,
    )
    posted.more = posting.one_more(request, name, written) if name else {}
    return posted


def _finish(
    request: OfficeRequest, row: Step, data: dict[str, dict[str, Any]], posted: Posted
) -> HttpResponse:
    now = timezone.now()
    try:
        policies.require(signs(request.actor))
        performed_at = performed(posted, calendar_of(row.office_id), now)
        if told := phrases.too_long(posted.late_reason):
            posted.slips.append(("late_reason", _("Why it is recorded only now"), told))
        if posted.slips:
            return _page(request, row, data, posted, 422)
        services.finish_together(
            step_id=row.id,
            forms=data,
            revision=posting.revision(request),
            by=request.actor.person,
            at=now,
            performed_at=performed_at,
            late_reason=posted.late_reason,
        )
    except services.PartsIncomplete as incomplete:
        posted.problems = tuple(
            replace(p, path=_prefix(key) + p.path)
            for key, found in incomplete.problems.items()
            for p in found
        )
        return _page(request, row, data, posted, 422)
    except (services.StaleForm, services.RowChanged):
        posted.head = _("These steps have changed since you opened the page; nothing was finished.")
        posted.advice = _("What you filled in is below; compare it and send it again.")
        return _page(request, access.step(row.id), data, posted, 409)
    except (engine.Refusal, policies.NotAllowed) as refused:
        posted.head, posted.advice = turns.told(refused)
        return _page(request, access.step(row.id), data, posted, 409)
    n = len(data)
    told = ngettext("%(n)s step is finished.", "%(n)s steps are finished.", n)
    messages.success(request, told % {"n": n})
    return redirect("run", row.run_id)


def _page(
    request: OfficeRequest,
    row: Step,
    data: Mapping[str, Mapping[str, Any]],
    posted: Posted,
    status: int,
) -> HttpResponse:
    parts = [_part(row, a, data[a.key], posted) for a in _activities(row, list(data))]
    local = workcal.local(calendar_of(row.office_id), timezone.now())
    context = {
        "heading": row.run.subject,
        "crumbs": [
            Crumb(_("Runs"), reverse("runs")),
            Crumb(row.run.number, reverse("run", args=[row.run_id])),
            Crumb(row.activity, reverse("step", args=[row.id])),
            Crumb(_("In one go")),
        ],
        "run": row.run,
        "step": row,
        "parts": parts,
        "posted": posted,
        "errors": [*(e for p in parts for e in p["layout"].errors), *posted.slips],
        "multipart": any(forms.has_files(p["activity"].form.fields) for p in parts),
        "table": FieldType.TABLE,
        "today": local.date().isoformat(),
    }
    return render(request, "sop/together.html", context, status=status)


def _part(
    row: Step,
    activity: Activity,
    data: Mapping[str, Any],
    posted: Posted,
) -> dict[str, Any]:
    """Return one step of the row for the page: its form, and the decision it will take."""
    fields, prefix = activity.form.fields, _prefix(activity.key)
    drawing = forms.Drawing(
        told={p.path: phrases.problem(p) for p in posted.problems if p.path.startswith(prefix)},
        documents=outputs.documents(rules.file_ids(fields, data)),
        days=slot_days(row, calendar_of(row.office_id)),
        more=posted.more,
        prefix=prefix,
    )
    decides = engine.one_road(activity) is None
    return {
        "activity": activity,
        "layout": forms.lay_out(fields, data, drawing),
        "decision": say(engine.usual_road(activity).label) if decides else "",
    }
