"""What people do to the background work."""

from django.utils.translation import gettext_lazy as _

from kelola.ledger.verbs import verb

verb("jobs.slot.asked", _("%(actor)s let the job %(job)s run at once"))
