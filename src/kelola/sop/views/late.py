"""Work that was done before it is recorded: the moment as a person writes it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kelola.sop import engine
from kelola.workcal import rules as workcal

if TYPE_CHECKING:
    from kelola.sop.views.step_page import Posted


def performed(posted: Posted, calendar: workcal.Calendar, now: datetime) -> datetime | None:
    """Return when the work was done if that was before ``now``; note in ``posted`` what is wrong.

    An earlier day needs its reason: the engine asks for it too, here it is asked for at its field.
    """
    if not posted.done_on and not posted.done_time:
        return None
    try:
        on, at = date.fromisoformat(posted.done_on), time.fromisoformat(posted.done_time)
    except ValueError:
        slip = _("Write the day and the time, for example 30/11/2026 and 14.30.")
        posted.slips.append(("done_on", _("Done on"), slip))
        return None
    moment = datetime.combine(on, at.replace(tzinfo=None), workcal.zone_on(calendar, on))
    if moment > now:
        slip = _("This moment has not come yet. Leave it empty if it was done just now.")
        posted.slips.append(("done_on", _("Done on"), slip))
    elif engine.is_late_record(moment, now, calendar) and not posted.late_reason.strip():
        slip = _("Work of an earlier day is kept as a late record. Write why it is recorded now.")
        posted.slips.append(("late_reason", _("Why it is recorded only now"), slip))
    return moment
