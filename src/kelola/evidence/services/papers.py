"""Giving out sealed papers."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from kelola.evidence.models import IssuedPaper
from kelola.evidence.queries import issued_paper
from kelola.evidence.rules import seals
from kelola.evidence.services.keys import seal_key
from kelola.evidence.services.storing import store_file
from kelola.ledger.services import append

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from kelola.evidence.rules.seals import Claim


def make_seal(*, claim: Claim, by: str, at: datetime) -> str:
    """Sign a claim with the installation's key; the same claim gives the same seal."""
    key = seal_key(by=by, at=at)
    signed = seals.body(claim, key.public_key().public_bytes_raw())
    return seals.spell(signed, key.sign(seals.DOMAIN + signed))


def keep_paper(
    *,
    office: UUID,
    claim: Claim,
    seal: str,
    pdf: bytes,
    fonts: str,
    name: str,
    subject: str,
    by: str,
    at: datetime,
) -> IssuedPaper:
    """Store a sealed paper and record it. Needs the office's scope.

    Args:
        office: whose paper it is.
        claim: what its seal says.
        seal: the seal as it stands on the paper.
        pdf: the file.
        fonts: digest of the fonts it is set in.
        name: how the file is called.
        subject: what it is about, ``app.noun:id``.
        by: id of the person.
        at: aware time.

    Returns:
        the paper; when the same content was issued before, or by somebody else at this moment,
        the one of then.

    """
    try:
        with transaction.atomic():
            return _keep(office, claim, seal, pdf, fonts, name=name, subject=subject, by=by, at=at)
    except IntegrityError:
        found = issued_paper(claim.digest.hex())
        if found is None:
            raise
        return found


def _keep(
    office: UUID,
    claim: Claim,
    seal: str,
    pdf: bytes,
    fonts: str,
    *,
    name: str,
    subject: str,
    by: str,
    at: datetime,
) -> IssuedPaper:
    document = store_file(
        office=office, stream=io.BytesIO(pdf), name=name, subject=subject, by=by, at=at
    )
    paper = IssuedPaper.objects.create(
        office_id=office,
        kind=claim.kind,
        number=claim.number,
        on=claim.on,
        digest=claim.digest.hex(),
        seal=seal,
        document=document,
        sha256=document.file.sha256,
        fonts=fonts,
        issued_by=by,
        issued_at=at,
    )
    append(
        office=office,
        at=at,
        by=by,
        verb="evidence.paper.issued",
        object=f"evidence.paper:{paper.pk}",
        data={
            "subject": subject,
            "kind": claim.kind,
            "digest": paper.digest,
            "sha256": paper.sha256,
            "fonts": fonts,
        },
    )
    return paper
