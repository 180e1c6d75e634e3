"""Clocks, refusals and form problems in words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from kelola.sop import queries
from kelola.sop import words as texts
from kelola.sop.engine import PauseReason, Refusal, RefusalCode, usual_road
from kelola.sop.models import AnswerState
from kelola.sop.rules import ANSWER_WITHIN, MAX_LONG_TEXT, FieldProblem, ProblemCode
from kelola.ui.parts import ClockFace
from kelola.ui.wording import clock_time, long_date, long_day, short_time
from kelola.workcal import rules as workcal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from django.utils.functional import Promise

    from kelola.office.queries import Order
    from kelola.sop.definition.shape import Activity
    from kelola.sop.models import Answer, Run, Step, StepPause

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


say = texts.say


def decision(activity: Activity, code: str) -> str:
    """Return a chosen outcome in words; nothing where there was only one way on."""
    chosen = activity.outcome(code)
    forward = [o for o in activity.outcomes if not o.is_return]
    if chosen is None or (len(forward) == 1 and not chosen.is_return):
        return ""
    return say(chosen.label)


def working_time(span: timedelta) -> str:
    """Write working time: ``3 jam 20 menit``; less than a minute counts as none."""
    hours, rest = divmod(span, HOUR)
    minutes = rest // MINUTE
    parts = []
    if hours:
        parts.append(ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours})
    if minutes or not parts:
        parts.append(ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes})
    return " ".join(parts)


def days_and_time(span: timedelta, day: timedelta) -> str:
    """Write working time in days of length ``day`` and what is left over."""
    days, rest = divmod(span, day)
    if not days:
        return working_time(span)
    text = ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    hours = rest // HOUR
    if hours and days < 5:  # noqa: PLR2004 - beyond a week hours say nothing
        text += " " + ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return text


def _day_length(calendar: workcal.Calendar, moment: datetime) -> timedelta:
    """Return the usual working day around a moment, for turning hours into days."""
    on = workcal.local(calendar, moment).date()
    for back in range(14):
        spans = workcal.windows(calendar, on - timedelta(days=back))
        if spans:
            return sum((end - start for start, end in spans), timedelta())
    return timedelta(hours=7, minutes=30)


def clock_face(
    step: Step, calendar: workcal.Calendar, now: datetime, *, large: bool = False
) -> ClockFace:
    """Return the clock of an open step in words, with the share of its time used up."""
    if step.state == "paused":
        return ClockFace(_paused_words(step), None, "gold", large=large)
    if step.clock_from is None or step.due_at is None:
        return ClockFace(_("Clock not running yet"), None, "plain", large=large)
    total = workcal.working_between(calendar, step.clock_from, step.due_at)
    if now > step.due_at:
        over = workcal.working_between(calendar, step.due_at, now)
        words = past_due(over, _day_length(calendar, now))
        return ClockFace(words, 100, "red", large=large)
    left = workcal.working_between(calendar, now, step.due_at)
    used = 100.0 if not total else 100 * (1 - left / total)
    soon = step.remind_at is not None and now >= step.remind_at
    return ClockFace(
        _left_words(left, calendar, now, soon=soon),
        max(0.0, min(used, 99.0)),
        "gold" if soon else "green",
        large=large,
    )


def past_due(over: timedelta, day: timedelta) -> str:
    """Return by how much working time a due is past: ``Lewat 1 hari kerja 2 jam``."""
    if over < MINUTE:
        return _("Past due")
    if over >= day:
        return _("%(days)s past due") % {"days": days_and_time(over, day)}
    return _("%(time)s of working time past due") % {"time": working_time(over)}


def _left_words(left: timedelta, calendar: workcal.Calendar, now: datetime, *, soon: bool) -> str:
    day = _day_length(calendar, now)
    if left >= 2 * day:
        days = left // day
        return ngettext("%(n)s working day left", "%(n)s working days left", days) % {"n": days}
    if soon and left < HOUR:
        return _("Only %(time)s of working time left") % {"time": working_time(left)}
    return _("%(time)s of working time left") % {"time": working_time(left)}


def _paused_words(step: Step) -> str:
    pause = next((p for p in step.pauses.all() if p.ends_at is None), None)
    if pause is None:
        return _("Clock stopped")
    return _("Clock stopped since %(since)s: %(reason)s") % {
        "since": short_time(pause.starts_at),
        "reason": str(PAUSE_REASONS[PauseReason(pause.reason)]).lower(),
    }


def due_words(step: Step, now: datetime) -> str:
    """Return when an open step is due: ``Tenggat hari ini pukul 16.30``."""
    if step.due_at is None:
        return ""
    if step.state == "paused":
        return _("The due time moves on while the clock stands still")
    today = long_day(now) == long_day(step.due_at)
    if today:
        return _("Due today at %(time)s") % {"time": clock_time(step.due_at)}
    return _("Due %(moment)s") % {"moment": long_date(step.due_at)}


def done_words(step: Step, calendar: workcal.Calendar) -> str:
    """Return how long a finished step took on the working calendar, and whether it was late."""
    without = step.state in ("not_carried_out", "ordered", "skipped")
    if without or step.performed_at is None or step.clock_from is None:
        return ""
    if step.performed_at < step.clock_from:
        return _("Done before its clock started")
    took = workcal.working_between(calendar, step.clock_from, step.performed_at)
    day = _day_length(calendar, step.performed_at)
    for pause in step.pauses.all():
        took -= workcal.working_between(
            calendar, pause.starts_at, pause.ends_at or step.performed_at
        )
    words = {"time": days_and_time(max(took, timedelta()), day)}
    if step.state == "returned":
        return _("Returned after %(time)s of working time") % words
    text = _("Done in %(time)s of working time") % words
    if step.due_at is not None and step.performed_at > step.due_at:
        over = workcal.working_between(calendar, step.due_at, step.performed_at)
        text += ", " + _("%(time)s past the standard") % {"time": days_and_time(over, day)}
    return text


def late_words(step: Step) -> str:
    """Return when work was done that was recorded later, and why only then."""
    if step.performed_at is None or step.recorded_at is None:
        return ""
    words = {"done": short_time(step.performed_at), "recorded": short_time(step.recorded_at)}
    if step.due_at is None or step.performed_at <= step.due_at:
        text = _("Done %(done)s (in time), recorded %(recorded)s") % words
    else:
        text = _("Done %(done)s (past its due time), recorded %(recorded)s") % words
    return f"{text}: {step.late_reason}" if step.late_reason else text


def standing_words(step: Step) -> str:
    """Return by which standing disposition a step was settled, where one did."""
    row = step.disposition
    if row is None:
        return ""
    words = {"number": row.number, "day": long_day(row.issued_on), "words": row.words}
    return _("By standing disposition %(number)s of %(day)s: %(words)s") % words


def opener(run: Run) -> str:
    """Return who opened a run: a person, or the schedule."""
    return run.opened_by.name if run.opened_by else _("Kelola, by the schedule")


def done_before_words(run: Run) -> str:
    """Return when the work of a run was done that was recorded afterwards; empty for others."""
    if run.done_at is None:
        return ""
    words = {"done": short_time(run.done_at), "recorded": short_time(run.opened_at)}
    text = _("Done %(done)s, recorded %(recorded)s") % words
    return f"{text}: {run.done_reason}" if run.done_reason else text


def done_line(step: Step) -> str:
    """Return what somebody did as one line for their report: what, in which run, how it ended."""
    activity = queries.procedure_of(step.run).activity(step.activity)
    words = {
        "title": say(activity.title),
        "code": step.activity,
        "subject": step.run.subject,
        "number": step.run.number,
    }
    text = _("%(title)s (%(code)s): %(subject)s, %(number)s") % words
    if step.state == "not_carried_out":
        text += ". " + _("Not carried out: %(reason)s") % {"reason": step.remarks}
    elif step.state == "ordered":
        text += ". " + _("Decided by word of mouth")
    elif step.outcome != usual_road(activity).code:
        text += f". {decision(activity, step.outcome)}"
    if step.late_reason:
        text += ". " + _("Recorded %(at)s") % {"at": short_time(step.recorded_at)}
    return text


def month_words(month: queries.Month) -> str:
    """Return how a month stands: ``6 dari 8 langkah selesai, 1 catatan susulan``."""
    done, late, undone = month.counts
    parts = [_("%(done)s of %(all)s steps done") % {"done": done, "all": len(month.rows)}]
    if late:
        text = ngettext("%(n)s recorded afterwards", "%(n)s recorded afterwards", late)
        parts.append(text % {"n": late})
    if undone:
        text = ngettext("%(n)s not carried out", "%(n)s not carried out", undone)
        parts.append(text % {"n": undone})
    return ", ".join(parts)


def days_words(first: date, last: date) -> str:
    """Return a stretch of days: ``23–29 November 2026``."""
    if first.year != last.year:
        return f"{date_format(first, 'j F Y')} – {date_format(last, 'j F Y')}"
    if first.month != last.month:
        return f"{date_format(first, 'j F')} – {date_format(last, 'j F Y')}"
    return f"{date_format(first, 'j')}–{date_format(last, 'j F Y')}"


def sample_words(sample: queries.Sample) -> str:
    """Return how far the checks of a sample are: ``3 dari 5 diperiksa, 1 tidak sesuai``."""
    many = len(sample.steps)
    if not many:
        return ""
    text = _("%(done)s of %(all)s checked") % {"done": many - sample.left, "all": many}
    if sample.failed:
        text += ", " + _("%(n)s not in order") % {"n": sample.failed}
    return text


def checked_words(step: Step) -> str:
    """Return what a sample check found; nothing where none was made."""
    if step.checked is None:
        return ""
    words = {"name": step.checked.checked_by.name, "time": short_time(step.checked.checked_at)}
    if step.checked.state == "passed":
        text = _("In order, says %(name)s, %(time)s") % words
    else:
        text = _("Not in order, says %(name)s, %(time)s") % words
    return f"{text}: {step.checked.remarks}" if step.checked.remarks else text


def answer_words(answer: Answer | None) -> str:
    """Return what who opened a run said of it; a silence is told as what it is."""
    if answer is None or answer.state == AnswerState.ASKED:
        return ""
    if answer.state == AnswerState.SILENT:
        within = {"n": ANSWER_WITHIN}
        return _("Taken as settled (no answer in %(n)s working days)") % within
    words = {"name": answer.asked_of.name, "at": short_time(answer.answered_at)}
    if answer.state == AnswerState.SETTLED:
        text = _("Settled, says %(name)s, %(at)s") % words
    else:
        text = _("Not settled, says %(name)s, %(at)s") % words
    return f"{text}: {answer.words}" if answer.words else text


def acting_words(order: Order) -> str:
    """Return as what an acting official did a step: the title, for whom, by which order."""
    words = {"title": order.title, "holder": order.holder, "number": order.number}
    if order.holder:
        return _("%(title)s (for %(holder)s, order %(number)s)") % words
    return _("%(title)s (order %(number)s)") % words


def you_act(order: Order) -> str:
    """Tell somebody as what acting official they do a step."""
    words = {"title": order.title, "holder": order.holder}
    if order.holder:
        return _("You act as %(title)s for %(holder)s.") % words
    return _("You act as %(title)s.") % words


def asked_words(step: Step, now: datetime | None = None) -> str:
    """Return what a superior said of a step, or that their word is awaited; see ``Confirmation``.

    ``now`` tells whether the ratification of an order is late; a paper leaves it out.
    """
    asked = step.asked
    if asked is None:
        return ""
    order = asked.kind == "order"
    if asked.answered_by is None or asked.answered_at is None:
        return _awaited(step, now) if order else _unconfirmed(step)
    words = {"name": asked.answered_by.name, "time": short_time(asked.answered_at)}
    if asked.state == "given":
        text = (
            _("Ratified by %(name)s, %(time)s") if order else _("Confirmed by %(name)s, %(time)s")
        )
    elif order:
        text = _("Not stood by: %(name)s, %(time)s")
    else:
        text = _("Not agreed to by %(name)s, %(time)s")
    text %= words
    return f"{text}: {asked.remarks}" if asked.remarks else text


def _unconfirmed(step: Step) -> str:
    role = queries.procedure_of(step.run).role(step.asked.role if step.asked else step.role)
    return _("Waiting for %(role)s to confirm it") % {"role": say(role.title)}


def _awaited(step: Step, now: datetime | None) -> str:
    due = step.asked.due_at if step.asked else None
    if due is None or now is None:
        return _("Waiting for ratification")
    words = {"time": short_time(due)}
    if now > due:
        return _("Waiting for ratification, which was due %(time)s") % words
    return _("Waiting for ratification until %(time)s") % words


def pause_line(pause: StepPause) -> str:
    """Return one pause in words."""
    words = {
        "reason": str(PAUSE_REASONS[PauseReason(pause.reason)]),
        "since": short_time(pause.starts_at),
    }
    if pause.ends_at is None:
        return _("%(reason)s, since %(since)s") % words
    return _("%(reason)s, %(since)s to %(until)s") % {**words, "until": short_time(pause.ends_at)}


PAUSE_REASONS: dict[PauseReason, str | Promise] = {
    PauseReason.REQUESTER: lazy("Waiting for the requester"),
    PauseReason.THIRD_PARTY: lazy("Waiting for a third party"),
    PauseReason.SPARE_PART: lazy("Waiting for a spare part"),
    PauseReason.BUDGET: lazy("Waiting for budget"),
    PauseReason.POWER_OR_NETWORK: lazy("Power or network failure"),
}


def refusal(error: Refusal, names: Callable[[str], str]) -> tuple[str, str]:
    """Return a refusal as (what happened, what to do now). ``names`` gives a person's name."""
    params = {k: v for k, v in error.params.items() if v is not None}
    by = names(str(params.get("by", "")))
    match error.code:
        case RefusalCode.STEP_CLOSED | RefusalCode.WRONG_ATTEMPT if params.get("at"):
            head = _("This step was already finished by %(name)s on %(moment)s.") % {
                "name": by,
                "moment": long_date(params["at"]),  # type: ignore[arg-type] # a datetime by contract
            }
            return head, _("What you filled in was not used and can still be copied below.")
        case RefusalCode.FOUR_EYES:
            head = _("You did %(activity)s of this run, so you can't do this step.") % {
                "activity": params.get("other", "")
            }
            return head, _("Somebody else with this role has to do it.")
        case RefusalCode.ASSIGNED_TO_OTHER:
            name = names(str(params.get("assignee", "")))
            head = _("%(name)s is working on this step.") % {"name": name}
            return head, _("Choose “I will do it” to take it over; what you filled in is below.")
        case _:
            return _PLAIN.get(error.code, _PLAIN[RefusalCode.STEP_NOT_OPEN])()


_PLAIN: dict[RefusalCode, Callable[[], tuple[str, str]]] = {
    RefusalCode.RUN_CLOSED: lambda: (
        _("This run is closed."),
        _("Nothing was changed. Open a new run if the work goes on."),
    ),
    RefusalCode.STEP_CLOSED: lambda: (
        _("This step is closed."),
        _("What you filled in was not used and can still be copied below."),
    ),
    RefusalCode.WRONG_ATTEMPT: lambda: (
        _("This step was opened again meanwhile."),
        _("Open the newest attempt from the run's page."),
    ),
    RefusalCode.STEP_NOT_OPEN: lambda: (
        _("It is not this step's turn."),
        _("Nothing was changed. Go back to the run's page."),
    ),
    RefusalCode.WAITING_FOR_REQUIREMENT: lambda: (
        _("This step still waits for its requirement."),
        _("Record that the requirement is there, then go on."),
    ),
    RefusalCode.NOT_WAITING: lambda: (
        _("The requirement of this step is already recorded."),
        _("Nothing was changed. Go on with the step."),
    ),
    RefusalCode.UNKNOWN_OUTCOME: lambda: (
        _("No decision was chosen."),
        _("Choose one of the buttons below the form."),
    ),
    RefusalCode.REASON_MISSING: lambda: (
        _("The reason is missing."),
        _("Write what needs to be mended or why, then send again."),
    ),
    RefusalCode.LATE_REASON_MISSING: lambda: (
        _("The reason for recording it only now is missing."),
        _("Work of an earlier day is kept as a late record, with its reason. Write it and send."),
    ),
    RefusalCode.DECISION_WANTED: lambda: (
        _("This step decides how the run goes on, so it cannot be left out."),
        _("Choose one of its decisions. If nothing of the run will be done, have it cancelled."),
    ),
    RefusalCode.ALREADY_PAUSED: lambda: (
        _("The clock already stands still."),
        _("Nothing was changed."),
    ),
    RefusalCode.NOT_PAUSED: lambda: (_("The clock is running."), _("Nothing was changed.")),
    RefusalCode.SLOT_MISSING: lambda: (
        _("The round is missing."),
        _("Choose the month, week or year that this run is for."),
    ),
    RefusalCode.SLOT_NOT_WANTED: lambda: (
        _("This procedure has no rounds."),
        _("Open it without one."),
    ),
}


def problem(found: FieldProblem) -> tuple[str, str]:
    """Return (label of the field, what is wrong and what would be right)."""
    label = say(found.field.label) if found.field else found.path
    row = found.path.split(".")
    if len(row) == 3 and row[1].isdecimal():  # noqa: PLR2004 - table, row, column
        label = _("%(label)s, row %(row)s") % {"label": label, "row": int(row[1]) + 1}
    sentence = {
        ProblemCode.MISSING: _("Not filled in yet."),
        ProblemCode.NOT_A_CHOICE: _("Choose one of the answers in the list."),
        ProblemCode.NOT_A_DATE: _("This date does not exist. Write it like 30/11/2026."),
        ProblemCode.NOT_A_NUMBER: _("Write a number, for example 98,7."),
        ProblemCode.TOO_SMALL: _("At least %(limit)s."),
        ProblemCode.TOO_LARGE: _("At most %(limit)s."),
        ProblemCode.TOO_LONG: _("At most %(limit)s characters."),
        ProblemCode.TOO_MANY: _("At most %(limit)s."),
        ProblemCode.UNKNOWN_FIELD: _("This field is not part of the form."),
        ProblemCode.WRONG_SHAPE: _("This value can't be used here. Fill it in again."),
    }[found.code]
    return label, sentence % {"limit": found.limit}


def too_long(*texts: str) -> str:
    """Return what to say of texts of which one is longer than is kept, else nothing."""
    if max(map(len, texts)) <= MAX_LONG_TEXT:
        return ""
    return _("At most %(limit)s characters.") % {"limit": MAX_LONG_TEXT}
