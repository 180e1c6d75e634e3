"""What a pack of evidence holds, how its files are called, and how its manifest is spelled."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kelola.workcal.rules import KNOWN_YEARS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from uuid import UUID

PAPERS, FILES, BOOK = "lembar", "berkas", "buku"
EXTRACT, SPINE = f"{BOOK}/catatan.jsonl", f"{BOOK}/rantai.txt"
HEAD, ANCHOR = f"{BOOK}/kepala.json", f"{BOOK}/jangkar.json"
INDEX, MANIFEST, SIDE, VERIFIER = "index.html", "manifest.json", "manifest.sha256", "verify.py"
_LONGEST_STEM = 60
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_EXTENSION = re.compile(r"[a-z0-9]{1,10}")


class Stand(StrEnum):
    """How an activity's evidence stands."""

    THERE = "there"
    MISSING = "missing"
    # Lawfully without: not carried out with its reason, skipped by a rule, cancelled.
    NONE_NEEDED = "none_needed"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which pack: an SOP, one of its procedures or all (empty), a month by its first day."""

    office: UUID
    zone: str
    sop: UUID
    first: date
    procedure: str = ""

    @property
    def month(self) -> str:
        """The month as addresses and file names have it."""
        return f"{self.first:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of a pack. Pieces of one ``key`` are one file; ``stem`` is what its name tells.

    ``name`` is how people know it, ``body`` gives its bytes in portions and is called only when a
    pack is written; ``size`` is in bytes, 0 where nobody knows it before. ``url`` shows it here.
    """

    key: str
    folder: str
    name: str
    stem: str
    extension: str
    body: Callable[[], Iterable[bytes]] = field(repr=False)
    size: int = 0
    url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One step at an activity, or the activity that had none in the month. Texts are in words."""

    code: str
    title: str
    stand: Stand
    state: str = ""
    run: str = ""
    url: str = ""
    who: str = ""
    performed: str = ""
    recorded: str = ""
    notes: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """A procedure with its rows."""

    code: str
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What an app puts into a pack; ``objects`` are those whose entries of the ledger go along."""

    number: str
    title: str
    chapters: tuple[Chapter, ...]
    objects: frozenset[str]


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows of packs come from.

    ``find`` gives id and title of the SOPs that a number (or an id) names in the open office,
    ``rows`` what there is; None when the app knows nothing of this SOP.
    """

    find: Callable[[str], list[tuple[UUID, str]]]
    rows: Callable[[Asked], Told | None]


def to_month(text: str) -> date | None:
    """Return the first day of a month written ``2026-11``, None for anything else."""
    found = _MONTH.fullmatch(text)
    if found is None or int(found[1]) not in KNOWN_YEARS:
        return None
    return date(int(found[1]), int(found[2]), 1)


def merged(parts: Iterable[Told]) -> Told | None:
    """Return what several apps tell as one: their rows stand in the chapters of the first."""
    found = list(parts)
    if not found:
        return None
    chapters: dict[str, Chapter] = {}
    for told in found:
        for new in told.chapters:
            old = chapters.get(new.code)
            rows = (*(old.rows if old else ()), *new.rows)
            chapters[new.code] = Chapter(new.code, old.title if old else new.title, rows)
    objects = frozenset().union(*(told.objects for told in found))
    return Told(found[0].number, found[0].title, tuple(chapters.values()), objects)


def places(told: Told) -> dict[str, tuple[str, Piece]]:
    """Return each piece once by its key, with its path in the pack.

    Paths are of lower-case ASCII, numbered, and shorter than 100 characters: nothing of a name
    that people chose can leave the folder, meet another one or trouble any system.
    """
    found: dict[str, tuple[str, Piece]] = {}
    for chapter in told.chapters:
        for row in chapter.rows:
            for piece in row.pieces:
                if piece.key not in found:
                    found[piece.key] = (_place(len(found) + 1, piece), piece)
    return found


def _place(number: int, piece: Piece) -> str:
    stem = "-".join(filter(None, (f"{number:04d}", slug(piece.stem))))
    tail = piece.extension if _EXTENSION.fullmatch(piece.extension) else "bin"
    return f"{piece.folder}/{stem}.{tail}"


def slug(text: str) -> str:
    """Return a text as lower-case ASCII letters and digits with hyphens, at most 60."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_STEM].strip("-")


def counts(told: Told) -> dict[Stand, int]:
    """Return how many rows stand how."""
    rows = [row.stand for chapter in told.chapters for row in chapter.rows]
    return {stand: rows.count(stand) for stand in Stand}


def manifest(about: Mapping[str, Any], files: Mapping[str, tuple[str, int]]) -> bytes:
    """Return the manifest: what the pack is, SHA-256 and size of each file but itself."""
    shape = {
        **about,
        "kelola_pack": 1,
        "files": {path: {"sha256": d, "size": size} for path, (d, size) in files.items()},
    }
    return (json.dumps(shape, indent=1, sort_keys=True) + "\n").encode()


def pack_object(asked: Asked) -> str:
    """Return as what the ledger knows the packs of an SOP's month."""
    return f"evidence.pack:{asked.sop}.{asked.month}"
