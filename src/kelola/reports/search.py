"""Where the pictures of letterheads belong, for the list of files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from kelola.evidence.uses import Place, Use, uses
from kelola.office.models import Office

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from kelola.evidence.models import Document


def _places(ids: Sequence[UUID]) -> Mapping[UUID, Place]:
    place = Place(_("Logo of the office"), reverse("settings_logo"))
    return dict.fromkeys(ids, place)


def _unused(documents: Sequence[Document]) -> set[UUID]:
    """Return the pictures that stand on no letterhead any more."""
    offices = {document.office_id for document in documents}
    shown = set(Office.objects.filter(pk__in=offices).values_list("logo_id", flat=True))
    return {document.pk for document in documents} - shown


uses.register("office.office", Use(_places, _unused))
