"""Load SOP files, put their versions into use and map their roles to posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kelola.ledger.services import append
from kelola.office.models import Office
from kelola.sop.definition.convert import content_hash, to_data
from kelola.sop.models import Definition, RoleHolder, Sop, SopVersion, VersionState

if TYPE_CHECKING:
    from datetime import date, datetime

    from kelola.ledger.rules import JSON
    from kelola.office.models import Post
    from kelola.sop.definition.shape import SopDefinition


def load_definition(*, definition: SopDefinition, by: str, at: datetime) -> tuple[Definition, bool]:
    """Store a checked definition under its hash. Loading the same again changes nothing.

    Returns:
        the row and whether it is new.

    """
    key = content_hash(definition)
    with transaction.atomic():
        row, created = Definition.objects.get_or_create(
            hash=key,
            defaults={
                "number": definition.identity.number,
                "data": to_data(definition),
                "loaded_at": at,
            },
        )
        if created:
            append(
                office=None,
                at=at,
                by=by,
                verb="sop.definition.loaded",
                object=f"sop.definition:{key}",
                data={"hash": key},
            )
    return row, created


def adopt_sop(
    *,
    definition: Definition,
    office: Office,
    state: VersionState,
    effective_on: date | None,
    by: str,
    at: datetime,
) -> SopVersion:
    """Put a definition into use in an office, as a new SOP or a new version of the same number.

    The version in force before is superseded when the new one comes into force; its open runs
    stay on it. Adopting the same definition again returns the version there is.
    """
    identity = definition.data["identity"]
    with transaction.atomic():
        # One adoption at a time in an office: two at once would make two SOPs of one number.
        Office.objects.select_for_update().get(id=office.id)
        sop = Sop.objects.filter(number=definition.number, versions__definition=definition).first()
        sop = sop or Sop.objects.filter(number=definition.number).order_by("id").first()
        if sop is None:
            sop = Sop.objects.create(
                office=office,
                number=definition.number,
                title_id=identity["title"]["id"],
                title_en=identity["title"].get("en", ""),
            )
        existing = SopVersion.objects.filter(sop=sop, definition=definition).first()
        if existing is not None:
            return existing
        superseded = _supersede(sop) if state is VersionState.IN_FORCE else []
        version = SopVersion.objects.create(
            office=office,
            sop=sop,
            definition=definition,
            state=state,
            adopted_at=at,
            effective_on=effective_on,
        )
        append(
            office=office.id,
            at=at,
            by=by,
            verb="sop.version.adopted",
            object=f"sop.version:{version.id}",
            data={
                "sop": str(sop.id),
                "hash": definition.hash,
                "state": state.value,
                "superseded": superseded,
            },
        )
    return version


def _supersede(sop: Sop) -> list[JSON]:
    """Take the versions in force out of force; return their ids for the ledger."""
    inforce = SopVersion.objects.filter(sop=sop, state=VersionState.IN_FORCE)
    ids: list[JSON] = [str(key) for key in inforce.values_list("id", flat=True)]
    inforce.update(state=VersionState.SUPERSEDED)
    return ids


def take_draft(
    *, definition: SopDefinition, office: Office, by: str, at: datetime
) -> tuple[SopVersion, bool]:
    """Take an imported SOP up as a draft; needs the office's scope.

    Args:
        definition: checked, of any origin.
        office: whose draft it is.
        by: who imports it, an id or ``system``.
        at: aware moment.

    Returns:
        the version, and whether it is new: the same file twice is one version.

    """
    with transaction.atomic():
        row, _created = load_definition(definition=definition, by=by, at=at)
        known = SopVersion.objects.filter(definition=row).exists()
        version = adopt_sop(
            definition=row,
            office=office,
            state=VersionState.DRAFT,
            effective_on=None,
            by=by,
            at=at,
        )
    return version, not known


def assign_role(*, sop: Sop, role: str, post: Post, by: str, at: datetime) -> RoleHolder:
    """Let a post perform a role of an SOP. Repeating it changes nothing."""
    with transaction.atomic():
        holder, created = RoleHolder.objects.get_or_create(
            sop=sop, role=role, post=post, defaults={"office_id": sop.office_id}
        )
        if created:
            append(
                office=sop.office_id,
                at=at,
                by=by,
                verb="sop.role.assigned",
                object=f"sop.sop:{sop.id}",
                data={"role": role, "post": str(post.id)},
            )
    return holder
