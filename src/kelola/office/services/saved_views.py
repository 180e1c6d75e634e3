"""Lists as a person likes to see them. Nobody changes the views of somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from kelola.ledger.services import append
from kelola.office.models import Person, SavedView
from kelola.office.services.checks import Invalid, once, text
from kelola.registry import lists

if TYPE_CHECKING:
    from datetime import datetime

MOST_VIEWS = 30
LONGEST_NAME, LONGEST_QUERY = 80, 1000


@transaction.atomic
def save_view(*, person: Person, page: str, name: str, query: str, at: datetime) -> SavedView:
    """Keep the present filters and order of a list under a name; the same name is replaced.

    Args:
        person: whose view, and who saves it.
        page: a key of ``registry.lists``.
        name: in the person's words.
        query: the part of the list's address after ``?``.
        at: aware moment.

    Raises:
        Invalid: no name, a list that is none, too long a query or too many views.

    """
    if page not in lists:
        raise Invalid("page", _("This list keeps no views."))
    if len(query) > LONGEST_QUERY:
        raise Invalid("query", _("Too many filters to keep. Choose fewer."))
    called = text("name", name, LONGEST_NAME)
    Person.objects.select_for_update().get(pk=person.pk)  # two at once take their turn
    own = SavedView.objects.filter(person=person, page=page)
    row = own.filter(name=called).first()
    if row is None and own.count() >= MOST_VIEWS:
        words = _("There are %(n)d views already. Delete one first.")
        raise Invalid("name", words % {"n": MOST_VIEWS})
    if row is None:
        row = SavedView(office_id=person.office_id, person=person, page=page, name=called)
    row.query = query
    row.save()
    _tell(row, "office.view.saved", at)
    return row


@transaction.atomic
def rename_view(*, view: SavedView, name: str, at: datetime) -> SavedView:
    """Give a view another name; raise Invalid when it is empty or taken."""
    view.name = text("name", name, LONGEST_NAME)
    with once("name", _("There is already a view of this name.")):
        view.save(update_fields=["name"])
    _tell(view, "office.view.renamed", at)
    return view


@transaction.atomic
def choose_view(*, view: SavedView, chosen: bool, at: datetime) -> SavedView:
    """Begin the list with this view from now on, or with everything again."""
    Person.objects.select_for_update().get(pk=view.person_id)
    SavedView.objects.filter(person=view.person_id, page=view.page).update(is_default=False)
    view.is_default = chosen
    view.save(update_fields=["is_default"])
    _tell(view, "office.view.chosen" if chosen else "office.view.released", at)
    return view


@transaction.atomic
def delete_view(*, view: SavedView, at: datetime) -> None:
    """Delete a view."""
    _tell(view, "office.view.deleted", at)
    view.delete()


def _tell(view: SavedView, verb: str, at: datetime) -> None:
    append(
        office=view.office_id,
        at=at,
        by=str(view.person_id),
        verb=verb,
        object=f"office.view:{view.pk}",
        data={"page": view.page},
    )
