"""What the ledger can tell about notices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kelola.registry import topics

topics.register("notify.history", _("Notices"))
