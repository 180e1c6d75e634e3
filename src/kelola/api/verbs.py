"""What the ledger tells about keys for programs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kelola.ledger.verbs import verb
from kelola.registry import topics

topics.register("api.history", _("Keys for programs"))
verb("api.token.made", _("%(actor)s made an API key"))
verb("api.token.revoked", _("%(actor)s revoked an API key"))
