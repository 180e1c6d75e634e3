"""People in the search: by name alone. A NIP is for administrators, so it is not indexed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kelola.office.models import Person
from kelola.office.services.findable import PERSON, person_words
from kelola.search.kinds import Face, Findable, Kind, kinds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID


def _faces(_actor: Any, ids: Sequence[UUID]) -> Mapping[UUID, Face]:
    rows = Person.objects.filter(pk__in=ids).select_related("unit")
    return {
        row.pk: Face(
            title=row.name,
            url=reverse("person", args=[row.pk]),
            detail=row.unit.name if row.unit else "",
        )
        for row in rows
    }


def _people(after: UUID | None, limit: int) -> Sequence[Findable]:
    rows = Person.objects.order_by("id")
    page = rows.filter(id__gt=after) if after else rows
    return [person_words(row) for row in page[:limit]]


kinds.register(PERSON, Kind(_("People"), "user", 30, _faces, _people))
