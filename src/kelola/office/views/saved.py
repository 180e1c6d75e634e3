"""Keep a list as one likes to see it. Each act returns to the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kelola.office.models import SavedView
from kelola.office.services import Invalid, saved_views
from kelola.registry import lists

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest

# What belongs to one visit of a list and not to a way of seeing it.
PASSING = ("setelah", "semua")


@require_POST
def saved_view_add(request: OfficeRequest) -> HttpResponse:
    """Keep the filters that were posted under the name that was posted."""
    page = request.POST.get("page", "")
    if page not in lists:
        raise Http404
    query = _lasting(request.POST.get("query", ""))
    try:
        row = saved_views.save_view(
            person=request.actor.person,
            page=page,
            name=request.POST.get("name", ""),
            query=query,
            at=timezone.now(),
        )
    except Invalid as wrong:
        messages.error(request, _("The view was not saved. %(why)s") % {"why": wrong.message})
    else:
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": row.name})
    return _back(page, query)


@require_POST
def saved_view_change(request: OfficeRequest, view_id: UUID) -> HttpResponse:
    """Rename, choose, release or delete a view of one's own."""
    view = get_object_or_404(SavedView, pk=view_id, person=request.actor.person)
    acts = {"rename": _rename, "choose": _choose, "release": _choose, "delete": _delete}
    act = acts.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    page, query = view.page, view.query
    try:
        messages.success(request, act(request, view))
    except Invalid as wrong:
        messages.error(request, _("The view was not changed. %(why)s") % {"why": wrong.message})
    return _back(page, query)


def _rename(request: OfficeRequest, view: SavedView) -> str:
    saved_views.rename_view(view=view, name=request.POST.get("name", ""), at=timezone.now())
    return _("The view is now called “%(name)s”.") % {"name": view.name}


def _choose(request: OfficeRequest, view: SavedView) -> str:
    chosen = request.POST["act"] == "choose"
    saved_views.choose_view(view=view, chosen=chosen, at=timezone.now())
    if chosen:
        return _("The list now begins with “%(name)s”.") % {"name": view.name}
    return _("The list now begins with everything.")


def _delete(_request: OfficeRequest, view: SavedView) -> str:
    saved_views.delete_view(view=view, at=timezone.now())
    return _("The view “%(name)s” is deleted.") % {"name": view.name}


def _lasting(query: str) -> str:
    asked = QueryDict(query[:4000], mutable=True)
    for name in PASSING:
        asked.pop(name, None)
    return asked.urlencode()


def _back(page: str, query: str) -> HttpResponse:
    # Without any filter the address would open the chosen view instead of this one.
    return HttpResponseRedirect(f"{reverse(lists[page])}?{query or 'semua=1'}")
