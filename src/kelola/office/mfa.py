"""Second factors as the office wants them: secrets encrypted, words of its own."""

from __future__ import annotations

import base64
import struct
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.base.forms import BaseAuthenticateForm
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.webauthn.forms import (
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal.auth import parse_authentication_response
from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kelola.office import doors, services

if TYPE_CHECKING:
    from allauth.mfa.models import Authenticator
    from django.contrib.auth.base_user import AbstractBaseUser

NAME = "Kelola"


@lru_cache(maxsize=2)
def _box(secret: str) -> Fernet:
    key = HKDF(SHA256(), 32, salt=None, info=b"kelola second factors").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))


class MFAAdapter(DefaultMFAAdapter):
    """What allauth asks us about second factors."""

    error_messages: dict[str, Any] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _(
            "This code does not match, or was used already. Wait for the next one and try again."
        ),
    }

    def encrypt(self, text: str) -> str:
        """Encrypt a secret; the key comes from the installation's secret, not from the table."""
        return _box(settings.SECRET_KEY).encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """Undo ``encrypt``. Raise InvalidToken when the installation's secret was changed."""
        return _box(settings.SECRET_KEY).decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        """Return what the app on the phone shows above the code."""
        return NAME

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Name this installation to the device that keeps the passkey."""
        return {**super().get_public_key_credential_rp_entity(), "name": NAME}

    def _get_user_identifier(self, user: AbstractBaseUser) -> str:
        return user.get_username()

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        """Name the account to the device that keeps the passkey."""
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return {**entity, "display_name": user.get_username()}


class _Codes(BaseAuthenticateForm):
    """A code of the app or a recovery code, judged by the service."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label = _("Code")
        field.help_text = _("Six digits from the app, or one of your recovery codes.")
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs.update(inputmode="numeric", autocomplete="one-time-code")

    def clean_code(self) -> str:
        """Count the try, then ask the service; a code that opens is used up."""
        request, code = context.request, str(self.cleaned_data["code"])
        key = f"{doors.known_device(request, self.user.login)}:{self.user.pk}"
        usage = ratelimit.consume(request, app="allauth.account", action="code_failed", key=key)
        if not usage:
            raise get_account_adapter().validation_error("too_many_login_attempts")
        self.authenticator = services.accept_code(
            user=self.user, code=code, by=str(self.user.pk), at=timezone.now()
        )
        if self.authenticator is None:
            raise get_adapter().validation_error("incorrect_code")
        usage.rollback()
        return code


class CodeForm(_Codes):
    """The second factor while signing in."""

    def save(self) -> None:
        """Note in the session that the factor was shown."""
        post_authentication(context.request, self.authenticator)


class CodeAgainForm(_Codes):
    """The second factor as proof that it is still the same person."""

    def save(self) -> None:
        """Note in the session that the person was confirmed."""
        post_authentication(context.request, self.authenticator, reauthenticated=True)


# What reading an answer raises that no honest device gave. allauth expects ValueError alone, so
# a forged signature would be a fault of ours instead of a refusal.
ODD_ANSWERS = (
    AttributeError,
    IndexError,
    InvalidSignature,
    KeyError,
    TypeError,
    ValueError,
    struct.error,
)


class _SoundAnswer:
    """Refuses what no device answers, in words."""

    def clean_credential(self) -> Authenticator:
        """Return the passkey that answered; its counter must have gone on."""
        sent = self.cleaned_data["credential"]  # type: ignore[attr-defined] # a form's
        try:
            found: Authenticator = super().clean_credential()  # type: ignore[misc] # a mixin
            counter = parse_authentication_response(sent).response.authenticator_data.counter
        except ODD_ANSWERS as error:
            raise get_adapter().validation_error("incorrect_code") from error
        by, at = str(found.user_id), timezone.now()
        if not services.accept_passkey(factor=found, counter=counter, by=by, at=at):
            raise get_adapter().validation_error("incorrect_code")
        return found


class PasskeyLoginForm(_SoundAnswer, LoginWebAuthnForm):
    """A passkey in place of name and password."""


class PasskeySecondForm(_SoundAnswer, AuthenticateWebAuthnForm):
    """A passkey as the second factor."""


class PasskeyAgainForm(_SoundAnswer, ReauthenticateWebAuthnForm):
    """A passkey as proof that it is still the same person."""
