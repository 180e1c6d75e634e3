"""What `kelola doctor` asks of the jobs."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kelola.jobs import hints, queries
from kelola.jobs.door import certificates
from kelola.registry import Check, checks


def failed_jobs() -> list[str]:
    """Name every job whose newest turn was given up."""
    return [
        _("Job %(job)s was given up after %(attempts)d attempts (%(error)s).")
        % {"job": slot.job, "attempts": slot.attempts, "error": slot.error}
        for slot in queries.failed()
    ]


def certificate() -> list[str]:
    """The door to the local network has a certificate that lasts."""
    return certificates.findings(at=timezone.now())


checks.register(
    "jobs.certificate", Check(gettext_lazy("Certificate of the local network"), certificate)
)


def foreign_messages() -> list[str]:
    """Tell of messages in the queue that somebody else wrote."""
    met = hints.foreign_messages()
    if met is None:
        return []
    words = _(
        "At %(moment)s the queue held a message that Kelola did not write. Find out who else can "
        "write into the data folder, then delete the file queue.foreign there."
    )
    return [words % {"moment": timezone.localtime(met).strftime("%d/%m/%Y %H.%M")}]


checks.register("jobs.queue", Check(gettext_lazy("Messages in the queue"), foreign_messages))
checks.register("jobs.failed", Check(gettext_lazy("Scheduled jobs"), failed_jobs))
