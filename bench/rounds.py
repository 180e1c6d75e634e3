"""The first of the month: the schedule opens the monthly rounds of 930 offices, each once.

python -m bench.rounds
"""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime, timedelta

from bench.ground import installation, ms, repeated, table, timed

OFFICES = 930
FIRST = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)  # 08.00 in Jakarta; the week before has begun


def main() -> None:
    """Measure and print."""
    with installation():
        from django.db import connection  # noqa: PLC0415 - after the environment is set

        from kelola.office.scope import unscoped  # noqa: PLC0415
        from kelola.sop import tasks  # noqa: PLC0415
        from kelola.sop.models import Run, SopVersion  # noqa: PLC0415
        from tests.people import make_court  # noqa: PLC0415
        from tests.runs import adopt  # noqa: PLC0415

        for number in range(OFFICES):
            adopt(make_court(f"Pengadilan Agama {number}"))
        with unscoped("the measurement looks at every office"):
            # As if each had been looked at yesterday.
            SopVersion.objects.update(rounds_looked_at=FIRST - timedelta(days=1))
            start = time.process_time()
            took = timed(lambda: tasks.rounds(at=FIRST))
            own = 1000 * (time.process_time() - start)
            opened = Run.objects.count()
            again = repeated(lambda: tasks.rounds(at=FIRST + timedelta(hours=1)))
            assert Run.objects.count() == opened
            once = Run.objects.values("sop", "strand", "slot_key").distinct().count()
            assert once == opened
        table(
            f"The rounds of {OFFICES} offices, {connection.vendor}",
            [
                ("runs opened, each once", f"{opened:,}", ""),
                ("all of them, one worker", f"{took / 1000:.1f} s", "≤ 60 s"),
                ("processor time of this process", f"{own / 1000:.1f} s", ""),
                ("a run", ms(took / opened), ""),
                ("nothing to open, median", ms(statistics.median(again)), ""),
            ],
        )


if __name__ == "__main__":
    main()
