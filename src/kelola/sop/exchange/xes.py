"""Traces as XES (IEEE 1849-2016) and as CSV with the same columns, written piece by piece."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from kelola.sop.exchange.bpmn.write import UNFIT
from kelola.sop.exchange.log import traces
from kelola.ui.sheets import csv_cell, csv_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime, tzinfo

    from kelola.sop.exchange.log import Mark, Period, Trace

# Pieces smaller than this are gathered: each one costs a call down to the disk or the browser.
PIECE = 64 * 1024
HEADER = (
    "case:concept:name",
    "concept:name",
    "time:timestamp",
    "lifecycle:transition",
    "org:resource",
    "org:role",
    "sop:version",
    "sop:attempt",
    "sop:due",
    "sop:procedure",
    "sop:strand",
    "sop:title",
    "sop:outcome",
    "sop:recorded",
)
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="SOP" prefix="sop" uri="urn:kelola:sop.xesext"/>
<global scope="trace"><string key="concept:name" value=""/></global>
<global scope="event"><string key="concept:name" value=""/>\
<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>\
<string key="lifecycle:transition" value="complete"/></global>
<classifier name="Activity" keys="concept:name"/>
<classifier name="Activity and transition" keys="concept:name lifecycle:transition"/>
<string key="lifecycle:model" value="standard"/>
"""


def pieces(kind: str, office: str, asked: Period) -> Iterator[bytes]:
    """Yield the log of the open office as ``xes`` or ``csv``."""
    every = traces(asked)
    return xes_pieces(office, every, asked.zone) if kind == "xes" else csv_pieces(every, asked.zone)


def xes_pieces(office: str, every: Iterable[Trace], zone: tzinfo) -> Iterator[bytes]:
    """Yield an XES file piece by piece; times are told in ``zone``."""
    return _gathered(_xes(office, every, zone))


def csv_pieces(every: Iterable[Trace], zone: tzinfo) -> Iterator[bytes]:
    """Yield the same log as CSV: UTF-8 with its mark, semicolons, no cell that is a formula."""
    return _gathered(chain(csv_lines(HEADER, ()), _rows(every, zone)))


def _gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    kept: list[bytes] = []
    size = 0
    for piece in pieces:
        kept.append(piece)
        size += len(piece)
        if size >= PIECE:
            yield b"".join(kept)
            kept, size = [], 0
    yield b"".join(kept)


def _xes(office: str, every: Iterable[Trace], zone: tzinfo) -> Iterator[bytes]:
    quoted = _Quoted()
    yield (HEAD + f'<string key="concept:name" value={quoted[office]}/>\n').encode()
    told = _told(zone)
    for trace in every:
        head = (
            f'<trace><string key="concept:name" value={quoteattr(UNFIT.sub(" ", trace.name))}/>'
            f'<string key="sop:procedure" value={quoted[trace.procedure]}/>'
            f'<string key="sop:strand" value={quoted[trace.strand]}/>'
            f'<string key="sop:state" value={quoted[trace.state]}/>'
        )
        marks = "".join(_mark(mark, quoted, told) for mark in trace.marks)
        yield f"{head}{marks}</trace>\n".encode()
    yield b"</log>\n"


def _mark(mark: Mark, quoted: _Quoted, told: Callable[[datetime], str]) -> str:
    by = f'<string key="org:resource" value={quoted[mark.resource]}/>' if mark.resource else ""
    due = f'<date key="sop:due" value="{told(mark.due)}"/>' if mark.due else ""
    way = f'<string key="sop:outcome" value={quoted[mark.outcome]}/>' if mark.outcome else ""
    late = f'<date key="sop:recorded" value="{told(mark.recorded)}"/>' if mark.recorded else ""
    return (
        f'<event><string key="concept:name" value={quoted[mark.activity]}/>'
        f'<date key="time:timestamp" value="{told(mark.at)}"/>'
        f'<string key="lifecycle:transition" value="{mark.transition}"/>'
        f'{by}<string key="org:role" value={quoted[mark.role]}/>'
        f'<string key="sop:version" value={quoted[mark.version]}/>'
        f'<int key="sop:attempt" value="{mark.attempt}"/>'
        f'{due}<string key="sop:title" value={quoted[mark.title]}/>{way}{late}</event>'
    )


class _Quoted(dict[str, str]):
    """Remembers how a text stands between quotes: an office has few of them, a log millions."""

    def __missing__(self, text: str) -> str:
        self[text] = made = quoteattr(UNFIT.sub(" ", text))
        return made


def _told(zone: tzinfo) -> Callable[[datetime], str]:
    def told(at: datetime) -> str:
        return at.astimezone(zone).isoformat(timespec="milliseconds")

    return told


class _Celled(dict[str, str]):
    """Remembers how a text stands in a cell, as ``_Quoted`` does."""

    def __missing__(self, text: str) -> str:
        self[text] = made = csv_cell(text)
        return made


def _rows(every: Iterable[Trace], zone: tzinfo) -> Iterator[bytes]:
    cell, told = _Celled(), _told(zone)
    for trace in every:
        name = csv_cell(trace.name)
        ends = f"{cell[trace.procedure]};{cell[trace.strand]}"
        rows = [
            f"{name};{cell[mark.activity]};{told(mark.at)};{mark.transition};{cell[mark.resource]};"
            f"{cell[mark.role]};{cell[mark.version]};{mark.attempt};"
            f"{told(mark.due) if mark.due else ''};{ends};{cell[mark.title]};"
            f"{cell[mark.outcome]};{told(mark.recorded) if mark.recorded else ''}\r\n"
            for mark in trace.marks
        ]
        yield "".join(rows).encode()
