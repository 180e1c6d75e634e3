"""What can be wrong with a time standard, so that a caller can say it in its own language."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """The kind of mistake; the values are sentences for developers."""

    EMPTY = "a time standard is missing"
    UNREADABLE = "write days (P1D), time (PT2H, PT30M), a range (PT3H..P1D) or a rule (FREQ=…)"
    MIXED = "days and time can't be mixed: write P1D or PT2H"
    UNIT = "weeks, months and years aren't durations here: write days, or a rule (FREQ=…)"
    ZERO = "a time standard must be longer than nothing"
    TOO_LONG = "a time standard may not exceed ten years"
    RANGE = "a range has two durations, the shorter first: PT3H..P1D"
    RULE_UNREADABLE = "a rule is NAME=VALUE;NAME=VALUE, each name once"
    RULE_PART_UNKNOWN = "this part of a rule isn't known here"
    RULE_FREQ = "FREQ is DAILY, WEEKLY, MONTHLY or YEARLY"
    RULE_INTERVAL = "INTERVAL needs a start date, which a standard has not: name the months"
    RULE_VALUE = "this value is out of bounds"
    RULE_NEVER = "this rule names a day that never comes"


class BadStandard(ValueError):  # noqa: N818 - read as a sentence
    """A time standard or recurrence rule that can't be read.

    ``fault`` tells why, ``text`` is the whole standard, ``part`` the piece that is wrong.
    """

    def __init__(self, fault: Fault, text: str, part: str = "") -> None:
        """Keep what is wrong beside the sentence."""
        self.fault = fault
        self.text = text
        self.part = part
        super().__init__(f"{part or text!r}: {fault}")
