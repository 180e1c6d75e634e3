"""Change the office one works in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from kelola.office.http import OFFICE

if TYPE_CHECKING:
    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest


@require_POST
def office_switch(request: OfficeRequest) -> HttpResponse:
    """Work in another office from now on: the one posted as ``office``, which is the actor's."""
    request.session[OFFICE] = str(request.actor.office.pk)
    return redirect(settings.LOGIN_REDIRECT_URL)
