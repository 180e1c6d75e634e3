"""The hub of the settings: a tile for each page that an app registered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kelola.home.queries import settings_for
from kelola.office.policies import is_admin
from kelola.workcal.queries import calendar_of, year_to_confirm
from kelola.workcal.rules import local

if TYPE_CHECKING:
    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest


@require_safe
def settings(request: OfficeRequest) -> HttpResponse:
    """Show the pages of the settings that this person may open."""
    calendar = calendar_of(request.actor.office.id)
    context = {
        "heading": _("Settings"),
        "pages": settings_for(request.actor),
        "is_admin": bool(is_admin(request.actor)),
        "to_confirm": year_to_confirm(local(calendar, timezone.now()).date()),
    }
    return render(request, "home/settings.html", context)
