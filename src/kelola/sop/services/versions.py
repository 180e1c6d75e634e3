"""Put versions into force and out of it, and say who performs their roles.

Open runs stay on the version they were opened on, whatever happens to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from kelola.ledger.rules import digest
from kelola.ledger.services import append
from kelola.office.models import Office
from kelola.office.services import Invalid
from kelola.office.services.checks import text
from kelola.sop import queries
from kelola.sop.models import RatifiedRole, RoleHolder, Sop, SopVersion, VersionState
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from kelola.ledger.rules import JSON
    from kelola.office.models import Post

LONGEST_NUMBER = 120


def enforce_version(
    *, version: SopVersion, decree_number: str, effective_on: date, by: str, at: datetime
) -> SopVersion:
    """Put a version into force: new runs open on it, and the one before it is superseded.

    A superseded version may be put back, which is how a revision is rolled back.

    Args:
        version: on trial, a draft, or superseded before.
        decree_number: of the decree that says so.
        effective_on: the day it takes effect, today or before.
        by: a person's id.
        at: aware moment.

    Raises:
        Invalid: it is in force already or revoked, no number, or a day that has not come.

    """
    number = text("decree_number", decree_number, LONGEST_NUMBER)
    today = workcal.local(calendar_of(version.office_id), at).date()
    if effective_on > today:
        raise Invalid("effective_on", _("This day has not come. Put it into force on that day."))
    with transaction.atomic():
        office = Office.objects.select_for_update().get(id=version.office_id)
        row = SopVersion.objects.get(id=version.id)
        _require(row, (VersionState.DRAFT, VersionState.TRIAL, VersionState.SUPERSEDED))
        # A later trial would take the new runs away from what is put into force now.
        others = SopVersion.objects.filter(
            sop=row.sop_id, state__in=(VersionState.IN_FORCE, VersionState.TRIAL)
        ).exclude(id=row.id)
        superseded: list[JSON] = [str(key) for key in others.values_list("id", flat=True)]
        others.update(state=VersionState.SUPERSEDED)
        row.state = VersionState.IN_FORCE
        row.effective_on = effective_on
        row.decree_number = number
        row.save(update_fields=["state", "effective_on", "decree_number"])
        append(
            office=row.office_id,
            at=at,
            by=by,
            verb="sop.version.enforced",
            object=f"sop.version:{row.id}",
            data={
                "sop": str(row.sop_id),
                "hash": row.definition_id,
                "effective_on": effective_on.isoformat(),
                "decree": digest(office.salt, number),
                "superseded": superseded,
            },
        )
    return row


def revoke_version(*, version: SopVersion, decree_number: str, by: str, at: datetime) -> SopVersion:
    """Take a version out of use for good: no new run opens on it.

    Raises:
        Invalid: it is out of use already, or no number is given.

    """
    number = text("decree_number", decree_number, LONGEST_NUMBER)
    with transaction.atomic():
        office = Office.objects.select_for_update().get(id=version.office_id)
        row = SopVersion.objects.get(id=version.id)
        _require(row, (VersionState.DRAFT, VersionState.TRIAL, VersionState.IN_FORCE))
        row.state = VersionState.REVOKED
        row.save(update_fields=["state"])
        append(
            office=row.office_id,
            at=at,
            by=by,
            verb="sop.version.revoked",
            object=f"sop.version:{row.id}",
            data={
                "sop": str(row.sop_id),
                "hash": row.definition_id,
                "decree": digest(office.salt, number),
            },
        )
    return row


def _require(row: SopVersion, states: tuple[VersionState, ...]) -> None:
    if row.state in states:
        return
    words = _("This version is “%(state)s” already. Nothing was changed.")
    raise Invalid("version", words % {"state": row.get_state_display()})


def unassign_role(*, sop: Sop, role: str, post: Post, by: str, at: datetime) -> bool:
    """Take a role of an SOP from a post; return whether it had it."""
    with transaction.atomic():
        gone, _rows = RoleHolder.objects.filter(sop=sop, role=role, post=post).delete()
        if gone:
            append(
                office=sop.office_id,
                at=at,
                by=by,
                verb="sop.role.unassigned",
                object=f"sop.sop:{sop.id}",
                data={"role": role, "post": str(post.id)},
            )
    return bool(gone)


def ratify_roles(
    *,
    version: SopVersion,
    roles: Sequence[str],
    decree_number: str,
    decree_on: date,
    by: str,
    at: datetime,
) -> list[RatifiedRole]:
    """Record the decree that ratifies actors which the version only assumes, all or none.

    Raises:
        Invalid: no role is named, one is not assumed, no number, or a day that has not come.

    """
    number = text("decree_number", decree_number, LONGEST_NUMBER)
    today = workcal.local(calendar_of(version.office_id), at).date()
    if decree_on > today:
        raise Invalid("decree_on", _("A decree can't be dated after today."))
    wanted = list(dict.fromkeys(roles))
    if not wanted or set(wanted) - queries.assumed_roles(version):
        raise Invalid("roles", _("Choose at least one actor that is not ratified yet."))
    made = []
    with transaction.atomic():
        Office.objects.select_for_update().get(id=version.office_id)
        for role in wanted:
            row, _created = RatifiedRole.objects.update_or_create(
                version=version,
                role=role,
                defaults={"decree_number": number, "decree_on": decree_on},
                create_defaults={
                    "office_id": version.office_id,
                    "decree_number": number,
                    "decree_on": decree_on,
                },
            )
            made.append(row)
            append(
                office=version.office_id,
                at=at,
                by=by,
                verb="sop.role.ratified",
                object=f"sop.version:{version.id}",
                data={
                    "role": role,
                    "decree": digest(row.salt, number),
                    "on": decree_on.isoformat(),
                },
            )
    return made
