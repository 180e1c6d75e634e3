"""What happened is handed to the webhooks: once for each entry, tried again while it fails.

A delivery is claimed before it is sent and marked after. A kill in between sends it again under
the same id, by which the receiver knows it (ADR 0046).
"""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from kelola.ledger.rules import spell_time
from kelola.notify import queries
from kelola.notify.channels import Failed
from kelola.notify.models.messages import WAITS, MessageState
from kelola.notify.models.webhooks import Delivery, Webhook
from kelola.notify.posting import look_up, post
from kelola.notify.rules import GIVEN_UP, LEASE, TOO_OLD, tried_again_at
from kelola.notify.rules.signatures import headers
from kelola.notify.services.webhooks import pause_webhook, secret_of
from kelola.registry import new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from kelola.ledger.models import Entry
    from kelola.notify.posting import Resolve

log = logging.getLogger(__name__)
TESTED = "notify.webhook.tested"
# A turn for one office: a slow receiver of one does not keep the others waiting.
TURN = timedelta(seconds=10)
_GONE = 410
_REASON = 200


def deliver(entries: Sequence[Entry], *, at: datetime) -> None:
    """Note the entries of the open office for every webhook that wants them, each once."""
    wanted = list(Webhook.objects.filter(is_on=True))
    rows = [
        _delivery(webhook, entry.verb, _told(entry), at, seq=entry.seq)
        for webhook in wanted
        for entry in entries
        if entry.at >= webhook.made_at and at - entry.at <= TOO_OLD
        if not webhook.topics or entry.verb.partition(".")[0] in webhook.topics
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def _told(entry: Entry) -> dict[str, Any]:
    """Return what is told: ids, keys, figures and salted digests, as in the history."""
    return {
        "verb": entry.verb,
        "at": spell_time(entry.at),
        "office": entry.chain,
        "seq": entry.seq,
        "by": entry.by,
        "acting_for": entry.acting_for,
        "object": entry.object,
        "data": entry.data,
    }


def _delivery(
    webhook: Webhook, verb: str, told: dict[str, Any], at: datetime, seq: int | None = None
) -> Delivery:
    key = new_id()
    return Delivery(
        pk=key,
        office_id=webhook.office_id,
        webhook=webhook,
        seq=seq,
        verb=verb,
        body=json.dumps({"id": str(key), **told}, sort_keys=True),
        made_at=at,
        next_at=at,
    )


def deliver_due(*, clock: Callable[[], datetime], resolve: Resolve = look_up) -> int:
    """Send what is due in the open office; return how much was taken.

    Several senders at once share the work. A receiver that fails rests, and everything for it
    with it, so that it costs one attempt a minute at first and one an hour later.

    Args:
        clock: returns the aware present moment.
        resolve: as for ``post``.

    """
    start, taken = clock(), 0
    while (at := clock()) - start < TURN:
        row = queries.due_deliveries(at).select_related("webhook").first()
        if row is None:
            break
        taken += _claim(row, at) and _send(row, at, resolve)
    return taken


def _claim(row: Delivery, at: datetime) -> bool:
    mine = Delivery.objects.filter(WAITS, pk=row.pk, next_at=row.next_at)
    changed = mine.update(
        state=MessageState.SENDING, attempts=F("attempts") + 1, next_at=at + LEASE
    )
    row.attempts += 1
    return bool(changed)


def _send(row: Delivery, at: datetime, resolve: Resolve) -> bool:
    """Send a claimed delivery; return whether it was taken."""
    error, gone = "", False
    body = row.body.encode()
    try:
        signed = headers(
            secret=secret_of(row.webhook), id=str(row.pk), timestamp=int(at.timestamp()), body=body
        )
        status = post(row.webhook.address, body, signed, resolve=resolve)
        if not 200 <= status < 300:  # noqa: PLR2004 - the statuses of HTTP
            error, gone = (
                _("The receiver answered %(status)d.") % {"status": status},
                status == _GONE,
            )
    except Failed as failed:
        error = str(failed)
    except InvalidToken:
        error = _("The secret can no longer be read. Make a new one.")
    except Exception as wrong:
        log.exception("delivery %s could not be sent", row.pk)
        error = type(wrong).__name__
    if error:
        _failed(row, error[:_REASON], at, gone=gone)
        return False
    _end(row, MessageState.SENT, at)
    Webhook.objects.filter(pk=row.webhook_id, failures__gt=0).update(
        failures=0, failing_since=None, rests_until=None
    )
    return True


@transaction.atomic
def _failed(row: Delivery, error: str, at: datetime, *, gone: bool) -> None:
    """Let the receiver rest; give up what is too old, and a receiver that was down as long.

    A test that fails is told to who sent it and changes nothing else.
    """
    row.error = error
    if row.seq is None:
        _end(row, MessageState.FAILED, at, error)
        return
    webhook = Webhook.objects.select_for_update().get(pk=row.webhook_id)
    webhook.failures += 1
    webhook.failing_since = webhook.failing_since or at
    again = tried_again_at(row.pk, webhook.failures, at)
    webhook.rests_until = again
    webhook.save(update_fields=("failures", "failing_since", "rests_until"))
    if at - row.made_at > GIVEN_UP:
        _end(row, MessageState.FAILED, at, error)
    else:
        mine = Delivery.objects.filter(pk=row.pk, state=MessageState.SENDING)
        mine.update(state=MessageState.WAITING, next_at=again, error=error)
    if gone or at - webhook.failing_since > GIVEN_UP:
        pause_webhook(webhook=webhook, at=at)


def _end(row: Delivery, state: MessageState, at: datetime, error: str = "") -> None:
    mine = Delivery.objects.filter(pk=row.pk, state=MessageState.SENDING)
    mine.update(state=state, ended_at=at, error=error)


def try_webhook(*, webhook: Webhook, at: datetime, resolve: Resolve = look_up) -> str:
    """Send a test at once, also when it is off; return what went wrong, "" for nothing."""
    told = {"verb": TESTED, "at": spell_time(at), "office": str(webhook.office_id)}
    row = _delivery(webhook, TESTED, told, at)
    row.state, row.attempts, row.next_at = MessageState.SENDING, 1, at + LEASE
    row.save(force_insert=True)
    _send(row, at, resolve)
    return row.error


def send_again(*, delivery: Delivery, at: datetime) -> bool:
    """Let an ended delivery leave once more under its id; return whether it was ended."""
    ended = Delivery.objects.filter(pk=delivery.pk, seq__isnull=False).exclude(WAITS)
    return bool(
        ended.update(
            state=MessageState.WAITING, made_at=at, next_at=at, attempts=0, error="", ended_at=None
        )
    )


def clear_deliveries(*, before: datetime) -> int:
    """Delete what ended before a moment; return how many there were."""
    rows = Delivery.objects.filter(ended_at__lt=before).exclude(WAITS)
    return rows.delete()[0]
