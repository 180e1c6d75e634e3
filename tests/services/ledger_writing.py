"""One way to write an entry, for the tests of the ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from kelola.ledger.services import append

ANDI = "018f0000-0000-7000-8000-0000000000a1"
BANDA_ACEH = UUID("018f0000-0000-7000-8000-000000000001")
SABANG = UUID("018f0000-0000-7000-8000-000000000002")
STEP = "sop.step:018f0000-0000-7000-8000-0000000000f1"
NINE = datetime(2026, 11, 30, 2, 0, 0, 123456, tzinfo=UTC)


def write(office=BANDA_ACEH, **given):
    told = {
        "at": NINE,
        "by": ANDI,
        "verb": "evidence.document.added",
        "object": STEP,
        "data": {"attempt": 1},
    }
    with transaction.atomic():
        return append(office=office, **{**told, **given})
