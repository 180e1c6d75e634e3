"""Withdrawing what was declared: asked once, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kelola.ui.parts import Crumb
from kelola.ui.wording import long_day
from kelola.workcal import access, services
from kelola.workcal.views import words
from kelola.workcal.views.changes import saved_words, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What is withdrawn, in words, and by which service."""

    what: str
    when: str
    year: int
    act: Callable[..., Any]


@write
def calendar_withdraw_day(request: OfficeRequest, row_id: UUID) -> HttpResponse:
    """Withdraw a declared day."""
    row = access.declared_day(row_id)

    def act(**more: Any) -> None:
        services.withdraw(row=row, **more)

    return _page(request, Withdrawal(row.label, long_day(row.on), row.on.year, act))


@write
def calendar_withdraw_season(request: OfficeRequest, row_id: UUID) -> HttpResponse:
    """Withdraw other hours; the usual ones hold again."""
    row = access.season(row_id)

    def act(**more: Any) -> None:
        services.withdraw(row=row, **more)

    when = words.span_words(row.starts_on, row.ends_on)
    return _page(request, Withdrawal(row.label, when, row.starts_on.year, act))


@write
def calendar_withdraw_closure(request: OfficeRequest, row_id: UUID) -> HttpResponse:
    """Withdraw a closure with all its days."""
    rows = access.closures(row_id)

    def act(**more: Any) -> None:
        services.reopen_office(rows=rows, **more)

    when = words.closure_when(rows)
    return _page(request, Withdrawal(rows[0].label, when, rows[0].on.year, act))


def _page(request: OfficeRequest, what: Withdrawal) -> HttpResponse:
    if request.method == "POST":
        what.act(by=request.actor.id, at=timezone.now())
        messages.success(request, saved_words())
        return redirect(f"{reverse('calendar')}?tahun={what.year}")
    heading = _("Withdraw: %(what)s") % {"what": what.what}
    context = {
        "heading": heading,
        "crumbs": [Crumb(_("Working calendar"), reverse("calendar"))],
        "what": what,
    }
    return render(request, "workcal/withdraw.html", context)
