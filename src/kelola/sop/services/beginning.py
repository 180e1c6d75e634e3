"""The first SOP of an office: adopted, put into force where it is, its roles given to posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kelola.office.models import Post
from kelola.office.services import add_post, add_post_titled
from kelola.sop.models import SopVersion, VersionState
from kelola.sop.services.definitions import adopt_sop, assign_role, load_definition
from kelola.sop.services.versions import enforce_version

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from kelola.office.models import Office
    from kelola.sop.definition.shape import SopDefinition, Words


@transaction.atomic
def begin_sop(
    *,
    definition: SopDefinition,
    office: Office,
    posts: Mapping[str, Post | None],
    by: str,
    at: datetime,
    decree_number: str = "",
    effective_on: date | None = None,
) -> SopVersion:
    """Take an SOP into use, all of it or nothing. Again it changes nothing.

    Args:
        definition: from the library.
        office: whose scope is open.
        posts: the post of each role; None adds one that is called as the role. A role that is
            left out is performed by nobody yet.
        by: a person's id.
        at: aware moment.
        decree_number: of the decree that puts the SOP into force.
        effective_on: the day of its taking effect; without one it begins on trial.

    Raises:
        Invalid: a day without a decree, or one that has not come.

    """
    row, _new = load_definition(definition=definition, by=by, at=at)
    version = adopt_sop(
        definition=row, office=office, state=VersionState.TRIAL, effective_on=None, by=by, at=at
    )
    if effective_on is not None and version.state == VersionState.TRIAL:
        version = enforce_version(
            version=version, decree_number=decree_number, effective_on=effective_on, by=by, at=at
        )
    titles = {r.key: r.title for p in definition.procedures for r in p.roles}
    for role, chosen in posts.items():
        post = chosen or _post_called(office, role, titles[role], by=by, at=at)
        assign_role(sop=version.sop, role=role, post=post, by=by, at=at)
    return version


def _post_called(office: Office, role: str, words: Words, *, by: str, at: datetime) -> Post:
    """Return the post that is called as the role, added when there is none."""
    known = list(Post.objects.all())
    for post in known:
        if post.title.casefold() == words.id.casefold():
            return post
    if any(post.key == role for post in known):
        return add_post_titled(office=office.pk, title=words.id, title_en=words.en, by=by, at=at)
    return add_post(office=office.pk, key=role, title=words.id, title_en=words.en, by=by, at=at)
