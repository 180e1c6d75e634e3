// Reads a BPMN file as the modelers do, writes it out, reads that again, and tells what it found.
import { readFileSync } from "node:fs";
import { BpmnModdle } from "bpmn-moddle";

const moddle = new BpmnModdle();
const count = ({ elementsById }) => Object.keys(elementsById).length;
const read = await moddle.fromXML(readFileSync(process.argv[2], "utf8"));
const all = Object.values(read.elementsById);
const of = (type) => all.filter((element) => element.$type === type);
const { xml } = await moddle.toXML(read.rootElement);
const again = await moddle.fromXML(xml);
console.log(
  JSON.stringify({
    warnings: [...read.warnings, ...again.warnings].map(String),
    tasks: of("bpmn:UserTask").length,
    pools: of("bpmn:Participant").length,
    lanes: of("bpmn:Lane").length,
    lanesWithoutNodes: of("bpmn:Lane").filter((lane) => !lane.flowNodeRef?.length).length,
    drawnWithoutBounds: of("bpmndi:BPMNShape").filter((s) => !s.bounds || !s.bpmnElement?.id).length,
    arrowsWithoutEnds: of("bpmn:SequenceFlow").filter((f) => !f.sourceRef?.id || !f.targetRef?.id).length,
    elements: count(read),
    again: count(again),
  }),
);
