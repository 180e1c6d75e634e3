"""The ways out, one folder for each.

A channel is a class with the members of ``Channel``, registered by its folder::

    channels.register("notify.mail", MailChannel())
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from typing import Any, Protocol

from kelola.notify.rules.failures import Failed, Refused, Unreachable
from kelola.registry import Store

__all__ = ["Channel", "Failed", "Letter", "Refused", "Unreachable", "channels"]


@dataclass(frozen=True, slots=True)
class Letter:
    """What is handed to a channel: plain text in the reader's language.

    ``id`` stays the same when the letter is tried again; ``url`` is a whole address, or empty.
    """

    id: str
    subject: str
    text: str
    url: str = ""


class Channel(Protocol):
    """A way to reach somebody outside Kelola.

    ``label`` and ``hint`` are lazily translated; ``hint`` says what to type as the address.
    """

    key: str
    label: Any
    hint: Any

    def is_ready(self) -> bool:
        """Whether this installation has set it up; else nobody is offered it."""

    def problem(self, address: str) -> str:
        """Return what is wrong with an address in the reader's language, "" when nothing."""

    def send(self, *, to: str, letter: Letter) -> None:
        """Hand the letter over; raise ``Failed`` or ``Refused`` otherwise."""


channels: Store[Channel] = Store("channels")

for _found in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_found.name}")
