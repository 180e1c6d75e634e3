"""Meja Kerja: what must I do, by when, what is on fire."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kelola.home.rules import month_sheet, part_of_day
from kelola.notify.faces import newest
from kelola.office import faces as posts
from kelola.office.policies import is_admin
from kelola.office.queries import posts_without_actor, stand_ins
from kelola.sop import faces, queries
from kelola.ui.wording import clock_time, long_day
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest
    from kelola.office.queries import Unattended
    from kelola.sop.models import Step

SHOWN = 50
WINDOW = timedelta(days=30)


@require_safe
def front(request: OfficeRequest) -> HttpResponse:
    """Send people to their desk; before there is an office, to where it begins."""
    return redirect("desk" if request.user.is_authenticated else "start")


@require_safe
def desk(request: OfficeRequest) -> HttpResponse:
    """Show the steps for this person, those waiting on others, and what is urgent."""
    now = timezone.now()
    actor = request.actor
    calendar = calendar_of(actor.office.id)
    today = workcal.local(calendar, now).date()
    roles = queries.roles_through(actor.posts)
    mine = queries.inbox(actor.person, roles, today, limit=SHOWN)
    others = queries.waiting_on_others(actor.person, roles, today)
    alone = queries.unattended(others, today)
    finished, late, undone = queries.finished_counts(now - WINDOW)
    context = {
        "heading": _greeting(actor.person.name, workcal.local(calendar, now)),
        "lead": _lead(calendar, now, today),
        "mine": [
            faces.work_item(s, calendar, now, act=faces.act_word(s, actor), primary=n == 0)
            for n, s in enumerate(mine)
        ],
        "mine_late": sum(1 for s in mine if s.due_at and s.due_at < now and s.state != "paused"),
        "mine_more": len(mine) == SHOWN,
        **_asked(queries.to_confirm(actor.person, roles)),
        "quiet": faces.quiet_today(mine, calendar, today),
        "to_answer": [faces.answer_item(a) for a in queries.to_answer(actor.person)],
        "others": [
            faces.work_item(s, calendar, now, act=_("See"), alone=alone.get((s.sop_id, s.role)))
            for s in others
        ],
        "news": newest(actor.person),
        "stand_ins": posts.stand_ins(stand_ins(actor.person, today), actor.person),
        "unattended": _unattended(alone.values(), today) if is_admin(actor) else [],
        "urgent": [faces.urgent_line(s, calendar, now) for s in queries.urgent(now)],
        "month": date_format(today, "F Y"),
        "weeks": month_sheet(today, partial(workcal.is_working_day, calendar), _due_days(today)),
        "finished": finished,
        "late": late,
        "undone": undone,
        "in_time": round(100 * (finished - late) / finished) if finished else None,
    }
    return render(request, "home/desk.html", context)


def _unattended(alone: Iterable[Unattended], today: date) -> list[tuple[str, str]]:
    """Return for who may order somebody to act: posts with nobody there, and where to do it.

    They are those whose holder is away, and those that somebody here waits for.
    """
    away = [found for found in posts_without_actor(today).values() if found.kind]
    by_post = {found.post.pk: found for found in (*away, *alone)}
    return [(posts.nobody_acts(found), posts.order_url(found)) for found in by_post.values()]


def _asked(steps: list[Step]) -> dict[str, object]:
    """Return the steps on which this person's word is asked; verbal orders can go at once."""
    orders = [s for s in steps if s.state == "ordered"]
    return {
        "to_confirm": [faces.confirm_item(s) for s in steps if s.state != "ordered"],
        "to_ratify": [faces.confirm_item(s) for s in orders],
        "orders": [s.id for s in orders],
    }


def _greeting(name: str, local: datetime) -> str:
    first = name.partition(",")[0].partition(" ")[0]
    words = {
        "morning": _("Good morning, %(name)s"),
        "midday": _("Good day, %(name)s"),
        "afternoon": _("Good afternoon, %(name)s"),
        "evening": _("Good evening, %(name)s"),
    }
    return words[part_of_day(local.hour)] % {"name": first}


def _lead(calendar: workcal.Calendar, now: datetime, today: date) -> str:
    """Return the day and whether the office is open."""
    spans = workcal.windows(calendar, today)
    words = {"day": long_day(today)}
    if spans and spans[0][0] <= now < spans[-1][1]:
        return _("%(day)s · office open until %(time)s") % {
            **words,
            "time": clock_time(spans[-1][1]),
        }
    opening = workcal.next_opening(calendar, now)
    if workcal.local(calendar, opening).date() == today:
        return _("%(day)s · office opens at %(time)s") % {**words, "time": clock_time(opening)}
    return _("%(day)s · clocks run again %(next)s at %(time)s") % {
        **words,
        "next": long_day(opening),
        "time": clock_time(opening),
    }


def _due_days(today: date) -> dict[date, str]:
    """Return the days of this month on which steps of the office are due."""
    return {
        day: ", ".join(sorted(codes))
        for day, codes in queries.due_days(today.replace(day=1), _next_month(today)).items()
    }


def _next_month(today: date) -> date:
    return (today.replace(day=28) + timedelta(days=4)).replace(day=1)
