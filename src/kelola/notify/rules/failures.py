"""How a way out fails. The texts are for people, without addresses or secrets."""

from __future__ import annotations


class Failed(Exception):  # noqa: N818 - reads as what happened
    """It did not work this time; try again."""


class Unreachable(Failed):
    """Nothing leaves this way now, whoever it is for: the others need not be tried."""


class Refused(Exception):  # noqa: N818 - reads as what happened
    """The other end will never take this from us at this address."""
