"""What people open first, in an office with 1,000,000 steps behind it.

python -m bench.inbox
"""

from __future__ import annotations

from bench.ground import installation, measured, table

RUNS_DONE = 142_850  # seven steps each
WAITING = 60


def main() -> None:
    """Measure and print."""
    with installation():
        from django.db import connection  # noqa: PLC0415 - after the environment is set

        from bench.grown import multiply, new_office  # noqa: PLC0415
        from kelola.office.scope import office_scope  # noqa: PLC0415
        from kelola.sop import queries  # noqa: PLC0415
        from kelola.sop.models import Step  # noqa: PLC0415

        desk = new_office()
        with office_scope(desk.people.office.pk):
            multiply(desk.walk(desk.open("B", "Printer PTSP")), RUNS_DONE - 1)
            multiply(desk.open("B", "Jaringan ruang sidang"), WAITING - 1)
            andi = desk.people.andi.person
            today = desk.now.date()
            roles = queries.roles_of(andi, today)
            rows = []
            for name, act, target in (
                ("inbox, first 50", lambda: queries.inbox(andi, roles, today), "≤ 10 ms"),
                ("inbox, how many", lambda: queries.inbox_size(andi, roles, today), ""),
                ("urgent", lambda: queries.urgent(desk.now), ""),
            ):
                before = len(connection.queries_log)
                rows += measured(name, act, target)
                assert len(connection.queries_log) == before, "no query log while measuring"
            table(f"Inbox over {Step.objects.count():,} steps, {connection.vendor}", rows)


if __name__ == "__main__":
    main()
