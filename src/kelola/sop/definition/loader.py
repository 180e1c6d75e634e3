"""Loads SOP files: reads, checks and refuses them whole with everything that is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kelola.sop.definition import checks, schema, source
from kelola.sop.definition.convert import from_data
from kelola.sop.definition.problems import MOST_PROBLEMS, Found, InvalidSop, Problem, problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kelola.sop.definition.shape import SopDefinition

__all__ = [
    "InvalidSop",
    "LibraryEntry",
    "Problem",
    "library",
    "library_path",
    "load",
]

# A file spoilt on purpose could keep the checks busy for minutes; nobody mends that many at once.
MOST_LOOKED_FOR = 2000
LIBRARY = Path(__file__).resolve().parent.parent / "library"


def load(text: bytes | Path, name: str = "") -> SopDefinition:
    """Return the SOP that a file describes.

    ``text`` is the file's bytes or its path; ``name`` is what errors call the file (by default
    the path's last part). Raises InvalidSop with every error found.
    """
    if isinstance(text, Path):
        name = name or text.name
        text = _bytes(text, name)
    name = name or "sop.yaml"
    read = source.read(text)
    found = list(read.found)
    if read.readable:
        found += [(read.line(f.path), f) for f in islice(_faults(read.data), MOST_LOOKED_FOR)]
    if found:
        raise InvalidSop(_problems(name, found))
    return from_data(read.data)


def _bytes(path: Path, name: str) -> bytes:
    """Read one byte more than is allowed at most, so that a huge file costs nothing."""
    try:
        with path.open("rb") as stream:
            return stream.read(source.MOST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        found = Found("not_found", (), {"reason": reason})
        raise InvalidSop([problem(name, 1, found)]) from error


def _faults(data: Any) -> Iterator[Found]:
    yield from schema.faults(data)
    yield from checks.faults(data)


def _problems(name: str, found: Iterable[tuple[int, Found]]) -> Iterator[Problem]:
    ordered = sorted(found, key=lambda pair: pair[0])
    for line, fault in ordered[:MOST_PROBLEMS]:
        yield problem(name, line, fault)
    if len(ordered) > MOST_PROBLEMS:
        more = Found("too_many", (), {"count": str(len(ordered) - MOST_PROBLEMS)})
        yield problem(name, ordered[MOST_PROBLEMS][0], more)


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """An SOP that comes with the product: its number as printed and its file."""

    number: str
    path: Path


@cache
def library() -> tuple[LibraryEntry, ...]:
    """Return the SOPs of the library in the order of their file names."""
    return tuple(
        LibraryEntry(number=load(path).identity.number, path=path)
        for path in sorted(LIBRARY.glob("*.yaml"))
    )


def library_path(number: str) -> Path:
    """Return the library file of an SOP by its number, whatever its case and outer spaces.

    Raises LookupError if the library has none or more than one with this number.
    """
    wanted = number.strip().casefold()
    paths = [entry.path for entry in library() if entry.number.casefold() == wanted]
    if len(paths) != 1:
        message = f"{len(paths)} SOPs in the library have the number {number!r}"
        raise LookupError(message)
    return paths[0]
