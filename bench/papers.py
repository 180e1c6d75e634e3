"""What it costs to print: content out of the database, set by Typst, sealed and kept.

python -m bench papers

The first paper of a process also reads the fonts.
"""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from bench.ground import installation, ms, p95, table, timed

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 20
TARGET = "≤ 200 ms"


def measure() -> dict[str, list[float]]:
    """Return the times of each kind of paper, each of a run of its own."""
    from bench.grown import new_office  # noqa: PLC0415 - after the environment is set
    from kelola.office.scope import office_scope  # noqa: PLC0415
    from kelola.registry import reports  # noqa: PLC0415
    from kelola.reports import press  # noqa: PLC0415
    from kelola.reports.services import issue_paper  # noqa: PLC0415
    from kelola.sop import access, blanks, papers, queries, sheets  # noqa: PLC0415

    desk = new_office()
    office = desk.people.office
    definition = queries.definition(desk.version.definition_id)
    procedure = definition.procedure("A")
    times: dict[str, list[float]] = {}

    def note(name: str, act: Callable[[], object]) -> None:
        times.setdefault(name, []).append(timed(act))

    def draw(made: papers.Content) -> None:
        press.set_paper(reports[made.kind], press.data_of(made))

    with office_scope(office.pk):
        for number in range(ROUNDS):
            run = desk.walk(desk.open("B", f"Permintaan {number}"))
            step = access.step(desk.step(run, "B5").id)
            note(
                "form of five steps" if number else "first paper of a process",
                lambda step=step: draw(papers.form_paper(office, step, draft=True)),
            )
            note(
                "run sheet of seven steps",
                lambda run=run: draw(sheets.run_paper(office, access.run(run.id), draft=True)),
            )
            note(
                "blank form, a table of eight columns",
                lambda: draw(
                    blanks.blank_form(
                        office, desk.version, definition, procedure, procedure.activity("A1")
                    )
                ),
            )
            note(
                "form of five steps, sealed and kept",
                lambda step=step, run=run: issue_paper(
                    office=office,
                    made=papers.form_paper(office, step),
                    name="Formulir",
                    subject=f"sop.run:{run.id}",
                    by=desk.people.andi.id,
                    at=desk.now,
                ),
            )
    return times


def main() -> None:
    """Measure and print."""
    with installation():
        rows = []
        for name, found in measure().items():
            rows.append((f"{name}, median", ms(statistics.median(found)), TARGET))
            if len(found) > 1:
                rows.append((f"{name}, 95th percentile", ms(p95(found)), ""))
        table("Papers as PDF/A-2b", rows)


if __name__ == "__main__":
    main()
