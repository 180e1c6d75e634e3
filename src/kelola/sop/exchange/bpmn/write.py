"""Writes diagrams as BPMN 2.0 XML with complete diagram data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from kelola.sop.exchange.bpmn.asked import LANGUAGE
from kelola.sop.exchange.bpmn.graph import graph_of
from kelola.sop.exchange.bpmn.layout import Box, Layout, lay_out
from kelola.sop.exchange.bpmn.shape import Flow, Graph, Kind, Node

if TYPE_CHECKING:
    from kelola.sop.definition.shape import SopDefinition

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DD = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
LEFT_MARGIN, TOP_MARGIN, BETWEEN = 160, 80, 60
PREFIXES = {"bpmn": MODEL, "bpmndi": DI, "dc": DC, "di": DD, "xsi": XSI}
# Characters that no XML document may hold, whatever an SOP's text brings along.
UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def bpmn_xml(definition: SopDefinition) -> bytes:
    """Return an SOP as BPMN 2.0 XML in UTF-8: a collaboration with one pool for each strand."""
    strands = [(p, s) for p in definition.procedures for s in p.strands]
    graphs = [graph_of(p, s, n) for n, (p, s) in enumerate(strands, start=1)]
    return _Document(definition, graphs).text()


class _Document:
    def __init__(self, definition: SopDefinition, graphs: list[Graph]) -> None:
        identity = definition.identity
        self.root = ET.Element(
            "bpmn:definitions",
            {
                **{f"xmlns:{prefix}": uri for prefix, uri in PREFIXES.items()},
                "id": "definitions",
                "name": _fit(f"{identity.number} {identity.title.id}"),
                "targetNamespace": "urn:kelola:sop",
                "expressionLanguage": LANGUAGE,
                "exporter": "Kelola",
            },
        )
        self._collaboration(definition, graphs)
        for graph in graphs:
            self._strand(graph)
        self._errors(graphs)
        self._diagram(graphs)

    def text(self) -> bytes:
        """Return the document."""
        ET.indent(self.root, " ")
        written: bytes = ET.tostring(self.root, encoding="UTF-8", xml_declaration=True)
        return written

    def _collaboration(self, definition: SopDefinition, graphs: list[Graph]) -> None:
        title = f"{definition.identity.number} {definition.identity.title.id}"
        both = _put(self.root, "collaboration", id="collaboration", name=title)
        for graph in graphs:
            _put(
                both,
                "participant",
                id=f"pool{graph.number}",
                name=graph.title,
                processRef=_road(graph),
            )

    def _strand(self, graph: Graph) -> None:
        road = _put(
            self.root,
            "process",
            id=_road(graph),
            name=graph.title,
            isExecutable="true",
            isClosed="false",
        )
        _put(road, "documentation").text = _fit(graph.words)
        lanes = _put(road, "laneSet", id=f"lanes{graph.number}")
        for key, title in graph.lanes:
            lane = _put(lanes, "lane", id=f"lane{graph.number}.{key}", name=title)
            for node in graph.nodes.values():
                if node.lane == key:
                    _put(lane, "flowNodeRef").text = node.id
        self._nodes(graph, road, "")

    def _nodes(self, graph: Graph, parent: ET.Element, inside: str) -> None:
        for node in graph.nodes.values():
            if node.inside == inside:
                self._node(graph, parent, node)
        for flow in graph.flows:
            if graph.nodes[flow.source].inside == inside:
                _flow(parent, flow)

    def _node(self, graph: Graph, parent: ET.Element, node: Node) -> None:
        tag, _, defined = node.kind.partition(".")
        drawn = _put(parent, tag, id=node.id)
        if node.name:
            drawn.set("name", _fit(node.name))
        if node.attached and tag == "boundaryEvent":
            drawn.set("attachedToRef", node.attached)
            drawn.set("cancelActivity", "false" if node.kind is Kind.LATE else "true")
        if node.words:
            _put(drawn, "documentation").text = _fit(node.words)
        for flow in graph.flows:
            if flow.target == node.id:
                _put(drawn, "incoming").text = flow.id
        for flow in graph.flows:
            if flow.source == node.id:
                _put(drawn, "outgoing").text = flow.id
        if node.kind is Kind.GROUP:
            self._nodes(graph, drawn, node.id)
        elif defined:
            _definition(graph, drawn, node, defined)

    def _errors(self, graphs: list[Graph]) -> None:
        """Declare each way out of a group once."""
        for graph in graphs:
            goals = {n.code for n in graph.nodes.values() if n.kind is Kind.LEFT}
            for goal in sorted(goals):
                key = _way_out(graph, goal)
                _put(self.root, "error", id=key, name=key, errorCode=key)

    def _diagram(self, graphs: list[Graph]) -> None:
        diagram = ET.SubElement(self.root, "bpmndi:BPMNDiagram", {"id": "diagram"})
        plane = ET.SubElement(
            diagram, "bpmndi:BPMNPlane", {"id": "plane", "bpmnElement": "collaboration"}
        )
        top: float = TOP_MARGIN
        for graph in graphs:
            laid = lay_out(graph, LEFT_MARGIN, top)
            _draw(plane, graph, laid)
            top = laid.pool.bottom + BETWEEN


def _road(graph: Graph) -> str:
    return f"strand.{graph.key}"


def _way_out(graph: Graph, goal: str) -> str:
    return f"to{graph.number}.{goal}"


def _definition(graph: Graph, drawn: ET.Element, node: Node, defined: str) -> None:
    inner = _put(drawn, f"{defined}EventDefinition", id=f"{node.id}.{defined}")
    if node.kind is Kind.LATE:
        span = _put(inner, "timeDuration")
        span.set("xsi:type", "bpmn:tFormalExpression")
        span.text = node.duration
    elif node.code:
        inner.set("errorRef", _way_out(graph, node.code))


def _flow(parent: ET.Element, flow: Flow) -> None:
    drawn = _put(parent, "sequenceFlow", id=flow.id, sourceRef=flow.source, targetRef=flow.target)
    if flow.name:
        drawn.set("name", _fit(flow.name))
    if flow.condition:
        asked = _put(drawn, "conditionExpression")
        asked.set("xsi:type", "bpmn:tFormalExpression")
        asked.text = flow.condition


def _put(parent: ET.Element, tag: str, **attributes: str) -> ET.Element:
    fit = {name: _fit(value) for name, value in attributes.items()}
    return ET.SubElement(parent, f"bpmn:{tag}", fit)


def _fit(text: str) -> str:
    return UNFIT.sub(" ", text)


def _draw(plane: ET.Element, graph: Graph, laid: Layout) -> None:
    _shape(plane, f"pool{graph.number}", laid.pool, isHorizontal="true")
    for key, box in laid.lanes.items():
        _shape(plane, f"lane{graph.number}.{key}", box, isHorizontal="true")
    # A symbol that holds or carries others comes before them: what is drawn later lies on top.
    for node in graph.nodes.values():
        marks = {}
        if node.kind is Kind.GROUP:
            marks = {"isExpanded": "true"}
        elif node.kind is Kind.DECISION:
            marks = {"isMarkerVisible": "true"}
        _shape(plane, node.id, laid.nodes[node.id], **marks)
    for flow in graph.flows:
        edge = ET.SubElement(
            plane, "bpmndi:BPMNEdge", {"id": f"{flow.id}.di", "bpmnElement": flow.id}
        )
        for x, y in laid.flows[flow.id]:
            ET.SubElement(edge, "di:waypoint", {"x": f"{x:g}", "y": f"{y:g}"})


def _shape(plane: ET.Element, element: str, box: Box, **marks: str) -> None:
    shape = ET.SubElement(
        plane, "bpmndi:BPMNShape", {"id": f"{element}.di", "bpmnElement": element, **marks}
    )
    size = {"x": box.x, "y": box.y, "width": box.w, "height": box.h}
    ET.SubElement(shape, "dc:Bounds", {name: f"{value:g}" for name, value in size.items()})
