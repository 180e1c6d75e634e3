"""A run of seven steps with one return, beside SpiffWorkflow and Viewflow, taking turns.

python -m bench runs

All three keep what they do in SQLite with synchronous=FULL and commit every step. Kelola's figures
hold roles, the working calendar, forms, search and the ledger; the peers have none. The followers
that make news of the ledger run as jobs, outside of what is timed.
"""

from __future__ import annotations

import os
import statistics
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from bench.ground import installation, ms, repeated, table
from bench.peers import running

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bench.peers import Peer
    from tests.runs import Desk

ROUNDS, EACH = 8, 5
OPEN = 100_000
ASKED = 5
MIB = 1024 * 1024
ROOM, TIMES_AS_FAST = 100, 20
EARLIER = 18.8  # runs/s of Viewflow, measured when nothing else ran
PEERS = ("spiffworkflow", "viewflow")
# What a run of procedure B goes through: B6 sends back to B5 once.
WALK = (
    ("B1", ""), ("B2", ""), ("B3", ""), ("B4", ""), ("B5", ""), ("B6", "return_disposition"),
    ("B5", ""), ("B6", ""), ("B7", ""),
)  # fmt: skip


def carry(desk: Desk, count: int) -> list[float]:
    """Carry so many runs from start to finish through the services; return the seconds of each.

    What a person types into the forms is made before the watch starts.
    """
    from kelola.office.scope import office_scope  # noqa: PLC0415 - after the environment is set
    from kelola.sop import services  # noqa: PLC0415
    from tests.runs import MINUTE  # noqa: PLC0415

    times = []
    with office_scope(desk.people.office.pk):
        for _ in range(count):
            took = time.perf_counter()
            run = desk.open("B", "Printer PTSP")
            took = time.perf_counter() - took
            for key, outcome in WALK:
                desk.now += MINUTE
                step, activity = desk.step(run, key), desk.procedure("B").activity(key)
                values: dict[str, Any] = {
                    "step_id": step.id,
                    "outcome": outcome
                    or next(o.code for o in activity.outcomes if not o.is_return),
                    "data": desk.form(run, key, required_only=True),
                    "remarks": "Sudah diperiksa",
                    "revision": step.revision,
                    "by": desk.who(step.role).person,
                }
                start = time.perf_counter()
                run = services.finish_step(**values, at=desk.now)
                took += time.perf_counter() - start
            assert run.state == "completed", run.state
            times.append(took)
    return times


def grow(desk: Desk, folder: Path, count: int) -> int:
    """Let an office have so many open runs; return the bytes they take, indexes included."""
    from bench.grown import multiply  # noqa: PLC0415 - after the environment is set
    from kelola.office.scope import office_scope  # noqa: PLC0415

    before = _bytes(folder)
    with office_scope(desk.people.office.pk):
        multiply(desk.open("B", "Printer PTSP"), count - 1)
    return _bytes(folder) - before


def _bytes(folder: Path) -> int:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return sum(f.stat().st_size for f in folder.rglob("*.sqlite3*"))


def desk_page(desk: Desk) -> Callable[[], object]:
    """Return the act of asking for Meja Kerja as the one whose steps they are."""
    from django.test import Client  # noqa: PLC0415 - after the environment is set
    from django.urls import reverse  # noqa: PLC0415

    browser, address = Client(), reverse("desk")
    browser.force_login(desk.people.andi.user)
    assert browser.get(address).status_code == 200  # noqa: PLR2004
    return lambda: browser.get(address)


def rounds(desk: Desk, peers: dict[str, Peer]) -> dict[str, list[float]]:
    """Let everyone take turns; return the seconds of each run."""
    turns: dict[str, Callable[[], list[float]]] = {"Kelola": lambda: carry(desk, EACH)}
    for name, peer in peers.items():
        turns[name] = lambda peer=peer: peer.ask("runs", count=EACH)["told"]  # type: ignore[misc]
    times: dict[str, list[float]] = {name: [] for name in turns}
    for number in range(ROUNDS + 1):
        for name, act in turns.items():
            found = act()
            times[name] += found if number else []  # the first round warms up
    return times


def main() -> None:
    """Measure and print."""
    with ExitStack() as stack:
        folder = stack.enter_context(installation())
        peers = {name: stack.enter_context(running(name)) for name in PEERS}
        from bench.grown import new_office  # noqa: PLC0415 - after the environment is set

        desk = new_office()
        names = {"Kelola": "Kelola"}
        names |= {n: f"{n} {p.ask('version')['told']}" for n, p in peers.items()}
        _print_rates(names, rounds(desk, peers))
        _print_sizes(names, grow(desk, folder, OPEN), peers)
        _print_pages(names["viewflow"], repeated(desk_page(desk), ASKED), peers["viewflow"])


def verdict(met: bool) -> str:  # noqa: FBT001 - a word for a fact
    """Return how a target stands."""
    return "met" if met else "**not met**"


def _range(found: list[float]) -> str:
    return f"{ms(1000 * min(found))} the quickest, {ms(1000 * statistics.median(found))} the median"


def _print_rates(names: dict[str, str], times: dict[str, list[float]]) -> None:
    rate = {name: 1 / statistics.median(found) for name, found in times.items()}
    rows = [
        (
            f"{names[name]}: {_range(found)}",
            f"{rate[name]:.1f} runs/s",
            f"≥ {EARLIER}: {verdict(rate[name] >= EARLIER)}" if name == "Kelola" else "",
        )
        for name, found in times.items()
    ]
    ahead = rate["Kelola"] / rate["viewflow"]
    rows.append(("Kelola / Viewflow, medians", f"{ahead:.2f}", f"≥ 1: {verdict(ahead >= 1)}"))
    acts = f"{len(WALK)} acts each, {ROUNDS * EACH} runs in {ROUNDS} rounds"
    table(f"Seven steps with one return ({acts}, load {os.getloadavg()[0]:.1f})", rows)


def _print_sizes(names: dict[str, str], own: int, peers: dict[str, Peer]) -> None:
    rows = [("Kelola", f"{own / MIB:.0f} MiB", f"≤ {ROOM} MiB: {verdict(own <= ROOM * MIB)}")]
    for name, peer in peers.items():
        rows.append((names[name], f"{peer.ask('disk', count=OPEN)['told'] / MIB:.0f} MiB", ""))
    table(f"Disk of {OPEN:,} open runs at their first step", rows)


def _print_pages(name: str, own: list[float], viewflow: Peer) -> None:
    theirs = [1000 * took for took in viewflow.ask("page", name="queue", times=ASKED)["told"]]
    viewflow.ask("take", count=OPEN)
    taken = [1000 * took for took in viewflow.ask("page", name="inbox", times=ASKED)["told"]]
    quicker = statistics.median(theirs) / statistics.median(own)
    target = f"≥ {TIMES_AS_FAST} × Viewflow's queue: {verdict(quicker >= TIMES_AS_FAST)}"
    rows = [
        (f"{what}, {word}", ms(of(found)), "")
        for what, found in (
            ("Kelola, Meja Kerja", own),
            (f"{name}, queue", theirs),
            (f"{name}, inbox of one who took them all", taken),
        )
        for word, of in (("quickest", min), ("median", statistics.median))
    ]
    rows.append(("Viewflow's queue / Meja Kerja, medians", f"{quicker:.1f}", target))
    table(f"The page of one's work at {OPEN:,} open runs", rows)


if __name__ == "__main__":
    main()
