"""The sweep that reminds before dues, and the news of it: 100,000 open steps, 100 to remind of.

python -m bench.reminders
"""

from __future__ import annotations

import statistics
from datetime import timedelta

from bench.ground import installation, ms, repeated, table, timed

OPEN, REMINDED = 100_000, 100


def main() -> None:
    """Measure and print."""
    with installation():
        from django.db import connection  # noqa: PLC0415 - after the environment is set

        from bench.grown import multiply, new_office  # noqa: PLC0415
        from kelola.ledger.followers import catch_up  # noqa: PLC0415
        from kelola.notify.models import News  # noqa: PLC0415
        from kelola.office.scope import office_scope  # noqa: PLC0415
        from kelola.sop import tasks  # noqa: PLC0415
        from kelola.sop.models import Step  # noqa: PLC0415

        desk = new_office()
        at = desk.now + timedelta(hours=1)
        with office_scope(desk.people.office.pk):
            multiply(desk.open("B", "Printer PTSP"), OPEN - 1, minutes_apart=0)
            later = desk.now + timedelta(days=30)
            Step.objects.update(due_at=later, reminds_at=later, falls_due_at=later)
            catch_up(at=at)
            sweeps, hearings = [], []
            for _ in range(5):
                some = Step.objects.filter(reminds_at=later).values("id")[:REMINDED]
                Step.objects.filter(id__in=list(some.values_list("id", flat=True))).update(
                    reminds_at=desk.now
                )
                before = News.objects.count()
                sweeps.append(timed(lambda: tasks.dues(at=at)))
                hearings.append(timed(lambda: catch_up(at=at)))
                assert not Step.objects.filter(reminds_at__lte=at).exists()
                assert News.objects.count() == before + REMINDED
            idle = repeated(lambda: tasks.dues(at=at))
        table(
            f"Reminder sweep over {OPEN:,} open steps, {connection.vendor}",
            [
                (f"{REMINDED} reminded, each told in the ledger, median of 5",
                 ms(statistics.median(sweeps)), "≤ 300 ms"),
                ("the same made news of who does them", ms(statistics.median(hearings)), ""),
                ("nothing to remind, median", ms(statistics.median(idle)), ""),
            ],
        )  # fmt: skip


if __name__ == "__main__":
    main()
