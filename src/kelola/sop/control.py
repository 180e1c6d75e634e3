"""The papers of document control: revisions, monitoring, approval, and the index of all SOPs.

They follow the guideline for government SOPs (PermenPANRB 35/2012: list of revisions, table 7
"Monitoring Pelaksanaan SOP AP") and are printed to be signed; nothing here is sealed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from kelola.reports.letterheads import dated, letterhead_of
from kelola.reports.rules.content import Content, Facts, Paragraph, Signature, Size, Table
from kelola.sop.definition.differences import Part
from kelola.sop.papers import office_words
from kelola.sop.reports import APPROVAL, INDEX, MONITORING, REVISION
from kelola.sop.rules import WELL, Ran, runs_well
from kelola.sop.words import say
from kelola.ui.states import LOOKS
from kelola.ui.wording import long_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from django.utils.functional import Promise

    from kelola.office.models import Office
    from kelola.sop.definition.differences import Difference
    from kelola.sop.definition.shape import SopDefinition
    from kelola.sop.models import SopVersion

PARTS: dict[Part, str | Promise] = {
    Part.NUMBER: lazy("SOP number"),
    Part.TITLE: lazy("Title"),
    Part.OFFICE: lazy("Office"),
    Part.UNIT: lazy("Unit"),
    Part.ADDRESS: lazy("Address"),
    Part.CREATED_ON: lazy("Date made"),
    Part.REVISED_ON: lazy("Date revised"),
    Part.EFFECTIVE_ON: lazy("Date effective"),
    Part.APPROVED_BY: lazy("Approved by"),
    Part.LEGAL_BASES: lazy("Legal basis"),
    Part.QUALIFICATIONS: lazy("Qualifications"),
    Part.RELATED: lazy("Related SOPs"),
    Part.EQUIPMENT: lazy("Equipment"),
    Part.WARNINGS: lazy("Warning"),
    Part.RECORD_KEEPING: lazy("Records"),
    Part.PROCEDURE: lazy("Procedure"),
    Part.ACTORS: lazy("Actor columns"),
    Part.HEAD: lazy("Head of the procedure"),
    Part.STRAND: lazy("Strand"),
    Part.ROAD: lazy("Order of the activities"),
    Part.SCHEDULE: lazy("When it opens"),
    Part.DUE_WITH_SLOT: lazy("Due when the round closes"),
    Part.CLOSES_MONTH: lazy("Part of closing the month"),
    Part.ACTIVITY: lazy("Activity"),
    Part.ACTOR: lazy("Actor"),
    Part.REQUIREMENT: lazy("Requirement"),
    Part.TIME: lazy("Time"),
    Part.CLOCK: lazy("Time standard as a code"),
    Part.OUTPUT: lazy("Output"),
    Part.REMARKS: lazy("Remarks"),
    Part.OUTCOMES: lazy("Decisions"),
    Part.FOUR_EYES: lazy("Not by who did"),
    Part.FORM: lazy("Form"),
    Part.FIELDS: lazy("Fields of the form"),
    Part.REMINDER: lazy("Reminder"),
    Part.KIND: lazy("Kind of activity"),
}
DOTS = "...................."


def revision_paper(
    office: Office,
    version: SopVersion,
    before: SopVersion,
    rows: Sequence[Difference],
    *,
    size: Size = Size.A4,
) -> Content:
    """Return the list *semula / menjadi* between two versions of an SOP."""
    with office_words(office):
        table = Table(
            title="",
            columns=(_("No."), _("Place"), _("Part"), _("Before"), _("After")),
            rows=tuple(
                (
                    str(number),
                    row.place or _("Identity"),
                    str(PARTS[row.part]),
                    row.before or "–",
                    row.after or "–",
                )
                for number, row in enumerate(rows, 1)
            ),
            figures=(0,),
            empty=_("The two versions say the same."),
        )
        return _paper(
            REVISION,
            office,
            _("List of revisions"),
            version,
            (_versions(before, version), table),
            size=size,
        )


def _versions(before: SopVersion, version: SopVersion) -> Facts:
    named = ((_("Version before"), before), (_("Version after"), version))
    return Facts(
        tuple(
            (label, f"{long_day(row.adopted_at)}, {row.get_state_display()}\n{row.definition_id}")
            for label, row in named
        )
    )


def monitoring_paper(
    office: Office,
    version: SopVersion,
    definition: SopDefinition,
    period: tuple[date, date],
    ran: Mapping[str, Ran],
    *,
    at: datetime,
    size: Size = Size.A4,
) -> Content:
    """Return table 7 of a half-year: figures from the steps, a proposal, room for the assessor."""
    with office_words(office):
        table = Table(
            title="",
            columns=(
                _("No."),
                _("Procedure"),
                _("Runs well"),
                _("Does not run well"),
                _("Notes of the assessment"),
                _("Action to be taken"),
                _("Initials of the assessor"),
            ),
            rows=tuple(
                (
                    str(number),
                    f"{procedure.code}. {say(procedure.title)}",
                    *marks(ran.get(procedure.code, Ran())),
                    notes(ran.get(procedure.code, Ran())),
                    "",
                    "",
                )
                for number, procedure in enumerate(definition.procedures, 1)
            ),
            figures=(0,),
        )
        facts = Facts(
            (
                (_("Period"), f"{long_day(period[0])} – {long_day(period[1])}"),
                (_("Figures as of"), long_day(at)),
            )
        )
        return _paper(
            MONITORING,
            office,
            _("Monitoring of the SOP"),
            version,
            (facts, table, Paragraph(proposal_words(), quiet=True)),
            size=size,
            at=at,
            signatures=(Signature(_("Assessor")),),
        )


def marks(ran: Ran) -> tuple[str, str]:
    """Return the ticks of the two columns; none where nothing was to be done."""
    well = runs_well(ran)
    return ("v" if well else "", "v" if well is False else "")


def notes(ran: Ran) -> str:
    """Return how a procedure ran, one thing on a line."""
    if not ran.wanted:
        return _("No run in this period.") if not ran.runs else _("Nothing was due yet.")
    lines = [
        _("Runs opened: %(n)s") % {"n": ran.runs},
        _("Done in time: %(n)s of %(all)s steps") % {"n": ran.in_time, "all": ran.wanted},
    ]
    told = (
        (_("Done late: %(n)s"), ran.late),
        (_("Overdue and open: %(n)s"), ran.overdue),
        (_("Not carried out: %(n)s"), ran.undone),
        (_("Returned: %(n)s"), ran.returned),
        (_("Recorded afterwards: %(n)s"), ran.afterwards),
    )
    return "\n".join([*lines, *(text % {"n": n} for text, n in told if n)])


def proposal_words() -> str:
    """Say by which rule the ticks were put, and that they bind nobody."""
    said = _(
        "The ticks are a proposal: a procedure runs well when at least %(n)s %% of its steps were "
        "done in time. Whoever assesses decides, corrects and initials."
    )
    return said % {"n": WELL}


def approval_paper(
    office: Office,
    version: SopVersion,
    definition: SopDefinition,
    signatures: Sequence[Signature],
    *,
    size: Size = Size.A4,
) -> Content:
    """Return the approval sheet of a version, for who prepared, examined and established it."""
    with office_words(office):
        identity = definition.identity
        facts = Facts(
            (
                (_("SOP number"), identity.number),
                (_("Title"), say(identity.title)),
                (_("Unit"), say(identity.unit)),
                (_("State"), version.get_state_display()),
                (_("Effective on"), long_day(version.effective_on)),
                (_("Decree"), version.decree_number),
                (_("Content"), f"SHA-256 {version.definition_id}"),
            )
        )
        table = Table(
            title=_("Procedures"),
            columns=(_("Code"), _("Procedure"), _("Activities")),
            rows=tuple(
                (p.code, say(p.title), str(len(p.activities))) for p in definition.procedures
            ),
            figures=(2,),
        )
        said = Paragraph(
            _("The undersigned have prepared, examined and established this version of the SOP.")
        )
        return _paper(
            APPROVAL,
            office,
            _("Approval sheet"),
            version,
            (facts, table, said),
            size=size,
            signatures=tuple(signatures),
        )


def index_paper(
    office: Office,
    versions: Sequence[SopVersion],
    definitions: Mapping[str, SopDefinition],
    *,
    size: Size = Size.A4,
) -> Content:
    """Return the index of all SOPs of an office with the version that counts."""
    with office_words(office):
        table = Table(
            title="",
            columns=(
                _("No."),
                _("SOP number"),
                _("Title"),
                _("State"),
                _("Effective on"),
                _("Decree"),
                _("Procedures"),
                _("Activities"),
            ),
            rows=tuple(
                _indexed(number, row, definitions[row.definition_id])
                for number, row in enumerate(versions, 1)
            ),
            figures=(0, 7),
            empty=_("No SOP is in use yet."),
        )
        return Content(
            kind=INDEX,
            size=size,
            at=max((row.adopted_at for row in versions), default=office.created_at),
            letterhead=letterhead_of(office),
            title=_("Index of SOPs"),
            subtitle="",
            corner=(),
            number=_("Index of SOPs"),
            day=dated(office, None),
            blocks=(table,),
        )


def _indexed(number: int, row: SopVersion, definition: SopDefinition) -> tuple[str, ...]:
    procedures = definition.procedures
    return (
        str(number),
        row.sop.number,
        say(definition.identity.title),
        str(LOOKS[f"sop.{row.state}"].word),
        long_day(row.effective_on),
        row.decree_number,
        "\n".join(f"{p.code} {say(p.title)}" for p in procedures),
        str(sum(len(p.activities) for p in procedures)),
    )


def _paper(
    kind: str,
    office: Office,
    title: str,
    version: SopVersion,
    blocks: Iterable[Facts | Table | Paragraph],
    *,
    size: Size,
    at: datetime | None = None,
    signatures: tuple[Signature, ...] = (),
) -> Content:
    number = version.sop.number
    return Content(
        kind=kind,
        size=size,
        at=at or version.adopted_at,
        letterhead=letterhead_of(office),
        title=title,
        subtitle=f"{number} {version.sop.title_id}",
        corner=(),
        number=number,
        day=f"{office.place or DOTS}, {DOTS}",
        blocks=tuple(blocks),
        signatures=signatures,
    )
