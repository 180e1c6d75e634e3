"""Who is away, who is back, and who leaves the office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kelola.office import access, services
from kelola.office.forms import AbsenceForm, LeaveForm
from kelola.office.policies import Decision, Refused, may_recall, may_record_absence
from kelola.office.views.editing import accepted, form_page
from kelola.ui.parts import Crumb

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest
    from kelola.office.models import Person


def _require(decision: Decision) -> None:
    if isinstance(decision, Refused):
        raise PermissionDenied(decision.reason)


def _above(person: Person) -> list[Crumb]:
    page = reverse("person", args=[person.pk])
    return [Crumb(_("People"), reverse("people")), Crumb(person.name, page)]


@require_http_methods(["GET", "HEAD", "POST"])
def absence_add(request: OfficeRequest, person_id: UUID) -> HttpResponse:
    """Record that somebody is away."""
    row = access.person(person_id)
    _require(may_record_absence(request.actor, row.pk))
    today = timezone.localdate()
    form = AbsenceForm(request.POST if request.method == "POST" else None, initial=_days(today))
    made = accepted(request, form, services.record_absence, person=row)
    if made:
        messages.success(request, _("The absence is recorded."))
        return redirect("person", row.pk)
    heading = _("Absence of %(name)s") % {"name": row.name}
    act = _("Record the absence")
    return form_page(request, form, heading=heading, crumbs=_above(row), act=act)


def _days(today: object) -> dict[str, object]:
    return {"starts_on": today, "ends_on": today}


@require_POST
def absence_end(request: OfficeRequest, absence_id: UUID) -> HttpResponse:
    """Let somebody be back today."""
    row = access.absence(absence_id)
    _require(may_record_absence(request.actor, row.person_id))
    now, today = timezone.now(), timezone.localdate()
    try:
        services.end_absence(absence=row, today=today, by=request.actor.id, at=now)
    except services.Invalid as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("%(name)s is back.") % {"name": row.person.name})
    return redirect("person", row.person_id)


@require_POST
def order_recall(request: OfficeRequest, appointment_id: UUID) -> HttpResponse:
    """End an order to act: from now on the holder acts again."""
    row = access.appointment(appointment_id)
    _require(may_recall(request.actor, row))
    now, today = timezone.now(), timezone.localdate()
    try:
        services.recall_order(appointment=row, today=today, by=request.actor.id, at=now)
    except services.Invalid as refusal:
        messages.error(request, str(refusal.message))
    else:
        said = {"name": row.person.name, "post": row.post.label}
        messages.success(request, _("%(name)s no longer acts for the post %(post)s.") % said)
    return redirect(
        "desk" if request.POST.get("from") == "desk" else reverse("post", args=[row.post_id])
    )


@require_http_methods(["GET", "HEAD", "POST"])
def person_leave(request: OfficeRequest, person_id: UUID) -> HttpResponse:
    """Let somebody leave the office: posts, orders and access end with the last day."""
    row = access.person(person_id)
    today = timezone.localdate()
    form = LeaveForm(
        request.POST if request.method == "POST" else None, initial={"last_day": today}
    )
    left = accepted(request, form, services.leave_office, person=row, today=today)
    if left:
        words = {"name": row.name, "day": date_format(form.cleaned_data["last_day"], "j F Y")}
        closed = form.cleaned_data["last_day"] <= today
        said = (
            _("%(name)s has left; the account is closed.")
            if closed
            else _("%(name)s leaves; the account closes when %(day)s is over.")
        )
        messages.success(request, said % words)
        return redirect("person", row.pk)
    heading = _("%(name)s leaves the office") % {"name": row.name}
    act = _("Record the leaving")
    return form_page(request, form, heading=heading, crumbs=_above(row), act=act)
