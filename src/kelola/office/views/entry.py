"""What an administrator does with somebody's account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from kelola.office import access, services
from kelola.office.forms import AccountForm
from kelola.office.views.editing import accepted
from kelola.office.views.people import person_page

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest


@require_POST
@sensitive_variables("told", "made")
def person_give(request: OfficeRequest, person_id: UUID) -> HttpResponse:
    """Give somebody an account; its password is shown this once."""
    row = access.person(person_id)
    form = AccountForm(request.POST)
    made = accepted(request, form, services.give_access, person=row)
    if made is None:
        return person_page(request, row, form=form)
    _membership, told = made
    return person_page(request, access.person(person_id), told=told)


@require_POST
@sensitive_variables("told")
def person_reset(request: OfficeRequest, person_id: UUID) -> HttpResponse:
    """Replace a forgotten password; the new one is shown this once."""
    row = access.membership(person_id)
    try:
        told = services.reset_password(membership=row, by=request.actor.id, at=timezone.now())
    except services.Invalid as refusal:
        return person_page(request, access.person(person_id), error=str(refusal.message))
    return person_page(request, access.person(person_id), told=told)


@require_POST
def person_admin(request: OfficeRequest, person_id: UUID) -> HttpResponse:
    """Make somebody an administrator, or no longer: ``admin`` is ``1`` or ``0``."""
    row = access.membership(person_id)
    wanted = request.POST.get("admin") == "1"
    try:
        services.set_admin(membership=row, is_admin=wanted, by=request.actor.id, at=timezone.now())
    except services.Invalid as refusal:
        return person_page(request, access.person(person_id), error=str(refusal.message))
    name = {"name": row.person.name}
    said = _("%(name)s is an administrator now.") if wanted else _("%(name)s is no administrator.")
    messages.success(request, said % name)
    return redirect("person", person_id)


@require_POST
def person_close(request: OfficeRequest, person_id: UUID) -> HttpResponse:
    """End somebody's access to the office at once."""
    row = access.membership(person_id)
    try:
        services.close_access(membership=row, by=request.actor.id, at=timezone.now())
    except services.Invalid as refusal:
        return person_page(request, access.person(person_id), error=str(refusal.message))
    messages.success(request, _("The account of %(name)s is closed.") % {"name": row.person.name})
    return redirect("person", person_id)


@require_POST
def person_open(request: OfficeRequest, person_id: UUID) -> HttpResponse:
    """Give somebody their access back."""
    row = access.membership(person_id)
    services.open_access(membership=row, by=request.actor.id, at=timezone.now())
    messages.success(request, _("%(name)s can sign in again.") % {"name": row.person.name})
    return redirect("person", person_id)
