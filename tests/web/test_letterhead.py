"""The place before the date, and the logo on the letterhead."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from kelola.evidence.models import Document
from kelola.ledger.models import Entry
from kelola.office.models import Office
from kelola.office.scope import office_scope
from kelola.reports.letterheads import letterhead_of
from kelola.reports.rules.logos import MOST_BYTES, MOST_PIXELS
from tests.people import sign_in
from tests.sample_files import chunk, jpeg, pdf, png, webp

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tests.people import Someone
    from tests.runs import Desk

PAGE = "settings_logo"


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path):
    settings.SEAL_KEY_FILE = tmp_path / "seal.key"


def browser(someone: Someone) -> Client:
    return sign_in(Client(), someone.user)


def send(someone: Someone, data: bytes, name: str = "logo.png") -> HttpResponse:
    return browser(someone).post(reverse(PAGE), {"picture": SimpleUploadedFile(name, data)})


def office_of(desk: Desk) -> Office:
    return Office.objects.get(pk=desk.people.office.pk)


def paper(desk: Desk, *, sealed: bool = False) -> PdfReader:
    """Return a finished step's form, as a draft or sealed."""
    run = desk.open("B")
    desk.finish(run, "B1")
    address = reverse("step_paper", args=[desk.step(run, "B1").id])
    client = browser(desk.people.andi)
    if sealed:
        client.post(address, {"kertas": "a4"})
        kept = Document.objects.latest("added_at")
        return PdfReader(kept.file.path)
    return PdfReader(io.BytesIO(client.get(address).content))


def pictures(reader: PdfReader) -> int:
    return len(reader.pages[0].images)


def test_the_place_stands_before_the_day_where_the_office_gave_one(desk):
    run = desk.walk(desk.open("B"))
    blank = reverse("step_blank", args=[desk.step(desk.open("B"), "B1").id])
    andi = browser(desk.people.andi)

    def said(address: str) -> str:
        pages = PdfReader(io.BytesIO(andi.get(address).content)).pages
        return "\n".join(page.extract_text() for page in pages)

    sheet, form = reverse("run_paper", args=[run.id]), desk.step(run, "B7")
    addresses = sheet, reverse("step_paper", args=[form.id])
    assert not any("Kualasimpang" in said(address) for address in (*addresses, blank))
    Office.objects.filter(pk=desk.people.office.pk).update(place="Kualasimpang")
    for address in addresses:
        assert re.search(r"Kualasimpang, \d+ November 2026", said(address))
    assert "Kualasimpang, ....." in said(blank)


def test_a_logo_stands_on_papers_from_then_on(desk):
    budi = desk.people.budi
    assert pictures(paper(desk)) == 0
    assert send(budi, png()).status_code == 302
    assert pictures(paper(desk)) == 1
    sealed = paper(desk, sealed=True)
    assert pictures(sealed) == 1
    assert "<pdfaid:part>2" in sealed.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    page = browser(budi).get(reverse(PAGE))
    logo = Document.objects.get(pk=office_of(desk).logo_id)
    assert f"/berkas/{logo.pk}/?lihat=1" in page.text
    assert "Logo satuan kerja" in browser(budi).get(reverse("files")).text
    assert browser(budi).post(reverse(PAGE), {"act": "remove"}).status_code == 302
    assert pictures(paper(desk)) == 0
    told = Entry.objects.filter(verb="office.office.changed")
    assert [e.data["logo"] for e in told.order_by("seq")] == [logo.file.sha256, ""]


def broken() -> bytes:
    """Return a PNG whose header is fine and whose picture ends too early."""
    whole = png()
    end = whole.index(b"IDAT") - 4
    return whole[:end] + chunk(b"IDAT", b"x\x9c") + chunk(b"IEND", b"")


def printers() -> bytes:
    """Return a JPEG in the four colours of printing, which papers for the archive can't bear."""
    one = jpeg()
    start = one.index(b"\xff\xc0")
    four = b"".join(bytes([number, 0x11, 0]) for number in range(1, 5))
    frame = b"\xff\xc0" + (8 + len(four)).to_bytes(2, "big") + one[start + 4 : start + 9] + b"\4"
    return one[:start] + frame + four + one[start + 13 :]


@pytest.mark.parametrize(
    ("data", "name", "told"),
    [
        (pdf(), "logo.pdf", "Hanya PNG dan JPEG"),
        (webp(), "logo.webp", "Hanya PNG dan JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "logo.svg", "Hanya PNG dan JPEG"),
        (png(MOST_PIXELS + 1, 2), "logo.png", "paling panjang 2000 piksel"),
        (png(0, 2), "logo.png", "paling panjang 2000 piksel"),
        (png() + b"\0" * MOST_BYTES, "logo.png", "Lebih besar dari 500 KB"),
        (png(), "logo.jpg", "isinya"),
        (broken(), "logo.png", "tidak dapat dicetak"),
        (printers(), "logo.jpg", "tidak dapat dicetak"),
    ],
)
def test_what_cannot_be_printed_is_refused_in_words_and_leaves_nothing(desk, data, name, told):
    before = Entry.objects.count(), Document.objects.count()
    answer = send(desk.people.budi, data, name)
    assert answer.status_code == 422
    assert told in answer.context["form"].errors["picture"][0]
    assert (Entry.objects.count(), Document.objects.count()) == before
    assert office_of(desk).logo_id is None


def test_a_logo_whose_bytes_changed_is_not_printed(desk):
    send(desk.people.budi, png())
    file = Document.objects.get(pk=office_of(desk).logo_id).file
    assert letterhead_of(office_of(desk)).logo == f"{file.sha256}.png"
    file.path.chmod(0o600)
    file.path.write_bytes(png() + b"\0")
    assert letterhead_of(office_of(desk)).logo == ""
    assert pictures(paper(desk)) == 0
    file.path.unlink()
    assert pictures(paper(desk)) == 0


def test_each_office_has_its_own_logo(desk):
    other = desk.people.other.office
    send(desk.people.budi, png())
    with office_scope(other.pk):
        assert letterhead_of(Office.objects.get(pk=other.pk)).logo == ""
        # Nor does naming another office's picture show it.
        Office.objects.filter(pk=other.pk).update(logo_id=office_of(desk).logo_id)
        assert letterhead_of(Office.objects.get(pk=other.pk)).logo == ""
