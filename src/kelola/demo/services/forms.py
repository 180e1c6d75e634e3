"""Fill a form as the story has it: the usual answers, its own, and the files stored for it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from kelola.demo import queries, rules
from kelola.demo.services.samples import content
from kelola.evidence.services import store_file
from kelola.workcal import rules as workcal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID


def filled(
    key: str,
    own: Mapping[str, Any],
    *,
    office: UUID,
    calendar: workcal.Calendar,
    at: datetime,
    kept_at: datetime,
    subject: str,
    by: str,
    slot: workcal.Slot | None,
) -> dict[str, Any]:
    """Return the whole form of an activity.

    Args:
        key: the activity's.
        own: answers that replace the usual ones.
        office: whose files they are; its scope is open.
        calendar: of the office.
        at: aware moment at which it was done.
        kept_at: aware moment at which the form is kept; the files come with it.
        subject: what the files are stored for.
        by: id of the person.
        slot: the round of the run, if it is one.

    """
    today = workcal.local(calendar, at).date()
    days = rules.slot_days(calendar, slot, today) if slot else ()
    scene = rules.Scene(calendar, today, days, slot.due_on if slot else None)

    def add_file(name: str) -> str:
        line = rules.written("Dibuat $date", scene, add_file)
        stream = io.BytesIO(content(name, line))
        document = store_file(
            office=office, stream=stream, name=name, subject=subject, by=by, at=kept_at
        )
        return str(document.id)

    form: dict[str, Any] = rules.written(queries.answers_for(key, own), scene, add_file)
    return form
