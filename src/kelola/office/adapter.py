"""Sign-in as the office wants it: no sign-up, one spelling of a name, its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.conf import settings
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kelola.office import services
from kelola.office.rules import canonical_login

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.http import HttpRequest

    from kelola.office.models import User

_TELLING = frozenset({"account/messages/password_changed.txt"})

_WORDS: dict[str, Any] = {
    "username_password_mismatch": format_lazy(
        _(
            "The user name or password does not match. After {failures} tries, wait {minutes} "
            "minutes. Forgot your password? Ask the operator to open it; your identity will be "
            "checked."
        ),
        failures=settings.SIGN_IN_FAILURES,
        minutes=settings.SIGN_IN_WAIT_MINUTES,
    ),
    "too_many_login_attempts": format_lazy(
        _(
            "Too many tries with this user name. Wait {minutes} minutes, then try again; the "
            "right password is not accepted before either."
        ),
        minutes=settings.SIGN_IN_WAIT_MINUTES,
    ),
    "incorrect_password": _("The password does not match."),
    "enter_current_password": _("The present password does not match."),
}


class AccountAdapter(DefaultAccountAdapter):
    """What allauth asks us."""

    error_messages = DefaultAccountAdapter.error_messages | _WORDS

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are given by the office, never taken."""
        del request
        return False

    def is_safe_url(self, url: str) -> bool:
        """Stay on this origin; allauth would also take any port and any other name of ours."""
        here = context.request
        return url_has_allowed_host_and_scheme(url, {here.get_host()}, here.is_secure())

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Change a password by the service, so that the ledger knows."""
        account = cast("User", user)
        services.change_password(
            user=account, password=password, by=str(account.pk), at=timezone.now()
        )

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Keep the messages that tell something; a desk that opens says "signed in" itself."""
        if message_template in _TELLING:
            super().add_message(request, level, message_template, *args, **kwargs)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # Every spelling of a name, and every name of this host, share one count.
        del request
        return canonical_login(credentials.get("username") or "")
