"""Running numbers of registers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.transaction import TransactionManagementError

from kelola.office.models import Counter

if TYPE_CHECKING:
    from uuid import UUID


def next_number(*, office: UUID, register: str, year: int) -> int:
    """Return the next number of an office's register in a year, starting at 1.

    The counter stays locked until the caller's transaction ends: a rolled back number is given
    again, so the register has no gaps.

    Raises:
        TransactionManagementError: no transaction is open.

    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("next_number belongs into the transaction that uses it")
    counter, _made = Counter.objects.select_for_update().get_or_create(
        office_id=office, register=register, year=year
    )
    counter.value += 1
    counter.save(update_fields=["value"])
    return counter.value
