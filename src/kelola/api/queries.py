"""Reads: a person's keys, whose key it is, and what was answered before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kelola.api import rules
from kelola.api.models import KeptAnswer, Token
from kelola.office.scope import unscoped

if TYPE_CHECKING:
    from kelola.office.models import Membership


def tokens_of(membership: Membership) -> list[Token]:
    """Return the keys of somebody in the open office that were not revoked, newest first."""
    return list(Token.objects.filter(membership=membership, revoked_at=None))


def token_with(key: str) -> Token | None:
    """Return the row of a key with its owner and office, or None. Needs no scope."""
    with unscoped("sign-in: whose key is this"):
        return (
            Token.objects.select_related("office", "membership__user", "membership__person")
            .filter(digest=rules.digest(key))
            .first()
        )


def kept_answer(token: Token, key: str) -> KeptAnswer | None:
    """Return what was answered when this request was first sent, or None."""
    return KeptAnswer.objects.filter(token=token, key=key).first()
