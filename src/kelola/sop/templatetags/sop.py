"""Filters for the texts of an SOP: ``{% load sop %}``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from kelola.sop.phrases import opener as opener_words
from kelola.sop.phrases import say as say_words

if TYPE_CHECKING:
    from kelola.sop.definition.shape import Words
    from kelola.sop.models import Run

register = template.Library()


@register.filter
def say(words: Words | None) -> str:
    """Write a text of the SOP in the reader's language."""
    return say_words(words)


@register.filter
def verbatim(words: Words | None) -> str:
    """Write a text as the source prints it."""
    return "" if words is None else words.verbatim or words.id


@register.filter
def opener(run: Run) -> str:
    """Write who opened a run: a person, or the schedule."""
    return opener_words(run)
