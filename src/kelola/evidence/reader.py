"""Reads the text of one file, in a process of its own that is allowed very little.

Started as ``python -I reader.py KIND`` with the opened file as its standard input; writes UTF-8 to
its standard output. It imports nothing of Kelola. Exit codes: 0 text was written (perhaps none), 3
the file can't be read.

The file is hostile until shown otherwise: the process may use 20 seconds of processor, 512 MiB of
memory and may write no file; what an archive unpacks to is counted, not believed.
"""

from __future__ import annotations

import resource
import sys
import zipfile
from typing import IO, TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_TEXT = 200_000
MOST_UNPACKED = 64 * 1024 * 1024
MOST_TAG = 4 * 1024 * 1024
MOST_ELEMENTS = 2_000_000
MOST_PAGES = 2000
UNREADABLE = 3
_CHUNK = 64 * 1024
# The parts of each kind of archive that hold what people wrote, by the beginning of their names.
_PARTS = {
    "docx": ("word/document.xml", "word/header", "word/footer", "word/footnotes.xml"),
    "xlsx": ("xl/sharedStrings.xml", "xl/worksheets/"),
    "odt": ("content.xml",),
    "ods": ("content.xml",),
}
# Elements after which a word ends.
_ENDS = {"w:p", "w:tab", "w:br", "si", "is", "c"}
# Elements whose characters are text; where none is named, all characters are.
_TEXT = {"docx": {"w:t"}, "xlsx": {"t"}, "odt": set(), "ods": set()}


class Unreadable(Exception):  # noqa: N818 - an answer, not a fault
    """The file can't be read as what it is."""


class Enough(Exception):  # noqa: N818 - an answer, not a fault
    """As much text was read as is kept."""


class Gathered:
    """Text up to the limit."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.size = 0

    def add(self, text: str) -> None:
        """Keep some text; raise Enough when that is all that is kept."""
        self.parts.append(text)
        self.size += len(text)
        if self.size >= MOST_TEXT:
            raise Enough


def confine() -> None:
    """Give up what reading a file does not need."""
    for limit, value in (
        (resource.RLIMIT_CPU, 20),
        (resource.RLIMIT_AS, 512 * 1024 * 1024),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def read_plain(file: IO[bytes], found: Gathered) -> None:
    """Read a text or CSV file."""
    found.add(file.read(MOST_TEXT * 4).decode("utf-8-sig", "replace"))


def read_pdf(file: IO[bytes], found: Gathered) -> None:
    """Read the text layer of a PDF, page by page."""
    from pypdf import PdfReader  # noqa: PLC0415 - only after the limits, and only for PDF

    document = PdfReader(file, strict=False)
    if document.is_encrypted and not document.decrypt(""):
        raise Unreadable
    for number, page in enumerate(document.pages):
        if number >= MOST_PAGES:
            return
        found.add(page.extract_text() + "\n")


def read_archive(kind: str, file: IO[bytes], found: Gathered) -> None:
    """Read the XML of an office document, counting what it unpacks to."""
    left = MOST_UNPACKED
    with zipfile.ZipFile(file) as archive:
        for name in sorted(archive.namelist()):
            if name.startswith(_PARTS[kind]) and name.endswith(".xml"):
                with archive.open(name) as entry:
                    left = _read_xml(kind, entry, found, left)


class _Words:
    """Takes the text out of one part's XML, as the parser comes upon it."""

    def __init__(self, kind: str, found: Gathered) -> None:
        self.wanted, self.found = _TEXT[kind], found
        self.inside = self.elements = 0

    def begin(self, name: str, _attributes: object) -> None:
        self.inside += name in self.wanted
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            raise Unreadable

    def end(self, name: str) -> None:
        self.inside -= name in self.wanted
        if name in _ENDS or name.startswith("text:"):
            self.found.add(" ")

    def say(self, text: str) -> None:
        if self.inside or not self.wanted:
            self.found.add(text)

    def declare(self, *_about: object) -> None:
        raise Unreadable


def _read_xml(kind: str, entry: IO[bytes], found: Gathered, left: int) -> int:
    """Read one part; return how much may still be unpacked."""
    parser, words = expat.ParserCreate(), _Words(kind, found)
    parser.StartElementHandler, parser.EndElementHandler = words.begin, words.end
    parser.CharacterDataHandler = words.say
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = words.declare
    fed = 0
    for piece in _pieces(entry, left):
        fed, left = fed + len(piece), left - len(piece)
        parser.Parse(piece, False)
        # The parser begins anew at an unfinished tag with every piece: an endless one is a trap.
        if fed - parser.CurrentByteIndex > MOST_TAG:
            raise Unreadable
    parser.Parse(b"", True)
    return left


def _pieces(entry: IO[bytes], left: int) -> Iterator[bytes]:
    while piece := entry.read(_CHUNK):
        left -= len(piece)
        if left < 0:
            raise Unreadable
        yield piece


def read(kind: str, file: IO[bytes]) -> str:
    """Return the text of a file; raise whatever its parser raises for one that is broken."""
    found = Gathered()
    try:
        if kind in ("txt", "csv"):
            read_plain(file, found)
        elif kind == "pdf":
            read_pdf(file, found)
        elif kind in _PARTS:
            read_archive(kind, file, found)
        else:
            raise Unreadable
    except Enough:
        pass
    return "".join(found.parts)[:MOST_TEXT]


def main(arguments: list[str]) -> int:
    """Read standard input; return the exit code."""
    confine()
    try:
        text = read(arguments[0], sys.stdin.buffer)
    except Exception:  # noqa: BLE001 - parsers raise whatever they come upon
        return UNREADABLE
    sys.stdout.buffer.write(text.encode("utf-8", "ignore"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
