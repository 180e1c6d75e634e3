"""The log as XES and CSV: what stands in it, that others read it, and whose it is."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from lxml import etree

from kelola.office.scope import office_scope
from kelola.sop.exchange import log, xes
from kelola.sop.models import Run, Step
from tests.house.source import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.runs import Desk

pytestmark = pytest.mark.django_db
XES = "{http://www.xes-standard.org/}"
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


@pytest.fixture
def worked(desk: Desk) -> Desk:
    """Return a desk with a run that was returned once and finished, and one still open."""
    run = desk.open("B", "Printer PTSP macet")
    for key, outcome in [("B1", ""), ("B2", ""), ("B3", "return"), ("B2", "")]:
        desk.finish(run, key, outcome)
    desk.walk(run)
    desk.open("B", "Jaringan putus")
    return desk


def pieces(desk: Desk, kind: str, first: date = FIRST, last: date = LAST) -> bytes:
    office = desk.people.office
    with office_scope(office.pk):
        asked = log.period(office.pk, first, last)
        return b"".join(xes.pieces(kind, office.name, asked))


def marks(text: bytes) -> list[dict[str, Any]]:
    return [
        {"run": trace.find(f"{XES}string[@key='concept:name']").get("value")}
        | {a.get("key"): a.get("value") for a in mark}
        for trace in etree.fromstring(text).iter(f"{XES}trace")
        for mark in trace.iter(f"{XES}event")
    ]


def test_every_step_is_scheduled_started_and_completed_in_order(worked: Desk) -> None:
    found = marks(pieces(worked, "xes"))
    runs = sorted({m["run"] for m in found})
    assert len(runs) == 2
    with office_scope(worked.people.office.pk):
        steps = list(Step.objects.all())
    assert sum(m["lifecycle:transition"] == "schedule" for m in found) == len(steps)
    closed = [s for s in steps if s.recorded_at]
    assert sum(m["lifecycle:transition"] == "complete" for m in found) == len(closed)
    first = [m for m in found if m["run"] == runs[0]]
    assert [m["time:timestamp"] for m in first] == sorted(m["time:timestamp"] for m in first)
    ways = [m["concept:name"] for m in first if m["lifecycle:transition"] == "complete"]
    assert ways == ["B1", "B2", "B3", "B2", "B3", "B4", "B5", "B6", "B7"]


def test_a_mark_says_who_as_what_by_which_version_and_until_when(worked: Desk) -> None:
    done = [m for m in marks(pieces(worked, "xes")) if m["lifecycle:transition"] == "complete"]
    back = next(m for m in done if m["sop:outcome"] == "return")
    assert back["org:resource"] == worked.people.budi.person.name
    assert back["sop:version"] == worked.version.definition_id[:12]
    assert back["sop:attempt"] == "1"
    assert "(PTIP)" in back["org:role"]
    with office_scope(worked.people.office.pk):
        row = Step.objects.get(activity="B3", attempt=1)
    assert row.due_at is not None
    assert row.performed_at is not None
    assert datetime.fromisoformat(back["sop:due"]) == row.due_at
    assert abs(datetime.fromisoformat(back["time:timestamp"]) - row.performed_at) < timedelta(
        milliseconds=1
    )
    assert back["time:timestamp"].endswith("+07:00")


def test_both_formats_say_the_same(worked: Desk) -> None:
    rows = list(
        csv.DictReader(io.StringIO(pieces(worked, "csv").decode("utf-8-sig")), delimiter=";")
    )
    assert list(rows[0]) == list(xes.HEADER)
    told = marks(pieces(worked, "xes"))
    names = ("concept:name", "time:timestamp", "lifecycle:transition", "org:resource", "org:role",
             "sop:version", "sop:attempt", "sop:due", "sop:title", "sop:outcome",
             "sop:recorded")  # fmt: skip
    assert [[r[n] for n in names] for r in rows] == [[m.get(n, "") for n in names] for m in told]


def test_the_order_of_elements_is_the_standard_s(worked: Desk) -> None:
    root = etree.fromstring(pieces(worked, "xes"))
    order = ["extension", "global", "classifier", "string", "trace"]
    places = [order.index(etree.QName(child).localname) for child in root]
    assert places == sorted(places)
    prefixes = {e.get("prefix") for e in root.iter(f"{XES}extension")}
    keys = {a.get("key", "").partition(":")[0] for a in root.iter() if a.get("key")}
    assert keys == prefixes
    for each in root.iter(f"{XES}date"):
        datetime.fromisoformat(str(each.get("value")))


def test_names_neither_break_the_xml_nor_become_formulas(worked: Desk) -> None:
    person = worked.people.budi.person
    person.name = '=cmd|"x" <&> \x0b المحكمة'
    with office_scope(worked.people.office.pk):
        person.save(update_fields=["name"])
    told = {m.get("org:resource") for m in marks(pieces(worked, "xes"))}
    assert '=cmd|"x" <&>   المحكمة' in told
    text = pieces(worked, "csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    cells = {r["org:resource"] for r in rows}
    assert any(cell.startswith("'=cmd") for cell in cells)
    assert not any(cell.startswith("=") for cell in cells)


def test_a_period_takes_the_runs_opened_in_it_by_the_days_of_the_office(worked: Desk) -> None:
    with office_scope(worked.people.office.pk):
        early = Run.objects.order_by("number").first()
        assert early is not None
        # 1 December 00.30 in Jakarta is still 30 November in UTC.
        early.opened_at = datetime(2026, 11, 30, 17, 30, tzinfo=UTC)
        early.save(update_fields=["opened_at"])
    november = {m["run"] for m in marks(pieces(worked, "xes"))}
    assert len(november) == 1
    assert early.number not in november
    december = marks(pieces(worked, "xes", date(2026, 12, 1), date(2026, 12, 1)))
    assert {m["run"] for m in december} == {early.number}


def test_portions_leave_no_run_out_and_none_twice(
    worked: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):  # all opened in the same moment
        worked.open("B", f"Permintaan {number}")
    whole = pieces(worked, "xes")
    monkeypatch.setattr(log, "PORTION", 2)
    assert pieces(worked, "xes") == whole
    assert whole.count(b"<trace>") == 7


def test_another_office_s_log_is_empty(worked: Desk) -> None:
    other = worked.people.other.office
    assert other.pk != worked.people.office.pk
    with office_scope(other.pk):
        asked = log.period(other.pk, FIRST, LAST)
        assert list(log.traces(asked)) == []


def exported(*words: str) -> str:
    out = StringIO()
    call_command("log", "export", *words, stdout=out)
    return out.getvalue()


def test_the_command_writes_the_file(worked: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    file = folder / "log.xes"
    words = ["--format", "xes", "--from", "2026-11-01", "--to", "2026-11-30", "--out", str(file)]
    told = exported(*words, "--office", str(worked.people.office.pk))
    assert str(file) in told
    assert file.read_bytes() == pieces(worked, "xes")
    assert [p.name for p in folder.iterdir()] == ["log.xes"]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"--from": "2026-02-30"}, "2026-02-30"),
        ({"--from": "2026-12-01"}, "berakhir"),
        ({"--office": "none"}, "--office"),
        ({"--out": "/proc/none/log.xes"}, "--out"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(
    worked: Desk, tmp_path: Path, changed: dict[str, str], says: str
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    words = {
        "--format": "xes",
        "--from": "2026-11-01",
        "--to": "2026-11-30",
        "--out": str(folder / "log.xes"),
        "--office": str(worked.people.office.pk),
    } | changed
    with pytest.raises(CommandError, match=says) as refused:
        exported(*(word for pair in words.items() for word in pair))
    assert refused.value.returncode == 2
    assert list(folder.iterdir()) == []


@pytest.fixture(scope="session")
def miner() -> str:
    """Return the Python that has PM4Py; it stands apart and is fetched when it is not there."""
    subprocess.run([sys.executable, "tools/install.py", "mining"], cwd=ROOT, check=True)
    return str(ROOT / "build" / "mining" / "bin" / "python")


@pytest.mark.parametrize("kind", ["xes", "csv"])
def test_pm4py_reads_it(worked: Desk, miner: str, kind: str, tmp_path: Path) -> None:
    file = tmp_path / f"log.{kind}"
    file.write_bytes(pieces(worked, kind))
    done = subprocess.run(
        [miner, "tests/services/read_log.py", file],
        cwd=ROOT, check=False, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    ours = marks(pieces(worked, "xes"))
    assert told["marks"] == len(ours)
    assert told["runs"] == sorted({m["run"] for m in ours})
    assert told["variants"] == ["B1-B2-B3-B2-B3-B4-B5-B6-B7"]
    completed = [m for m in ours if m["lifecycle:transition"] == "complete"]
    assert told["people"] == sorted({m["org:resource"] for m in completed})
    assert told["roles"] == sorted({m["org:role"] for m in ours})
    assert told["attempts"] == [1, 2]
    earliest = min(datetime.fromisoformat(m["time:timestamp"]) for m in ours)
    assert datetime.fromisoformat(told["first"]) == earliest
