"""The history tampered with: what the chain sees by itself, and what only an anchor can see."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from kelola.evidence.services import anchoring, keep_anchor
from kelola.ledger import rules
from kelola.ledger.models import Entry, Head
from kelola.ledger.queries import verify
from kelola.registry import checks
from tests.ledger_flush import lifted
from tests.people import AT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chain(settings: SettingsWrapper, tmp_path: Path) -> str:
    """Give the chain of an office with some history, the key and the anchors in a new folder."""
    from tests.people import make_people  # noqa: PLC0415 - after the folder is set

    settings.SEAL_KEY_FILE = tmp_path / "seal.key"
    settings.DATA_DIR = tmp_path
    return str(make_people().office.pk)


def run(sql: str, *values: object) -> None:
    with lifted(connection), connection.cursor() as cursor:
        cursor.execute(sql, values)


def last(chain: str) -> int:
    return Head.objects.get(chain=chain).seq


def rewrite(chain: str, start: int) -> None:
    """Change an entry and make every hash after it fit, the head's too: a perfect forgery."""
    entries = list(Entry.objects.filter(chain=chain).order_by("seq"))
    prev = entries[start - 2].hash if start > 1 else rules.GENESIS
    for entry in entries[start - 1 :]:
        at = entry.at + timedelta(days=1) if entry.seq == start else entry.at
        known = rules.entry_hash(
            office=chain, seq=entry.seq, at=at, by=entry.by, acting_for=entry.acting_for,
            verb=entry.verb, object=entry.object, data=entry.data, prev=prev,
        )  # fmt: skip
        with lifted(connection):
            Entry.objects.filter(pk=entry.pk).update(at=at, prev=prev, hash=known)
        prev = known
    Head.objects.filter(chain=chain).update(hash=prev)


def cut(chain: str, keep: int) -> None:
    """Cut the tail off, the head moved back with it."""
    run("DELETE FROM ledger_entry WHERE chain = %s AND seq > %s", chain, keep)
    entry = Entry.objects.get(chain=chain, seq=keep)
    Head.objects.filter(chain=chain).update(seq=keep, hash=entry.hash)


def cut_and_go_on(chain: str) -> None:
    """Cut the tail and write as many other entries, so that the numbers fit again."""
    until = last(chain)
    gone = list(Entry.objects.filter(chain=chain, seq__gt=until - 3).order_by("seq").values())
    cut(chain, until - 3)
    head = Head.objects.get(chain=chain)
    for row in gone:
        values = {k: v for k, v in row.items() if k not in ("id", "chain", "hash", "prev")}
        values["at"] += timedelta(seconds=1)
        known = rules.entry_hash(office=chain, prev=head.hash, **values)
        Entry.objects.create(chain=chain, prev=head.hash, hash=known, **values)
        head.seq, head.hash = row["seq"], known
    head.save()


FORGERIES: dict[str, tuple[Callable[[str], None], str]] = {
    "tail cut": (lambda chain: cut(chain, last(chain) - 2), "shorter"),
    "tail cut and written anew": (cut_and_go_on, "rewritten"),
    "all written anew": (lambda chain: rewrite(chain, 1), "rewritten"),
    "written anew from the middle": (lambda chain: rewrite(chain, last(chain) // 2), "rewritten"),
    "an older copy": (lambda chain: cut(chain, 3), "shorter"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_only_an_anchor_sees_a_perfect_forgery(chain: str, name: str) -> None:
    forge, kind = FORGERIES[name]
    text = anchoring.make_anchor(by="system", at=AT)
    assert anchoring.compare_anchor(text).ok
    until = last(chain)
    forge(chain)
    assert verify().ok  # from inside nothing is to be seen
    found = anchoring.compare_anchor(text)
    assert [(f.chain, f.kind.value, f.anchored) for f in found.findings] == [(chain, kind, until)]
    assert not found.ok


def test_the_history_may_grow_beyond_its_anchor(chain: str) -> None:
    text = anchoring.make_anchor(by="system", at=AT)
    from kelola.office.services import create_user  # noqa: PLC0415

    create_user(login="baru", password="tujuh-kuda-putih", by="system", at=AT)
    assert anchoring.compare_anchor(text).ok


def test_two_swapped_chains_are_seen_by_both(chain: str) -> None:
    other = Head.objects.exclude(chain__in=(chain, "system")).get().chain
    text = anchoring.make_anchor(by="system", at=AT)
    for old, new in ((chain, "x"), (other, chain), ("x", other)):
        run("UPDATE ledger_entry SET chain = %s WHERE chain = %s", new, old)
    assert not verify().ok
    assert {f.chain for f in anchoring.compare_anchor(text).findings} == {chain, other}


def changed(text: str, **values: object) -> str:
    return json.dumps(json.loads(text) | values)


def test_an_anchor_that_was_changed_is_none(chain: str) -> None:
    text = anchoring.make_anchor(by="system", at=AT)
    heads = json.loads(text)["heads"]
    forged = {**heads, chain: [1, heads[chain][1]]}
    for wrong in (
        changed(text, heads=forged), changed(text, at="2020-01-01T00:00:00.000000Z"),
        changed(text, signature="00" * 64), changed(text, public_key="00" * 32),
        changed(text, heads=[]), changed(text, heads={chain: [True, "x"]}),
        "", "{}", "[]", "null", "[" * 5000,
    ):  # fmt: skip
        with pytest.raises(anchoring.anchors.NoAnchor):
            anchoring.compare_anchor(wrong)


def test_a_strangers_anchor_is_named(chain: str, settings: SettingsWrapper, tmp_path: Path) -> None:
    settings.SEAL_KEY_FILE = tmp_path / "other.key"
    text = anchoring.make_anchor(by="system", at=AT)
    run("DELETE FROM evidence_sealkey")
    found = anchoring.compare_anchor(text)
    assert (found.ok, found.known) == (False, False)


def test_the_machine_keeps_its_own_and_doctor_speaks(chain: str) -> None:
    doctor = checks["evidence.anchor"].run
    assert doctor() == []
    assert keep_anchor(at=AT)
    assert doctor() == []
    cut(chain, 3)
    before = anchoring.kept_anchor().read_text()
    assert not keep_anchor(at=AT)  # what speaks of the loss is not written over
    assert anchoring.kept_anchor().read_text() == before
    lost, advice = doctor()
    assert chain in lost
    assert "anchor accept" in advice
    # An older copy that was put back on purpose is an entry, not an attack.
    anchoring.accept_history(by="system", at=AT)
    assert doctor() == []
    assert keep_anchor(at=AT)
    (entry,) = Entry.objects.filter(verb="evidence.history.put_back")
    assert entry.data["chains"][0]["chain"] == chain
    assert entry.data["chains"][0]["has"] == 3
    assert verify().ok


def test_a_changed_note_of_the_machine_is_reported(chain: str) -> None:
    keep_anchor(at=AT)
    anchoring.kept_anchor().write_text("{}")
    assert not keep_anchor(at=AT)
    (finding,) = checks["evidence.anchor"].run()
    assert str(anchoring.kept_anchor()) in finding


def test_the_command_writes_compares_and_accepts(
    chain: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "jangkar.json"
    call_command("anchor", "write", str(file))
    call_command("anchor", "check", str(file))
    assert "cocok" in capsys.readouterr().out
    cut(chain, 3)
    with pytest.raises(SystemExit) as stop:
        call_command("anchor", "check", str(file), "--json")
    assert stop.value.code == 1
    shape = json.loads(capsys.readouterr().out)
    assert (shape["ok"], shape["findings"][0]["kind"]) == (False, "shorter")
    call_command("anchor", "accept")
    file.write_text("x")
    with pytest.raises(CommandError) as wrong:
        call_command("anchor", "check", str(file))
    assert wrong.value.returncode == 2
