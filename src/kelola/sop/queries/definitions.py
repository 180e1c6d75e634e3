"""Reads of definitions and versions: what an SOP says, and which version is in use."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.db.models import Q

from kelola.office.prepared import Prepared
from kelola.office.scope import unscoped
from kelola.sop.definition.convert import from_data
from kelola.sop.definition.loader import library, load
from kelola.sop.models import (
    Definition,
    Run,
    SopVersion,
    VersionState,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from kelola.sop.definition.shape import Procedure, Role, SopDefinition, Strand


_IN_USE = (VersionState.IN_FORCE, VersionState.TRIAL)


@lru_cache(maxsize=64)
def definition(content_hash: str) -> SopDefinition:
    """Return a definition by its hash. Cached without end: content under a hash never changes."""
    return from_data(Definition.objects.get(hash=content_hash).data)


def definitions(hashes: Iterable[str]) -> dict[str, SopDefinition]:
    """Return many definitions by their hashes in one query; an office may have 278 SOPs."""
    rows = Definition.objects.filter(hash__in=set(hashes)).values_list("hash", "data")
    return {key: from_data(data) for key, data in rows.iterator()}


def previous_version(version: SopVersion) -> SopVersion | None:
    """Return the version that was taken up before this one, or None for the first."""
    rows = SopVersion.objects.filter(sop=version.sop_id).order_by("-adopted_at", "-id")
    older = Q(adopted_at__lt=version.adopted_at)
    same = Q(adopted_at=version.adopted_at, id__lt=version.id)
    return rows.filter(older | same).first()


def latest_versions() -> list[SopVersion]:
    """Return of every SOP the version in use, else its newest, by the SOP's number."""
    rows = SopVersion.objects.select_related("sop").order_by("sop__number", "-adopted_at", "-id")
    found: dict[UUID, SopVersion] = {}
    for row in rows:
        kept = found.setdefault(row.sop_id, row)
        if row.state in _IN_USE and kept.state not in _IN_USE:
            found[row.sop_id] = row
    return list(found.values())


def loaded_definitions() -> list[Definition]:
    """Return every loaded definition without its data, oldest first."""
    return list(Definition.objects.defer("data").order_by("loaded_at", "hash"))


def known_roles() -> list[Role]:
    """Return every actor of the loaded SOPs and the library once, the newest title of each."""
    wholes = [load(entry.path) for entry in library()]
    wholes += [definition(row.hash) for row in loaded_definitions()]
    found = {r.key: r for whole in wholes for p in whole.procedures for r in p.roles}
    return list(found.values())


@lru_cache(maxsize=4096)
def _definition_hash(version_id: UUID) -> str:
    """Return the definition of a version; it never changes, so it is asked for once."""
    return SopVersion.objects.values_list("definition_id", flat=True).get(pk=version_id)


def definition_of(run: Run) -> SopDefinition:
    """Return the SOP as the run's own version has it."""
    return definition(_definition_hash(run.version_id))


def procedure_of(run: Run) -> Procedure:
    """Return the procedure a run executes, as its own version has it."""
    return definition_of(run).procedure(run.procedure)


def strand_of(run: Run) -> Strand:
    """Return the strand a run executes."""
    return procedure_of(run).strand(run.strand)


def current_versions() -> list[SopVersion]:
    """Return the versions that new runs may open on: in force or on trial, newest per SOP."""
    newest: dict[UUID, SopVersion] = {}
    for row in _usable().select_related("sop"):
        newest.setdefault(row.sop_id, row)
    return list(newest.values())


def _usable() -> QuerySet[SopVersion]:
    order = ("sop__number", "-adopted_at", "-id")
    return SopVersion.objects.filter(state__in=_IN_USE).order_by(*order)


def round_wanted(at: datetime) -> Q:
    """Return the condition of versions whose schedule is to be looked at."""
    return Q(next_round_at=None) | Q(next_round_at__lte=at)


def offices_with_rounds(at: datetime) -> list[UUID]:
    """Return the offices of which a round may begin; needs no scope."""
    with unscoped("the schedule looks at every office's rounds, and only at their time"):
        wanted = SopVersion.objects.filter(round_wanted(at)).order_by()
        return sorted(set(wanted.values_list("office_id", flat=True).iterator()))


_CURRENT = Prepared(lambda: _usable().values_list("sop_id", "definition_id"))


def current_hashes() -> dict[UUID, str]:
    """Return by SOP the definition of its version in ``current_versions``, at less cost."""
    newest: dict[UUID, str] = {}
    for sop_id, content_hash in _CURRENT.tuples():
        newest.setdefault(sop_id, content_hash)
    return newest


def strand_in_use(sop_id: UUID, strand: str) -> tuple[SopVersion, Procedure] | None:
    """Return the version that new runs of an SOP open on and its procedure with this strand."""
    newest = next((v for v in current_versions() if v.sop_id == sop_id), None)
    if newest is not None:
        for procedure in definition(newest.definition_id).procedures:
            if any(s.key == strand for s in procedure.strands):
                return newest, procedure
    return None
