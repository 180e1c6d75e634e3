"""From content to PDF: Typst with our fonts alone, no network, the same bytes every time."""

from __future__ import annotations

import calendar
import functools
import hashlib
import io
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import segno
import typst
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from segno import consts

from kelola.evidence.queries import stored_bytes
from kelola.evidence.rules import seals
from kelola.reports.rules import content, fonts
from kelola.reports.rules.logos import EMPTY, as_svg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kelola.registry import Report

HOME = Path(__file__).resolve().parent
FONTS = HOME / "fonts"
# The template of papers that need nothing but their blocks, and what it is made of.
PAPER = HOME / "templates" / "reports" / "paper.typ"
PARTS = HOME / "templates" / "reports" / "parts.typ"
FAMILIES = {"Inter", "Noto Naskh Arabic", "Source Serif 4"}
# PDF/A-2b (ISO 19005-2): what archives take; fonts inside, no scripts, nothing from elsewhere.
STANDARD: Final = "a-2b"
# A paper that is nothing but a logo.
ALONE = b"""#set document(date: datetime(year: 2026, month: 1, day: 1))
#image("logo.svg", width: 22mm)"""


class FontsMissing(RuntimeError):  # noqa: N818 - a finding with its remedy
    """The fonts are not where ``make setup`` puts them."""


class TypesettingError(RuntimeError):
    """Typst warned: a paper with a doubt is not printed."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as a file. ``fonts`` is the digest of the type it is set in."""

    pdf: bytes
    sha256: str
    fonts: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the seal of a paper prints: its text and the words around it."""

    seal: str
    digest: str


@dataclass(slots=True)
class _Press:
    compiler: typst.Compiler
    digest: str
    characters: tuple[frozenset[int], ...]
    lock: threading.Lock


@functools.cache
def _press() -> _Press:
    """Return the one press of this process; a missing font is an error, never another font."""
    files = sorted(FONTS.glob("*.ttf"))
    type_ = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
    )
    if set(type_.families()) != FAMILIES:
        raise FontsMissing(_("The fonts of papers are missing. Run: make setup"))
    bodies = {file.name: file.read_bytes() for file in files}
    lines = "".join(f"{hashlib.sha256(b).hexdigest()}  {n}\n" for n, b in bodies.items())
    return _Press(
        compiler=typst.Compiler(font_paths=type_),
        digest=hashlib.sha256(lines.encode()).hexdigest(),
        characters=tuple(map(fonts.characters, bodies.values())),
        lock=threading.Lock(),
    )


def fonts_digest() -> str:
    """Return the digest of the fonts: of the lines ``SHA-256  name``, by name."""
    return _press().digest


@functools.cache
def letter_widths() -> tuple[Mapping[int, float], Mapping[int, float]]:
    """Return how wide letters are in the sans serif, regular and bold, by character in ems."""
    regular, bold = (HOME / "fonts" / f"Inter-{face}.ttf" for face in ("Regular", "SemiBold"))
    return fonts.advances(regular.read_bytes()), fonts.advances(bold.read_bytes())


def data_of(made: content.Content) -> dict[str, Any]:
    """Return a paper's content as the data that is set, digested and sealed."""
    return content.as_data(made, _can_show)


def _can_show(cluster: str) -> bool:
    """Tell whether one font has every character of a letter with its marks."""
    wanted = set(map(ord, cluster))
    return any(wanted <= font for font in _press().characters)


def set_paper(report: Report, data: dict[str, Any], sealed: Sealed | None = None) -> Paper:
    """Set a paper; with ``sealed`` its QR code and the words about it stand at its end.

    Raises:
        TypesettingError: Typst found something it could not do as asked.

    """
    pdf = cast("bytes", _compile(report, data, sealed, "pdf"))
    return Paper(pdf, hashlib.sha256(pdf).hexdigest(), fonts_digest())


def pictures(report: Report, data: dict[str, Any], sealed: Sealed | None = None) -> list[bytes]:
    """Return the pages as PNG, the very pages of the PDF."""
    found = _compile(report, data, sealed, "png")
    return found if isinstance(found, list) else [found]


def _compile(
    report: Report, data: dict[str, Any], sealed: Sealed | None, form: Any
) -> bytes | list[bytes]:
    with translation.override(data["language"]):
        given = data | {"seal": _marks(sealed) if sealed else None, "words": _words()}
    files = {
        "main": report.template.read_bytes(),
        "parts.typ": PARTS.read_bytes(),
        "data.json": content.canonical(given),
        "seal.svg": qr_svg(sealed.seal) if sealed else EMPTY,
        "logo.svg": _logo(data["letterhead"]["logo"]),
    }
    return _set(files, form, calendar.timegm((*data["at"], 0, 0, 0)))


def _set(files: dict[str, bytes], form: Any, timestamp: int) -> bytes | list[bytes]:
    press = _press()
    with press.lock:
        made, warnings = press.compiler.compile_with_warnings(
            cast("bytes", files),
            format=form,
            pdf_standards=STANDARD if form == "pdf" else [],
            timestamp=timestamp,
        )
    if warnings or made is None:
        raise TypesettingError("; ".join(w.message for w in warnings))
    return made


def _logo(named: str) -> bytes:
    sha256, _dot, key = named.partition(".")
    body = stored_bytes(sha256) if named else None
    if named and body is None:
        raise TypesettingError("the logo is not what it was")
    return as_svg(key, body) if body else EMPTY


def prints(key: str, picture: bytes) -> bool:
    """Tell whether a picture can stand on a paper for the archive."""
    try:
        made = _set({"main": ALONE, "logo.svg": as_svg(key, picture)}, "pdf", 0)
    except (TypesettingError, typst.TypstError):
        return False
    # What Typst does not recognise it leaves out without a word.
    return b"/Subtype/Image" in cast("bytes", made)


def qr_address(seal: str) -> str:
    """Return what a QR code holds: the verification page with the seal, or the bare seal."""
    base = settings.VERIFICATION_URL
    return f"{base}?{seals.PARAMETER}={seal}" if base else seal


def qr_svg(seal: str) -> bytes:
    """Draw the QR code of a seal; the address in bytes, the seal in the denser alphabet."""
    address = qr_address(seal).removesuffix(seal)
    parts: list[Any] = [(address, consts.MODE_BYTE)] if address else []
    parts.append((seal, consts.MODE_ALPHANUMERIC))
    code = segno.make(cast("Any", parts), error="m", micro=False, boost_error=False)
    out = io.BytesIO()
    code.save(out, kind="svg", xmldecl=False, border=0, svgns=True)
    return out.getvalue()


def _marks(sealed: Sealed) -> dict[str, str]:
    groups = [sealed.digest[n : n + 4] for n in range(0, len(sealed.digest), 4)]
    return {
        "digest": " ".join(groups),
        "short": " ".join(groups[:4]),
        "where": settings.VERIFICATION_URL,
    }


def _words() -> dict[str, str]:
    return {
        "page": _("Page"),
        "of": _("of"),
        "seal": _("Content digest"),
        "heading": _("Sealed electronically"),
        "about": _(
            "This paper carries an uncertified electronic signature of the office's Kelola. Scan "
            "the code to check that the seal is genuine; compare number, date and digest."
        ),
        "number": _("Number"),
        "digest": _("Content digest"),
        "where": _("Verification page"),
        "logo": _("Logo of the office"),
        "alt": _("QR code with the seal of this paper"),
    }
