"""The kinds of file an office may store, and the reasons to refuse one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a file is refused."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    FOREIGN_KIND = "foreign_kind"
    LYING_NAME = "lying_name"
    BROKEN = "broken"
    ENCODING = "encoding"
    MACROS = "macros"
    LOCKED = "locked"
    BOMB = "bomb"
    TOO_MANY_PIXELS = "too_many_pixels"
    NO_SPACE = "no_space"


class Unfit(Exception):  # noqa: N818 - an answer, not a fault
    """The file is refused; ``found`` names what its bytes are, when that is known."""

    def __init__(self, reason: Reason, found: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.found = found


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file. ``viewable`` ones may be shown in the browser, others are downloads."""

    key: str
    media_type: str
    extensions: tuple[str, ...]
    viewable: bool = False


_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"

KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("pdf", "application/pdf", ("pdf",), viewable=True),
        Kind("docx", f"{_OOXML}.wordprocessingml.document", ("docx",)),
        Kind("xlsx", f"{_OOXML}.spreadsheetml.sheet", ("xlsx",)),
        Kind("odt", f"{_ODF}.text", ("odt",)),
        Kind("ods", f"{_ODF}.spreadsheet", ("ods",)),
        Kind("doc", "application/msword", ("doc",)),
        Kind("xls", "application/vnd.ms-excel", ("xls",)),
        Kind("jpeg", "image/jpeg", ("jpg", "jpeg"), viewable=True),
        Kind("png", "image/png", ("png",), viewable=True),
        Kind("webp", "image/webp", ("webp",), viewable=True),
        Kind("mp4", "video/mp4", ("mp4",)),
        Kind("txt", "text/plain", ("txt",)),
        Kind("csv", "text/csv", ("csv",)),
    )
}
BY_EXTENSION = {extension: kind for kind in KINDS.values() for extension in kind.extensions}
BY_MEDIA_TYPE = {kind.media_type: kind for kind in KINDS.values()}
