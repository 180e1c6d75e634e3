"""Whom the office lets its history be told, by program."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from kelola.ledger.rules import digest
from kelola.ledger.services import append
from kelola.notify.models.webhooks import NAME_LENGTH, Webhook
from kelola.notify.rules.addresses import LONGEST, may_type
from kelola.notify.rules.signatures import new_secret
from kelola.office.models import Office
from kelola.office.services import Invalid
from kelola.office.services.checks import text

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from kelola.ledger.rules import JSON

MOST = 20


@lru_cache(maxsize=2)
def _box(secret: str) -> Fernet:
    key = HKDF(SHA256(), 32, salt=None, info=b"kelola webhooks").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def _seal(secret: str) -> str:
    return _box(settings.SECRET_KEY).encrypt(secret.encode()).decode("ascii")


def secret_of(webhook: Webhook) -> str:
    """Return the secret; raise InvalidToken when the installation's own was changed."""
    return _box(settings.SECRET_KEY).decrypt(webhook.sealed.encode()).decode()


@transaction.atomic
def add_webhook(
    *, office: UUID, name: str, address: str, topics: Collection[str], by: str, at: datetime
) -> tuple[Webhook, str]:
    """Let an address be told of what happens from now on.

    Args:
        office: whose history.
        name: what it is for.
        address: http or https.
        topics: names of apps whose entries are wanted; none means all.
        by: person id.
        at: aware moment.

    Returns:
        its row, and the secret, which nobody is shown again.

    Raises:
        Invalid: no name, an address that Kelola does not call, or too many webhooks.

    """
    # One at a time, or two browsers would make one too many.
    Office.objects.select_for_update().get(pk=office)
    if Webhook.objects.count() >= MOST:
        raise Invalid("name", _("At most %(limit)d webhooks.") % {"limit": MOST})
    secret = new_secret()
    webhook = Webhook(office_id=office, sealed=_seal(secret), made_at=at)
    _describe(webhook, name, address, topics)
    webhook.save(force_insert=True)
    _tell(webhook, "notify.webhook.added", by, at)
    return webhook, secret


@transaction.atomic
def change_webhook(
    *,
    webhook: Webhook,
    name: str,
    address: str,
    topics: Collection[str],
    is_on: bool,
    by: str,
    at: datetime,
) -> None:
    """Change what it is told, or switch it; what waits is tried anew at once.

    Raises:
        Invalid: as ``add_webhook`` does.

    """
    row = Webhook.objects.select_for_update().get(pk=webhook.pk)
    _describe(row, name, address, topics)
    row.is_on = is_on
    row.failures, row.failing_since, row.rests_until, row.paused_at = 0, None, None, None
    row.save()
    _tell(row, "notify.webhook.changed", by, at)


@transaction.atomic
def renew_secret(*, webhook: Webhook, by: str, at: datetime) -> str:
    """Give it another secret, which signs from now on; return it, nobody is shown it again."""
    secret = new_secret()
    Webhook.objects.filter(pk=webhook.pk).update(sealed=_seal(secret))
    _tell(webhook, "notify.webhook.renewed", by, at)
    return secret


@transaction.atomic
def pause_webhook(*, webhook: Webhook, at: datetime) -> None:
    """Switch a webhook off that has not taken anything for days, or says it is gone."""
    mine = Webhook.objects.filter(pk=webhook.pk, is_on=True)
    if mine.update(is_on=False, paused_at=at):
        webhook.is_on = False
        _tell(webhook, "notify.webhook.paused", "system", at)


def _describe(row: Webhook, name: str, address: str, topics: Collection[str]) -> None:
    row.name = text("name", name, NAME_LENGTH)
    row.topics = sorted(topics)
    url = address.strip()
    if len(url) > LONGEST:
        raise Invalid("address", _("At most %(limit)d characters.") % {"limit": LONGEST})
    if not may_type(url, settings.WEBHOOK_NETWORKS):
        words = _(
            "Write an address such as https://penerima.contoh.go.id/kelola, without a user name. "
            "Addresses inside the office must stand in KELOLA_WEBHOOK_NETWORKS."
        )
        raise Invalid("address", words)
    row.address = url


def _tell(row: Webhook, verb: str, by: str, at: datetime) -> None:
    topics: list[JSON] = [*row.topics]
    data: dict[str, JSON] = {
        "address": digest(row.salt, row.address),
        "topics": topics,
        "on": row.is_on,
    }
    append(
        office=row.office_id, at=at, by=by, verb=verb, object=f"notify.webhook:{row.pk}", data=data
    )
