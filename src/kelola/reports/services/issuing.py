"""From content to a sealed paper that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kelola.evidence import services as evidence
from kelola.evidence.queries import issued_paper
from kelola.evidence.rules.seals import Claim, office_mark
from kelola.registry import reports
from kelola.reports import press
from kelola.reports.rules import content

if TYPE_CHECKING:
    from datetime import datetime

    from kelola.evidence.models import IssuedPaper
    from kelola.office.models import Office
    from kelola.reports.rules.content import Content


class NotFinal(Exception):  # noqa: N818 - an answer, not a fault
    """The paper carries a mark: a draft is never sealed."""


def issue_paper(
    *, office: Office, made: Content, name: str, subject: str, by: str, at: datetime
) -> IssuedPaper:
    """Seal a paper, store it and record it; the same content is issued once.

    Needs the office's scope. The bytes depend on the content, the fonts and the key alone.

    Args:
        office: whose paper it is.
        made: its content, without a mark.
        name: how the file is called, without ``.pdf``.
        subject: what it is about, ``app.noun:id``.
        by: id of the person.
        at: aware time.

    Raises:
        NotFinal: the content carries a mark.

    """
    if made.mark:
        raise NotFinal
    data = press.data_of(made)
    digest = content.digest(data)
    found = issued_paper(digest.hex())
    if found is not None:
        return found
    claim = Claim(
        office=office_mark(office.pk),
        kind=made.kind,
        number=data["number"],
        on=made.at.astimezone(ZoneInfo(office.zone)).date(),
        digest=digest,
    )
    seal = evidence.make_seal(claim=claim, by=by, at=at)
    sealed = press.Sealed(seal, digest.hex())
    paper = press.set_paper(reports[made.kind], data, sealed)
    return evidence.keep_paper(
        office=office.pk,
        claim=claim,
        seal=seal,
        pdf=paper.pdf,
        fonts=paper.fonts,
        name=f"{name}.pdf",
        subject=subject,
        by=by,
        at=at,
    )
