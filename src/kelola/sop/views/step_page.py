"""The page of a step: what it shows, and what came with a post that is drawn again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kelola.office import faces as posts
from kelola.office.policies import Allowed, is_admin
from kelola.office.queries import orders
from kelola.sop import engine, faces, forms, outputs, phrases, policies, queries, rules, turns
from kelola.sop.definition.shape import FieldType
from kelola.sop.kinds import kinds
from kelola.sop.phrases import say
from kelola.sop.words import ask_text, whatsapp
from kelola.ui.parts import Crumb
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest
    from kelola.sop.definition.shape import Activity, Procedure
    from kelola.sop.models import Step

Error = tuple[str, str, str]


@dataclass(slots=True)
class Ordered:
    """A verbal order as it was typed."""

    ordered_by: str = ""
    ordered_on: str = ""
    ordered_time: str = ""
    outcome: str = ""
    words: str = ""
    until: str = ""


@dataclass(slots=True)
class Posted:
    """What came with a post and is drawn again, so that nothing a person wrote is lost."""

    data: dict[str, Any] | None = None
    remarks: str = ""
    problems: tuple[rules.FieldProblem, ...] = ()
    slips: list[Error] = field(default_factory=list)
    done_on: str = ""
    done_time: str = ""
    late_reason: str = ""
    undone: str = ""
    answer: str = ""
    ordered: Ordered | None = None
    more: dict[str, int] = field(default_factory=dict)
    head: str = ""
    advice: str = ""


def step_page(request: OfficeRequest, row: Step, posted: Posted, status: int) -> HttpResponse:
    """Draw a step's page for this person, with what they wrote and what was wrong with it."""
    procedure, strand = queries.procedure_of(row.run), queries.strand_of(row.run)
    activity = procedure.activity(row.activity)
    steps = queries.steps_of(row.run)
    calendar = calendar_of(row.office_id)
    now = timezone.now()
    context = {
        "heading": row.run.subject,
        "crumbs": [
            Crumb(_("Runs"), reverse("runs")),
            Crumb(row.run.number, reverse("run", args=[row.run_id])),
            Crumb(row.activity),
        ],
        "run": row.run,
        "step": row,
        "activity": activity,
        "assumed": activity.actor_assumed and row.role not in queries.ratified_of(row.run),
        "procedure": procedure,
        "strand": strand,
        "role": say(procedure.role(row.role).title),
        "state": faces.state_key(row),
        "nodes": faces.flow_nodes(procedure, strand, steps, here=row),
        "history": faces.history(row.run, steps),
        "reasons": [(r.value, words) for r, words in phrases.PAUSE_REASONS.items()],
        "posted": posted,
        "template": kinds[row.kind].template,
        "ask": whatsapp(ask_text(row, activity, say(procedure.role(row.role).title))),
        "earlier": _earlier(procedure, steps, row),
        "today": workcal.local(calendar, now).date().isoformat(),
        **_superior(request, procedure, activity, row),
        **_acting(request, activity, row),
        **_clock(row, calendar, now),
        **_form(request, row, steps, posted, calendar),
        **_order(request, row, steps, posted, now),
    }
    return render(request, "sop/step.html", context, status=status)


def _clock(row: Step, calendar: workcal.Calendar, now: datetime) -> dict[str, Any]:
    """Return what its clock says while it runs, and how it was closed."""
    live = row.is_open
    return {
        "clock": phrases.clock_face(row, calendar, now, large=True) if live else None,
        "due": phrases.due_words(row, now) if live else "",
        "target": row.due_target if live else None,
        "pauses": [(phrases.pause_line(p), p.note) for p in row.pauses.all()],
        "done": "" if live else phrases.done_words(row, calendar),
        "late": phrases.late_words(row) if row.late_reason else "",
        "asked": phrases.asked_words(row, now),
        "checked": phrases.checked_words(row),
        "undone": row.state == "not_carried_out",
        "ordered": row.state == "ordered",
        "standing": phrases.standing_words(row),
    }


def _earlier(procedure: Procedure, steps: list[Step], row: Step) -> list[dict[str, object]]:
    """Return the finished steps before this one, whose outputs it builds on."""
    return [
        {
            "step": s,
            "output": say(procedure.activity(s.activity).output),
            "who": faces.short_name(s.performer),
        }
        for s in steps
        if s.position < row.position and s.state in ("done", "returned")
    ]


def _acting(request: OfficeRequest, activity: Activity, row: Step) -> dict[str, Any]:
    """Return who acts here for whom: who did it, this person, or nobody at all."""
    if not row.is_open:
        order = queries.orders_of([row]).get(row.acting_for)
        return {"acted": phrases.acting_words(order) if order else ""}
    today = timezone.localdate()
    alone = queries.unattended([row], today).get((row.sop_id, row.role))
    mine = queries.roles_of(request.actor.person, today).orders.get((row.sop_id, row.role), "")
    order = orders([mine]).get(mine)
    away = queries.stood_in_for(request.actor.person, row, today)
    return {
        "stand_ins": posts.stand_ins(away, request.actor.person),
        "alone": posts.nobody_acts(alone) if alone else "",
        "order_url": posts.order_url(alone) if alone and is_admin(request.actor) else "",
        "acts_as": phrases.you_act(order) if order else "",
        "strategic": rules.is_strategic(activity.kind),
    }


def _superior(
    request: OfficeRequest, procedure: Procedure, activity: Activity, row: Step
) -> dict[str, Any]:
    """Return who is asked, or would be, when the step is not carried out, and what they may do."""
    roles = queries.roles_through(request.actor.posts).of(row.sop_id)
    asked = row.asked
    role = asked.role if asked else rules.confirming_role(activity, procedure.head, roles)
    title = say(procedure.role(role).title)
    own = asked is not None and asked.recorded_by_id == request.actor.person.id
    waits = asked is not None and asked.answered_at is None
    decision = policies.may_confirm(roles, role, title, own=own)
    return {
        "superior": title,
        "can_leave_undone": engine.one_road(activity) is not None,
        "can_answer": waits and isinstance(decision, Allowed),
    }


def _order(
    request: OfficeRequest, row: Step, steps: list[Step], posted: Posted, now: datetime
) -> dict[str, Any]:
    """Return what a verbal order on this step may say, for who has a part but not this role."""
    procedure, strand = queries.procedure_of(row.run), queries.strand_of(row.run)
    roles = queries.roles_through(request.actor.posts).of(row.sop_id)
    part = isinstance(policies.may_open(roles, procedure, strand), Allowed)
    if not row.is_open or row.state == "waiting" or row.role in roles or not part:
        return {"orderers": []}
    local = timezone.localtime(now)
    blank = Ordered(ordered_on=local.date().isoformat(), ordered_time=f"{local:%H:%M}")
    activity = procedure.activity(row.activity)
    fitting = (row.role, *rules.above(procedure, row.role))
    found = queries.performers(row.sop_id, fitting, local.date())
    return {
        "orderers": [(p, say(procedure.role(role).title)) for p, role in found],
        "order": posted.ordered or blank,
        "decisions": [(o.code, say(o.label)) for o in activity.outcomes if not o.is_return],
        "order_until": [procedure.activity(k) for k in turns.others_ahead(row, steps, roles)],
    }


def _form(
    request: OfficeRequest,
    row: Step,
    steps: list[Step],
    posted: Posted,
    calendar: workcal.Calendar,
) -> dict[str, Any]:
    procedure, strand = queries.procedure_of(row.run), queries.strand_of(row.run)
    activity = procedure.activity(row.activity)
    fields = activity.form.fields
    data = row.form if posted.data is None else posted.data
    drawing = forms.Drawing(
        told={p.path: phrases.problem(p) for p in posted.problems},
        documents=outputs.documents(rules.file_ids(fields, data)),
        days=slot_days(row, calendar),
        more=posted.more,
    )
    layout = forms.lay_out(fields, data, drawing)
    refused = turns.refused(request.actor, row, steps) if row.is_open else ""
    other = row.assignee_id not in (None, request.actor.person.id)
    return {
        "layout": layout,
        "errors": [*layout.errors, *posted.slips],
        "multipart": forms.has_files(fields),
        "refused": refused,
        "together": turns.mine_ahead(request.actor, row, steps),
        "assigned_to_other": other and row.is_open,
        "can_work": row.is_open and not refused and not other and row.state != "waiting",
        "buttons": faces.buttons(procedure, strand, activity, steps),
        "can_return": any(o.is_return for o in activity.outcomes),
        "table": FieldType.TABLE,
    }


def slot_days(row: Step, calendar: workcal.Calendar) -> list[date]:
    """Return the working days of the run's slot, for tables with a row per day."""
    run = row.run
    if run.slot_opens_on is None or run.slot_due_on is None:
        return []
    span = (run.slot_due_on - run.slot_opens_on).days + 1
    days = [run.slot_opens_on + timedelta(days=n) for n in range(min(span, 31))]
    return [d for d in days if workcal.is_working_day(calendar, d)]
