"""What it costs to print the official form of all six procedures.

python -m bench form

Each round prints a form with another source note, so that no page of the one before is reused
whole; ``form_pdf`` is what a comparison with another program calls.
"""

from __future__ import annotations

import dataclasses
import statistics
from typing import TYPE_CHECKING

from bench.ground import installation, ms, p95, table, timed

if TYPE_CHECKING:
    from tests.runs import Desk

ROUNDS = 20
TARGET = "≤ 300 ms"


def form_pdf(desk: Desk, note: str, size: str = "a4") -> bytes:
    """Return the form of the office's SOP as PDF; needs the office's scope.

    Args:
        desk: of ``bench.grown.new_office``.
        note: printed below the identity block.
        size: of the paper, ``a4`` or ``f4``.

    """
    from kelola.registry import reports  # noqa: PLC0415 - after the environment is set
    from kelola.reports import press  # noqa: PLC0415
    from kelola.reports.rules.content import Size  # noqa: PLC0415
    from kelola.sop import queries  # noqa: PLC0415
    from kelola.sop.form.paper import official_form  # noqa: PLC0415

    version, office = desk.version, desk.people.office
    definition = queries.definition(version.definition_id)
    definition = dataclasses.replace(definition, source_note=note)
    made = official_form(office, version, definition, size=Size(size))
    return press.set_paper(reports[made.kind], press.data_of(made)).pdf


def main() -> None:
    """Print the times."""
    with installation():
        from bench.grown import new_office  # noqa: PLC0415
        from kelola.office.scope import office_scope  # noqa: PLC0415

        desk = new_office()
        times: dict[str, list[float]] = {}
        with office_scope(desk.people.office.pk):
            first = timed(lambda: form_pdf(desk, "pertama"))
            for number in range(ROUNDS):
                for size in ("a4", "f4"):
                    took = timed(lambda n=number, s=size: form_pdf(desk, f"catatan {n}", s))
                    times.setdefault(size, []).append(took)
        rows = [("A4, first of a process", ms(first), "")]
        for size, found in times.items():
            rows.append((f"{size.upper()}, median", ms(statistics.median(found)), TARGET))
            rows.append((f"{size.upper()}, 95th percentile", ms(p95(found)), ""))
        table("Official form of six procedures as PDF/A-2b", rows)


if __name__ == "__main__":
    main()
