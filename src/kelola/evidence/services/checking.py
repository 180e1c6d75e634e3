"""Are the bytes on the disk still those that were taken in? Every file is read again each day."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q

from kelola.evidence.models import Condition, Document, StoredFile
from kelola.ledger.services import append

if TYPE_CHECKING:
    from datetime import datetime

# Checked again after so long: with an hourly job, no file waits longer than a day.
EVERY = timedelta(hours=20)
_CHUNK = 1024 * 1024


def check_files(*, at: datetime, budget: int, everything: bool = False) -> tuple[int, int]:
    """Compare the files of the open office that are due with their digests.

    Args:
        at: aware moment.
        budget: how many bytes to read at most; the next call goes on with the rest.
        everything: also those that were checked lately.

    Returns:
        how many bytes were read, and how many files are not what they were.

    """
    rows = StoredFile.objects.order_by(F("checked_at").asc(nulls_first=True), "id")
    if not everything:
        rows = rows.filter(Q(checked_at=None) | Q(checked_at__lte=at - EVERY))
    read = damaged = 0
    for file in rows.iterator(chunk_size=200):
        if read >= budget:
            break
        condition = condition_of(file)
        read += file.size
        damaged += condition is not Condition.WHOLE
        _record(file, condition, at)
    return read, damaged


def condition_of(file: StoredFile) -> Condition:
    """Return whether a file is there and has the bytes that its name says."""
    digest = hashlib.sha256()
    try:
        with file.path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    except OSError:
        return Condition.MISSING
    return Condition.WHOLE if digest.hexdigest() == file.sha256 else Condition.ALTERED


def _record(file: StoredFile, condition: Condition, at: datetime) -> None:
    """Note the outcome; a change of it is told in the history of every document of the file."""
    with transaction.atomic():
        before = StoredFile.objects.select_for_update().get(id=file.id).condition
        StoredFile.objects.filter(id=file.id).update(condition=condition, checked_at=at)
        if before == condition or (before == "unchecked" and condition is Condition.WHOLE):
            return
        whole = condition is Condition.WHOLE
        for key in Document.objects.filter(file=file).values_list("id", flat=True):
            append(
                office=file.office_id,
                at=at,
                by="system",
                verb=f"evidence.document.found_{'whole' if whole else 'altered'}",
                object=f"evidence.document:{key}",
                data={"condition": condition.value, "sha256": file.sha256},
            )
