"""Somebody lost the second factor: one administrator asks to take it off, another confirms."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from kelola.ledger.services import append
from kelola.office.models import Membership, SecondFactorReset
from kelola.office.services.checks import Invalid, once, opens_elsewhere
from kelola.office.services.doors import remove_pin
from kelola.office.services.factors import clear_factors

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from kelola.office.models import Person

RESET_VALID_FOR = timedelta(hours=24)
_State = SecondFactorReset.State


@transaction.atomic
def ask_reset(*, membership: Membership, by: Person, at: datetime) -> SecondFactorReset:
    """Ask another administrator to take somebody's second factor off.

    Raises:
        Invalid: one's own, no administrator asks, somebody asked already, or the account also
            opens another office.

    """
    _require_admin(by)
    _require_here(membership)
    if membership.person_id == by.pk:
        raise Invalid("person", _("Ask another administrator to ask for you."))
    _drop_old(membership, at)
    row = SecondFactorReset(
        office_id=membership.office_id, membership=membership, asked_by=by, asked_at=at
    )
    with once("person", _("Somebody asked for this already; it waits for another administrator.")):
        row.save(force_insert=True)
    _tell(row, "office.second_factor_reset.asked", by=by, at=at)
    return row


@transaction.atomic
def confirm_reset(*, reset_id: UUID, by: Person, at: datetime) -> SecondFactorReset:
    """Take the second factor off: a second administrator agrees. All sessions end.

    Raises:
        Invalid: whoever asked, whose factor it is, or no administrator confirms; it is settled or
            older than a day; the account also opens another office.

    """
    row = _waiting(reset_id, at)
    _require_admin(by)
    _require_admin(row.asked_by)
    _require_here(row.membership)
    if by.pk == row.asked_by_id:
        raise Invalid("reset", _("You asked for this yourself; another administrator confirms."))
    if by.pk == row.membership.person_id:
        raise Invalid("reset", _("This is your own second factor; another administrator confirms."))
    _settle(row, _State.CONFIRMED, by=by, at=at)
    clear_factors(user=row.membership.user, by=str(by.pk), at=at)
    remove_pin(user=row.membership.user, by=str(by.pk), at=at)
    _tell(row, "office.second_factor_reset.confirmed", by=by, at=at)
    return row


@transaction.atomic
def withdraw_reset(*, reset_id: UUID, by: Person, at: datetime) -> SecondFactorReset:
    """Drop a request, which every administrator may; raise Invalid when it is settled."""
    row = _waiting(reset_id, at)
    _require_admin(by)
    _settle(row, _State.WITHDRAWN, by=by, at=at)
    _tell(row, "office.second_factor_reset.withdrawn", by=by, at=at)
    return row


def _waiting(reset_id: UUID, at: datetime) -> SecondFactorReset:
    row = SecondFactorReset.objects.select_for_update().get(pk=reset_id)
    if row.state != _State.ASKED or row.asked_at < at - RESET_VALID_FOR:
        raise Invalid("reset", _("This request is settled or older than a day. Ask again."))
    return row


def _drop_old(membership: Membership, at: datetime) -> None:
    SecondFactorReset.objects.filter(
        membership=membership, state=_State.ASKED, asked_at__lt=at - RESET_VALID_FOR
    ).update(state=_State.WITHDRAWN, settled_at=at)


def _require_admin(person: Person) -> None:
    row = Membership.objects.filter(person=person, is_active=True, is_admin=True)
    if not row.exists():
        raise Invalid("by", _("Only an administrator of this office may do this."))


def _require_here(membership: Membership) -> None:
    if opens_elsewhere(membership):
        raise Invalid(
            "person",
            _(
                "This account also opens another office. Whoever runs the machine takes the second "
                "factor off: kelola office second-factor-reset %(login)s"
            )
            % {"login": membership.user.login},
        )


def _settle(row: SecondFactorReset, state: str, *, by: Person, at: datetime) -> None:
    row.state, row.settled_by, row.settled_at = state, by, at
    row.save(update_fields=["state", "settled_by", "settled_at"])


def _tell(row: SecondFactorReset, verb: str, *, by: Person, at: datetime) -> None:
    append(
        office=row.office_id,
        at=at,
        by=str(by.pk),
        verb=verb,
        object=f"office.membership:{row.membership_id}",
        data={"person": str(row.membership.person_id)},
    )
