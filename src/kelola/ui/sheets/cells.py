"""What a cell may be, and the words for one that can't be trusted."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

from django.utils.translation import gettext as _


class Unreadable(ValueError):  # noqa: N818 - an answer to a person, not a fault of the program
    """A file that can't be read as a table; the text says what to do."""


class Flaw(StrEnum):
    """Why the value of a cell can't be taken."""

    FORMULA = "formula"
    ERROR = "error"
    DIGITS = "digits"


Cell: TypeAlias = str | Flaw | None


def told(flaw: Flaw, column: str) -> str:
    """Say what is wrong with the cell of a column and what to do."""
    words = {
        Flaw.FORMULA: _(
            "%(column)s: a formula without its result. Copy the column and paste it as values."
        ),
        Flaw.ERROR: _("%(column)s: Excel shows an error there. Type the value."),
        Flaw.DIGITS: _(
            "%(column)s: Excel keeps only 15 digits of a number. Format the column as text and "
            "type it again."
        ),
    }
    return words[flaw] % {"column": column}
