"""Rows as the screens show them: flow nodes, history lines, work items, buttons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.urls import reverse
from django.utils.translation import gettext as _

from kelola.ledger import verbs as ledger
from kelola.ledger.queries import entries_of
from kelola.office.faces import nobody_acts
from kelola.office.queries import names_of, orders
from kelola.sop import phrases, queries, rules
from kelola.sop.phrases import say
from kelola.ui.parts import FlowNode, HistoryLine, NodeState, WorkItem
from kelola.ui.wording import short_time
from kelola.workcal import rules as workcal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from kelola.office.models import Person
    from kelola.office.policies import Actor
    from kelola.office.queries import Unattended
    from kelola.sop.definition.shape import Activity, Outcome, Procedure, Strand
    from kelola.sop.models import Answer, Run, Step
    from kelola.workcal.rules import Calendar

_NODE_STATES: Mapping[str, NodeState] = {
    "done": "done",
    "returned": "returned",
    "skipped": "skipped",
    "ordered": "done",
    "not_carried_out": "skipped",
    "cancelled": "skipped",
}
_RECORDED = ("sop.step.left_undone", "sop.step.ordered")
_ANSWERED = (
    "sop.confirmation.given",
    "sop.confirmation.refused",
    "sop.order.ratified",
    "sop.order.refused",
)

_CHECKED = ("sop.sample.passed", "sop.sample.failed")


def people(ids: set[str]) -> Callable[[str], str]:
    """Return a function from an id to a person's name, all names fetched at once."""
    known = names_of(i for i in ids if i)
    acts = {key: order.title for key, order in orders(_others(ids, known)).items()}

    def name(key: str) -> str:
        if key == "system":
            return "Kelola"
        if key in acts:
            return acts[key]
        return known.get(key, _("someone"))

    return name


def _others(ids: set[str], known: Mapping[str, str]) -> set[str]:
    """Return the bare ids that are nobody's: orders of acting officials may be among them."""
    return {i for i in ids if i and i != "system" and ":" not in i and i not in known}


def short_name(person: Person | None) -> str:
    """Return a name without its titles, or nothing."""
    return person.name.partition(",")[0] if person else ""


def flow_nodes(
    procedure: Procedure, strand: Strand, steps: Sequence[Step], *, here: Step | None = None
) -> list[FlowNode]:
    """Return the strand's activities in order with the newest attempt at each.

    ``here`` is the step whose page this is; nothing links to the page one is on.
    """
    newest = {s.activity: s for s in steps}
    nodes = []
    for key in strand.activities:
        activity = procedure.activity(key)
        step = newest.get(key)
        person = (step.performer or step.assignee) if step else None
        attempt = step.attempt if step else 1
        nodes.append(
            FlowNode(
                code=key,
                title=say(activity.title),
                state=_node_state(step),
                decision=activity.decision,
                who=short_name(person) if person else say(procedure.role(activity.actor).title),
                url=reverse("step", args=[step.id]) if step and step != here else "",
                note=_("attempt %(n)s") % {"n": attempt} if attempt > 1 else "",
            )
        )
    return nodes


def _node_state(step: Step | None) -> NodeState:
    if step is None:
        return "next"
    return _NODE_STATES.get(step.state, "now")


def state_key(step: Step) -> str:
    """Return the key under which ui knows how a step's state looks."""
    if step.state == "cancelled" and step.not_needed:
        return "step.not_needed"
    if (
        step.state == "done"
        and step.due_at
        and step.performed_at
        and step.performed_at > step.due_at
    ):
        return "step.done_late"
    if step.late_reason:
        return "step.recorded_late"
    return f"step.{step.state}"


def history(run: Run, steps: Sequence[Step]) -> list[HistoryLine]:
    """Return what the ledger knows of a run in sentences, newest first, with people's remarks."""
    entries = entries_of(str(run.office_id), [f"sop.run:{run.id}"])
    name = people(ledger.ids_in(entries))
    by_id = {str(s.id): s for s in steps}
    lines = []
    for entry, line in zip(entries, ledger.sentences(entries, name), strict=True):
        step = by_id.get(str(entry.data.get("step", "")))
        note = _note(run, entry.verb, entry.at, step)
        if step is not None and "performed_at" in entry.data:
            late = phrases.late_words(step).rstrip(".")
            note = f"{late}. {note}" if note else late
        lines.append(HistoryLine(line.at, line.text, note))
    return lines[::-1]


def _note(run: Run, verb: str, at: datetime, step: Step | None) -> str:
    if verb == "sop.run.cancelled":
        return run.cancel_reason
    if step is None:
        return ""
    if verb in ("sop.step.finished", "sop.step.returned"):
        activity = queries.procedure_of(run).activity(step.activity)
        label = phrases.decision(activity, step.outcome)
        return ": ".join(part for part in (label, step.remarks) if part)
    if verb == "sop.step.paused":
        pause = next((p for p in step.pauses.all() if p.starts_at == at), None)
        return f"{phrases.pause_line(pause)}. {pause.note}".strip() if pause else ""
    said = dict.fromkeys(_RECORDED, step.remarks)
    if verb in _CHECKED and step.checked is not None:
        return step.checked.remarks
    if step.asked is not None:
        said |= dict.fromkeys(_ANSWERED, step.asked.remarks)
    return said.get(verb, "")


def work_item(
    step: Step,
    calendar: Calendar,
    now: datetime,
    *,
    act: str = "",
    primary: bool = False,
    alone: Unattended | None = None,
) -> WorkItem:
    """Return a step as a row of a work list; ``alone`` says that nobody is there for it."""
    procedure = queries.procedure_of(step.run)
    activity = procedure.activity(step.activity)
    return WorkItem(
        code=step.activity,
        title=step.run.subject,
        url=reverse("step", args=[step.id]),
        detail=f"{step.run.number} · {say(activity.title)}",
        blocked=nobody_acts(alone) if alone else "",
        badge="" if step.state in ("ready", "started") else state_key(step),
        clock=phrases.clock_face(step, calendar, now),
        act=act,
        primary=primary,
    )


def confirm_item(step: Step) -> WorkItem:
    """Return a step that was not carried out as a row for the superior who is to confirm it."""
    recorder = step.asked.recorded_by if step.asked else step.performer
    words = {"name": short_name(recorder), "reason": step.remarks}
    return WorkItem(
        code=step.activity,
        title=step.run.subject,
        url=reverse("step", args=[step.id]),
        detail=_("%(name)s: %(reason)s") % words,
        badge=state_key(step),
        act=_("Answer"),
    )


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A drawn step as a row to be checked: what, by whom, and what the check found."""

    step: Step
    url: str
    detail: str
    who: str
    badge: str
    said: str


def sample_row(step: Step) -> SampleRow:
    """Return a drawn step as a row to be checked."""
    activity = queries.procedure_of(step.run).activity(step.activity)
    words = {"name": short_name(step.performer), "at": short_time(step.performed_at)}
    return SampleRow(
        step=step,
        url=reverse("step", args=[step.id]),
        detail=f"{step.run.number} · {say(activity.title)}",
        who=_("%(name)s, %(at)s") % words,
        badge=f"sample.{step.checked.state}" if step.checked else "",
        said=phrases.checked_words(step),
    )


def quiet_today(steps: Iterable[Step], calendar: Calendar, today: date) -> list[Step]:
    """Return the weekly records among these open steps whose row of today one tap can write."""
    if not workcal.is_working_day(calendar, today):
        return []
    return [step for step in steps if _is_unwritten(step, today)]


def _is_unwritten(step: Step, today: date) -> bool:
    first, last = step.run.slot_opens_on, step.run.slot_due_on
    if first is None or last is None or not first <= today <= last:
        return False
    if step.state not in ("ready", "started"):
        return False
    fields = queries.procedure_of(step.run).activity(step.activity).form.fields
    tables = [f for f in fields if rules.quiet_row(f, today)]
    return bool(tables) and all(rules.row_of(f, step.form, today) is None for f in tables)


def answer_item(asked: Answer) -> WorkItem:
    """Return a completed run as a row for who opened it and is asked whether it is settled."""
    run = asked.run
    words = {"name": short_name(run.closed_by), "at": short_time(run.closed_at)}
    return WorkItem(
        code=run.procedure,
        title=run.subject,
        url=reverse("run", args=[run.id]),
        detail=_("Completed by %(name)s, %(at)s") % words,
        badge="run.completed",
        act=_("Answer"),
    )


def open_steps(run: Run) -> list[Step]:
    """Return the open steps that a list of runs fetched with each run, in their order."""
    steps: list[Step] = run.open_steps  # type: ignore[attr-defined] # prefetched by sop.lists
    return sorted(steps, key=lambda s: s.position)


def now_at(run: Run) -> str:
    """Return where a run stands: activities and who performs them."""
    procedure = queries.procedure_of(run)
    return ", ".join(f"{s.activity} · {say(procedure.role(s.role).title)}" for s in open_steps(run))


def next_due(run: Run) -> Step | None:
    """Return the open step with the nearest due, if any has one."""
    ticking = [(s.due_at, s.position, s) for s in open_steps(run) if s.due_at is not None]
    return min(ticking)[2] if ticking else None


@dataclass(frozen=True, slots=True)
class Button:
    """A decision a person may take on a step: forward ones first, returns after them."""

    code: str
    label: str
    kind: Literal["primary", "plain", "return"]
    needs_reason: bool


def buttons(
    procedure: Procedure, strand: Strand, activity: Activity, steps: Sequence[Step]
) -> list[Button]:
    """Return the outcomes of an activity as buttons that name the next person."""
    forward = [o for o in activity.outcomes if not o.is_return]
    found = [
        Button(
            o.code,
            _forward_label(procedure, strand, activity, o, alone=len(forward) == 1),
            "primary" if n == 0 else "plain",
            o.needs_reason,
        )
        for n, o in enumerate(forward)
    ]
    found += [
        Button(o.code, _return_label(procedure, o, steps), "return", True)
        for o in activity.outcomes
        if o.is_return
    ]
    return found


def _forward_label(
    procedure: Procedure, strand: Strand, activity: Activity, outcome: Outcome, *, alone: bool
) -> str:
    group = strand.group(outcome.to)
    target = group.members[0] if group and activity.key not in group.members else outcome.to
    verb = _("Finish") if alone else say(outcome.label)
    if target == "end" or (group and activity.key in group.members):
        return verb
    following = procedure.activity(target)
    words = {"act": verb, "next": say(following.output)}
    if following.actor == activity.actor:
        return _("%(act)s and go on to %(next)s") % words
    words["next"] = say(procedure.role(following.actor).title)
    return _("%(act)s and send to %(next)s") % words


def _return_label(procedure: Procedure, outcome: Outcome, steps: Sequence[Step]) -> str:
    earlier = procedure.activity(outcome.to)
    last = next((s for s in reversed(steps) if s.activity == outcome.to and s.performer), None)
    who = (
        short_name(last.performer).partition(" ")[0]
        if last and last.performer
        else say(procedure.role(earlier.actor).title)
    )
    return _("Return to %(name)s (%(activity)s)") % {
        "name": who,
        "activity": say(earlier.output),
    }


def act_word(step: Step, actor: Actor) -> str:
    """Return the one next button of a step in somebody's own list."""
    if step.state == "waiting":
        return _("Open")
    if step.assignee_id == actor.person.id:
        return _("Go on")
    return _("Work on it")


@dataclass(frozen=True, slots=True)
class UrgentLine:
    """A line of "Perlu segera": state, what, who has it, the clock in words."""

    state: str
    code: str
    title: str
    url: str
    detail: str


def urgent_line(step: Step, calendar: Calendar, now: datetime) -> UrgentLine:
    """Return an open step whose clock is running out, or has run out."""
    procedure = queries.procedure_of(step.run)
    who = short_name(step.assignee) if step.assignee else say(procedure.role(step.role).title)
    late = step.due_at is not None and step.due_at < now
    return UrgentLine(
        state="step.late" if late else "step.soon",
        code=step.activity,
        title=step.run.subject,
        url=reverse("step", args=[step.id]),
        detail=f"{step.activity} · {who} · {phrases.clock_face(step, calendar, now).words}",
    )
