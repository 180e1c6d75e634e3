"""What a service says about input that it refuses."""

from __future__ import annotations

import contextlib
import unicodedata
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kelola.office.models import Membership
from kelola.office.scope import unscoped

if TYPE_CHECKING:
    from collections.abc import Iterator


class Invalid(ValueError):  # noqa: N818 - an answer to a person, not a fault of the program
    """A value does not fit. ``field`` names the argument, ``message`` is a sentence."""

    def __init__(self, field: str, message: Any) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


@contextlib.contextmanager
def once(field: str, message: Any) -> Iterator[None]:
    """Turn a broken uniqueness inside the block into Invalid, also when two came at once."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Invalid(field, message) from error


def text(field: str, value: str, limit: int) -> str:
    """Return the text in NFC on one line, without outer blanks.

    Raises:
        Invalid: it is empty, too long, or holds what has no shape.

    """
    line = unicodedata.normalize("NFC", " ".join(value.split()))
    if not line:
        raise Invalid(field, _("This must not be empty."))
    if len(line) > limit:
        raise Invalid(field, _("At most %(limit)d characters.") % {"limit": limit})
    if not line.isprintable():
        raise Invalid(field, _("Only printable characters are accepted."))
    return line


def optional(field: str, value: str, limit: int) -> str:
    """Return what ``text`` returns, or an empty string."""
    return text(field, value, limit) if value.strip() else ""


def lines(field: str, value: str, most: int, limit: int) -> str:
    """Return at most ``most`` lines without blank ones, each as ``text`` returns it."""
    kept = [text(field, line, limit) for line in value.splitlines() if line.strip()]
    if len(kept) > most:
        raise Invalid(field, _("At most %(limit)d lines.") % {"limit": most})
    return "\n".join(kept)


def opens_elsewhere(membership: Membership) -> bool:
    """Tell whether the account also opens another office, whose people asked for nothing here."""
    with unscoped("does this account open another office"):
        others = Membership.objects.filter(user=membership.user_id, is_active=True)
        return others.exclude(office_id=membership.office_id).exists()
