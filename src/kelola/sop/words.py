"""The texts of an SOP in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kelola.ui.wording import long_date

if TYPE_CHECKING:
    from kelola.sop.definition.shape import Activity, Strand, Words
    from kelola.sop.models import Run, Step
    from kelola.workcal import rules as workcal

LONGEST_MESSAGE = 900


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


def whatsapp(text: str) -> str:
    """Return the address that opens WhatsApp with this text, for a chat that its sender chooses.

    Nothing is sent and nobody's number is needed (faq.whatsapp.com, "How to use click to chat").
    """
    return f"https://wa.me/?text={quote(text[:LONGEST_MESSAGE], safe='')}"


def reply_text(run: Run) -> str:
    """Return what who asked is told of a run: that it is noted, or that it is done."""
    words = {"number": run.number, "subject": run.subject, "at": long_date(run.closed_at)}
    if run.state == "completed":
        text = _("%(subject)s is done, %(at)s (%(number)s). Settled? Answer 1 if yes, 2 if no.")
    else:
        text = _("Your request is noted, number %(number)s: %(subject)s.")
    return _linked(text % words, reverse("run", args=[run.pk]))


def ask_text(step: Step, activity: Activity, role: str) -> str:
    """Return how whoever does a step is asked for it."""
    words = {
        "role": role,
        "activity": say(activity.title),
        "subject": step.run.subject,
        "number": step.run.number,
    }
    text = _("%(role)s, please: %(activity)s. %(subject)s (%(number)s).") % words
    if step.due_at:
        text += " " + _("Due %(moment)s") % {"moment": long_date(step.due_at)} + "."
    return _linked(text, reverse("step", args=[step.pk]))


def _linked(text: str, path: str) -> str:
    return f"{text} {settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else text
