"""One key, or 404."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404

from kelola.api.models import Token

if TYPE_CHECKING:
    from uuid import UUID

    from kelola.office.models import Membership


def token(membership: Membership, token_id: UUID) -> Token:
    """Return somebody's own key; other people's keys do not exist for them."""
    return get_object_or_404(Token, id=token_id, membership=membership)
