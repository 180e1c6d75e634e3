"""What the ledger can tell about notices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kelola.ledger.verbs import verb
from kelola.registry import topics

topics.register("notify.history", _("Notices"))
verb("notify.wishes.kept", _("%(actor)s chose how letters reach them"))
