"""Do once, on an installation, what the schedule has to do by now.

A demo office told up to a day in March has rounds and dues waiting: whoever compares what is there
before and after a fault would else see the schedule's own work in between.

    python -m tests.faults.caught_up
"""

from __future__ import annotations

import django
from django.utils import timezone

from kelola.jobs.schedule import jobs

if __name__ == "__main__":
    django.setup()
    for job in jobs.values():
        job.run(at=timezone.now())
