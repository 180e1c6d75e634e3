"""The background work of this installation: when each job ran, runs next, and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from kelola.jobs import queries, services
from kelola.jobs.models import SlotState
from kelola.jobs.schedule import jobs as known_jobs
from kelola.ledger.followers import behind
from kelola.ledger.queries import chain_check
from kelola.ledger.rules import SYSTEM
from kelola.ui.parts import Crumb

if TYPE_CHECKING:
    from datetime import timedelta

    from django.http import HttpResponse

    from kelola.jobs.queries import JobState
    from kelola.office.http import OfficeRequest

_HOUR, _DAY = 3600, 86400


@dataclass(frozen=True, slots=True)
class Look:
    """How the state of a turn looks."""

    word: Any
    tone: str
    shape: str


LOOKS = {
    SlotState.DUE: Look(gettext_lazy("Waiting its turn"), "plain", "dash"),
    SlotState.RUNNING: Look(gettext_lazy("Running"), "blue", "play"),
    SlotState.DONE: Look(gettext_lazy("Done"), "green", "check"),
    SlotState.FAILED: Look(gettext_lazy("Given up"), "red", "triangle"),
}
TRYING_AGAIN = Look(gettext_lazy("Failed, is tried again"), "gold", "diamond")
NEVER = Look(gettext_lazy("Not run yet"), "plain", "small")


@require_safe
def jobs(request: OfficeRequest) -> HttpResponse:
    """Show every scheduled job from its rows."""
    found = queries.overview(timezone.now())
    context = {
        "heading": _("Background work"),
        "lead": _("What Kelola does by itself, for all offices of this installation."),
        "crumbs": [Crumb(_("Settings"), reverse("settings"))],
        "overview": found,
        "rows": [_row(state) for state in found.jobs],
        "followers": sorted(behind().items()),
        "check": chain_check(SYSTEM),
    }
    return render(request, "home/jobs.html", context)


@require_POST
def job_run(request: OfficeRequest) -> HttpResponse:
    """Let a job run at once."""
    key = request.POST.get("job", "")
    if key not in known_jobs:
        raise Http404
    if services.run_soon(job=key, by=request.actor.id, at=timezone.now()):
        messages.success(request, _("It runs within half a minute. Open this page again then."))
    else:
        messages.info(request, _("It is running already, or has just run. Wait a minute."))
    return redirect("jobs")


def _row(state: JobState) -> dict[str, Any]:
    newest = state.newest
    return {
        "state": state,
        "every": every_words(state.job.every),
        "look": _look(state),
        "error": newest.error if newest and newest.state != SlotState.DONE else "",
        "attempts": newest.attempts if newest else 0,
    }


def _look(state: JobState) -> Look:
    if state.newest is None:
        return NEVER
    if state.newest.state == SlotState.DUE and state.newest.attempts:
        return TRYING_AGAIN
    return LOOKS[SlotState(state.newest.state)]


def every_words(every: timedelta) -> str:
    """Return a period in words: "every 6 hours"."""
    seconds = int(every.total_seconds())
    if seconds % _DAY == 0:
        n = seconds // _DAY
        return ngettext("every day", "every %(n)s days", n) % {"n": n}
    if seconds % _HOUR == 0:
        n = seconds // _HOUR
        return ngettext("every hour", "every %(n)s hours", n) % {"n": n}
    n = seconds // 60
    return ngettext("every minute", "every %(n)s minutes", n) % {"n": n}
