"""How somebody wants to be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kelola.ledger.services import append
from kelola.notify.channels import channels
from kelola.notify.models import Address, Message, MessageState, Preference
from kelola.notify.models.messages import WAITS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from kelola.ledger.rules import JSON
    from kelola.notify.rules import Wishes
    from kelola.office.models import Person


@transaction.atomic
def keep_wishes(
    *, wishes: Wishes, addresses: Mapping[str, tuple[str, bool]], by: Person, at: datetime
) -> None:
    """Keep how somebody wants to be reached; what waited for a way that is closed is dropped.

    Args:
        wishes: when messages may come.
        addresses: by channel, the address and whether it may be used; "" takes it away.
        by: whose they are.
        at: aware moment.

    """
    Preference.objects.update_or_create(
        person=by,
        defaults={
            "office_id": by.office_id,
            "pace": wishes.pace.value,
            "hour": wishes.hour,
            "quiet_from": wishes.quiet_from,
            "quiet_until": wishes.quiet_until,
        },
    )
    open_ways = [key for key, (text, is_on) in addresses.items() if text and is_on]
    for key, (text, is_on) in addresses.items():
        if key not in channels:
            raise KeyError(key)
        if not text:
            Address.objects.filter(person=by, channel=key).delete()
            continue
        Address.objects.update_or_create(
            person=by,
            channel=key,
            defaults={
                "office_id": by.office_id, "address": text, "is_on": is_on, "refused": ""
            },
        )  # fmt: skip
    waiting = Message.objects.filter(WAITS, person=by).exclude(channel__in=open_ways)
    waiting.update(state=MessageState.DROPPED, ended_at=at)
    ways: list[JSON] = [*sorted(open_ways)]
    append(
        office=by.office_id,
        at=at,
        by=str(by.pk),
        verb="notify.wishes.kept",
        object=f"office.person:{by.pk}",
        data={"channels": ways, "pace": wishes.pace.value},
    )
