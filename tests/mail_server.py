"""A real mail server on loopback that keeps what it is given."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage

    from pytest_django.fixtures import SettingsWrapper


@dataclass
class Box:
    """What came in; ``answer`` may refuse with a line such as "550 no such user"."""

    mails: list[EmailMessage] = field(default_factory=list)
    answer: Callable[[str], str] = lambda _to: "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, to: str, _o: Any
    ) -> str:
        """Take a recipient, or answer as the test wishes."""
        said = self.answer(to)
        if said.startswith("250"):
            envelope.rcpt_tos.append(to)
        return said

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep a mail."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append(mail)  # type: ignore[arg-type]  # this policy makes EmailMessages
        return "250 OK"


@contextmanager
def mail_server(settings: SettingsWrapper) -> Iterator[Box]:
    """Run a server for the block, and let the settings name it; its port is closed afterwards."""
    box = Box()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
