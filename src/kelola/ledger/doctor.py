"""What ``kelola doctor`` asks about the ledger."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kelola.ledger import followers, queries, triggers
from kelola.registry import Check, checks


def _guards() -> list[str]:
    absent = triggers.missing(connection)
    if not absent:
        return []
    words = _(
        "The database no longer protects the history: %(names)s. Run `kelola ledger protect`."
    )
    return [words % {"names": ", ".join(absent)}]


checks.register(
    "ledger.triggers", Check(gettext_lazy("The history is protected by the database"), _guards)
)


MOST_BEHIND = 5000


def _followers() -> list[str]:
    words = _("%(key)s is %(entries)s entries behind. Is the worker running?")
    return [
        words % {"key": key, "entries": lag}
        for key, lag in followers.behind().items()
        if lag > MOST_BEHIND
    ]


checks.register(
    "ledger.followers", Check(gettext_lazy("Whoever follows the history keeps up"), _followers)
)


def _whole() -> list[str]:
    words = _("The history was altered: first in chain %(chain)s at entry %(seq)s.")
    return [
        words % {"chain": check.chain, "seq": check.first_bad} for check in queries.broken_chains()
    ]


checks.register(
    "ledger.whole", Check(gettext_lazy("The history is whole at its daily check"), _whole)
)


LOOKED_AT = 20_000
CLOCK_SLACK = timedelta(minutes=2)


def _times() -> list[str]:
    found = queries.turned_back(looked_at=LOOKED_AT, slack=CLOCK_SLACK)
    words = _(
        "The machine's clock was set back: entry %(seq)s of chain %(chain)s is older than the one "
        "before it. The history keeps both as they are."
    )
    return [words % {"chain": chain, "seq": seq} for chain, seq in found[:MOST_NAMED]]


MOST_NAMED = 5
checks.register("ledger.times", Check(gettext_lazy("Times in the history go forward"), _times))
