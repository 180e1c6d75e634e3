"""Who may open an address, and what an answer looks like.

Every URL name maps to a ``Policy`` in the ``POLICIES`` of its app's ``urls.py``; the middleware
``kelola.office.http.actor`` asks it before the view runs. What somebody may do with one object is
decided by policies of the object's app; objects of other offices do not exist for them (404).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from uuid import UUID

    from kelola.office.models import Appointment, Membership, Office, Person, Post, User


@dataclass(frozen=True, slots=True)
class Allowed:
    """Yes."""

    def __bool__(self) -> Literal[True]:
        return True


@dataclass(frozen=True, slots=True)
class Refused:
    """No, and why: ``reason`` is a (lazily translated) sentence for the person.

    ``sign_in`` says that signing in may change the answer, ``confirm`` that the password may,
    given once more.
    """

    reason: Any
    sign_in: bool = False
    confirm: bool = False

    def __bool__(self) -> Literal[False]:
        return False


Decision: TypeAlias = Allowed | Refused


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person in one office, with the posts held today (the office's date).

    ``offices`` are all offices the user may switch to, the present one included. ``by_pin`` says
    that a PIN let the person in and no password was given lately: then ``signs`` refuses.
    """

    user: User
    office: Office
    person: Person
    membership: Membership
    posts: tuple[Post, ...]
    offices: tuple[Office, ...]
    by_pin: bool = False

    @property
    def id(self) -> str:
        """The person's id, as services and the ledger take it for ``by``."""
        return str(self.person.pk)

    def holds(self, *keys: str) -> bool:
        """Tell whether one of these posts is held today."""
        return any(post.key in keys for post in self.posts)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: nobody known, a user without an office, or an actor."""

    user: User | None = None
    actor: Actor | None = None


Policy: TypeAlias = Callable[[Visitor], Decision]

_SIGN_IN_FIRST = Refused(_("Sign in first."), sign_in=True)
_NO_OFFICE = Refused(
    _("You do not belong to any office in Kelola yet. Ask the administrator of your office.")
)
_ADMIN_ONLY = Refused(_("Only an administrator of this office may open this."))

_BY_PIN = Refused(
    _("You came in by PIN, which is not enough for this. Confirm with your password."),
    confirm=True,
)


def is_member(actor: Actor | None) -> Decision:
    """Decide whether somebody works in an office."""
    return _NO_OFFICE if actor is None else Allowed()


def is_admin(actor: Actor | None) -> Decision:
    """Decide whether somebody may change the settings of the office."""
    if actor is None:
        return _NO_OFFICE
    return signs(actor) if actor.membership.is_admin else _ADMIN_ONLY


def signs(actor: Actor | None) -> Decision:
    """Decide whether somebody may answer for something by name: finish, approve, give keys away.

    Somebody who came in by PIN may look and prepare; the password makes it a signature.
    """
    if actor is None:
        return _NO_OFFICE
    return _BY_PIN if actor.by_pin else Allowed()


def may_record_absence(actor: Actor, person_id: UUID) -> Decision:
    """Decide whether somebody may see and say when a person is away: oneself, administrators."""
    if actor.person.pk == person_id or actor.membership.is_admin:
        return signs(actor)
    return Refused(_("Only this person and an administrator may record when they are away."))


def may_recall(actor: Actor, order: Appointment) -> Decision:
    """Decide whether somebody may end an order to act: whose post it is, administrators."""
    holder = order.stands_in_for.person_id if order.stands_in_for else None
    if actor.person.pk == holder or actor.membership.is_admin:
        return signs(actor)
    return Refused(_("Only the holder of the post and an administrator may end this order."))


def public(_visitor: Visitor) -> Decision:
    """Anybody, signed in or not."""
    return Allowed()


def signed_in(visitor: Visitor) -> Decision:
    """Any signed-in user, also without an office."""
    return _SIGN_IN_FIRST if visitor.user is None else Allowed()


def member(visitor: Visitor) -> Decision:
    """Members of the office."""
    return signed_in(visitor) and is_member(visitor.actor)


def signer(visitor: Visitor) -> Decision:
    """Members of the office who did not come in by a PIN alone."""
    return signed_in(visitor) and signs(visitor.actor)


def office_admin(visitor: Visitor) -> Decision:
    """Administrators of the office."""
    return signed_in(visitor) and is_admin(visitor.actor)


def token_bearer(_visitor: Visitor) -> Decision:
    """Let programs with a key pass: the interface finds the key's owner itself, no session counts.

    Only addresses under ``/api/`` may have it, where requests come without a session.
    """
    return Allowed()
