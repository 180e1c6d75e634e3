"""The texts of an SOP in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from kelola.sop.definition.shape import Strand, Words
    from kelola.workcal import rules as workcal


def say(words: Words | None) -> str:
    """Return a text of the SOP in the reader's language; Indonesian where English is missing."""
    if words is None:
        return ""
    return words.en if get_language() == "en" and words.en else words.id


def rule_words(rule: str) -> str:
    """Return a schedule in words."""
    if rule.startswith("FREQ=WEEKLY"):
        return _("every week")
    if rule.startswith("FREQ=MONTHLY"):
        return _("every month, the 30th")
    return _("every year")


def slot_words(slot: workcal.Slot, rule: str) -> str:
    """Return a round in words: ``November 2026``, ``Minggu 16–20 November 2026``."""
    if rule.startswith("FREQ=WEEKLY"):
        # "Minggu 26 Oktober" would be read as a Sunday, so a week is told by its ends.
        alike = slot.opens_on.month == slot.due_on.month
        first = date_format(slot.opens_on, "j" if alike else "j F")
        return f"{first}–{date_format(slot.due_on, 'j F Y')}"
    if rule.startswith("FREQ=MONTHLY"):
        return date_format(slot.opens_on, "F Y")
    return str(slot.due_on.year)


def round_subject(strand: Strand, slot: workcal.Slot | None) -> str:
    """Return what a run is about that is opened for a round and nothing else."""
    title = say(strand.title)
    return f"{title}, {slot_words(slot, strand.rule)}" if slot else title
