"""Sign-in as the office wants it: no sign-up, one spelling of a name, its own words."""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING, Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kelola.ledger.rules import SYSTEM
from kelola.office import doors, services
from kelola.office.models import User
from kelola.office.rules import canonical_login

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.http import HttpRequest, HttpResponse

log = logging.getLogger(__name__)
_APP = "allauth.account"
# What is counted for a browser that the name came in by before, and for any other.
_KNOWN, _UNKNOWN = ("known_failed",), ("tries", "login_failed")
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
            user=account,
            password=password,
            by=str(account.pk),
            at=timezone.now(),
            keep=doors.session_of(context.request),
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

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try before any password is compared; raise ValidationError when it must wait.

        A browser that the name came in by before has a count of its own: whoever tries passwords
        elsewhere, on this name or from this address, keeps nobody out of their own browser.
        """
        login = canonical_login(credentials.get("username") or "")
        mark = doors.known_device(request, login)
        key, actions = (f"{mark}:{login}", _KNOWN) if mark else (login, _UNKNOWN)
        for action in actions:
            self._login_failed_rl_usage = ratelimit.consume(
                request, app=_APP, action=action, key=key
            )
            if not self._login_failed_rl_usage:
                _note_pause(login)
                raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note a wrong password: whose, by id, and from where. A name that is nobody's is not."""
        login = canonical_login(credentials.get("username") or "")
        known = User.objects.filter(login=login).values_list("pk", flat=True).first()
        log.warning("a wrong password: user %s, from %s", known, self.get_client_ip(request))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Name the ways to confirm that it is still the same person, in our words."""
        words = {
            "reauthenticate": _("Confirm with the password"),
            "mfa_reauthenticate": _("Confirm with a code from the app"),
            "mfa_reauthenticate:webauthn": _("Confirm with a passkey"),
        }
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [{**method, "description": words[method["id"]]} for method in methods]

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign somebody in, and keep how and from where."""
        records = get_authentication_records(request, user)
        by = doors.PASSKEY if any(r.get("passwordless") for r in records) else doors.PASSWORD
        super().login(request, user)
        doors.note_entry(request, by, self.get_client_ip(request))

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kw: Any) -> HttpResponse:
        """Tell the ledger, and let the browser be known from now on."""
        account = cast("User", user)
        response = super().post_login(request, account, **kw)
        entry = doors.entry_of(request)
        services.note_sign_in(user=account, entry=entry, by=str(account.pk), at=timezone.now())
        doors.remember(request, response, account)
        return response


def _note_pause(login: str) -> None:
    """Tell the ledger once per wait that a name is being tried, whether or not it is anybody's."""
    wait = settings.SIGN_IN_WAIT_MINUTES * 60
    if cache.add(f"office-pause-{hashlib.sha256(login.encode()).hexdigest()}", 1, timeout=wait):
        user = User.objects.filter(login=login).first()
        services.note_pause(user=user, by=SYSTEM, at=timezone.now())
