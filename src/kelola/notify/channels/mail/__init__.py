"""E-mail by the server that the settings name."""

from __future__ import annotations

from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kelola.notify.channels import Failed, Letter, Refused, Unreachable, channels

TIMEOUT = 20  # seconds
_FOR_GOOD = 500
_OF_THIS_LETTER = (450, 451, 452, 550, 551, 552, 553, 554)


class MailChannel:
    """One plain text mail for each letter, marked as written by a program (RFC 3834)."""

    key = "notify.mail"
    label = gettext_lazy("E-mail")
    hint = gettext_lazy("Your address, such as nama@kantor.go.id")

    def is_ready(self) -> bool:
        """Whether the settings name a server."""
        return bool(settings.EMAIL_HOST)

    def problem(self, address: str) -> str:
        """Return what is wrong with an address."""
        try:
            validate_email(address)
        except ValidationError:
            return _("Write one e-mail address, such as nama@kantor.go.id.")
        return ""

    def send(self, *, to: str, letter: Letter) -> None:
        """Hand it to the server; its Message-ID is the letter's, however often it is tried."""
        domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ") or "kelola"
        headers = {
            "Message-ID": f"<{letter.id}@{domain}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        }
        subject = " ".join(letter.subject.split())
        connection = get_connection(timeout=TIMEOUT)
        mail = EmailMessage(subject, letter.text, to=[to], headers=headers, connection=connection)
        try:
            mail.send()
        except SMTPRecipientsRefused as error:
            raise _of_a_recipient(error) from error
        except SMTPResponseException as error:
            found = Failed if error.smtp_code in _OF_THIS_LETTER else Unreachable
            raise found(
                _("The mail server answered %(code)s.") % {"code": error.smtp_code}
            ) from error
        except (SMTPException, OSError) as error:
            raise Unreachable(_("The mail server does not answer.")) from error


def _of_a_recipient(error: SMTPRecipientsRefused) -> Exception:
    codes = [int(code) for code, _text in error.recipients.values()]
    if codes and min(codes) >= _FOR_GOOD:
        return Refused(_("The mail server does not know this address."))
    return Failed(_("The mail server asks to try this address later."))


channels.register(MailChannel.key, MailChannel())
