"""The official form as a paper: identity block, approval, one drawing for each procedure."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from kelola.evidence.queries import stored_bytes
from kelola.office.queries import holders
from kelola.registry import reports
from kelola.reports import press
from kelola.reports.letterheads import letterhead_of
from kelola.reports.rules.content import Content, Drawing, Facts, Paragraph, Size
from kelola.reports.services import issue_paper
from kelola.sop import queries, rules
from kelola.sop.form.drawing import Sheet, drawn
from kelola.sop.form.flow import flow_of
from kelola.sop.form.shapes import Kind
from kelola.sop.form.svg import corners, tip_of
from kelola.sop.form.wording import speaker, table_of
from kelola.sop.form.wrapping import Measure
from kelola.sop.papers import office_words
from kelola.sop.reports import OFFICIAL
from kelola.ui.states import LOOKS
from kelola.ui.wording import long_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from kelola.evidence.models import IssuedPaper
    from kelola.office.models import Office
    from kelola.reports.rules.content import Block
    from kelola.sop.definition.identity import Identity, LegalBasis, Words
    from kelola.sop.definition.shape import Procedure, SopDefinition
    from kelola.sop.form.shapes import Page
    from kelola.sop.models import SopVersion

# The paper across less its margins and the title of the procedure, in millimetres.
SHEETS = {Size.A4: Sheet(272, 172), Size.F4: Sheet(305, 177)}


@lru_cache(maxsize=1)
def measure() -> Measure:
    """Return the widths of letters of the font that the form is set in."""
    return Measure(*press.letter_widths())


def official_form(
    office: Office,
    version: SopVersion,
    definition: SopDefinition,
    *,
    size: Size = Size.A4,
    verbatim: bool = False,
    approver: tuple[str, str] = ("", ""),
) -> Content:
    """Return the form of a version; one that is not in force says so across each page.

    Args:
        office: whose paper it is.
        version: of the SOP.
        definition: what the version says.
        size: of the paper, which lies across.
        verbatim: print the source's spelling and titles, marked as such.
        approver: name and NIP of who approves it, where the SOP itself names nobody.

    """
    with office_words(office):
        identity = definition.identity
        source = _("as the source has it") if verbatim else ""
        return Content(
            kind=OFFICIAL,
            size=size,
            at=version.adopted_at,
            letterhead=letterhead_of(office),
            title=speaker(verbatim=verbatim)(identity.title),
            subtitle=identity.number,
            corner=(source,) if source else (),
            number=f"{identity.number} · {source}" if source else identity.number,
            day="",
            blocks=(
                *_identity(version, identity, approver, verbatim=verbatim),
                *_remarks(definition, version, source),
                *_drawings(definition, size, verbatim=verbatim),
            ),
            mark=mark_of(version),
        )


def form_of(
    office: Office, version: SopVersion, *, on: date, size: Size = Size.A4, verbatim: bool = False
) -> Content:
    """Return the form of a version with whoever holds the approving post; needs the office's scope.

    The holder is that of the day the version took effect, or of ``on`` where it has not.
    """
    definition = queries.definition(version.definition_id)
    role = rules.signing_roles(definition)[2]
    posts = queries.posts_by_role(version.sop).get(role, [])
    found = [p for who in holders(posts, version.effective_on or on).values() for p in who]
    approver = (found[0].name, found[0].nip) if len(found) == 1 else ("", "")
    return official_form(
        office, version, definition, size=size, verbatim=verbatim, approver=approver
    )


def printed_form(
    office: Office, version: SopVersion, *, size: Size, verbatim: bool, by: str, at: datetime
) -> bytes:
    """Return the form as PDF: sealed and kept where the version is in force, else with its mark."""
    today = at.astimezone(ZoneInfo(office.zone)).date()
    made = form_of(office, version, on=today, size=size, verbatim=verbatim)
    if made.mark:
        return press.set_paper(reports[made.kind], press.data_of(made)).pdf
    paper = issue_form(office, version, made, by=by, at=at)
    body = stored_bytes(paper.sha256)
    # The file that was kept before may be gone; its content still sets the same page.
    return body or press.set_paper(reports[made.kind], press.data_of(made)).pdf


def issue_form(
    office: Office, version: SopVersion, made: Content, *, by: str, at: datetime
) -> IssuedPaper:
    """Seal the form of a version in force and keep it; the same form is issued once."""
    return issue_paper(
        office=office,
        made=made,
        name=f"{version.sop.number} {made.title}",
        subject=f"sop.version:{version.id}",
        by=by,
        at=at,
    )


def mark_of(version: SopVersion) -> str:
    """Return the word across a form that does not bind: a draft, or what is out of force."""
    if version.state in ("draft", "trial"):
        return _("DRAFT SOP")
    return "" if version.state == "in_force" else str(LOOKS[f"sop.{version.state}"].word).upper()


def _identity(
    version: SopVersion, identity: Identity, approver: tuple[str, str], *, verbatim: bool
) -> Iterator[Block]:
    speak = speaker(verbatim=verbatim)
    named = (identity.approved_by_name, identity.approved_by_nip)
    name, nip = named if identity.approved_by_name else approver
    effective = version.effective_on if version.state == "in_force" else None
    yield Facts(
        (
            (_("SOP number"), identity.number),
            (_("Date made"), _day(identity.created_on)),
            (_("Date revised"), _day(identity.revised_on)),
            (_("Date effective"), long_day(effective) or _day(identity.effective_on)),
            (_("Title of the SOP"), speak(identity.title)),
        )
    )
    yield Facts(
        (
            ("", speak(identity.unit)),
            (_("Approved by"), speak(identity.approved_by)),
            ("", name),
            ("", nip),
        )
    )
    yield Facts(
        (
            (_("Legal basis"), _bases(identity.legal_bases, verbatim=verbatim)),
            (_("Qualifications"), _numbered(map(speak, identity.qualifications))),
            (_("Related SOPs"), _numbered(map(speak, identity.related))),
            (_("Equipment"), _numbered(map(speak, identity.equipment))),
            (_("Warning"), "\n".join(map(speak, identity.warnings))),
            (_("Records"), _numbered(map(speak, identity.record_keeping))),
        )
    )


def _bases(bases: Iterable[LegalBasis], *, verbatim: bool) -> str:
    if verbatim:
        return _numbered(speaker(verbatim=True)(b.words) for b in bases)
    return _numbered(_basis(b) for b in bases)


def _basis(basis: LegalBasis) -> str:
    """Return a legal basis with what became of it, if it is not simply in force."""
    parts: tuple[Words, ...] = basis.instruments or (basis.words,)
    said = "; ".join(words.id for words in parts)
    return said if basis.status == "in_force" else f"{said} ({basis.status_words.id})"


def _numbered(lines: Iterable[str]) -> str:
    return "\n".join(f"{n}. {line}" for n, line in enumerate(lines, 1))


def _day(text: str) -> str:
    return long_day(date.fromisoformat(text)) if text else ""


def _remarks(definition: SopDefinition, version: SopVersion, source: str) -> Iterator[Block]:
    """Yield what the foot of the first page says of the text and of its approval."""
    if source:
        yield Paragraph(_("Printed as the source has it, with its spelling."), quiet=True)
    if definition.source_note:
        yield Paragraph(definition.source_note, quiet=True)
    if version.decree_number:
        words = {"number": version.decree_number}
        yield Paragraph(_("Put into force by decree %(number)s.") % words, quiet=True)


def _drawings(definition: SopDefinition, size: Size, *, verbatim: bool) -> Iterator[Drawing]:
    for procedure in definition.procedures:
        title = title_of(procedure, verbatim=verbatim)
        rows = table_of(definition, procedure, verbatim=verbatim)
        for number, page in enumerate(drawn(rows, flow_of(procedure), SHEETS[size], measure())):
            yield as_block(page, f"{title} ({_('continued')})" if number else title)


def title_of(procedure: Procedure, *, verbatim: bool = False) -> str:
    """Return the title above a procedure, with its code unless the source puts it there itself."""
    words = speaker(verbatim=verbatim)(procedure.title)
    return words if words.startswith(f"{procedure.code}.") else f"{procedure.code}. {words}"


def as_block(page: Page, title: str) -> Drawing:
    """Return a page of the drawing as what a paper is made of, to a hundredth of a millimetre."""
    cornered = [s for s in page.symbols if s.kind is not Kind.TERMINATOR]
    round_ones = [s for s in page.symbols if s.kind is Kind.TERMINATOR]
    return Drawing(
        title=title,
        width=page.width,
        height=page.height,
        rules=tuple(_short(r.x1, r.y1, r.x2, r.y2) for r in page.rules),
        lines=tuple(_points(r.points) for r in page.roads),
        tips=tuple(_points(tip_of(r)) for r in page.roads),
        areas=tuple(_points(corners(s)) for s in cornered),
        capsules=tuple(_short(s.left, s.top, s.width, s.height) for s in round_ones),
        texts=tuple(
            (*_short(t.x, t.y), t.words, round(t.size, 2), t.align, t.bold, t.quiet)
            for t in page.texts
        ),
    )


def _short(*values: float) -> tuple[float, ...]:
    return tuple(round(v, 2) for v in values)


def _points(points: Iterable[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    return tuple((round(x, 2), round(y, 2)) for x, y in points)
