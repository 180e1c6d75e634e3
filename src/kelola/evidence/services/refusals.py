"""What a person reads when a file is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kelola.evidence.rules import Reason
from kelola.evidence.rules.names import extension

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

LABELS: Mapping[str, _StrPromise] = {
    "pdf": gettext_lazy("a PDF document"),
    "docx": gettext_lazy("a Word document"),
    "doc": gettext_lazy("a Word document of before 2007"),
    "xlsx": gettext_lazy("an Excel workbook"),
    "xls": gettext_lazy("an Excel workbook of before 2007"),
    "odt": gettext_lazy("an OpenDocument text"),
    "ods": gettext_lazy("an OpenDocument spreadsheet"),
    "jpeg": gettext_lazy("a JPEG picture"),
    "png": gettext_lazy("a PNG picture"),
    "webp": gettext_lazy("a WebP picture"),
    "mp4": gettext_lazy("an MP4 video"),
    "zip": gettext_lazy("a ZIP archive"),
    "ole": gettext_lazy("an unknown compound file"),
    "exe": gettext_lazy("a Windows program"),
    "script": gettext_lazy("a script"),
    "html": gettext_lazy("a web page"),
    "svg": gettext_lazy("an SVG drawing"),
    "binary": gettext_lazy("not text"),
}

_REMEDIES: Mapping[Reason, _StrPromise] = {
    Reason.EMPTY: gettext_lazy("It is empty. Check the file and choose it again."),
    Reason.TOO_LARGE: gettext_lazy("It is larger than %(limit)s MB. Make it smaller or split it."),
    Reason.LYING_NAME: gettext_lazy(
        "Its name ends in .%(extension)s, but its content is %(found)s. Save it in the right "
        "format and upload it again."
    ),
    Reason.BROKEN: gettext_lazy("It is damaged or incomplete. Open it, save it again, upload it."),
    Reason.ENCODING: gettext_lazy("Its text is not UTF-8. Save it again as UTF-8."),
    Reason.MACROS: gettext_lazy("It contains macros. Save it without macros or as a PDF."),
    Reason.LOCKED: gettext_lazy("It is locked by a password. Save it without a password."),
    Reason.BOMB: gettext_lazy("Unpacked it would become far too large. Save it as a PDF."),
    Reason.TOO_MANY_PIXELS: gettext_lazy(
        "The picture is too large (%(found)s pixels; at most 50 million). Make it smaller."
    ),
}


class RefusedFile(Exception):  # noqa: N818 - an answer, not a fault
    """The file was not stored. ``reason`` is the sentence for the person, ``code`` the reason."""

    def __init__(self, code: Reason, name: str, found: str = "") -> None:
        self.code = code
        self.name = name
        self.found = found
        self.reason = _sentence(code, name, found)
        super().__init__(self.reason)


def _sentence(code: Reason, name: str, found: str) -> str:
    limit = settings.UPLOAD_LIMIT_BYTES // (1024 * 1024)
    if code is Reason.NO_SPACE:
        words = _(
            "The storage is full; the file “%(name)s” was not stored. Records without files "
            "still work. Tell the operator."
        )
        return words % {"name": name}
    refused = _("The file “%(name)s” is not accepted.") % {"name": name}
    if code is Reason.FOREIGN_KIND:
        return f"{refused} {_allowed(limit)}"
    told = {
        "limit": limit,
        "extension": extension(name),
        "found": str(LABELS.get(found, f".{found}")) if found else _("of another kind"),
    }
    if code is Reason.TOO_MANY_PIXELS:
        told["found"] = found
    return f"{refused} {_REMEDIES[code] % told}"


def _allowed(limit: int) -> str:
    words = _(
        "You can upload: PDF, Word, Excel, OpenDocument, pictures (JPEG, PNG, WebP), MP4 videos "
        "and plain text, at most %(limit)s MB."
    )
    return words % {"limit": limit}
