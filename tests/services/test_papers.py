"""Papers are sealed once, kept as they are, and the same everywhere."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone, translation
from pypdf import PdfReader

from kelola.evidence import queries as evidence
from kelola.evidence.models import Document, IssuedPaper, SealKey
from kelola.evidence.rules import seals
from kelola.evidence.rules.seals import Outcome
from kelola.evidence.services import DamagedKey, make_seal
from kelola.evidence.services import papers as keeping
from kelola.ledger.models import Entry
from kelola.office.scope import ScopeMissing, ScopeViolation, office_scope, unscoped
from kelola.registry import reports
from kelola.reports import press
from kelola.reports.rules.content import Size, canonical
from kelola.reports.services.issuing import NotFinal, issue_paper
from kelola.sop import access, engine, papers, services, sheets
from tests import qr
from tests.runs import MINUTE

AT = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path):
    settings.SEAL_KEY_FILE = tmp_path / "seal.key"
    settings.VERIFICATION_URL = "https://ms-contoh.go.id/periksa/"


@pytest.fixture
def step(desk):
    run = desk.open("B")
    desk.finish(run, "B1")
    return access.step(desk.step(run, "B1").id)


def issue(desk, step, **changes):
    made = papers.form_paper(desk.people.office, step)
    values = {
        "office": desk.people.office,
        "made": made,
        "name": "Formulir",
        "subject": f"sop.run:{step.run_id}",
        "by": desk.people.andi.id,
        "at": AT,
    }
    return issue_paper(**(values | changes))


def test_a_paper_is_sealed_kept_and_told(desk, step):
    paper = issue(desk, step)
    verdict = seals.verify(paper.seal, evidence.seal_keys())
    assert verdict.outcome is Outcome.GENUINE
    assert verdict.claim.number == paper.number == f"{step.run.number} B1"
    assert verdict.claim.digest.hex() == paper.digest
    assert verdict.claim.on == paper.on == papers.form_paper(desk.people.office, step).at.date()
    kept = paper.document.file.path.read_bytes()
    assert hashlib.sha256(kept).hexdigest() == paper.sha256
    entry = Entry.objects.get(verb="evidence.paper.issued")
    assert entry.data["sha256"] == paper.sha256
    assert entry.data["fonts"] == press.fonts_digest() == paper.fonts
    assert step.run.subject not in str(entry.data)


def test_the_same_paper_is_issued_once(desk, step):
    first = issue(desk, step)
    entries = Entry.objects.count()
    again = issue(desk, step, by=desk.people.budi.id, at=AT + timedelta(days=400))
    assert again.pk == first.pk
    assert (Entry.objects.count(), Document.objects.filter(name="Formulir.pdf").count()) == (
        entries,
        1,
    )


def test_another_paper_size_is_another_paper(desk, step):
    first = issue(desk, step)
    long = papers.form_paper(desk.people.office, step, size=Size.F4)
    assert issue(desk, step, made=long).digest != first.digest


def test_a_draft_is_never_sealed(desk, step):
    run = desk.open("B", "Belum selesai")
    unfinished = access.step(desk.step(run, "B1").id)
    for made in (
        papers.form_paper(desk.people.office, unfinished),
        papers.form_paper(desk.people.office, step, draft=True),
        sheets.run_paper(desk.people.office, access.run(run.id)),
    ):
        assert made.mark == "RANCANGAN"
        with pytest.raises(NotFinal):
            issue(desk, step, made=made)
    assert not IssuedPaper.objects.exists()
    assert not SealKey.objects.exists()


def test_a_cancelled_step_is_no_valid_form(desk):

    run = desk.open("B")
    services.cancel_run(
        run_id=run.id, reason="Salah buka", by=desk.who("kasubag_ptip").person, at=desk.now + MINUTE
    )
    row = access.step(desk.step(run, "B1").id)
    assert papers.form_paper(desk.people.office, row).mark == "DIBATALKAN"


def test_nothing_is_issued_without_the_offices_scope(desk, step):
    made = papers.form_paper(desk.people.office, step)
    with office_scope(desk.people.other.office.pk), pytest.raises(ScopeViolation):
        issue(desk, step, made=made)
    with unscoped("the test looks at everything"):
        assert not IssuedPaper.objects.exists()


def test_a_failure_while_keeping_leaves_no_row(desk, step, monkeypatch):

    def broken(**_facts):
        raise RuntimeError("the ledger is gone")

    before = Document.objects.count()
    monkeypatch.setattr(keeping, "append", broken)
    with pytest.raises(RuntimeError):
        issue(desk, step)
    assert not IssuedPaper.objects.exists()
    assert Document.objects.count() == before


def test_the_bytes_depend_on_nothing_but_the_content(desk, step):
    data = press.data_of(papers.form_paper(desk.people.office, step))
    sealed = press.Sealed("A" * 226, "5a" * 32)
    first = press.set_paper(reports["sop.form"], data, sealed)
    press._press.cache_clear()
    again = press.set_paper(reports["sop.form"], data, sealed)
    assert first.pdf == again.pdf
    assert first.sha256 == hashlib.sha256(first.pdf).hexdigest()


def test_the_language_and_zone_of_whoever_asks_change_nothing(desk, step):

    office = desk.people.office
    plain = press.data_of(papers.form_paper(office, step))
    with translation.override("en"), timezone.override("Asia/Jayapura"):
        abroad = press.data_of(papers.form_paper(office, step))
        pdf = press.set_paper(reports["sop.form"], abroad).pdf
    assert abroad == plain
    assert pdf == press.set_paper(reports["sop.form"], plain).pdf


def test_the_code_on_the_paper_leads_to_the_page_with_the_seal(desk, step, settings):
    paper = issue(desk, step)
    drawn = qr.read(press.qr_svg(paper.seal))
    assert drawn == f"https://ms-contoh.go.id/periksa/?s={paper.seal}"
    assert seals.verify(seals.find(drawn), evidence.seal_keys()).outcome is Outcome.GENUINE
    settings.VERIFICATION_URL = ""
    assert qr.read(press.qr_svg(paper.seal)) == paper.seal


def test_the_longest_address_and_number_still_fit_a_code_that_phones_read(settings):
    settings.VERIFICATION_URL = "https://" + "a" * 72 + "/"
    claim = seals.Claim(b"\0" * 8, "sop.form", "9" * 28, AT.date(), b"\0" * 32)
    length = len(seals.spell(seals.body(claim, b"\0" * 32), b"\0" * 64))
    grid = qr.modules(press.qr_svg("A" * length))
    assert (len(grid) - 17) // 4 <= 12


def test_a_missing_font_is_an_error_and_no_other_font(monkeypatch, tmp_path):
    press._press.cache_clear()
    monkeypatch.setattr(press, "FONTS", tmp_path)
    with pytest.raises(press.FontsMissing):
        press.fonts_digest()
    monkeypatch.undo()
    assert len(press.fonts_digest()) == 64


def test_an_unknown_font_in_a_template_stops_the_press(desk, step, tmp_path):
    template = tmp_path / "t.typ"
    template.write_text('#set text(font: "Comic Sans MS")\nHalo', encoding="utf-8")
    report = type(reports["sop.form"])("x", template)
    data = press.data_of(papers.form_paper(desk.people.office, step))
    with pytest.raises(press.TypesettingError):
        press.set_paper(report, data)


# Letters of which no one font of a family has all marks, scripts by turns, pictures, joiners.
ODD = (
    "Zalgo h\u0337\u0353\u030e e\u0336\u0301 \u0337a 🙂\u0301",
    "محكمةٌ الشرعية h\u064b آ\u0337",
    "Ĭǰ̌ ṩ̇ q̃ \u0489҉ 1\u20dd \u200d\u0301 \u200c",
)


@pytest.mark.parametrize("text", ODD)
def test_no_text_of_an_office_stops_the_press(desk, step, text):
    made = papers.form_paper(desk.people.office, step)
    head = replace(made.letterhead, above=(text, text), name=text, below=(text,))
    odd = replace(made, letterhead=head, title=text, subtitle=text, day=text, number=text)
    press.set_paper(reports["sop.form"], press.data_of(odd))


# The key.


@pytest.fixture
def claim():
    return seals.Claim(b"\1" * 8, "sop.form", "1", AT.date(), b"\2" * 32)


def test_the_key_is_for_its_owner_alone_and_told_once(db, claim, settings):
    first = make_seal(claim=claim, by="system", at=AT)
    assert make_seal(claim=claim, by="system", at=AT) == first
    path = Path(settings.SEAL_KEY_FILE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir() if p.name.startswith(".seal")] == []
    entry = Entry.objects.get(verb="evidence.key.made")
    row = SealKey.objects.get()
    assert entry.chain == "system"
    assert entry.data == {"fingerprint": seals.fingerprint(bytes.fromhex(row.public))}
    assert seals.verify(first, evidence.seal_keys()).outcome is Outcome.GENUINE


def test_papers_of_a_lost_key_still_verify(db, claim, settings):
    old = make_seal(claim=claim, by="system", at=AT)
    Path(settings.SEAL_KEY_FILE).unlink()
    new = make_seal(claim=claim, by="system", at=AT)
    assert old != new
    keys = evidence.seal_keys()
    assert len(keys) == 2
    assert {seals.verify(s, keys).outcome for s in (old, new)} == {Outcome.GENUINE}


@pytest.mark.parametrize("content", [b"", b"rusak", b"-----BEGIN PRIVATE KEY-----\nAA\n"])
def test_a_damaged_key_is_told_and_not_replaced(db, claim, settings, content):
    Path(settings.SEAL_KEY_FILE).write_bytes(content)
    with pytest.raises(DamagedKey, match=r"seal\.key"):
        make_seal(claim=claim, by="system", at=AT)
    assert Path(settings.SEAL_KEY_FILE).read_bytes() == content
    assert not SealKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_first_uses_at_once_make_one_key(claim):
    made, ready = [], threading.Barrier(4)

    def work():
        ready.wait()
        try:
            made.append(make_seal(claim=claim, by="system", at=AT))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(made) == 4
    assert len(set(made)) == 1
    assert SealKey.objects.count() == 1
    assert Entry.objects.filter(verb="evidence.key.made").count() == 1


def test_scope_is_asked_for(db):
    with pytest.raises(ScopeMissing):
        evidence.issued_paper("0" * 64)


def test_the_press_needs_no_network(desk, step, tmp_path):
    """A press in a process without any network makes the same bytes."""
    data = press.data_of(papers.form_paper(desk.people.office, step))
    given = tmp_path / "data.json"

    given.write_bytes(canonical(data))
    code = (
        "import os,json,sys,hashlib\n"
        "import django; django.setup()\n"
        "from kelola.registry import reports\nfrom kelola.reports import press\n"
        "import socket\nsocket.socket = None\n"
        f"d = json.load(open({str(given)!r}))\n"
        "print(press.set_paper(reports['sop.form'], d).sha256)\n"
    )
    folder = {"KELOLA_DATA_DIR": str(tmp_path / "var"), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == press.set_paper(reports["sop.form"], data).sha256


def text_of(pdf: bytes) -> str:

    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_the_paper_says_what_the_form_says(desk, step):
    paper = issue(desk, step)
    said = text_of(paper.document.file.path.read_bytes())
    for words in (
        "FORMULIR PERMINTAAN LAYANAN TI",
        "FM/AS/29/01",
        step.run.number,
        step.run.subject,
        "Andi Saputra",
        "tanda tangan elektronik tidak tersertifikasi",
        "Halaman 1 dari",
        paper.digest[:4],
    ):
        assert words in said, words


def test_the_run_sheet_says_who_did_what_with_which_files(desk):
    run = desk.walk(desk.open("B"))
    made = sheets.run_paper(desk.people.office, access.run(run.id))
    assert made.mark == ""
    said = text_of(press.set_paper(reports["sop.run"], press.data_of(made)).pdf)
    together = said.replace("\n", "").replace("\u200b", "")
    document = Document.objects.filter(subject=f"sop.run:{run.id}").first()
    assert document.file.sha256 in together
    for name in ("Andi Saputra", "Budi Santoso", "Cut Meutia", run.number, "Riwayat"):
        assert name in said


def test_pauses_and_returns_stand_on_the_run_sheet(desk):

    run = desk.open("B")
    desk.finish(run, "B1")
    desk.finish(run, "B2")
    desk.finish(run, "B3", "return")
    desk.now += MINUTE
    services.pause_clock(
        step_id=desk.step(run, "B2").id,
        reason=engine.PauseReason.SPARE_PART,
        until=None,
        note="Toner dipesan",
        by=desk.people.andi.person,
        at=desk.now,
    )
    made = sheets.run_paper(desk.people.office, access.run(run.id))
    said = text_of(press.set_paper(reports["sop.run"], press.data_of(made)).pdf)
    assert made.mark == "RANCANGAN"
    for words in ("Toner dipesan", "Menunggu suku cadang", "ulangan ke-2", "Dikembalikan"):
        assert words in said, words
