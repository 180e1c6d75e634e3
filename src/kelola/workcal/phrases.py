"""What is wrong with a time standard, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from kelola.workcal import rules

FAULTS = {
    rules.Fault.EMPTY: gettext_lazy("The time standard is missing."),
    rules.Fault.UNREADABLE: gettext_lazy(
        "Write days (P1D), time (PT2H, PT30M), a range (PT3H..P1D) or a rule (FREQ=…)."
    ),
    rules.Fault.MIXED: gettext_lazy("Days and time can't be mixed: write P1D or PT2H."),
    rules.Fault.UNIT: gettext_lazy(
        "Weeks, months and years are not durations here: write days, or a rule (FREQ=…)."
    ),
    rules.Fault.ZERO: gettext_lazy("A time standard must be longer than nothing."),
    rules.Fault.TOO_LONG: gettext_lazy("A time standard may not exceed ten years."),
    rules.Fault.RANGE: gettext_lazy("A range has two durations, the shorter first: PT3H..P1D."),
    rules.Fault.RULE_UNREADABLE: gettext_lazy("A rule is NAME=VALUE;NAME=VALUE, each name once."),
    rules.Fault.RULE_PART_UNKNOWN: gettext_lazy("This part of a rule is not known here."),
    rules.Fault.RULE_FREQ: gettext_lazy("FREQ is DAILY, WEEKLY, MONTHLY or YEARLY."),
    rules.Fault.RULE_INTERVAL: gettext_lazy(
        "INTERVAL needs a start date, which a rule has not here: name the months (BYMONTH)."
    ),
    rules.Fault.RULE_VALUE: gettext_lazy("This value is out of bounds."),
    rules.Fault.RULE_NEVER: gettext_lazy("This rule names a day that never comes."),
}
