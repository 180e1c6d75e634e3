"""The hub of the settings: a tile for each page that an app registered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kelola.home.queries import settings_for

if TYPE_CHECKING:
    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest


@require_safe
def settings(request: OfficeRequest) -> HttpResponse:
    """Show the pages of the settings that this person may open."""
    context = {"heading": _("Settings"), "pages": settings_for(request.actor)}
    return render(request, "home/settings.html", context)
