"""The interface for programs over 1,000,000 steps: server time from request to last byte.

python -m bench.api
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bench.ground import installation, measured, table

if TYPE_CHECKING:
    from tests.api.conftest import Program
    from tests.runs import Desk

STEPS, OPEN, DEEP = 1_000_000, 1_000, 40
TARGET = "≤ 100 ms"


def grown(desk: Desk) -> tuple[int, str]:
    """Fill the office; return how many steps it has, and the id of a run."""
    from bench.grown import multiply  # noqa: PLC0415 - after the environment is set
    from kelola.office.scope import office_scope  # noqa: PLC0415
    from kelola.sop.models import Step  # noqa: PLC0415

    with office_scope(desk.people.office.pk):
        done = desk.walk(desk.open("B", "Printer PTSP"))
        each = Step.objects.filter(run=done).count()
        multiply(done, (STEPS - OPEN) // each, minutes_apart=1)
        multiply(desk.open("B", "Jaringan ruang sidang"), OPEN - 1, minutes_apart=20)
        return Step.objects.count(), str(done.id)


def far(known: Program, path: str) -> str:
    """Return the address of a page far behind the first."""
    for _page in range(DEEP):
        path = known.get(path).json()["next"]
    return path


def main() -> None:
    """Measure and print."""
    with installation():
        from django.conf import settings  # noqa: PLC0415 - after the environment is set
        from django.db import connection  # noqa: PLC0415

        from bench.grown import new_office  # noqa: PLC0415
        from tests.api.conftest import program  # noqa: PLC0415

        settings.API_REQUESTS_PER_MINUTE = 100_000
        desk = new_office()
        count, run = grown(desk)
        known = program(desk.people.andi)
        sop = desk.version.sop_id
        lists = [
            ("runs, first page of 50", "/runs"),
            ("runs, 100 on a page", "/runs?limit=100"),
            (f"runs, page {DEEP + 1}", far(known, "/runs")),
            ("open runs, nearest due first", "/runs?state=open&sort=due"),
            ("runs of a procedure", f"/runs?sop={sop}&procedure=B"),
            ("runs, late ones", "/runs?late=true"),
            ("my steps", "/steps/mine"),
            ("a run with its steps", f"/runs/{run}"),
        ]
        rows = []
        for name, path in lists:
            answer = known.get(path)
            assert answer.status_code == 200, (path, answer.content)  # noqa: PLR2004
            rows += measured(name, partial(known.get, path), TARGET)
        table(f"Interface for programs, {count:,} steps, {connection.vendor}", rows)


if __name__ == "__main__":
    main()
