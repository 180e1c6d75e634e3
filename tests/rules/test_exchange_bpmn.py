"""The BPMN we export: valid by its schema, complete in its picture, readable for bpmn-moddle."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
import SpiffWorkflow
from hypothesis import given, settings
from lxml import etree

from kelola.sop.definition import loader
from kelola.sop.definition.shape import GroupJoin, Procedure, SopDefinition, Words
from kelola.sop.exchange.bpmn import bpmn_xml
from kelola.sop.exchange.bpmn.graph import graph_of
from kelola.sop.exchange.bpmn.layout import Box, lay_out
from kelola.sop.exchange.bpmn.shape import Graph, Kind
from tests.house.source import ROOT
from tests.rules.engine_drawn import procedures
from tests.rules.engine_samples import activity, fork, line, outcome, procedure

LIBRARY = loader.load(loader.library()[0].path)
NS = {
    "b": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "d": "http://www.omg.org/spec/BPMN/20100524/DI",
}
SYMBOLS = ("startEvent", "endEvent", "userTask", "exclusiveGateway", "parallelGateway",
           "inclusiveGateway", "subProcess", "boundaryEvent")  # fmt: skip


@cache
def schema() -> etree.XMLSchema:
    path = Path(SpiffWorkflow.__file__).parent / "bpmn/parser/schema/BPMN20.xsd"
    return etree.XMLSchema(etree.parse(path))


def alone(sop: Procedure) -> SopDefinition:
    return SopDefinition(LIBRARY.identity, (sop,))


def faults(xml: bytes) -> list[str]:
    schema().validate(etree.fromstring(xml))
    return [str(fault) for fault in schema().error_log]


def found(xml: bytes, path: str) -> list[etree._Element]:
    return list(etree.fromstring(xml).iterfind(path, NS))


def ids(xml: bytes, *tags: str) -> set[str]:
    return {e.get("id", "") for tag in tags for e in found(xml, f".//b:{tag}")}


def long_one() -> Procedure:
    """Forty activities of which every one may return to the first, in six columns."""
    last = 40
    made = [
        activity(
            f"A{n}",
            outcome("done", f"A{n + 1}" if n < last else "end"),
            *([outcome("back", "A1", back=True)] if n > 1 else []),
        )
        for n in range(1, last + 1)
    ]
    return procedure(*made)


SAMPLES = {
    "library": LIBRARY,
    "line": alone(line()),
    "all": alone(fork(GroupJoin.ALL)),
    "any": alone(fork(GroupJoin.ANY)),
    "long": alone(long_one()),
    "one": alone(procedure(activity("A", outcome("done", "end")))),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_schema_finds_nothing_amiss(name: str) -> None:
    assert faults(bpmn_xml(SAMPLES[name])) == []


def test_the_schema_would_find_something() -> None:
    assert faults(bpmn_xml(LIBRARY).replace(b"processRef", b"roadRef"))


@settings(max_examples=60, deadline=None)
@given(sop=procedures())
def test_every_drawn_procedure_is_valid_and_has_a_complete_picture(sop: Procedure) -> None:
    xml = bpmn_xml(alone(sop))
    assert faults(xml) == []
    assert_complete(xml)


def assert_complete(xml: bytes) -> None:
    """Every pool, lane and symbol has its shape, every arrow its edge, and nothing else has."""
    shapes = [e.get("bpmnElement") for e in found(xml, ".//d:BPMNShape")]
    assert sorted(map(str, shapes)) == sorted(ids(xml, "participant", "lane", *SYMBOLS))
    edges = [e.get("bpmnElement") for e in found(xml, ".//d:BPMNEdge")]
    assert sorted(map(str, edges)) == sorted(ids(xml, "sequenceFlow"))


@pytest.mark.parametrize("name", SAMPLES)
def test_the_picture_is_complete(name: str) -> None:
    assert_complete(bpmn_xml(SAMPLES[name]))


def test_every_activity_of_the_library_stands_in_the_lane_of_its_actor() -> None:
    xml = bpmn_xml(LIBRARY)
    lanes = {
        ref.text: lane.get("name")
        for lane in found(xml, ".//b:lane")
        for ref in lane.iterfind("b:flowNodeRef", NS)
    }
    tasks = {e.get("id", "").partition(".")[2]: e for e in found(xml, ".//b:userTask")}
    assert len(tasks) == 38
    for sop in LIBRARY.procedures:
        for each in sop.activities:
            drawn = tasks[each.key]
            assert lanes[drawn.get("id")] == sop.role(each.actor).title.id
            assert drawn.get("name") == f"{each.key} {each.title.id}"
            words = drawn.findtext("b:documentation", "", NS)
            assert each.requirement.id in words
            assert each.time_words.id in words
            assert each.output.id in words


def test_each_strand_is_one_road_with_one_pool_one_start_and_one_end() -> None:
    xml = bpmn_xml(LIBRARY)
    strands = [s for p in LIBRARY.procedures for s in p.strands]
    roads = found(xml, "b:process")
    assert [r.get("id") for r in roads] == [f"strand.{s.key}" for s in strands]
    assert [e.get("processRef") for e in found(xml, ".//b:participant")] == [
        f"strand.{s.key}" for s in strands
    ]
    for road in roads:
        assert len(road.findall("b:startEvent", NS)) == 1
        whole = [e for e in road.findall("b:endEvent", NS) if e.get("id", "").startswith("end")]
        assert len(whole) == 1


def test_conditions_are_outcome_codes_and_standards_are_clocks() -> None:
    xml = bpmn_xml(LIBRARY)
    asked = {
        e.findtext("b:conditionExpression", "", NS)
        for e in found(xml, ".//b:sequenceFlow")
        if e.get("sourceRef", "").endswith(".B6")
    }
    assert {
        "outcome == 'verified'",
        "outcome == 'return_disposition'",
        "outcome == 'return_analysis'",
    } <= asked
    clocks = {
        e.get("attachedToRef", "").partition(".")[2]: e.findtext(".//b:timeDuration", "", NS)
        for e in found(xml, ".//b:boundaryEvent")
    }
    assert clocks["E3"] == "PT4H"
    assert clocks["F7"] == "P1D"  # the limit of its range
    assert "C2" not in clocks  # a recurrence is no span of time
    assert {e.get("cancelActivity") for e in found(xml, ".//b:boundaryEvent")} == {"false"}


def test_text_that_no_xml_may_hold_is_left_out() -> None:
    odd = Words("Rekap\x00 & <tanda> \x0b \ud800 المحكمة")
    made = procedure(activity("A", outcome("done", "end")))
    sop = SopDefinition(LIBRARY.identity, (type(made)(**_fields(made) | {"title": odd}),))
    xml = bpmn_xml(sop)
    assert faults(xml) == []
    assert "& <tanda>" in str(found(xml, "b:process")[0].get("name"))
    assert "المحكمة" in str(found(xml, "b:process")[0].get("name"))


def _fields(made: Procedure) -> dict[str, object]:
    return {name: getattr(made, name) for name in made.__slots__}


def test_bpmn_moddle_reads_lanes_and_shapes(tmp_path: Path) -> None:
    file = tmp_path / "sop.bpmn"
    file.write_bytes(bpmn_xml(LIBRARY))
    script = ROOT / "tests" / "rules" / "moddle.mjs"
    done = subprocess.run(
        ["node", script, file], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["warnings"] == []
    assert told["tasks"] == 38
    assert told["pools"] == 15
    assert told["lanes"] == len(ids(bpmn_xml(LIBRARY), "lane"))
    assert told["lanesWithoutNodes"] == 0
    assert told["drawnWithoutBounds"] == 0
    assert told["arrowsWithoutEnds"] == 0
    assert told["again"] == told["elements"]


def graphs(sop: SopDefinition) -> list[Graph]:
    strands = [(p, s) for p in sop.procedures for s in p.strands]
    return [graph_of(p, s, n) for n, (p, s) in enumerate(strands, start=1)]


def inside(outer: Box, inner: Box) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.right <= outer.right
        and inner.bottom <= outer.bottom
    )


def overlap(a: Box, b: Box) -> bool:
    return a.x < b.right and b.x < a.right and a.y < b.bottom and b.y < a.bottom


def assert_readable(graph: Graph) -> None:
    """Symbols stand in their lanes and apart; no arrow runs through somebody else's symbol."""
    laid = lay_out(graph, 0, 0)
    alone = {
        n.id: laid.nodes[n.id]
        for n in graph.nodes.values()
        if n.kind not in (Kind.GROUP, Kind.LATE, Kind.LEFT)
    }
    for key, box in alone.items():
        assert inside(laid.lanes[graph.nodes[key].lane], box), key
        assert not [k for k, other in alone.items() if k != key and overlap(box, other)], key
    for flow in graph.flows:
        own = {flow.source, flow.target}
        corners = laid.flows[flow.id]
        for (x1, y1), (x2, y2) in pairwise(corners):
            assert x1 == x2 or y1 == y2, flow
            part = Box(min(x1, x2), min(y1, y2), abs(x2 - x1) or 0.1, abs(y2 - y1) or 0.1)
            crossed = [k for k, box in alone.items() if k not in own and overlap(box, part)]
            assert not crossed, (flow, crossed)


@pytest.mark.parametrize("name", SAMPLES)
def test_symbols_stand_apart_and_arrows_run_between_them(name: str) -> None:
    for graph in graphs(SAMPLES[name]):
        assert_readable(graph)


@settings(max_examples=60, deadline=None)
@given(sop=procedures())
def test_drawn_procedures_are_readable(sop: Procedure) -> None:
    for graph in graphs(alone(sop)):
        assert_readable(graph)
