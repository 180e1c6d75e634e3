"""What was typed stays in its line of the log (C-38)."""

from __future__ import annotations

import json
import logging

from kelola.jobs.door import lines


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
