"""Whose key this is."""

# Annotations are read at run time by ninja, so they are no strings here.
from uuid import UUID

from ninja import Router

from kelola.office.api import PersonName, PostName, post_name
from kelola.office.http import OfficeRequest
from kelola.ui.http.operations import Moment, Out, answers, reads

router = Router(tags=["me"], auth=reads)


class OfficeOut(Out):
    """An office."""

    id: UUID
    """Id of the office."""
    name: str
    """Its name."""
    short_name: str
    """Its short name."""
    zone: str
    """Its time zone (IANA)."""


class KeyOut(Out):
    """The key that was sent."""

    name: str
    """What its owner called it."""
    scopes: list[str]
    """What it may do."""
    expires_at: Moment
    """From when on it opens nothing."""


class Me(Out):
    """The owner of the key."""

    person: PersonName
    """Who it is."""
    office: OfficeOut
    """In which office the key acts."""
    is_admin: bool
    """Whether they may change the office's settings."""
    posts: list[PostName]
    """The posts held today; the SOP's roles come from them."""
    key: KeyOut
    """The key."""


@router.get("/me", response=answers(Me))
def me(request: OfficeRequest) -> Me:
    """Show whose key this is."""
    actor = request.actor
    token = request.token  # type: ignore[attr-defined] # set at the door
    return Me(
        person=PersonName(id=actor.person.id, name=actor.person.name),
        office=OfficeOut(
            id=actor.office.id,
            name=actor.office.name,
            short_name=actor.office.short_name,
            zone=actor.office.zone,
        ),
        is_admin=actor.membership.is_admin,
        posts=[post_name(post) for post in actor.posts],
        key=KeyOut(name=token.name, scopes=token.scopes, expires_at=token.expires_at),
    )
