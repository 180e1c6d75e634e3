"""One person, post or appointment of the open office, or 404."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.http import Http404

from kelola.office.models import Absence, Appointment, Membership, Person, Post

if TYPE_CHECKING:
    from uuid import UUID

T = TypeVar("T")


def person(person_id: UUID) -> Person:
    """Return a person with unit, membership and user; raise Http404 for any other office's."""
    rows = Person.objects.select_related("unit", "membership__user")
    return _or_404(rows.filter(pk=person_id).first())


def membership(person_id: UUID) -> Membership:
    """Return a person's membership; raise Http404 without one."""
    rows = Membership.objects.select_related("user", "person")
    return _or_404(rows.filter(person_id=person_id).first())


def post(post_id: UUID) -> Post:
    """Return a post with its unit; raise Http404 for any other office's."""
    return _or_404(Post.objects.select_related("unit").filter(pk=post_id).first())


def appointment(appointment_id: UUID) -> Appointment:
    """Return an appointment with its person and post; raise Http404 for any other office's."""
    rows = Appointment.objects.select_related("person", "post", "stands_in_for")
    return _or_404(rows.filter(pk=appointment_id).first())


def absence(absence_id: UUID) -> Absence:
    """Return an absence with its person; raise Http404 for any other office's."""
    return _or_404(Absence.objects.select_related("person").filter(pk=absence_id).first())


def _or_404(found: T | None) -> T:
    if found is None:
        raise Http404
    return found
