"""The form that an activity fills: its fields, tables and signatories."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kelola.sop.definition.identity import Words  # noqa: TC001 - convert reads it at run time


class FieldType(StrEnum):
    """What one field of an activity's form may hold."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    YES_NO = "yes_no"
    DATE = "date"
    NUMBER = "number"
    TABLE = "table"
    FILE = "file"
    PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a ``choice`` field. ``quiet`` says that nothing happened: one tap writes it."""

    code: str
    label: Words
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of an activity's form.

    ``columns`` are the fields of one row and are given for tables only; ``daily`` asks a table for
    one row per working day of the run's slot. ``minimum`` and ``maximum`` bound a number
    (inclusive). ``options`` are given for choices only.
    """

    key: str
    label: Words
    type: FieldType
    required: bool = False
    help: Words | None = None
    options: tuple[Option, ...] = ()
    columns: tuple[FormField, ...] = ()
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    daily: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """The office's form that an activity fills: number (FM/AS/29/01), name, signatories, fields."""

    number: str
    name: Words
    signed_by: tuple[str, ...] = ()
    fields: tuple[FormField, ...] = ()
