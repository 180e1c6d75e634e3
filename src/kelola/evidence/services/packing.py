"""Packs of evidence: one zip that opens, and is checked, without Kelola."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import mark_safe

from kelola import registry
from kelola.evidence.rules import packs
from kelola.evidence.services import anchoring
from kelola.ledger import queries as ledger
from kelola.ledger.rules import canonical, chain_of, spell_time
from kelola.ledger.services import append

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from kelola.ledger.models import Entry

SOURCE = Path(__file__).resolve().parent.parent / "export"
# The earliest moment that a zip can tell: no pack differs from another by when it was made.
_MOMENT = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16
_UNIX = 3
_PACKED = {"html", "json", "jsonl", "txt", "py", "sha256", "csv"}


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that was written. ``digest`` is of its manifest, ``files`` without the manifest."""

    asked: packs.Asked
    digest: str
    files: int
    entries: int


def told(asked: packs.Asked) -> packs.Told | None:
    """Return what all apps have on this SOP's month, in the language that is spoken."""
    found = (source.rows(asked) for source in registry.packs.values())
    return packs.merged(part for part in found if part is not None)


def write_pack(
    asked: packs.Asked, *, office: str, out: IO[bytes], by: str, at: datetime
) -> Pack | None:
    """Write a pack into a file that can be sought, a portion of each file at a time.

    The same data gives the same bytes. Needs the office's scope.

    Args:
        asked: which SOP, procedure and month.
        office: its name, as the pack says it.
        out: where the zip goes; on an error it holds half of one.
        by: id of the person, or ``system``.
        at: aware time, of the key when there is none yet.

    Returns:
        what was written; None when no app knows the SOP or the procedure.

    Raises:
        LostPiece: a file that belongs into the pack is missing or altered.
        DamagedKey: the file of the key holds none.

    """
    with translation.override("id"), timezone.override(ZoneInfo(asked.zone)):
        content = told(asked)
        if content is None or (asked.procedure and not content.chapters):
            return None
        with zipfile.ZipFile(out, "w") as archive:
            writing = _Writing(archive)
            entries = _book(writing, asked, content, by=by, at=at)
            _pieces(writing, content)
            page = _page(asked, office, content, entries)
            writing.add(packs.INDEX, [page.encode()])
            writing.add(packs.VERIFIER, [(SOURCE / "verify.py").read_bytes()])
            about = _about(asked, office, content)
            body = packs.manifest(about, writing.files)
            files, digest = len(writing.files), hashlib.sha256(body).hexdigest()
            writing.add(packs.MANIFEST, [body])
            writing.add(packs.SIDE, [f"{digest}  {packs.MANIFEST}\n".encode()])
    return Pack(asked, digest, files, entries)


def record_pack(pack: Pack, *, by: str, at: datetime) -> None:
    """Enter a pack's manifest into the history; needs a transaction."""
    append(
        office=pack.asked.office,
        at=at,
        by=by,
        verb="evidence.pack.made",
        object=packs.pack_object(pack.asked),
        data={
            "month": pack.asked.month,
            "procedure": pack.asked.procedure,
            "manifest": pack.digest,
            "files": pack.files,
            "entries": pack.entries,
        },
    )


def packs_made(asked: packs.Asked) -> list[Entry]:
    """Return the entries of the packs of this SOP's month, newest first."""
    return ledger.entries_of(chain_of(asked.office), [packs.pack_object(asked)])[::-1]


@dataclass(slots=True)
class _Writing:
    """An archive with what was written into it so far: digest and size by path."""

    archive: zipfile.ZipFile
    files: dict[str, tuple[str, int]] = field(default_factory=dict)

    def add(self, path: str, body: Iterable[bytes], size: int = 0) -> None:
        info = zipfile.ZipInfo(path, _MOMENT)
        info.create_system, info.external_attr = _UNIX, _READABLE
        info.file_size = size
        if path.rpartition(".")[2] in _PACKED:
            info.compress_type = zipfile.ZIP_DEFLATED
        seen, length = hashlib.sha256(), 0
        with self.archive.open(info, "w") as file:
            for chunk in body:
                seen.update(chunk)
                length += len(chunk)
                file.write(chunk)
        self.files[path] = (seen.hexdigest(), length)


def _pieces(writing: _Writing, content: packs.Told) -> None:
    for path, piece in packs.places(content).values():
        writing.add(path, piece.body(), piece.size)


def _book(
    writing: _Writing, asked: packs.Asked, content: packs.Told, *, by: str, at: datetime
) -> int:
    """Write the extract of the ledger and the chain to its head; return how many entries."""
    chain, reached = chain_of(asked.office), _Reached()
    objects = sorted(content.objects)
    writing.add(packs.EXTRACT, reached.lines(ledger.extract(chain, objects)))
    between = ledger.spine(chain, reached.first, reached.last)
    writing.add(packs.SPINE, (f"{seq} {value}\n".encode() for seq, value in between))
    head = {
        "chain": chain,
        "first": reached.first,
        "last": reached.last,
        "hash": reached.hash,
        "entries": reached.entries,
    }
    writing.add(packs.HEAD, [(json.dumps(head, indent=1, sort_keys=True) + "\n").encode()])
    if reached.at is not None:
        anchor = anchoring.make_anchor_at(
            chain=chain, head=(reached.last, reached.hash), moment=reached.at, by=by, at=at
        )
        writing.add(packs.ANCHOR, [anchor.encode()])
    return reached.entries


@dataclass(slots=True)
class _Reached:
    """Where the extract began and how far it came."""

    entries: int = 0
    first: int = 1
    last: int = 0
    hash: str = ""
    at: datetime | None = None

    def lines(self, entries: Iterable[Entry]) -> Iterator[bytes]:
        for entry in entries:
            self.first = self.first if self.entries else entry.seq
            self.last, self.hash, self.at = entry.seq, entry.hash, entry.at
            self.entries += 1
            yield (canonical(_line(entry)) + "\n").encode()


def _line(entry: Entry) -> dict[str, Any]:
    """Return an entry with everything its hash is computed from."""
    return {
        "office": entry.chain,
        "seq": entry.seq,
        "at": spell_time(entry.at),
        "by": entry.by,
        "acting_for": entry.acting_for,
        "verb": entry.verb,
        "object": entry.object,
        "data": dict(entry.data),
        "prev": entry.prev,
        "hash": entry.hash,
    }


def _about(asked: packs.Asked, office: str, content: packs.Told) -> dict[str, Any]:
    return {
        "office": {"id": str(asked.office), "name": office},
        "sop": {"id": str(asked.sop), "number": content.number, "title": content.title},
        "procedure": asked.procedure,
        "month": asked.month,
    }


def _page(asked: packs.Asked, office: str, content: packs.Told, entries: int) -> str:
    """Return the index page, which needs nothing but the files beside it."""
    paths = {key: path for key, (path, _piece) in packs.places(content).items()}
    chapters = [
        (c.code, c.title, [(r, [(paths[p.key], p) for p in r.pieces]) for r in c.rows])
        for c in content.chapters
    ]
    context = {
        "office": office,
        "told": content,
        "month": asked.first,
        "chapters": chapters,
        "counts": {stand.value: n for stand, n in packs.counts(content).items()},
        "entries": entries,
        "names": packs,
        "style": mark_safe((SOURCE / "pack.css").read_text(encoding="utf-8")),  # noqa: S308 - ours
    }
    return render_to_string("evidence/pack.html", context)
