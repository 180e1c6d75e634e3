"""Pages of an office with 50,000 runs: server time from request to last byte, in one process.

python -m bench.pages
"""

from __future__ import annotations

from functools import partial

from bench.ground import installation, measured, table

DONE, OPEN = 49_000, 1_000
OF_THE_HEAD = ("Minggu ini", "a week of before")


def main() -> None:
    """Measure and print."""
    with installation():
        from django.db import connection  # noqa: PLC0415 - after the environment is set
        from django.test import Client  # noqa: PLC0415
        from django.urls import reverse  # noqa: PLC0415

        from bench.grown import multiply, new_office  # noqa: PLC0415
        from kelola.office.scope import office_scope  # noqa: PLC0415

        desk = new_office()
        with office_scope(desk.people.office.pk):
            run = desk.walk(desk.open("B", "Printer PTSP"))
            multiply(run, DONE - 1, minutes_apart=20)
            waiting = desk.open("B", "Jaringan ruang sidang")
            multiply(waiting, OPEN - 1, minutes_apart=20)
            step = desk.step(waiting, "B1")
        browser = Client()
        browser.force_login(desk.people.andi.user)
        head = Client()
        head.force_login(desk.people.budi.user)
        pages = [
            ("Meja Kerja", reverse("desk"), "≤ 100 ms"),
            ("Minggu ini", reverse("week"), "≤ 100 ms"),
            ("a week of before", f"{reverse('week')}?pekan=2026-W44", "≤ 100 ms"),
            ("Pelaksanaan, first page", reverse("runs"), "≤ 100 ms"),
            ("a run", reverse("run", args=[run.id]), "≤ 100 ms"),
            ("a step", reverse("step", args=[step.id]), "≤ 100 ms"),
        ]
        rows = []
        for name, address, target in pages:
            asks = head if name in OF_THE_HEAD else browser
            answer = asks.get(address)
            assert answer.status_code == 200, (address, answer.status_code)  # noqa: PLR2004
            rows += measured(name, partial(asks.get, address), target)
        table(f"Pages with {DONE + OPEN:,} runs, {connection.vendor}", rows)


if __name__ == "__main__":
    main()
