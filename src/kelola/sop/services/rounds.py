"""The schedule: every round opens by itself, once, however many look and however late."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils import translation

from kelola.sop import queries
from kelola.sop.models import Origin, Run, SopVersion
from kelola.sop.rules import next_round, rounds_to_open
from kelola.sop.services.runs import SlotTaken, open_run
from kelola.sop.words import round_subject
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from kelola.sop.definition.shape import Strand

# An SOP without any schedule is looked at again after this: another version may have one.
LONGEST_REST = timedelta(days=90)


def open_rounds(*, at: datetime) -> int:
    """Open the rounds of the open office that began since the last look.

    Each run is a transaction of its own; what a kill leaves, or what another scheduler was about
    to open, is found by the next look. A round that somebody cancelled stays cancelled.

    Args:
        at: aware moment of this look.

    Returns:
        how many runs were opened.

    """
    opened = 0
    current = queries.current_versions()
    for version in current:
        opened += _open_of(version, at)
    others = SopVersion.objects.exclude(pk__in=[v.pk for v in current])
    others.filter(queries.round_wanted(at)).update(next_round_at=at + LONGEST_REST)
    return opened


def look_again() -> None:
    """Let the next look be at once: the office's calendar changed."""
    SopVersion.objects.update(next_round_at=None)


def _open_of(version: SopVersion, at: datetime) -> int:
    calendar = calendar_of(version.office_id)
    today = workcal.local(calendar, at).date()
    looked = version.rounds_looked_at
    looked_on = workcal.local(calendar, looked).date() if looked else None
    definition = queries.definition(version.definition_id)
    strands = [(p.code, s) for p in definition.procedures for s in p.strands if s.rule]
    opened = 0
    taken = _taken(version)
    for procedure, strand in strands:
        for slot in rounds_to_open(calendar, strand.rule, looked_on, today):
            if (strand.key, slot.key) not in taken:
                opened += _open(version, procedure, strand, slot, at)
    coming = [next_round(calendar, s.rule, today) for _p, s in strands]
    days = [on for on in coming if on]
    version.rounds_looked_at = at
    version.next_round_at = (
        datetime.combine(min(days), time(), workcal.zone_on(calendar, min(days)))
        if days
        else at + LONGEST_REST
    )
    version.save(update_fields=["rounds_looked_at", "next_round_at"])
    return opened


def _taken(version: SopVersion) -> set[tuple[str, str]]:
    """Return the rounds that have a run, also a cancelled one: who gave it up meant it."""
    runs = Run.objects.filter(sop=version.sop_id).exclude(slot_key="")
    return set(runs.values_list("strand", "slot_key"))


def _open(
    version: SopVersion, procedure: str, strand: Strand, slot: workcal.Slot, at: datetime
) -> bool:
    with translation.override("id"):
        subject = round_subject(strand, slot)
    try:
        open_run(
            version=version,
            procedure=procedure,
            strand=strand.key,
            subject=subject,
            slot=slot,
            origin=Origin.SCHEDULE,
            by=None,
            at=at,
        )
    except SlotTaken:
        return False
    return True
