"""PDFs that may run a script are known, however its name is spelt or hidden."""

from __future__ import annotations

import io

import pytest

from kelola.evidence.rules import may_run, scripts
from tests import sample_files as files

ACTION = b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"


def with_catalog(entry: bytes) -> bytes:
    return files.pdf("x").replace(b"/Type /Catalog", b"/Type /Catalog " + entry)


def test_a_plain_pdf_runs_nothing() -> None:
    assert not may_run(io.BytesIO(files.pdf("Berita acara #1 tentang JavaScript")))
    assert not may_run(io.BytesIO(with_catalog(b"/OpenAction [3 0 R /Fit]")))
    assert not may_run(io.BytesIO(b""))


@pytest.mark.parametrize(
    "entry",
    [
        ACTION,
        ACTION.replace(b"/JavaScript", b"/J#61vaScript"),
        ACTION.replace(b"/JavaScript", b"/" + b"".join(b"#%02X" % c for c in b"JavaScript")),
        ACTION.replace(b" ", b"\n"),
        b"/OpenAction<</S/JavaScript/JS(x)>>",
        b"/Names << /JavaScript 9 0 R >>",
        b"/AA << /O << /S /Rendition /OP 0 /JS (x) >> >>",
        b"/AcroForm << /XFA 9 0 R >>",
    ],
)
def test_a_script_is_seen(entry: bytes) -> None:
    assert may_run(io.BytesIO(with_catalog(entry)))


def test_what_is_compressed_may_hide_one() -> None:
    assert may_run(io.BytesIO(files.pdf("x") + b"7 0 obj << /Type /ObjStm /N 1 >> stream"))


@pytest.mark.parametrize("before", range(0, 40, 3))
def test_it_is_seen_across_two_portions(before: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripts, "_PORTION", 64)
    spelt = b"".join(b"#%02x" % c for c in b"JavaScript")
    stream = io.BytesIO(b"." * before + b"." * 40 + b"/" + spelt + b"." * 100)
    assert may_run(stream)
