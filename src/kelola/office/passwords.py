"""What Django asks us about a new password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kelola.office.rules import password_is_obvious

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


class OfficeWordsValidator:
    """Refuses passwords made of words that everybody here knows."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError for an obvious password."""
        if password_is_obvious(password, user.get_username() if user else ""):
            raise ValidationError(
                _(
                    "This password is made of words and patterns that are guessed first. Take a "
                    "few words that have nothing to do with the office."
                ),
                code="password_obvious",
            )

    def get_help_text(self) -> str:
        """Say what is asked for."""
        return _("Words of the office, figures and rows of keys alone are not enough.")
