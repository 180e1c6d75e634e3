"""The clock is set while a real Kelola runs: a day on, an hour back, over the end of a year."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from tests.faults.installation import Installation, until
from tests.faults.visitor import Visitor

ZONE = ZoneInfo("Asia/Jakarta")
LIBRARY = "*-linux-gnu*/faketime/libfaketimeMT.so.1"
SOP = "SELECT DISTINCT sop_id FROM sop_run WHERE strand = 'B'"
# The schedule opens rounds of its own whenever the clock reaches one.
THEIRS = "SELECT count(*) FROM sop_run WHERE subject = 'Jam diubah'"
LAST = (
    "SELECT year, sequence FROM sop_run WHERE strand = 'B' "
    "ORDER BY year DESC, sequence DESC LIMIT 1"
)
TWICE = "SELECT job, slot_at FROM jobs_jobslot GROUP BY job, slot_at HAVING count(*) > 1"
AGAIN = "SELECT job, attempts, error FROM jobs_jobslot WHERE attempts > 1 OR error <> ''"


class Clock:
    """The clock of one installation's processes; intervals stay true, as on a real machine."""

    def __init__(self, installation: Installation, file: Path) -> None:
        self.file, self.ahead = file, timedelta()
        self.set(timedelta())
        (library,) = Path("/usr/lib").glob(LIBRARY)
        installation.environment |= {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }

    def set(self, ahead: timedelta) -> None:
        self.ahead = ahead
        new = self.file.with_suffix(".new")
        new.write_text(f"{ahead.total_seconds():+.0f}\n")
        new.replace(self.file)

    def show(self, moment: datetime) -> None:
        self.set(moment - datetime.now(UTC))

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def turns(installation: Installation, since: datetime) -> int:
    """Count the turns of the every-minute jobs that were done since."""
    moment = since.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S+00:00")
    return int(
        installation.rows(
            "SELECT count(*) FROM jobs_jobslot WHERE state = 'done' AND job = 'jobs.follow' "
            f"AND slot_at >= '{moment}'"
        )[0][0]
    )


def open_one(andi: Visitor, installation: Installation) -> tuple[int, int]:
    """Open a run as a person does; return the year and the number it was given."""
    (sop,) = {str(found).replace("-", "") for (found,) in installation.rows(SOP)}
    page = f"/alur/buka/{UUID(sop)}/B/"
    before = installation.rows(THEIRS)[0][0]
    assert andi.post(page, subject="Jam diubah").status == 200
    assert installation.rows(THEIRS)[0][0] == before + 1
    (given,) = installation.rows(LAST)
    return int(given[0]), int(given[1])


def test_a_running_kelola_bears_a_clock_that_is_set(demo: Installation, tmp_path: Path) -> None:
    bench = tmp_path / "bench"
    bench.mkdir()
    clock = Clock(demo, tmp_path / "clock")
    demo.up("--no-demo", program=("-m", "tests.faults.quick", str(bench)))
    andi = Visitor(demo)
    assert "/masuk/" not in andi.sign_in().address
    until(lambda: turns(demo, clock.now - timedelta(minutes=2)), "the first turns")
    year, number = open_one(andi, demo)

    clock.set(timedelta(days=1))
    until(lambda: turns(demo, clock.now - timedelta(minutes=2)), "the turns of tomorrow")
    assert "/masuk/" in andi.get("/meja-kerja/").address  # twelve hours of a session are over
    assert "/masuk/" not in andi.sign_in().address
    assert open_one(andi, demo) == (year, number + 1)

    clock.set(timedelta(hours=23))
    before = demo.rows("SELECT count(*) FROM jobs_jobslot")
    assert "/masuk/" not in andi.get("/meja-kerja/").address
    assert open_one(andi, demo) == (year, number + 2)
    until(lambda: turns(demo, clock.now - timedelta(minutes=2)), "the turns of that hour")
    assert demo.rows("SELECT count(*) FROM jobs_jobslot") >= before

    edge = datetime(year + 1, 1, 1, tzinfo=ZONE)
    clock.show(edge - timedelta(hours=1))
    assert "/masuk/" not in andi.sign_in().address
    clock.show(edge - timedelta(seconds=8))
    assert open_one(andi, demo) == (year, number + 3)
    until(lambda: turns(demo, edge), "the first turns of the year")
    assert open_one(andi, demo) == (year + 1, 1)

    assert demo.rows(TWICE) == []
    assert demo.rows(AGAIN) == []
    assert json.loads(demo.kelola("ledger", "verify", "--json").stdout)["ok"] is True
    found = json.loads(demo.kelola("doctor", "--json").stdout)["checks"]
    (times,) = [c for c in found if c["key"] == "ledger.times"]
    assert "pernah mundur" in times["findings"][0]
    assert demo.stop() < 30
    demo.sound()
