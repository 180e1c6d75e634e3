"""Is this paper genuine? Asked in Kelola, and on the office's public website without Kelola."""

from __future__ import annotations

import functools
import hashlib
import io
import json
import os
import re
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.utils import timezone
from playwright.sync_api import expect

from kelola.evidence.rules import seals
from kelola.reports.services import issue_paper
from kelola.sop import access, papers
from tests.browser.conftest import PHONE
from tests.browser.pages import judge, problems

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kelola.evidence.models import IssuedPaper
    from tests.runs import Desk

# RFC 8032, section 7.1, tests 1 to 3: public key, message, signature.
VECTORS = """
d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a -
e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155
5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b
3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c 72
92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da
085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00
fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025 af82
6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac
18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a
"""


@pytest.fixture
def paper(desk: Desk, settings: Any, tmp_path: Path) -> IssuedPaper:
    """A sealed form of B1."""
    settings.SEAL_KEY_FILE = tmp_path / "seal.key"
    settings.VERIFICATION_URL = "https://ms-contoh.go.id/periksa/"
    run = desk.open("B")
    desk.finish(run, "B1")
    office = desk.people.office
    return issue_paper(
        office=office,
        made=papers.form_paper(office, access.step(desk.step(run, "B1").id)),
        name="Formulir",
        subject=f"sop.run:{run.id}",
        by=desk.people.andi.id,
        at=timezone.now(),
    )


@pytest.fixture
def website(paper: IssuedPaper, tmp_path: Path) -> Iterator[str]:
    """The export, served as a plain website serves files."""
    folder = tmp_path / "website"
    call_command("evidence", "export-verification", str(folder), stdout=io.StringIO())

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def turned(seal: str, place: int) -> str:
    data = bytearray(seals._bytes(seal))
    data[place] ^= 1
    return seals.spell(bytes(data), b"")


def test_in_kelola_by_code_and_by_file_without_signing_in(paper, window):
    visitor = window(size=PHONE, javascript=False)
    page = visitor.go(f"/periksa/?s={paper.seal}")
    expect(page.get_by_text("Segel ini asli")).to_be_visible()
    expect(page.get_by_text(paper.number)).to_be_visible()
    assert visitor.overflow() == 0
    page.get_by_label("Teks kode QR").fill(turned(paper.seal, -1))
    page.get_by_role("button", name="Periksa kode").click()
    expect(page.get_by_text("Segel ini tidak cocok")).to_be_visible()
    page.get_by_label("Berkas PDF").set_input_files(paper.document.file.path)
    page.get_by_role("button", name="Periksa berkas").click()
    expect(page.get_by_text("Berkas ini asli")).to_be_visible()


def test_the_page_owes_nothing(paper, window):
    visitor = window()
    visitor.go(f"/periksa/?s={paper.seal}")
    judge(visitor, note="genuine")
    visitor.go(f"/periksa/?s={turned(paper.seal, -1)}")
    judge(visitor, note="altered")


def test_on_the_website_by_the_address_of_the_code(paper, website, window):
    visitor = window(size=PHONE)
    page = visitor.page
    page.goto(f"{website}?s={paper.seal}")
    expect(page.get_by_text("Segel ini asli")).to_be_visible()
    shown = page.locator("#facts").inner_text()
    office = paper.office.name
    for words in (office, "Formulir langkah SOP", paper.number, paper.digest[:4]):
        assert words in shown
    assert re.search(rf"\b{paper.on.day} \w+ {paper.on.year}", shown)
    assert visitor.overflow() == 0
    for place, words in (
        (-1, "Segel ini tidak cocok"),
        (30, "Segel ini tidak cocok"),
        (4, "Segel ini tidak dikenal di sini"),
        (0, "Jenis segel ini tidak dikenal di sini"),
    ):
        page.get_by_label("Teks kode QR").fill(turned(paper.seal, place))
        page.get_by_role("button", name="Periksa kode").click()
        expect(page.get_by_text(words, exact=True)).to_be_visible()
        expect(page.get_by_text("Segel ini asli")).to_be_hidden()
        expect(page.locator("#facts")).to_be_hidden()
    page.get_by_label("Teks kode QR").fill(paper.seal[:-9])
    page.get_by_role("button", name="Periksa kode").click()
    expect(page.get_by_text("Kode ini tidak terbaca")).to_be_visible()


def test_on_the_website_by_the_file(paper, website, window, tmp_path):
    page = window().page
    page.goto(website)
    pdf = paper.document.file.path.read_bytes()
    for data, words in ((pdf, "Berkas ini asli"), (pdf + b" ", "Berkas ini tidak dikenal di sini")):
        file = tmp_path / "lembar.pdf"
        file.write_bytes(data)
        page.get_by_label("Berkas PDF").set_input_files(file)
        page.get_by_role("button", name="Periksa berkas").click()
        expect(page.get_by_text(words)).to_be_visible()


def test_the_website_says_what_it_needs_without_javascript(website, window):
    page = window(javascript=False).page
    page.goto(website)
    expect(page.get_by_text("memerlukan JavaScript")).to_be_visible()


def test_the_website_owes_nothing(paper, website, window):
    visitor = window()
    visitor.page.goto(f"{website}?s={paper.seal}")
    expect(visitor.page.get_by_text("Segel ini asli")).to_be_visible()
    assert problems(visitor) == []


def test_the_website_reckons_as_the_standards_say(website, window):
    """RFC 8032's own examples, random ones of another program, one turned bit in each; SHA-2."""
    page = window().page
    page.goto(website)
    asked = []
    for key, said, first, second in zip(*[iter(VECTORS.split())] * 4, strict=True):
        asked.append((key, said.strip("-"), first + second, True))
    for length in range(0, 300, 43):
        key, message = Ed25519PrivateKey.generate(), os.urandom(length)
        public, signature = key.public_key().public_bytes_raw().hex(), key.sign(message)
        asked.append((public, message.hex(), signature.hex(), True))
        wrong = bytearray(signature)
        wrong[length % 64] ^= 1 << length % 8
        asked.append((public, message.hex(), wrong.hex(), False))
    # A signature that is only wrong by the order of the group must not pass as a second spelling.
    public, message, signature, _ok = asked[3]
    order = 2**252 + 27742317777372353535851937790883648493
    s = int.from_bytes(bytes.fromhex(signature)[32:], "little") + order
    asked.append((public, message, signature[:64] + s.to_bytes(32, "little").hex(), False))
    got = page.evaluate(
        """(asked) => asked.map(([key, message, signature]) => kelolaSeal.signed(
          kelolaSeal.unhex(key), message ? kelolaSeal.unhex(message) : new Uint8Array(),
          kelolaSeal.unhex(signature)))""",
        asked,
    )
    assert got == [ok for *_rest, ok in asked]
    texts = [os.urandom(n).hex() for n in (1, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 5000)]
    hashes = page.evaluate(
        """(texts) => texts.map((text) => kelolaSeal.unhex(text)).map((bytes) => [
          kelolaSeal.hex(kelolaSeal.sha256(bytes)), kelolaSeal.hex(kelolaSeal.sha512(bytes))])""",
        texts,
    )
    raw = [bytes.fromhex(text) for text in texts]
    assert hashes == [[hashlib.sha256(d).hexdigest(), hashlib.sha512(d).hexdigest()] for d in raw]


def test_the_export_names_nobody_and_nothing(paper, website, tmp_path, desk):
    folder = tmp_path / "website"
    together = "".join(file.read_text(encoding="utf-8") for file in folder.iterdir())
    for secret in ("Andi Saputra", "Printer PTSP macet", paper.number, paper.digest, "http:"):
        assert secret not in together
    assert json.loads((folder / "papers.json").read_text()) == [paper.sha256]
    assert sorted(file.name for file in folder.iterdir()) == [
        "index.html", "page.css", "page.js", "papers.json", "verify.js",
    ]  # fmt: skip


def test_an_export_without_a_key_or_a_folder_is_told(desk, settings, tmp_path):
    settings.SEAL_KEY_FILE = tmp_path / "seal.key"
    with pytest.raises(CommandError, match="Belum ada lembar yang disegel") as none:
        call_command("evidence", "export-verification", str(tmp_path / "website"))
    assert none.value.returncode == 1
    assert not (tmp_path / "website").exists()


def test_a_folder_that_cannot_be_written_is_told(paper, tmp_path):
    (tmp_path / "berkas").write_text("bukan folder")
    with pytest.raises(CommandError, match="tidak dapat ditulis") as refused:
        call_command("evidence", "export-verification", str(tmp_path / "berkas"))
    assert refused.value.returncode == 2
