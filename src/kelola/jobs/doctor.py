"""What `kelola doctor` asks of the jobs."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kelola.jobs import queries
from kelola.registry import Check, checks


def failed_jobs() -> list[str]:
    """Name every job whose newest turn was given up."""
    return [
        _("Job %(job)s was given up after %(attempts)d attempts (%(error)s).")
        % {"job": slot.job, "attempts": slot.attempts, "error": slot.error}
        for slot in queries.failed()
    ]


checks.register("jobs.failed", Check(gettext_lazy("Scheduled jobs"), failed_jobs))
