"""What ``kelola doctor`` asks about the search."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kelola.registry import Check, checks
from kelola.search import queries


def _whole() -> list[str]:
    lost = queries.missing_marks()
    if not lost:
        return []
    words = _("The search misses %(n)s things. Run `kelola search rebuild`.")
    return [words % {"n": lost}]


checks.register("search.whole", Check(gettext_lazy("The search finds everything"), _whole))
