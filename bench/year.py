"""The demo office's year: seconds until the door may open, seconds to live, and what is there then.

python -m bench.year
"""

from __future__ import annotations

from datetime import datetime

from bench.ground import installation, table, timed

UNTIL = datetime.fromisoformat("2026-11-30T23:59:00+07:00")
MONTHS = 12


def main() -> None:
    """Measure and print."""
    with installation():
        from kelola.demo import services  # noqa: PLC0415 - after the environment is set
        from kelola.ledger.models import Entry  # noqa: PLC0415
        from kelola.office.scope import office_scope  # noqa: PLC0415
        from kelola.sop.models import Run, Step  # noqa: PLC0415

        made = []

        def found() -> None:
            year = services.begin_year(seed=1, months=MONTHS, by="system", at=UNTIL)
            made.append(year)

        founded = timed(found) / 1000
        (year,) = made
        lived = timed(lambda: services.grow(year)) / 1000
        with office_scope(year.office_id):
            runs, steps = Run.objects.count(), Step.objects.count()
        entries = Entry.objects.count()
        assert year.missed == 0
    rows = [
        ("the office founded", f"{founded:.1f} s", ""),
        (f"{MONTHS} months lived", f"{lived:.1f} s", "≤ 60 s"),
        ("runs", f"{runs:,}", ""),
        ("steps", f"{steps:,}", ""),
        ("entries of the ledger", f"{entries:,}", ""),
    ]
    table(f"A year of the demo office, until {UNTIL:%Y-%m-%d}", rows)


if __name__ == "__main__":
    main()
