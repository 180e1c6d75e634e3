"""Lists by pages: every row once, in order, at the same cost wherever a page stands."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kelola.sop import services
from kelola.sop.models import Run, Step
from tests.api.conftest import Program, kind, problem, program

if TYPE_CHECKING:
    from tests.runs import Desk


def walk(program: Program, path: str, limit: int) -> list[dict[str, Any]]:
    """Follow ``next`` to the end."""
    found: list[dict[str, Any]] = []
    following = f"{path}{'&' if '?' in path else '?'}limit={limit}"
    for _page in range(50):
        answer = program.get(following)
        assert answer.status_code == 200, answer.content
        told = answer.json()
        assert len(told["items"]) <= limit
        found += told["items"]
        if told["next"] is None:
            return found
        assert len(told["items"]) == limit
        following = told["next"]
    raise AssertionError("the list has no end")


def grown(desk: Desk, number: int) -> None:
    for n in range(number):
        desk.now += timedelta(minutes=n % 2)  # some open in the same moment
        desk.open("B", f"Printer {n}")


@pytest.mark.parametrize("path", ["/runs", "/steps/mine", "/people", "/posts", "/sops"])
@pytest.mark.parametrize("limit", [1, 3, 7])
def test_pages_hold_every_row_once(desk: Desk, path: str, limit: int) -> None:
    grown(desk, 7)
    known = program(desk.people.andi)
    whole = [row["id"] for row in known.get(f"{path}?limit=100").json()["items"]]
    assert [row["id"] for row in walk(known, path, limit)] == whole
    assert len(set(whole)) == len(whole) > 0


@pytest.mark.parametrize("sort", ["newest", "oldest", "due"])
def test_runs_come_in_the_order_asked_for(desk: Desk, sort: str) -> None:
    grown(desk, 6)
    known = program(desk.people.andi)
    rows = walk(known, f"/runs?sort={sort}", 2)
    assert len(rows) == 6
    moments = [row["opened_at"] for row in rows]
    if sort == "due":
        dues = [row["open_steps"][0]["due_at"] for row in rows]
        assert dues == sorted(dues)
    else:
        assert moments == sorted(moments, reverse=sort == "newest")


def test_what_comes_meanwhile_shifts_nothing(desk: Desk) -> None:
    grown(desk, 4)
    known = program(desk.people.andi)
    first = known.get("/runs?limit=2").json()
    desk.now += timedelta(hours=1)
    desk.open("B", "Baru")
    second = known.get(first["next"]).json()
    shown = [row["subject"] for row in (*first["items"], *second["items"])]
    assert shown == ["Printer 3", "Printer 2", "Printer 1", "Printer 0"]


def test_standing_clocks_come_last(desk: Desk) -> None:
    grown(desk, 4)
    first = Step.objects.order_by("due_at", "id")[0]
    services.pause_clock(
        step_id=first.id,
        reason="requester",
        until=None,
        note="Sidang",
        by=desk.people.andi.person,
        at=timezone.now(),
    )
    known = program(desk.people.andi)
    rows = walk(known, "/steps/mine", 1)
    assert rows[-1]["id"] == str(first.id)
    assert len({row["id"] for row in rows}) == 4


def test_filters_are_kept_from_page_to_page(desk: Desk) -> None:
    grown(desk, 5)
    services.cancel_run(
        run_id=Run.objects.order_by("id")[0].id,
        reason="Salah",
        by=desk.people.budi.person,
        at=timezone.now(),
    )
    known = program(desk.people.andi)
    assert len(walk(known, "/runs?state=open", 2)) == 4
    assert len(walk(known, "/runs?state=cancelled", 2)) == 1
    sop = desk.version.sop_id
    assert len(walk(known, f"/runs?sop={sop}&procedure=B&strand=B", 2)) == 5
    assert walk(known, f"/runs?sop={sop}&procedure=B&strand=X", 2) == []
    assert len(walk(known, f"/runs?opened_by={desk.people.andi.id}", 2)) == 5
    assert walk(known, f"/runs?opened_by={desk.people.eko.id}", 2) == []
    desk.open("B", "Kabel putus")
    assert [r["subject"] for r in walk(known, "/runs?text=putus kabel", 2)] == ["Kabel putus"]
    names = [row["name"] for row in walk(known, "/people?text=pr", 2)]
    assert names == []
    assert [row["name"] for row in walk(known, "/people?text=budi", 2)] == ["Budi Santoso"]


def test_a_cursor_of_ones_own_making_is_refused(desk: Desk) -> None:
    grown(desk, 3)
    known = program(desk.people.andi)
    real = known.get("/runs?limit=1").json()["next"].partition("after=")[2].partition("&")[0]
    body, _colon, seal = real.partition(":")
    for cursor in (
        body,
        f"{body}:{seal[:-1]}",
        f"{body[:-2]}AA:{seal}",
        f"{seal}:{body}",
        "W10:x",
        "%00",
        "x" * 900,
    ):
        answer = known.get(f"/runs?after={cursor}")
        assert answer.status_code == 400, cursor
        assert problem(answer)["detail"]
    # One list's cursor is none of another's, nor of another order.
    assert kind(known.get(f"/people?after={real}")) == (400, "bad_cursor")
    undue = known.get("/runs?limit=1&sort=due").json()["next"].partition("after=")[2]
    assert known.get(f"/runs?limit=1&sort=due&after={undue.partition('&')[0]}").status_code == 200


def test_another_office_finds_nothing_behind_a_cursor(desk: Desk) -> None:
    grown(desk, 3)
    following = program(desk.people.andi).get("/runs?limit=1").json()["next"]
    assert program(desk.people.eko).get(following).json()["items"] == []


@pytest.mark.parametrize(
    "path", ["/runs", "/runs?sort=due", "/runs?late=true", "/steps/mine", "/people", "/posts"]
)
def test_a_page_takes_the_same_queries_however_long(desk: Desk, path: str) -> None:
    known = program(desk.people.andi)
    counts = []
    for more in (10, 20):
        grown(desk, more)
        for n in range(more):
            desk.people.court.join(f"orang{len(counts)}-{n}", f"Orang {more} {n}", "redaktur")
        known.get(path)  # calendars and definitions are kept after the first look
        with CaptureQueriesContext(connection) as caught:
            assert known.get(f"{path}{'&' if '?' in path else '?'}limit=100").status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1]
    assert counts[0] <= 14


def test_one_run_and_one_step_take_the_same_queries_however_long(desk: Desk) -> None:
    known = program(desk.people.andi)
    run = desk.open("B")
    counts = []
    for _time in range(2):
        step = Step.objects.filter(run=run).order_by("-position")[0]
        for path in (f"/runs/{run.id}", f"/runs/{run.id}/files", f"/steps/{step.id}"):
            known.get(path)
            with CaptureQueriesContext(connection) as caught:
                assert known.get(path).status_code == 200
            counts.append(len(caught))
        desk.walk(run)
    assert counts[:2] == counts[3:5]
    assert max(counts) <= 16
