"""The log of the office's runs by month, as files for programs that mine logs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kelola.office.policies import Refused
from kelola.sop import policies, queries
from kelola.sop.exchange import log, xes
from kelola.sop.views.periods import first_of
from kelola.ui.http.tables import streamed
from kelola.ui.parts import Crumb
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from django.http import HttpResponse, StreamingHttpResponse

    from kelola.office.http import OfficeRequest
    from kelola.office.policies import Decision

MONTHS = 24
TYPES = {"xes": "application/xml; charset=utf-8", "csv": "text/csv; charset=utf-8"}


@require_safe
def logs(request: OfficeRequest) -> HttpResponse:
    """List the months whose runs can be taken along, newest first."""
    _require(request)
    first = _this_month(request)
    months = []
    for _number in range(MONTHS):
        months.append(first)
        first = (first - timedelta(days=1)).replace(day=1)
    context = {
        "heading": _("Log of runs"),
        "crumbs": [Crumb(_("Runs"), reverse("runs")), Crumb(_("Log of runs"))],
        "months": months,
    }
    return render(request, "sop/logs.html", context)


@require_safe
def log_file(request: OfficeRequest) -> StreamingHttpResponse:
    """Send the runs that were opened in a month, row by row."""
    _require(request)
    asked, kind = request.GET.get("bulan"), request.GET.get("unduh", "xes")
    first = _this_month(request) if asked is None else first_of(asked)
    if first is None or kind not in TYPES:
        raise Http404
    office = request.actor.office
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    pieces = xes.pieces(kind, office.name, log.period(office.pk, first, last))
    return streamed(pieces, f"log-{first:%Y-%m}.{kind}", TYPES[kind])


def _this_month(request: OfficeRequest) -> date:
    calendar = calendar_of(request.actor.office.pk)
    return workcal.local(calendar, timezone.now()).date().replace(day=1)


def may_take(request: OfficeRequest) -> Decision:
    """Decide whether this person may take the log along."""
    actor = request.actor
    leads = bool(queries.headed(queries.roles_through(actor.posts)))
    return policies.may_export(admin=actor.membership.is_admin, leads=leads)


def _require(request: OfficeRequest) -> None:
    decision = may_take(request)
    if isinstance(decision, Refused):
        raise PermissionDenied(decision.reason)
