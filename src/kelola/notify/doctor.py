"""What ``kelola doctor`` asks about the letters."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kelola.notify import queries
from kelola.registry import Check, checks

STUCK = timedelta(hours=2)


def _leave() -> list[str]:
    stuck = queries.stuck(timezone.now() - STUCK)
    if not stuck:
        return []
    words = _("%(n)s letters wait for more than two hours. See “Letters” in the settings.")
    return [words % {"n": stuck}]


checks.register("notify.leave", Check(gettext_lazy("Letters leave"), _leave))
