"""A small sound SOP file and ways to spoil it."""

from pathlib import Path

from kelola.sop.definition.loader import InvalidSop, Problem, load

DATA = Path(__file__).parent / "data"
SMALL = (DATA / "small_sop.yaml").read_text(encoding="utf-8")
MARK = "#!"


def spoilt(old: str, new: str, *, nth: int = 1) -> str:
    """Return the small SOP with the nth ``old`` replaced; ``MARK`` in ``new`` marks the line."""
    parts = SMALL.split(old)
    assert len(parts) > nth, f"{old!r} stands {len(parts) - 1} times in the small SOP"
    return old.join(parts[:nth]) + new + old.join(parts[nth:])


def marked_line(text: str) -> int:
    """Return the number of the one line that carries the mark."""
    lines = [number for number, line in enumerate(text.splitlines(), 1) if MARK in line]
    assert len(lines) == 1
    return lines[0]


def problems(text: str | bytes) -> tuple[Problem, ...]:
    """Return everything that is wrong with a file; fail if it is accepted."""
    try:
        load(text if isinstance(text, bytes) else text.encode(), "uji.yaml")
    except InvalidSop as refusal:
        return refusal.errors
    raise AssertionError("the file was accepted")


def the_problem(text: str | bytes, code: str) -> Problem:
    """Return the one problem of a kind; fail if there is none or more than one."""
    found = problems(text)
    matching = [problem for problem in found if problem.code == code]
    assert len(matching) == 1, [(p.code, p.path, p.line) for p in found]
    return matching[0]
