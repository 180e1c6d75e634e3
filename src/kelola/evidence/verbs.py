"""What the ledger tells about documents."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kelola.ledger.verbs import verb
from kelola.registry import topics

topics.register("evidence.history", _("Files"))
verb("evidence.document.added", _("%(actor)s added a file"))
verb("evidence.document.found_altered", _("The file %(subject)s was altered outside Kelola"))
verb("evidence.document.found_whole", _("The file %(subject)s is unchanged again"))
verb("evidence.paper.issued", _("%(actor)s issued a sealed paper"))
verb("evidence.history.put_back", _("An older copy of the history was put back"))
verb("evidence.pack.made", _("%(actor)s made an evidence pack of %(month)s"))
verb("evidence.key.made", _("%(actor)s made a new key for sealing papers: %(fingerprint)s"))
