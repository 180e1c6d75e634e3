"""The identity block of an SOP: what its form says before the first activity."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """A text of the SOP: as printed in the source, corrected Indonesian, English."""

    id: str
    en: str = ""
    verbatim: str = ""


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A legal basis with its present status (``in_force``, ``amended`` or ``superseded``)."""

    number: int
    words: Words
    status: str
    status_words: Words
    superseded_by: Words | None = None
    instruments: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity block of the official form (PermenPANRB 35/2012)."""

    number: str
    title: Words
    office: Words
    unit: Words
    created_on: str
    revised_on: str
    effective_on: str
    approved_by: Words
    approved_by_name: str = ""
    approved_by_nip: str = ""
    address: tuple[str, ...] = ()
    legal_bases: tuple[LegalBasis, ...] = ()
    qualifications: tuple[Words, ...] = ()
    related: tuple[Words, ...] = ()
    equipment: tuple[Words, ...] = ()
    warnings: tuple[Words, ...] = ()
    record_keeping: tuple[Words, ...] = ()
    column_titles: tuple[tuple[str, str], ...] = ()
