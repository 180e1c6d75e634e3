"""Files that want to be pages: refused at the door, or sent in a way that nothing in them runs."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Error

from kelola.evidence.services import RefusedFile, store_file
from tests import sample_files as files
from tests.people import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from kelola.evidence.models import Document
    from tests.runs import Desk

SCRIPT = b"<script>jahat()</script><img src=x onerror=jahat()>"
HTML = b"<!doctype html><html><body>" + SCRIPT
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink"'
    b' onload="jahat()"><script>jahat()</script><use x:href="data:,x#y"/>'
    b"<foreignObject><body xmlns='http://www.w3.org/1999/xhtml' onload='jahat()'/></foreignObject>"
    b"</svg>"
)
REFUSED = {
    "gambar.svg": SVG,
    "gambar.svg.png": SVG,
    "halaman.html": HTML,
    "halaman.xhtml": b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">' + SCRIPT,
    "surat.pdf": HTML,
    "foto.jpg": HTML,
    "foto.png": b"\n\n <!-- x --> " + HTML,
    "daftar.csv": HTML,
    "catatan.txt": HTML,
    "bom.txt": "\ufeff".encode() + HTML,
    "utf16.txt": "\ufeff<script>jahat()</script>".encode("utf-16-le"),
    "gambar.gif": b"GIF89a=1/*" + b"\0" * 20 + b"*/;jahat()",
    "lembar.xml": b'<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><a/>',
    "surat.mht": b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + HTML,
}
# Right files of their kind with something of a page in them; those that are kept must not run.
DOUBLE = {
    "akhir.png": files.png() + HTML,
    "akhir.jpg": files.jpeg() + HTML,
    "awal.pdf": files.pdf("x") + HTML,
    "isi.pdf": files.pdf("x").replace(
        b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"
    ),
    "halaman.html.png": files.png(),
    "catatan.txt": b"alert(1)//\njahat()\n",
    "tabel.csv": b"a;b\n=cmd|'/c calc'!A1;jahat()\n",
}


def keep(desk: Desk, name: str, data: bytes) -> Document:
    return store_file(
        office=desk.people.office.pk,
        stream=io.BytesIO(data),
        name=name,
        subject=f"sop.run:{desk.open('B').pk}",
        by=desk.people.andi.id,
        at=desk.now,
    )


@pytest.mark.parametrize("name", REFUSED)
def test_a_page_in_the_dress_of_a_file_is_refused(desk: Desk, name: str) -> None:
    with pytest.raises(RefusedFile):
        keep(desk, name, REFUSED[name])


def test_nothing_in_a_kept_file_runs(
    desk: Desk, chromium: Browser, live_server: Any, monday: None
) -> None:
    """Opened as a page, in a frame's place, as a picture and as a script of our own page."""
    kept: dict[str, Document] = {}
    for name, data in DOUBLE.items():
        try:
            kept[name] = keep(desk, name, data)
        except RefusedFile:
            continue
    assert {"akhir.png", "catatan.txt", "tabel.csv", "halaman.html.png"} <= kept.keys()
    client, notes = sign_in(Client(), desk.people.andi.user), []
    context = chromium.new_context(service_workers="block")
    context.add_cookies([
        {"name": key, "value": morsel.value, "url": live_server.url}
        for key, morsel in client.cookies.items()
    ])  # fmt: skip
    context.expose_binding("jahat", lambda _source: notes.append("ran"))
    context.on("dialog", lambda dialog: (notes.append("dialog"), dialog.dismiss()))
    page = context.new_page()
    for name, document in kept.items():
        url = f"{live_server.url}{reverse('document', args=[document.pk])}"
        for asked in (url, f"{url}?lihat=1"):
            try:
                page.goto(asked)
            except Error as error:
                if "Download is starting" not in str(error):
                    raise
            page.wait_for_timeout(3000 if name == "isi.pdf" else 50)  # its reader takes a while
        page.goto(live_server.url + reverse("desk"))
        loaded = page.evaluate(
            """(url) => new Promise((done) => {
              const script = document.createElement('script');
              script.onload = () => done(true); script.onerror = () => done(false);
              script.src = url; document.head.append(script);
            })""",
            url,
        )
        assert not loaded, name
        assert not notes, name
    context.close()
