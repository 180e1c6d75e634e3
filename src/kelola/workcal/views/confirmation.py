"""The yearly confirmation: the days off of a year by the government's decree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kelola.workcal import access, forms, queries, rules, services
from kelola.workcal.views import words
from kelola.workcal.views.changes import Change, change, write
from kelola.workcal.views.year import confirmation_context

if TYPE_CHECKING:
    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest


@write
def calendar_confirm(request: OfficeRequest) -> HttpResponse:
    """List a year's days off; the office confirms them after correcting."""
    calendar = queries.calendar_of(request.actor.office.id)
    today = rules.local(calendar, timezone.now()).date()
    asked = queries.year_to_confirm(today) or today.year + 1
    year = access.year(request.GET.get("tahun", ""), asked)
    found = queries.confirmation_of(year)
    initial = {"decree": found.decree, "decree_on": found.decree_on} if found else {}

    def save(**data: Any) -> None:
        services.confirm_year(year=year, **data)

    page = Change(
        _("Confirm the working calendar of %(year)s") % {"year": year},
        forms.ConfirmationForm(request.POST if request.method == "POST" else None, initial=initial),
        save,
        _("Confirm the calendar of %(year)s") % {"year": year},
        template="workcal/confirm.html",
        more={"confirming": year, **_days(year), **confirmation_context(found, today)},
    )
    return change(request, page)


def _days(year: int) -> dict[str, Any]:
    """Return what is about to be confirmed: the days known today and the office's own."""
    specials = queries.special_days(year, None)
    lines = words.special_lines(specials, queries.declared_days(year))
    return {
        "days": lines,
        "estimated": any("perkiraan" in line.name for line in lines),
        "is_admin": True,  # the address's policy
    }
