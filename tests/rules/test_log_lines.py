"""What was typed stays in its line of the log (C-38)."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from types import SimpleNamespace

from kelola.jobs.door import lines
from kelola.jobs.door.weblog import WebLog


def said(text: str) -> str:
    record = logging.LogRecord("tests", logging.WARNING, "", 0, "%s signs in", (text,), None)
    return lines.JsonLine().format(record)


def test_nothing_typed_breaks_out_of_its_line():
    typed = 'a\r\n2026 INFO forged\x1b[31m\x00\x07\x7f\x9b\u2028\u202e"}'
    written = said(typed)
    assert written.isprintable()
    assert "\n" not in written
    assert json.loads(written)["says"] == f"{typed} signs in"


def test_a_long_field_is_cut_with_a_mark():
    written = said("x" * 1_000_000)
    assert len(written) < lines.LONGEST + 200
    assert json.loads(written)["says"].endswith(
        f"…[+{1_000_000 + len(' signs in') - lines.LONGEST}]"
    )


def test_names_stay_readable():
    assert "Mahkamah Syar’iyah – é" in said("Mahkamah Syar’iyah – é")


def test_an_error_carries_its_trace_in_the_same_line():
    broken = (ValueError, ValueError("two\nlines"), None)
    record = logging.LogRecord("tests", logging.ERROR, "", 0, "broke", (), broken)
    written = lines.JsonLine().format(record)
    assert "\n" not in written
    assert "two\nlines" in json.loads(written)["trace"]


def test_a_request_is_noted_with_whose_it_was_and_without_what_was_asked():
    kept = []
    log = WebLog.__new__(WebLog)  # gunicorn's own set-up opens files
    log.notes = SimpleNamespace(handle=lambda record: kept.append(json.loads(record.getMessage())))
    asked = {"REMOTE_ADDR": "192.0.2.7", lines.USER: "01a2", "QUERY_STRING": "cari=Cut"}
    request = SimpleNamespace(method="POST", path="/langkah/x/", headers=[("COOKIE", "secret")])
    answer = SimpleNamespace(status="403 Forbidden", sent=12)
    log.access(answer, request, asked, timedelta(seconds=0.25))
    log.refused("192.0.2.8", 431)
    first, second = kept
    assert first.pop("at").endswith("+00:00")
    assert first == {
        "from": "192.0.2.7", "by": "01a2", "method": "POST", "path": "/langkah/x/",
        "status": "403", "bytes": 12, "ms": 250.0, "agent": "",
    }  # fmt: skip
    assert (second["from"], second["status"]) == ("192.0.2.8", "431")
