"""Names the kind of a file from its bytes and compares it with the name's extension."""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO

import puremagic

from kelola.evidence.rules.archives import archive_kind
from kelola.evidence.rules.compound import compound_kind
from kelola.evidence.rules.kinds import BY_EXTENSION, Kind, Reason, Unfit
from kelola.evidence.rules.names import extension
from kelola.evidence.rules.pictures import check_pixels

_HEAD = 4096
_CHUNK = 1024 * 1024
_VIDEO = re.compile(rb"iso[m2-9]|mp4[12]|avc1|M4V |MSNV|dash")
_MARKUP = re.compile(
    r"<\s*(?:!doctype|html|script|svg|iframe|body|object|embed)|<\?(?:xml|php|=)", re.IGNORECASE
)
_CONTROL = re.compile(r"[\0-\x08\x0b\x0e-\x1f]")
_OVERLAP = 32  # a mark may straddle two chunks


def inspect(stream: BinaryIO, name: str) -> Kind:
    """Return the kind of a seekable file called ``name`` (cleaned).

    Raises:
        Unfit: the kind is not taken, the name's extension tells another one, or the file is
            empty, broken, locked, carries macros, or is made to swell when opened.

    """
    stream.seek(0)
    head = stream.read(_HEAD)
    if not head:
        raise Unfit(Reason.EMPTY)
    declared = BY_EXTENSION.get(extension(name))
    key = _by_bytes(stream, head)
    if key is None and declared is not None and declared.key in {"txt", "csv"}:
        _check_text(stream, head)
        return declared
    if declared is None:
        raise Unfit(Reason.FOREIGN_KIND, key or _other(head))
    if key != declared.key:
        raise Unfit(Reason.LYING_NAME, key or _other(head))
    return declared


def _by_bytes(stream: BinaryIO, head: bytes) -> str | None:
    key = _by_signature(head)
    if key == "zip":
        return archive_kind(stream)
    if key == "ole":
        return compound_kind(stream)
    if key in {"png", "jpeg", "webp"}:
        check_pixels(key, stream)
    return key


def _by_signature(head: bytes) -> str | None:
    """Signatures count at the very beginning only; files that are two things begin elsewhere."""
    for mark, key in (
        (b"%PDF-", "pdf"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"\xff\xd8\xff", "jpeg"),
        (b"PK\3\4", "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    ):
        if head.startswith(mark):
            return key
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        brands = head[8 : min(int.from_bytes(head[:4]), _HEAD)]
        return "mp4" if _VIDEO.search(brands) else None
    return None


def _check_text(stream: BinaryIO, head: bytes) -> None:
    """Raise Unfit unless this is UTF-8 text that no browser could take for a page or script."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unfit(Reason.ENCODING)
    if b"\0" in head:
        raise Unfit(Reason.LYING_NAME, _other(head) or "binary")
    stream.seek(0)
    decode = codecs.getincrementaldecoder("utf-8-sig")().decode
    before, first = "", True
    while True:
        data = stream.read(_CHUNK)
        try:
            text = decode(data, final=not data)
        except UnicodeDecodeError as error:
            raise Unfit(Reason.ENCODING) from error
        if first and text.startswith("#!"):
            raise Unfit(Reason.LYING_NAME, "script")
        if _CONTROL.search(text):
            raise Unfit(Reason.LYING_NAME, "binary")
        if _MARKUP.search(before + text):
            raise Unfit(Reason.LYING_NAME, "html")
        if not data:
            return
        before, first = text[-_OVERLAP:], False


def _other(head: bytes) -> str:
    """Name what a file is, for the message only."""
    if head.startswith(b"MZ"):
        return "exe"
    if head.startswith(b"#!"):
        return "script"
    if _MARKUP.search(head.decode("latin-1")):
        return "svg" if b"<svg" in head.lower() else "html"
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return ""
    return next((m.extension.lstrip(".") for m in found if m.extension), "")
