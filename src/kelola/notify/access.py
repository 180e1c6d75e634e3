"""One webhook or delivery of the open office, or 404."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404

from kelola.notify.models import Delivery, Webhook

if TYPE_CHECKING:
    from uuid import UUID


def webhook(webhook_id: UUID) -> Webhook:
    """Return a webhook."""
    return get_object_or_404(Webhook, pk=webhook_id)


def delivery(delivery_id: UUID) -> Delivery:
    """Return a delivery."""
    return get_object_or_404(Delivery, pk=delivery_id)
