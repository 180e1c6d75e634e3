"""Make and revoke keys, count their requests, answer a repeated request once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Case, F, When
from django.utils.translation import gettext as _

from kelola.api import queries, rules
from kelola.api.models import KeptAnswer, Token
from kelola.ledger.rules import digest
from kelola.ledger.services import append
from kelola.office.models import Membership
from kelola.office.scope import unscoped
from kelola.office.services.checks import Invalid, text
from kelola.registry import ways_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date, datetime
    from uuid import UUID

    from django.http.response import HttpResponseBase

    from kelola.office.models import User

MINUTE = timedelta(minutes=1)
REFUSED = 400


@transaction.atomic
def make_token(
    *,
    membership: Membership,
    name: str,
    scopes: Collection[rules.Scope],
    expires_at: datetime,
    by: str,
    at: datetime,
) -> tuple[Token, str]:
    """Make a key for somebody's programs.

    Returns:
        its row, and the key, which is known nowhere after this.

    Raises:
        Invalid: no name, nothing it may do, an end that has passed or is over a year away, or too
            many keys already.

    """
    label = text("name", name, rules.NAME_LENGTH)
    if not scopes:
        raise Invalid("scopes", _("Choose at least one."))
    if not at < expires_at <= at + rules.LONGEST_LIFE:
        raise Invalid("expires_on", _("Choose a day from tomorrow on, at most a year away."))
    # One at a time, or two browsers would make one key too many.
    Membership.objects.select_for_update().get(pk=membership.pk)
    if sum(not t.ended(at) for t in queries.tokens_of(membership)) >= rules.MOST_KEYS:
        words = _("At most %(limit)d keys. Revoke one that is no longer used.")
        raise Invalid("name", words % {"limit": rules.MOST_KEYS})
    key = rules.new_key()
    row = Token.objects.create(
        office_id=membership.office_id,
        membership=membership,
        name=label,
        digest=rules.digest(key),
        scopes=sorted(scopes),
        made_at=at,
        expires_at=expires_at,
    )
    append(
        office=row.office_id,
        at=at,
        by=by,
        verb="api.token.made",
        object=f"api.token:{row.pk}",
        data={
            "name": digest(row.salt, label),
            "scopes": [str(scope) for scope in row.scopes],
            "expires": expires_at.isoformat(),
        },
    )
    return row, key


@transaction.atomic
def revoke_token(*, token: Token, by: str, at: datetime) -> Token:
    """Let a key open nothing from now on. Repeating it changes nothing."""
    if not Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at):
        return token
    token.revoked_at = at
    append(
        office=token.office_id,
        at=at,
        by=by,
        verb="api.token.revoked",
        object=f"api.token:{token.pk}",
    )
    return token


def revoke_tokens_of(*, user: User, office: UUID | None, by: str, at: datetime) -> int:
    """Revoke the keys of an account, in one office or in each; return how many there were."""
    with unscoped("an account may have keys in several offices"):
        rows = Token.objects.filter(membership__user=user, revoked_at=None, expires_at__gt=at)
        found = list(rows if office is None else rows.filter(office_id=office))
        for row in found:
            revoke_token(token=row, by=by, at=at)
    return len(found)


ways_in.register("api.tokens", revoke_tokens_of)


def count_request(*, token: Token, limit: int, today: date, at: datetime) -> int:
    """Count a request of the running minute, and keep the day the key was last used.

    Returns:
        how many seconds the program has to wait; 0 if it may go on.

    """
    window = at.replace(second=0, microsecond=0)
    used = token.window_used if token.window_at == window else 0
    if used >= limit:  # a program that does not listen costs no writing
        return max(1, int((window + MINUTE - at).total_seconds()) + 1)
    more = Case(When(window_at=window, then=F("window_used") + 1), default=1)
    try:
        with transaction.atomic():
            Token.objects.filter(pk=token.pk).update(
                window_used=more, window_at=window, last_used_on=today
            )
    except OperationalError:
        # A full disk or a busy one: what only reads goes on, and what writes will say it itself.
        return 0
    return 0


@dataclass(frozen=True, slots=True)
class Reused:
    """The name of a request was used before, for another request."""


def answer_once(
    *,
    token: Token,
    key: str,
    fingerprint: str,
    at: datetime,
    act: Callable[[], HttpResponseBase],
) -> HttpResponseBase | KeptAnswer | Reused:
    """Do what a request asks, once for all the times it is sent.

    The row that names the request is written before and committed with what the request did. A
    second one that comes meanwhile waits for the first at that row.

    Args:
        token: who sends it.
        key: the name of the request.
        fingerprint: digest of all that it says.
        at: aware moment.
        act: does it and returns the answer; a refusal (400 and above) is undone and not kept.

    Returns:
        the answer, the answer that was given before, or that the name is another request's.

    """
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = KeptAnswer.objects.create(
                    office_id=token.office_id,
                    token=token,
                    key=key,
                    fingerprint=fingerprint,
                    made_at=at,
                )
        except IntegrityError:
            row = KeptAnswer.objects.get(token=token, key=key)
            return row if row.fingerprint == fingerprint else Reused()
        response = act()
        if response.status_code >= REFUSED:
            transaction.set_rollback(True)
            return response
        row.status = response.status_code
        row.location = response.headers.get("Location", "")
        row.body = getattr(response, "content", b"").decode()
        row.save(update_fields=["status", "location", "body"])
        return response


def forget_answers(*, before: datetime) -> int:
    """Delete the kept answers of every office that are older; return how many."""
    with unscoped("a job clears every office"):
        return KeptAnswer.objects.filter(made_at__lt=before).delete()[0]
