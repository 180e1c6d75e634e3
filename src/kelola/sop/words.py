"""The texts of an SOP in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import get_language

if TYPE_CHECKING:
    from kelola.sop.definition.shape import Words


def say(words: Words | None) -> str:
    """Return a text of the SOP in the reader's language; Indonesian where English is missing."""
    if words is None:
        return ""
    return words.en if get_language() == "en" and words.en else words.id
