"""People and posts for programs."""

# Annotations are read at run time by ninja, so they are no strings here.
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from django.utils import timezone
from ninja import Query, Router
from pydantic import Field

from kelola.office import access, queries
from kelola.office.http import OfficeRequest
from kelola.office.models import Person, Post
from kelola.ui.http import paging
from kelola.ui.http.operations import Out, answers, reads

router = Router(tags=["people"], auth=reads)


class PostName(Out):
    """A post in short."""

    id: UUID
    """Id of the post."""
    key: str
    """The name under which SOPs refer to it: ``kasubag_ptip``."""
    title: str
    """Its title, in the language asked for where the office gave one."""


class PersonName(Out):
    """A person in short."""

    id: UUID
    """Id of the person."""
    name: str
    """Name with titles."""


class PersonOut(PersonName):
    """A person of the office."""

    nip: str | None
    """NIP; null unless the owner of the key is an administrator, empty if there is none."""
    posts: list[PostName]
    """The posts held today."""


class PostOut(PostName):
    """A post of the office."""

    holders: list[PersonName]
    """Who holds it today; nobody, if it is vacant."""


class PersonPage(paging.Page[PersonOut]):
    """People of the office, by name."""


class PostPage(paging.Page[PostOut]):
    """Posts of the office, by title."""


class PeopleAsked(paging.Paged):
    """Which people are wanted."""

    text: Annotated[str, Field(max_length=100)] = ""
    """A part of the name."""


@router.get("/people", response=answers(PersonPage))
def people(request: OfficeRequest, asked: Query[PeopleAsked]) -> PersonPage:
    """List people."""
    place = paging.place("people", asked.after, str, UUID)
    last = Person(name=place[0], id=place[1]) if place else None
    found = queries.people(words=asked.text, after=last, limit=asked.limit + 1)
    shown, following = paging.cut(request, "people", found, asked.limit, lambda p: (p.name, p.id))
    return PersonPage(items=_people(request, shown), next=following)


@router.get("/people/{uuid:person_id}", response=answers(PersonOut, 404))
def person(request: OfficeRequest, person_id: UUID) -> PersonOut:
    """Show a person."""
    (found,) = _people(request, [access.person(person_id)])
    return found


@router.get("/posts", response=answers(PostPage))
def posts(request: OfficeRequest, paged: Query[paging.Paged]) -> PostPage:
    """List posts."""
    place = paging.place("posts", paged.after, str, UUID)
    rows = sorted(queries.posts(), key=lambda p: (p.title, p.id))
    found = [p for p in rows if place is None or (p.title, p.id) > place]
    shown, following = paging.cut(request, "posts", found, paged.limit, lambda p: (p.title, p.id))
    return PostPage(items=_posts(shown), next=following)


@router.get("/posts/{uuid:post_id}", response=answers(PostOut, 404))
def post(request: OfficeRequest, post_id: UUID) -> PostOut:
    """Show a post."""
    del request
    (found,) = _posts([access.post(post_id)])
    return found


def _people(request: OfficeRequest, rows: Sequence[Person]) -> list[PersonOut]:
    held = queries.posts_held(rows, timezone.localdate())
    may_see = request.actor.membership.is_admin
    return [
        PersonOut(
            id=row.id,
            name=row.name,
            nip=row.nip if may_see else None,
            posts=[post_name(post) for post in held.get(row.id, [])],
        )
        for row in rows
    ]


def _posts(rows: Sequence[Post]) -> list[PostOut]:
    holders = queries.holders(rows, timezone.localdate())
    return [
        PostOut(
            id=row.id,
            key=row.key,
            title=row.label,
            holders=[PersonName(id=p.id, name=p.name) for p in holders.get(row.id, [])],
        )
        for row in rows
    ]


def post_name(row: Post) -> PostName:
    """Return a post in short."""
    return PostName(id=row.id, key=row.key, title=row.label)
