"""SpiffWorkflow on SQLite: a run is one JSON text, read and written at every step.

Its library keeps nothing by itself; this is the least that survives the end of the program: the
text, and the state to ask for. No history, no roles, no dues, no pages.
"""

from __future__ import annotations

import logging
import sqlite3
import sys
import time
from pathlib import Path

from answering import WALK, answer, size
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

logging.getLogger("spiff").setLevel(logging.WARNING)
FILE = Path(sys.argv[1]) / "spiff.sqlite3"
DATABASE = sqlite3.connect(FILE, isolation_level=None)
DATABASE.execute("PRAGMA journal_mode=WAL")
DATABASE.execute("PRAGMA synchronous=FULL")
DATABASE.execute("CREATE TABLE run (id INTEGER PRIMARY KEY, state TEXT NOT NULL, told TEXT)")
READER = BpmnParser()
READER.add_bpmn_file(str(Path(__file__).with_name("seven_steps.bpmn")))
SPEC = READER.get_spec("seven_steps")
SERIALIZER = BpmnWorkflowSerializer()


def begin() -> int:
    """Open a run and keep it."""
    run = BpmnWorkflow(SPEC)
    run.do_engine_steps()
    text = SERIALIZER.serialize_json(run)
    found = DATABASE.execute("INSERT INTO run (state, told) VALUES ('open', ?)", (text,))
    return int(found.lastrowid or 0)


def finish(number: int, name: str, *, returned: bool) -> bool:
    """Read a run, finish a step of it, keep it; tell whether the run is over."""
    DATABASE.execute("BEGIN IMMEDIATE")
    (text,) = DATABASE.execute("SELECT told FROM run WHERE id = ?", (number,)).fetchone()
    run = SERIALIZER.deserialize_json(text)
    (task,) = run.get_tasks(state=TaskState.READY, manual=True)
    if task.task_spec.name != name:
        raise ValueError(f"{task.task_spec.name} is ready, not {name}")
    task.data["returned"] = returned
    task.run()
    run.do_engine_steps()
    over = bool(run.is_completed())
    DATABASE.execute(
        "UPDATE run SET state = ?, told = ? WHERE id = ?",
        ("done" if over else "open", SERIALIZER.serialize_json(run), number),
    )
    DATABASE.execute("COMMIT")
    return over


def runs(count: int) -> list[float]:
    """Carry so many runs from start to finish; return the seconds of each."""
    times = []
    for _ in range(count):
        start = time.perf_counter()
        number, over = begin(), False
        for name, returned in WALK:
            over = finish(number, name, returned=returned)
        times.append(time.perf_counter() - start)
        if not over:
            raise ValueError("the run did not end")
    return times


def disk(count: int) -> int:
    """Return the bytes that so many open runs take: copies of one that was begun."""
    DATABASE.execute("DELETE FROM run")
    DATABASE.execute("VACUUM")
    DATABASE.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = size(FILE)
    (text,) = DATABASE.execute("SELECT told FROM run WHERE id = ?", (begin(),)).fetchone()
    DATABASE.execute("BEGIN")
    for _ in range(count - 1):
        DATABASE.execute("INSERT INTO run (state, told) VALUES ('open', ?)", (text,))
    DATABASE.execute("COMMIT")
    DATABASE.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return size(FILE) - before


answer("spiffworkflow", runs=runs, disk=disk)
