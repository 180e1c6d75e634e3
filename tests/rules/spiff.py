"""SpiffWorkflow as the oracle: runs the BPMN that we export and knows nothing of our engine.

Beside the diagram it is given the four variables that the conditions ask for (ADR 0049): they
follow from which activities are offered and which outcome was chosen, as any engine's would.
"""

from __future__ import annotations

import ast
import io
import logging
import re
from functools import lru_cache
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

logging.getLogger("spiff").setLevel(logging.WARNING)  # it tells every change of state
SPAN = re.compile(r"P[0-9DTHMS]+\Z")
TASK = re.compile(r"task[0-9]+\.(.+)\Z")


class Answers(PythonScriptEngine):
    """Evaluates the conditions over the run's variables, and spans of time as they are written."""

    def __init__(self) -> None:
        super().__init__()
        self.given: dict[str, Any] = {"activity": "", "outcome": "", "outcomes": {}, "enabled": []}

    def validate(self, expression: str) -> None:
        ast.parse(expression)

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        del task, external_context  # the variables are the run's, not a branch's
        if SPAN.match(expression):
            return expression
        return eval(expression, {"__builtins__": {}}, self.given)


@lru_cache(maxsize=64)
def parsed(xml: bytes) -> BpmnParser:
    parser = BpmnParser()
    parser.add_bpmn_io(io.BytesIO(xml), filename="exported.bpmn")
    return parser


class Oracle:
    """One run of one strand in SpiffWorkflow."""

    def __init__(self, xml: bytes, strand: str) -> None:
        parser = parsed(xml)
        spec = parser.get_spec(f"strand.{strand}")
        inner = parser.get_subprocess_specs(f"strand.{strand}")
        self.answers = Answers()
        self.run = BpmnWorkflow(spec, inner, script_engine=self.answers)
        self.outcomes: dict[str, str] = {}
        self._settle("")

    def enabled(self) -> list[str]:
        """Return the activities that may be performed now, with repetitions if there were any."""
        ready = self.run.get_tasks(state=TaskState.READY, manual=True)
        return sorted(match[1] for t in ready if (match := TASK.match(t.task_spec.name)))

    def ended(self) -> bool:
        """Tell whether the run is over."""
        return bool(self.run.is_completed())

    def finish(self, activity: str, outcome: str) -> None:
        """Perform an activity."""
        ready = self.run.get_tasks(state=TaskState.READY, manual=True)
        (step,) = [t for t in ready if (m := TASK.match(t.task_spec.name)) and m[1] == activity]
        self.outcomes[activity] = outcome
        self._tell(activity, outcome, [k for k in self.enabled() if k != activity])
        step.run()
        self._settle(activity)

    def _settle(self, finished: str) -> None:
        before = set(self.answers.given["enabled"])
        self.run.do_engine_steps()
        now = set(self.enabled())
        for key in (before - {finished} - now) | now:
            self.outcomes[key] = ""

    def _tell(self, activity: str, outcome: str, enabled: list[str]) -> None:
        known = {match[1]: "" for name in self._names() if (match := TASK.match(name))}
        self.answers.given.update(
            activity=activity,
            outcome=outcome,
            outcomes=known | self.outcomes,
            enabled=enabled,
        )

    def _names(self) -> set[str]:
        specs = [self.run.spec, *self.run.subprocess_specs.values()]
        return {name for spec in specs for name in spec.task_specs}


def xml_faults(xml: bytes, schema: etree.XMLSchema) -> list[str]:
    document = etree.fromstring(xml)
    schema.validate(document)
    return [str(fault) for fault in schema.error_log]
