"""Whom notify tells of what: administrators, of a webhook that Kelola stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kelola.ledger.notices import Told, notice
from kelola.notify import queries
from kelola.office.queries import administrators

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from kelola.ledger.models import Entry


@notice(
    "notify.stopped",
    _("The webhook “%(name)s” was stopped: its receiver takes nothing any more"),
    verbs=("notify.webhook.paused",),
)
def stopped(entries: Sequence[Entry], _today: date, /) -> list[Told]:
    """Tell the administrators, once for each time it is stopped."""
    seqs = {entry.object.partition(":")[2]: entry.seq for entry in entries}
    people = {row.person_id for row in administrators()}
    return [
        Told(
            f"{row.pk}:{seqs[str(row.pk)]}",
            people,
            reverse("webhook", args=[row.pk]),
            {"name": row.name},
        )
        for row in queries.webhooks().filter(pk__in=seqs, is_on=False)
    ]
