"""The sweep that looks for dues that passed: 100,000 open runs, of which 100 are due.

python -m bench.dues
"""

from __future__ import annotations

import statistics
from datetime import timedelta

from bench.ground import installation, ms, repeated, table, timed

OPEN, DUE = 100_000, 100


def main() -> None:
    """Measure and print."""
    with installation():
        from django.db import connection  # noqa: PLC0415 - after the environment is set
        from django.db.models import F  # noqa: PLC0415

        from bench.grown import multiply, new_office  # noqa: PLC0415
        from kelola.office.scope import office_scope  # noqa: PLC0415
        from kelola.sop import tasks  # noqa: PLC0415
        from kelola.sop.models import Step  # noqa: PLC0415

        desk = new_office()
        with office_scope(desk.people.office.pk):
            multiply(desk.open("B", "Printer PTSP"), OPEN - 1, minutes_apart=0)
            later = desk.now + timedelta(days=30)
            Step.objects.update(due_at=later, falls_due_at=later)
            times = []
            for _ in range(5):
                due = Step.objects.filter(due_at=later).values("id")[:DUE]
                Step.objects.filter(id__in=list(due.values_list("id", flat=True))).update(
                    due_at=desk.now, falls_due_at=F("opened_at")
                )
                times.append(timed(lambda: tasks.dues(at=desk.now + timedelta(hours=1))))
                assert not Step.objects.filter(falls_due_at__lte=desk.now).exists()
            idle = repeated(lambda: tasks.dues(at=desk.now + timedelta(hours=1)))
        table(
            f"Due sweep over {OPEN:,} open runs, {connection.vendor}",
            [
                (f"{DUE} due, each told in the ledger, median of 5",
                 ms(statistics.median(times)), "≤ 200 ms"),
                ("nothing due, median", ms(statistics.median(idle)), ""),
            ],
        )  # fmt: skip


if __name__ == "__main__":
    main()
