"""What the ledger can tell about notices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kelola.ledger.verbs import verb
from kelola.registry import topics

topics.register("notify.history", _("Notices"))
verb("notify.wishes.kept", _("%(actor)s chose how letters reach them"))
verb("notify.webhook.added", _("%(actor)s let another program be told of what happens"))
verb("notify.webhook.changed", _("%(actor)s changed what another program is told"))
verb("notify.webhook.renewed", _("%(actor)s made a new secret for a webhook"))
verb("notify.webhook.paused", _("A webhook was switched off: it took nothing any more"))
