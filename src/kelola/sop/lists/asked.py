"""What somebody asks of the list of runs, as its address says it.

Every name and every value is one of ours: nothing of an address reaches the database as a field,
an operator or an order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_TEXT = 100
MOST_WORDS = 6
_LONGEST_KEY = 40
_FIRST_YEAR, _LAST_YEAR = 2000, 2200


class Sort(StrEnum):
    """Orders of the list; the values stand in the address."""

    NEWEST = "terbaru"
    OLDEST = "terlama"
    DUE = "tenggat"


@dataclass(frozen=True, slots=True)
class RunsAsked:
    """Filters and order. ``strand`` needs ``procedure``, and that needs ``sop``."""

    state: str = ""
    sop: UUID | None = None
    procedure: str = ""
    strand: str = ""
    opened_by: UUID | None = None
    post: UUID | None = None
    person: UUID | None = None
    month: date | None = None
    late: bool = False
    text: str = ""
    sort: Sort = Sort.NEWEST

    @property
    def part(self) -> str:
        """SOP, procedure and strand as the address has them."""
        return "/".join(filter(None, [str(self.sop or ""), self.procedure, self.strand]))

    def query(self) -> dict[str, str]:
        """Return the parameters of the address, without those that say nothing."""
        said = {
            "keadaan": self.state,
            "prosedur": self.part,
            "pembuka": str(self.opened_by or ""),
            "jabatan": str(self.post or ""),
            "pegawai": str(self.person or ""),
            "bulan": f"{self.month:%Y-%m}" if self.month else "",
            "lewat": "1" if self.late else "",
            "cari": self.text,
            "urut": "" if self.sort is Sort.NEWEST else self.sort.value,
        }
        return {name: value for name, value in said.items() if value}

    def without(self, name: str) -> dict[str, str]:
        """Return the parameters without one."""
        return {key: value for key, value in self.query().items() if key != name}


NAMES = ("keadaan", "prosedur", "pembuka", "jabatan", "pegawai", "bulan", "lewat", "cari", "urut")
_STATES = ("", "open", "completed", "cancelled")


def read(address: Mapping[str, str]) -> RunsAsked:
    """Read the parameters of an address; empty ones say nothing.

    Raises ValueError for a value that no filter has.
    """
    given = {name: " ".join(address.get(name, "").split()) for name in NAMES}
    state = given["keadaan"]
    if state not in _STATES:
        raise ValueError(f"keadaan: {state!r}")
    if given["lewat"] not in ("", "1"):
        raise ValueError(f"lewat: {given['lewat']!r}")
    if len(given["cari"]) > LONGEST_TEXT:
        raise ValueError("cari: too long")
    sop, procedure, strand = _part(given["prosedur"])
    return RunsAsked(
        state=state,
        sop=sop,
        procedure=procedure,
        strand=strand,
        opened_by=_id(given["pembuka"]),
        post=_id(given["jabatan"]),
        person=_id(given["pegawai"]),
        month=_month(given["bulan"]),
        late=given["lewat"] == "1",
        text=given["cari"],
        sort=Sort(given["urut"] or Sort.NEWEST),
    )


def words(asked: RunsAsked) -> list[str]:
    """Return the words that a run's subject or number must contain, all of them."""
    return asked.text.split()[:MOST_WORDS]


def _id(text: str) -> UUID | None:
    return UUID(text) if text else None


def _month(text: str) -> date | None:
    if not text:
        return None
    first = date.fromisoformat(f"{text}-01")
    if not _FIRST_YEAR <= first.year <= _LAST_YEAR:
        raise ValueError(f"bulan: {text!r}")
    return first


def _part(text: str) -> tuple[UUID | None, str, str]:
    if not text:
        return None, "", ""
    keys = text.split("/")
    if len(keys) > 3 or any(len(key) > _LONGEST_KEY for key in keys[1:]):  # noqa: PLR2004 - SOP, procedure, strand
        raise ValueError(f"prosedur: {text!r}")
    procedure, strand = (*keys[1:], "", "")[:2]
    return UUID(keys[0]), procedure, strand
