"""Reading the text of files for the search. The rows say what still has to be read."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q

from kelola.evidence import reader
from kelola.evidence.models import Document, FileText, StoredFile, TextState
from kelola.evidence.services.storing import index_document

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

READABLE = ("pdf", "txt", "csv", "docx", "xlsx", "odt", "ods")
PATIENCE = 30  # seconds
MOST_ATTEMPTS = 3
LEASE = timedelta(minutes=10)


def read_waiting_texts(*, at: datetime, limit: int) -> int:
    """Read the next files of the open office that wait for it; return how many were tried.

    Each file is claimed first, so that two workers read two files. A worker that dies leaves its
    file to be claimed again; a file that ends its reader three times is unreadable.
    """
    due = Q(text_next_at=None) | Q(text_next_at__lte=at)
    waiting = StoredFile.objects.filter(due, text_state=TextState.WAITING)
    tried = 0
    for key in list(waiting.order_by("created_at", "id").values_list("id", flat=True)[:limit]):
        claimed = StoredFile.objects.filter(due, id=key, text_state=TextState.WAITING).update(
            text_next_at=at + LEASE, text_attempts=F("text_attempts") + 1
        )
        if claimed:
            _read_one(key)
            tried += 1
    return tried


def _read_one(key: UUID) -> None:
    file = StoredFile.objects.get(id=key)
    text: str | None = None
    if file.kind.key not in READABLE:
        state = TextState.NONE
    elif file.text_attempts > MOST_ATTEMPTS:
        state = TextState.UNREADABLE
    else:
        text = text_of(file)
        state = TextState.UNREADABLE if text is None else TextState.READ
    _keep(file, state, text or "")


@transaction.atomic
def _keep(file: StoredFile, state: TextState, text: str) -> None:
    """Record the outcome and let the file's documents be found by it."""
    StoredFile.objects.filter(id=file.id).update(text_state=state, text_next_at=None)
    if not text.strip():
        return
    FileText.objects.update_or_create(
        file=file, defaults={"text": text}, create_defaults={"text": text, "office": file.office}
    )
    for document in Document.objects.filter(file=file):
        index_document(document, text)


def text_of(file: StoredFile) -> str | None:
    """Return the text of a file, or None when it can't be read.

    The file is read by a process of its own, which ends after half a minute whatever it does.
    """
    command = [sys.executable, "-I", str(Path(reader.__file__)), file.kind.key]
    try:
        with file.path.open("rb") as stream:
            done = subprocess.run(  # noqa: S603 - our own program, on a kind of ours
                command,
                stdin=stream,
                capture_output=True,
                timeout=PATIENCE,
                check=False,
                cwd="/",
                env={"PYTHONUTF8": "1"},
            )
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0:
        return None
    return done.stdout[: reader.MOST_TEXT * 4].decode("utf-8", "ignore").replace("\x00", " ")
