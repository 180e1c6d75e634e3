"""Small modules, short functions, and words that do not blur."""

from __future__ import annotations

import ast
import re

from tests.house.source import HOUSE, modules, short, tree

MODULE, FUNCTION, VIEW, TEMPLATE = 500, 60, 40, 200
# case: a perkara is a court case. task and workflow are others' words. The rest says nothing.
FORBIDDEN = {
    "case", "cases", "task", "tasks", "workflow", "workflows", "event", "events", "process",
    "processes", "manager", "managers", "helper", "helpers", "utils", "util", "common", "misc",
}  # fmt: skip
# Names that a framework calls us by.
GIVEN = {"process_view", "process_response", "process_exception", "process_template_response",
         "base_manager_name", "default_manager_name"}  # fmt: skip
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def lines(text: str) -> int:
    return sum(1 for line in text.splitlines() if line.strip())


def test_modules_fit_on_a_few_screens():
    large = {short(f): n for f in modules() if (n := lines(f.read_text())) > MODULE}
    assert not large


def test_functions_fit_on_a_screen():
    large = {}
    for file in modules():
        is_view = "views" in file.parts or file.name == "views.py"
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                length = node.end_lineno - node.lineno + 1
                if ast.get_docstring(node):  # words of explanation are not counted
                    spoken = node.body[0]
                    length -= (spoken.end_lineno or spoken.lineno) - spoken.lineno + 1
                if length > (VIEW if is_view else FUNCTION):
                    large[f"{short(file)}:{node.name}"] = length
    assert not large


def test_templates_fit_on_a_few_screens():
    found = [*HOUSE.glob("*/templates/**/*.html"), *HOUSE.glob("*/templates/**/*.txt")]
    assert found
    large = {short(f): n for f in found if (n := lines(f.read_text())) > TEMPLATE}
    assert not large


def words(name: str) -> set[str]:
    return {word.lower() for word in WORD.findall(name)}


def defined(module: ast.Module) -> set[str]:
    """Return the names that a module gives; names that it takes from others are theirs."""
    names = set()
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef):
            bases = {ast.unparse(b).split("[")[0].rpartition(".")[2] for b in node.bases}
            if not any(b.endswith("Manager") for b in bases):
                names.add(node.name)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names - GIVEN


def test_names_say_what_they_mean():
    wrong = []
    for file in modules():
        if file.name != "tasks.py" and words(file.stem) & FORBIDDEN:
            wrong.append(short(file))
        for name in defined(tree(file)):
            if name.isupper():  # TASKS is Django's setting
                continue
            if words(name) & FORBIDDEN:
                wrong.append(f"{short(file)}: {name}")
    assert not wrong


def test_the_test_of_names_can_fail():
    module = ast.parse("class TaskManager: ...\ndef run(event): case = 1")
    assert {n for n in defined(module) if words(n) & FORBIDDEN} == {"TaskManager", "event", "case"}
