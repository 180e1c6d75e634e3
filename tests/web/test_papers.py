"""Papers over the web: drafts, sealed ones, blank forms, and the page that checks them."""

from __future__ import annotations

import hashlib
import io
import re
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from pypdf import PdfReader
from pypdf.generic import IndirectObject

from kelola.evidence.models import Document, IssuedPaper, SealKey
from kelola.evidence.rules import seals
from kelola.ledger.models import Entry
from kelola.office.scope import office_scope
from kelola.sop import queries
from kelola.sop.models import Run, Step
from tests.people import sign_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.runs import Desk

CORPUS = [
    '#import "@preview/evil:1.0.0": *',
    '#read("/etc/passwd")',
    '#image("/etc/hostname")',
    "$ sum_(k=1)^n k $ *tebal* _miring_ `kode` <label> @rujukan",
    '"); #panic("x") ; ("',
    "{{ 7*7 }} {% load x %} ${7*7} <%= 7 %>",
    "\\input{/etc/passwd} \\u{41} \\",
    "<script>alert(1)</script>&amp;",
    "= Judul\n- butir\n/ istilah: arti",
    "a" * 190,
    "المحكمة الشرعية di tengah kalimat",
    "emoji 🙂🏳️‍🌈 dan 漢字",
    "nol\u200blebar \u202eterbalik\u202c",
]


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path):
    settings.SEAL_KEY_FILE = tmp_path / "seal.key"
    settings.VERIFICATION_URL = "https://ms-contoh.go.id/periksa/"


@pytest.fixture
def andi(desk):
    return sign_in(Client(), desk.people.andi.user)


def finished(desk: Desk) -> Step:
    run = desk.open("B")
    desk.finish(run, "B1")
    return desk.step(run, "B1")


def bytes_of(answer) -> bytes:
    return b"".join(answer) if answer.streaming else answer.content


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def issue(client: Client, step: Step) -> IssuedPaper:
    client.post(reverse("step_paper", args=[step.id]), {"kertas": "a4"})
    return IssuedPaper.objects.get()


# Drafts and blank forms.


def test_a_draft_says_so_on_every_page_and_bears_no_code(desk, andi):
    run = desk.walk(desk.open("B"))
    for address in (
        reverse("run_paper", args=[run.id]),
        reverse("step_paper", args=[desk.step(run, "B7").id]),
        reverse("step_paper", args=[desk.step(desk.open("B"), "B1").id]),
    ):
        pages = PdfReader(io.BytesIO(andi.get(address).content)).pages
        for page in pages:
            assert page.extract_text().count("RANCANGAN") >= 2  # across, and in the foot
            assert "tersertifikasi" not in page.extract_text()
    assert not IssuedPaper.objects.exists()


def test_papers_may_run_and_load_nothing(desk, andi):
    step = finished(desk)
    for address in (
        reverse("step_paper", args=[step.id]),
        reverse("step_blank", args=[step.id]),
        reverse("run_paper", args=[step.run_id]),
        reverse("sop_blank", args=[step.sop_id, "C2"]),
    ):
        answer = andi.get(address)
        assert answer.headers["Content-Type"] == "application/pdf"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Content-Disposition"].startswith("inline; ")
        saved = andi.get(address, {"unduh": "1"}).headers["Content-Disposition"]
        assert re.fullmatch(r'attachment; filename="[a-z0-9-]+\.pdf"', saved)


def test_looking_writes_nothing(desk, andi):
    step = finished(desk)
    before = Entry.objects.count(), Document.objects.count()
    andi.get(reverse("step_paper", args=[step.id]))
    andi.get(reverse("run_paper", args=[step.run_id]))
    andi.get(reverse("step_blank", args=[step.id]))
    assert (Entry.objects.count(), Document.objects.count()) == before
    assert not SealKey.objects.exists()


def test_a_blank_form_asks_for_everything(desk, andi):
    run = desk.open("B", "Printer PTSP macet")
    said = text_of(andi.get(reverse("step_blank", args=[desk.step(run, "B1").id])).content)
    assert run.number in said
    assert "Printer PTSP macet" in said
    for field in desk.procedure("B").activity("B1").form.fields:
        assert field.label.id in said


def test_every_activity_has_its_blank_form(desk, andi):
    version = desk.version
    page = andi.get(reverse("sop", args=[version.sop_id])).text
    definition = queries.definition(version.definition_id)
    for procedure in definition.procedures:
        for activity in procedure.activities:
            address = reverse("sop_blank", args=[version.sop_id, activity.key])
            assert address in page
            said = text_of(andi.get(address, {"kertas": "f4"}).content)
            assert activity.form.number in said


@pytest.mark.parametrize("size", ["a5", "A4'", "../", "f4%00"])
def test_an_unknown_size_is_no_page(desk, andi, size):
    step = finished(desk)
    assert andi.get(reverse("step_paper", args=[step.id]), {"kertas": size}).status_code == 404
    answer = andi.post(reverse("step_paper", args=[step.id]), {"kertas": size})
    assert answer.status_code == 404
    assert not IssuedPaper.objects.exists()


def test_the_sizes_are_what_they_are_called(desk, andi):
    step = finished(desk)
    for size, expected in (("a4", (210, 297)), ("f4", (215, 330))):
        pdf = andi.get(reverse("step_paper", args=[step.id]), {"kertas": size}).content
        box = PdfReader(io.BytesIO(pdf)).pages[0].mediabox
        assert [round(float(n) * 25.4 / 72) for n in (box.width, box.height)] == list(expected)


def test_an_unknown_activity_is_no_page(desk, andi):
    for key in ("Z9", "b1", "B1 ", "-"):
        assert andi.get(reverse("sop_blank", args=[desk.version.sop_id, key])).status_code == 404


# Sealed papers.


def test_a_finished_form_is_sealed_and_found_with_the_run(desk, andi):
    step = finished(desk)
    page = andi.get(reverse("step_output", args=[step.id])).text
    assert "Terbitkan lembar bersegel" in page
    answer = andi.post(reverse("step_paper", args=[step.id]), {"kertas": "f4"}, follow=True)
    paper = IssuedPaper.objects.get()
    assert "disimpan bersama berkas pelaksanaan ini" in answer.text
    link = reverse("document", args=[paper.document_id])
    assert link in answer.text
    assert link in andi.get(reverse("run", args=[step.run_id])).text
    assert hashlib.sha256(bytes_of(andi.get(link))).hexdigest() == paper.sha256


def test_a_closed_run_is_sealed(desk, andi):
    run = desk.walk(desk.open("B"))
    andi.post(reverse("run_paper", args=[run.id]))
    assert IssuedPaper.objects.get().number == run.number
    assert IssuedPaper.objects.get().kind == "sop.run"


def test_what_is_not_finished_is_refused_in_words_and_nothing_is_written(desk, andi):
    run = desk.open("B")
    step = desk.step(run, "B1")
    before = Entry.objects.count()
    for name, key in (("step_paper", step.id), ("run_paper", run.id)):
        answer = andi.post(reverse(name, args=[key]), follow=True)
        assert "Hanya yang sudah selesai yang dapat disegel" in answer.text
    assert Entry.objects.count() == before
    assert not IssuedPaper.objects.exists()


def test_another_offices_papers_do_not_exist(desk):
    step = finished(desk)
    eko = sign_in(Client(), desk.people.eko.user)
    pairs = [("step_paper", step.id), ("step_blank", step.id), ("run_paper", step.run_id)]
    for name, key in pairs:
        assert eko.get(reverse(name, args=[key])).status_code == 404
    for name, key in (pairs[0], pairs[2]):
        assert eko.post(reverse(name, args=[key])).status_code == 404
    assert eko.get(reverse("sop_blank", args=[step.sop_id, "B1"])).status_code == 404
    assert not IssuedPaper.objects.exists()


@pytest.mark.parametrize("text", CORPUS)
def test_what_people_write_stays_text(desk, andi, text):
    """C-37, C-36: nothing a person wrote is read as Typst, and nothing leaves the paper."""
    run = desk.open("B", text.replace("\n", " "))
    data = desk.form(run, "B1") | {"requester": text, "description": text}
    desk.finish(run, "B1", data=data)
    for address in (
        reverse("step_paper", args=[desk.step(run, "B1").id]),
        reverse("run_paper", args=[run.id]),
    ):
        answer = andi.get(address)
        assert answer.status_code == 200
        assert_inside(answer.content)
    said = text_of(andi.get(reverse("step_paper", args=[desk.step(run, "B1").id])).content)
    plain = re.sub(r"[^\x20-\x7e]", "", text.replace("\u202e", "").replace("\n", ""))
    together = re.sub(r"[\s\u200b]", "", said)
    if text.isascii():
        assert re.sub(r"\s", "", plain) in together
    assert "49" not in said or "49" in text or "49" in run.number
    assert "root:" not in said


def assert_inside(pdf: bytes) -> None:
    """Fail when a piece of text begins outside the paper's margins."""
    for page in PdfReader(io.BytesIO(pdf)).pages:
        width = float(page.mediabox.width)
        starts: list[float] = []
        page.extract_text(
            visitor_text=lambda t, cm, tm, _font, _size, starts=starts: (
                t.strip() and starts.append(cm[0] * tm[4] + cm[2] * tm[5] + cm[4])
            )
        )
        assert all(0 <= x <= width for x in starts), max(starts)


def test_papers_cost_no_more_queries_with_more_steps(desk, andi):
    def cost(run: Run) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert andi.get(reverse("run_paper", args=[run.id])).status_code == 200
        return len(asked)

    short = desk.open("B")
    desk.finish(short, "B1")
    long = desk.walk(desk.open("B"))
    andi.get(reverse("run_paper", args=[short.id]))
    assert cost(long) <= cost(short)


# The file.


def objects(reader: PdfReader) -> Iterator[object]:
    for number in range(1, int(reader.trailer["/Size"])):
        try:
            yield IndirectObject(number, 0, reader).get_object()
        except Exception:  # noqa: BLE001 - a free number
            continue


def test_the_file_is_an_archives_pdf(desk, andi):
    """PDF/A-2b: says so, carries its fonts and colours, runs nothing, needs nothing else."""
    paper = issue(andi, finished(desk))
    reader = PdfReader(io.BytesIO(paper.document.file.path.read_bytes()))
    root = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in metadata
    assert root["/OutputIntents"][0].get_object()["/S"] == "/GTS_PDFA1"
    assert "/ID" in reader.trailer
    assert "/Encrypt" not in reader.trailer
    fonts = 0
    for found in objects(reader):
        if not isinstance(found, dict):
            continue
        assert not {"/JS", "/JavaScript", "/OpenAction", "/AA", "/EmbeddedFiles", "/URI"} & set(
            found
        )
        if found.get("/Type") == "/FontDescriptor":
            fonts += 1
            assert {"/FontFile2", "/FontFile3"} & set(found)
    assert fonts >= 2
    assert reader.metadata.title.startswith("Formulir Permintaan Layanan TI")


# Checking.


@pytest.fixture
def paper(desk, andi):
    return issue(andi, finished(desk))


def check(client: Client, seal: str):
    return client.get(reverse("verification"), {"s": seal})


def test_anybody_can_check_and_learns_only_what_that_needs(desk, paper):
    answer = check(Client(), paper.seal)
    assert answer.status_code == 200
    assert "Segel ini asli" in answer.text
    for words in (escape(desk.people.office.name), paper.number, "Formulir langkah SOP"):
        assert words in answer.text
    assert paper.digest[:4] in answer.text
    run = Run.objects.get()
    for secret in ("Andi Saputra", run.subject, str(run.id), str(paper.id), paper.sha256):
        assert secret not in answer.text
    assert "tanda tangan elektronik tidak tersertifikasi" in answer.text


def test_the_address_of_the_code_is_the_page_itself(paper):
    pasted = f"https://ms-contoh.go.id/periksa/?s={paper.seal.lower()}"
    assert "Segel ini asli" in check(Client(), pasted).text


def test_a_wrong_seal_is_told_apart_in_words_and_tells_nothing(paper):
    raw = bytearray(seals._bytes(paper.seal))
    for place, words in (
        (-1, "Segel ini tidak cocok"),
        (25, "Segel ini tidak cocok"),
        (3, "Segel ini tidak dikenal di sini"),
        (0, "Jenis segel ini tidak dikenal di sini"),
    ):
        turned = bytearray(raw)
        turned[place] ^= 0x40
        answer = check(Client(), seals.spell(bytes(turned), b""))
        assert words in answer.text
        assert paper.number not in answer.text
    answer = check(Client(), "bukan segel <script>alert(1)</script>")
    assert "Kode ini tidak terbaca" in answer.text
    assert "<script>alert(1)" not in answer.text


def test_the_very_file_is_known_and_no_other(paper):
    pdf = paper.document.file.path.read_bytes()
    answers = {}
    for name, data in (("same", pdf), ("other", pdf + b"\n"), ("any", b"x"), ("none", None)):
        upload = {} if data is None else {"berkas": SimpleUploadedFile("a.pdf", data)}
        answers[name] = Client().post(reverse("verification"), upload)
        assert answers[name].status_code == 200
    assert "Berkas ini asli" in answers["same"].text
    assert paper.number in answers["same"].text
    assert "Belum ada berkas" in answers["none"].text
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    other, any_file = (token.sub("", answers[n].text) for n in ("other", "any"))
    assert "Berkas ini tidak dikenal di sini" in other
    assert other == any_file


def test_checking_says_the_same_of_every_offices_papers(desk, paper):
    """A file of another office is known to whoever holds it; without it nothing can be asked."""
    with office_scope(desk.people.other.office.pk):
        assert not IssuedPaper.objects.exists()
    eko = sign_in(Client(), desk.people.eko.user)
    assert "Segel ini asli" in check(eko, paper.seal).text
    assert eko.get(reverse("document", args=[paper.document_id])).status_code == 404


def test_checking_writes_nothing(paper):
    before = Entry.objects.count()
    check(Client(), paper.seal)
    Client().post(reverse("verification"), {"berkas": SimpleUploadedFile("a.pdf", b"x")})
    assert Entry.objects.count() == before
    assert Document.objects.filter(name="a.pdf").count() == 0


def test_too_many_files_wait_and_codes_go_on(paper):
    pdf = paper.document.file.path.read_bytes()

    def ask(address: str):
        upload = {"berkas": SimpleUploadedFile("a.pdf", pdf)}
        return Client(REMOTE_ADDR=address).post(reverse("verification"), upload)

    answers = [ask("203.0.113.7").status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]
    last = ask("203.0.113.7")
    assert "Tunggu satu menit" in last.text
    assert paper.number not in last.text
    assert ask("203.0.113.8").status_code == 200
    assert "Segel ini asli" in check(Client(REMOTE_ADDR="203.0.113.7"), paper.seal).text


def test_a_paste_without_end_is_cut(paper):
    assert check(Client(), "A" * 100_000).status_code == 200
