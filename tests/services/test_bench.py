"""The measurements beside other engines do what they say they measure, at a tiny size."""

from __future__ import annotations

import json
import sys

import pytest

from bench import peers, results, runs
from kelola.sop.models import Step

PRINTED = """
### Disk

| what | measured | target |
|---|---|---|
| Kelola | 3 MiB | ≤ 100 MiB: met |
| another | 5 MiB |  |
"""


def test_a_measured_run_goes_through_every_step_and_comes_back_once(desk):
    times = runs.carry(desk, 1)
    assert len(times) == 1
    done = Step.objects.order_by("opened_at", "attempt").values_list("activity", "attempt")
    assert set(done) == {
        ("B1", 1), ("B2", 1), ("B3", 1), ("B4", 1), ("B5", 1), ("B6", 1),
        ("B5", 2), ("B6", 2), ("B7", 1),
    }  # fmt: skip
    assert len(done) == len(runs.WALK)


def test_the_peers_walk_as_many_acts():
    sys.path.insert(0, str(peers.HERE))
    try:
        from answering import WALK  # noqa: PLC0415 - the peers find it by its name alone
    finally:
        sys.path.remove(str(peers.HERE))
    assert [int(name.removeprefix("step")) for name, _ in WALK] == [
        int(key.removeprefix("B")) for key, _ in runs.WALK
    ]
    assert [back for _, back in WALK] == [bool(outcome) for _, outcome in runs.WALK]


def test_what_was_printed_is_kept_to_read_and_to_compare(tmp_path):
    results.keep("disk", "## Measurements of a day\n\na machine", PRINTED, tmp_path)
    told = json.loads((tmp_path / "disk.json").read_text())
    assert told["of"] == "Measurements of a day"
    assert told["on"] == "a machine"
    (table,) = told["tables"]
    assert table["title"] == "Disk"
    assert [row["what"] for row in table["rows"]] == ["Kelola", "another"]
    assert table["rows"][0]["target"] == "≤ 100 MiB: met"
    assert "| another | 5 MiB |" in (tmp_path / "disk.md").read_text()


def test_a_target_that_is_missed_says_so():
    assert runs.verdict(met=True) == "met"
    assert "not met" in runs.verdict(met=False)


def test_a_peer_that_ends_is_told_of(tmp_path, monkeypatch):
    monkeypatch.setattr(peers, "environment", lambda _name: sys.executable)
    monkeypatch.setattr(peers, "HERE", tmp_path)
    (tmp_path / "broken_peer.py").write_text("raise SystemExit(3)\n")
    with peers.running("broken") as peer, pytest.raises(peers.PeerError, match="broken"):
        peer.ask("runs", count=1)
