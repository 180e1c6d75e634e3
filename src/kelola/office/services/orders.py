"""Whether an order to act (surat perintah Plh., Plt.) fits a post, said in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kelola.office.rules import ActingFlaw, AppointmentKind, acting_flaw, overlaps
from kelola.office.services.checks import Invalid

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from kelola.office.models import Appointment, Person


def fitting_order(
    kind: AppointmentKind,
    person: Person,
    period: tuple[date, date | None],
    others: Sequence[Appointment],
) -> Appointment | None:
    """Return the appointment of whom a Plh. stands in for; None for any other kind.

    Raises:
        Invalid: the order does not fit the post on these days.

    """
    if kind is AppointmentKind.DEFINITIVE:
        return None
    flaw = acting_flaw(kind, person.pk, period, others)
    if flaw is not None:
        field, words = _told(flaw, others, period)
        raise Invalid(field, words)
    if kind is AppointmentKind.PLT:
        return None
    return next(a for a in _sharing(others, period) if a.kind == AppointmentKind.DEFINITIVE)


def _sharing(others: Sequence[Appointment], period: tuple[date, date | None]) -> list[Appointment]:
    return [a for a in others if not a.recalled and overlaps(period, (a.valid_from, a.valid_until))]


def _told(
    flaw: ActingFlaw, others: Sequence[Appointment], period: tuple[date, date | None]
) -> tuple[str, str]:
    match flaw:
        case ActingFlaw.WITHOUT_END:
            return "valid_until", _("An order of a Plh. or Plt. has a last day.")
        case ActingFlaw.VACANT:
            words = _("Nobody holds this post on all of these days. For a vacant post, choose Plt.")
            return "kind", words
        case ActingFlaw.SEVERAL:
            words = _(
                "Several people hold this post and go on without one another; no Plh. is needed."
            )
            return "kind", words
        case ActingFlaw.ONESELF:
            return "person", _("This is the holder of the post. Choose who acts meanwhile.")
        case ActingFlaw.HELD:
            words = _("Somebody holds this post on one of these days. For an absence, choose Plh.")
            return "kind", words
        case ActingFlaw.TAKEN:
            taken = next(
                a for a in _sharing(others, period) if a.kind != AppointmentKind.DEFINITIVE
            )
            words = _("%(name)s acts for this post on these days already. End that order first.")
            return "valid_from", words % {"name": taken.person.name}
