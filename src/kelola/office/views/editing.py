"""What the pages that change a person, a post or the office have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.shortcuts import render
from django.utils import timezone

from kelola.office import queries, services
from kelola.office.forms import refuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.forms import Form
    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest
    from kelola.ui.parts import Crumb

T = TypeVar("T")


def accepted(
    request: OfficeRequest, form: Form, service: Callable[..., T], **more: Any
) -> T | None:
    """Ask a service for what the form says, as who asks, now.

    Returns:
        what the service made; None when the form or the service refused, which the form then tells
        at its fields.

    """
    if not form.is_valid():
        return None
    try:
        return service(**form.cleaned_data, **more, by=request.actor.id, at=timezone.now())
    except services.Invalid as refusal:
        refuse(form, refusal)
        return None


def form_page(
    request: OfficeRequest, form: Form, *, heading: str, crumbs: list[Crumb], act: str = ""
) -> HttpResponse:
    """Draw a form on a page of its own; ``act`` is the word on its button."""
    context = {
        "heading": heading,
        "crumbs": crumbs,
        "form": form,
        "act": act,
        "units": queries.units(),
        "back": crumbs[-1].url,
    }
    return render(request, "office/form.html", context, status=422 if form.errors else 200)
