"""How the answers of the verification page read, here and in its static export."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kelola.evidence.queries import office_with_mark
from kelola.evidence.rules.seals import Claim, Outcome, Verdict, office_mark
from kelola.registry import reports
from kelola.ui.wording import long_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kelola.evidence.models import IssuedPaper


@dataclass(frozen=True, slots=True)
class Words:
    """An answer: its tone, what it is, and what to do now. Both are lazily translated texts."""

    tone: str
    title: Any
    text: Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What the page shows; ``facts`` are pairs of a word and a value, given for genuine ones."""

    words: Words
    facts: tuple[tuple[str, str], ...] = ()


SEALS: Mapping[Outcome, Words] = {
    Outcome.GENUINE: Words(
        "green",
        gettext_lazy("This seal is genuine"),
        gettext_lazy(
            "Compare kind, number and date with what is printed on the paper. A code can be copied "
            "onto another paper: whoever must be sure of the text has its PDF file checked below."
        ),
    ),
    Outcome.ALTERED: Words(
        "red",
        gettext_lazy("This seal does not fit"),
        gettext_lazy(
            "The code was changed after sealing, or somebody imitates the office. Don't rely on "
            "the paper; ask the office that it names."
        ),
    ),
    Outcome.UNKNOWN_KEY: Words(
        "gold",
        gettext_lazy("This seal is not known here"),
        gettext_lazy(
            "It was made with a key that is not on this list, perhaps by another office. Check it "
            "on the page whose address is printed on the paper."
        ),
    ),
    Outcome.OTHER_VERSION: Words(
        "gold",
        gettext_lazy("This kind of seal is not known here"),
        gettext_lazy(
            "It may come from a newer Kelola. Check it on the page whose address is printed on "
            "the paper."
        ),
    ),
    Outcome.UNREADABLE: Words(
        "gold",
        gettext_lazy("This code can't be read"),
        gettext_lazy("Part of it is missing or mistyped. Scan it again, or paste all of its text."),
    ),
}
FILE_KNOWN = Words(
    "green",
    gettext_lazy("This file is genuine"),
    gettext_lazy("It is the very file that the office issued, not one character differs."),
)
FILE_UNKNOWN = Words(
    "gold",
    gettext_lazy("This file is not known here"),
    gettext_lazy(
        "It is not a file that was issued from here, or it was changed or saved anew since. Ask "
        "the office for the original file."
    ),
)
FILE_MISSING = Words(
    "gold", gettext_lazy("No file was chosen"), gettext_lazy("Choose the PDF file, then check.")
)
TOO_MANY = Words(
    "gold",
    gettext_lazy("Too many checks from your address"),
    gettext_lazy("Wait one minute, then check again."),
)
BASIS = gettext_lazy(
    "The seal is an uncertified electronic signature of Kelola, not one with a certificate of an "
    "Indonesian certification provider."
)


def seal_answer(verdict: Verdict) -> Answer:
    """Return what is said about a seal."""
    claim = verdict.claim
    return Answer(SEALS[verdict.outcome], _facts(claim) if claim else ())


def file_answer(paper: IssuedPaper | None) -> Answer:
    """Return what is said about a file: nothing at all unless it is the very file."""
    if paper is None:
        return Answer(FILE_UNKNOWN)
    claim = Claim(
        office_mark(paper.office_id),
        paper.kind,
        paper.number,
        paper.on,
        bytes.fromhex(paper.digest),
    )
    return Answer(FILE_KNOWN, _facts(claim))


def _facts(claim: Claim) -> tuple[tuple[str, str], ...]:
    return (
        (_("Office"), office_with_mark(claim.office) or _("not on this list")),
        (_("Kind"), kind_label(claim.kind)),
        (_("Number"), claim.number),
        (_("Date"), long_day(claim.on)),
        (_("Content digest"), grouped(claim.digest.hex())),
    )


def kind_label(kind: str) -> str:
    """Return a kind of paper in words; kinds of apps that are gone by their key."""
    known = reports.get(kind)
    return str(known.label) if known else kind


def grouped(digest: str) -> str:
    """Return a digest in groups of four, as papers print it."""
    return " ".join(digest[n : n + 4] for n in range(0, len(digest), 4))
