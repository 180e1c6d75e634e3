"""What every page says while the demo office's year is being told."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kelola.demo.queries.growth import progress
from kelola.registry import Banner, banners


def growing() -> Banner | None:
    """Return how far the year is; None when none is being told."""
    told = progress()
    if told is None:
        return None
    words = {
        "month": date_format(told.month, "F Y"),
        "number": told.number,
        "months": told.months,
    }
    return Banner(
        _("The demo year is being written"),
        _(
            "%(month)s, month %(number)d of %(months)d. The oldest comes first and today's work "
            "last; look around meanwhile, it takes about a minute."
        )
        % words,
    )


banners.register("demo.year", growing)
