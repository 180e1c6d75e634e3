"""The drawing of the official form, judged by its geometry on procedures drawn at random.

No line runs through a symbol, lines to different goals never lie on each other, returns run outside
of the actors on the right, and every arrow can be followed from its symbol to its goal.
"""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kelola.sop.form.drawing import Sheet, drawn
from kelola.sop.form.flow import Arrow, Flow
from kelola.sop.form.shapes import Kind, Page, Road, Symbol
from kelola.sop.form.table import Row, Table
from kelola.sop.form.wires import Goal, goal_of
from kelola.sop.form.wrapping import Measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hypothesis.strategies import DrawFn

LETTERS = dict.fromkeys(range(32, 0x3000), 0.55)
MEASURE = Measure(LETTERS, LETTERS)
A4, F4 = Sheet(272, 160), Sheet(305, 165)
SCREEN = Sheet(300)
HAIR = 0.01
WORDS = "Menerima dan memeriksa permintaan layanan TI dari seluruh pegawai satuan kerja. "


def table(count: int, actors: int, seed: Sequence[int], words: Sequence[int]) -> Table:
    """Return rows whose actors, decisions and lengths of text follow the drawn numbers."""
    return Table(
        actors=tuple(
            f"Pelaksana {n} " + "panjang " * (words[n % len(words)] % 24) for n in range(actors)
        ),
        titles=("No", "Aktivitas", "Persyaratan", "Waktu", "Output", "Ket"),
        above_actors="Pelaksana",
        above_standard="Mutu Baku",
        rows=tuple(
            Row(
                key=f"X{n + 1}",
                actor=seed[n] % actors,
                decision=seed[n] % 3 == 0,
                cells=(str(n + 1), (WORDS * 8)[: words[n]], "Formulir", "1 Hari", "Hasil", ""),
            )
            for n in range(count)
        ),
        start="Mulai",
        end="Selesai",
    )


@st.composite
def procedures(draw: DrawFn) -> tuple[Table, Flow]:
    """Draw a procedure of up to 40 activities and 6 actors in strands, with jumps and returns."""
    count, actors = draw(st.integers(1, 40)), draw(st.integers(1, 6))
    cuts = draw(st.sets(st.integers(1, count), max_size=6)) if count > 1 else set()
    bounds = [0, *sorted(c for c in cuts if c < count), count]
    arrows: set[Arrow] = set()
    starts, ends = set(), set()
    for first, after in pairwise(bounds):
        last = after - 1
        starts.add(first)
        ends.add(last)
        for row in range(first, after):
            arrows.add(Arrow(row, last, to_end=True) if row == last else Arrow(row, row + 1))
            goals = draw(st.lists(st.integers(first, last), max_size=3))
            arrows |= {Arrow(row, goal) for goal in goals if goal != row + 1}
            if draw(st.integers(0, 6)) == 0:
                arrows.add(Arrow(row, last, to_end=True))
    if draw(st.booleans()):  # all returns go to the first
        arrows = {a for a in arrows if not a.is_back} | {Arrow(n, 0) for n in range(1, count)}
    seed = draw(st.lists(st.integers(0, 60), min_size=count, max_size=count))
    words = draw(st.lists(st.integers(0, 600), min_size=count, max_size=count))
    flow = Flow(frozenset(starts), frozenset(ends), tuple(sorted(arrows, key=repr)))
    return table(count, actors, seed, words), flow


def segments(road: Road) -> Iterator[tuple[float, float, float, float]]:
    """Yield the straight parts of a road."""
    for (x1, y1), (x2, y2) in pairwise(road.points):
        assert x1 == x2 or y1 == y2, "a slanted line"
        yield x1, y1, x2, y2


def crosses(segment: tuple[float, float, float, float], symbol: Symbol) -> bool:
    """Tell whether a straight part goes through the inside of a symbol."""
    x1, y1, x2, y2 = segment
    left, right = min(x1, x2), max(x1, x2)
    top, bottom = min(y1, y2), max(y1, y2)
    if symbol.kind is Kind.DECISION:
        # A part that ends on a diamond's slanted edge lies in its box, not in the diamond.
        for x, y in ((left + HAIR, top + HAIR), (right - HAIR, bottom - HAIR),
                     ((left + right) / 2, (top + bottom) / 2)):  # fmt: skip
            across = abs(x - symbol.x) / (symbol.width / 2) + abs(y - symbol.y) / (
                symbol.height / 2
            )
            if across < 1 - HAIR:
                return True
        return False
    return (
        right > symbol.left + HAIR
        and left < symbol.right - HAIR
        and bottom > symbol.top + HAIR
        and top < symbol.bottom - HAIR
    )


def shared(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return how long two straight parts lie on each other."""
    if one[0] == one[2] == other[0] == other[2]:
        spans = (one[1], one[3]), (other[1], other[3])
    elif one[1] == one[3] == other[1] == other[3]:
        spans = (one[0], one[2]), (other[0], other[2])
    else:
        return 0.0
    return min(max(spans[0]), max(spans[1])) - max(min(spans[0]), min(spans[1]))


def judge(page: Page, paper: Sheet) -> None:
    """Assert what makes a page readable."""
    roads_clear_symbols(page)
    roads_to_different_goals_are_apart(page)
    for a, b in combinations(page.symbols, 2):
        apart = a.right <= b.left or b.right <= a.left or a.bottom <= b.top or b.bottom <= a.top
        assert apart, (a, b)
    actors = [s for s in page.symbols if s.row >= 0]
    for road in page.roads:
        upright = [x1 for x1, y1, x2, y2 in segments(road) if x1 == x2 and abs(y1 - y2) > HAIR]
        if road.is_back and upright:
            assert min(upright) > max(s.right for s in actors)
    assert page.width == paper.width
    if paper.height is not None:
        drawn_to = max([r.y2 for r in page.rules] + [s.bottom for s in page.symbols])
        assert drawn_to <= paper.height + HAIR


def roads_clear_symbols(page: Page) -> None:
    """Assert that no road runs through a symbol or off the page."""
    for road in page.roads:
        for part in segments(road):
            for symbol in page.symbols:
                assert not crosses(part, symbol), (road, symbol)
        for x, y in road.points:
            assert -HAIR <= x <= page.width + HAIR
            assert -HAIR <= y <= page.height + HAIR


def roads_to_different_goals_are_apart(page: Page) -> None:
    """Assert that roads to different goals never lie on each other."""
    for one, other in combinations(page.roads, 2):
        if one.target != other.target:
            parts = ((part, beside) for part in segments(one) for beside in segments(other))
            assert all(shared(*pair) < HAIR for pair in parts), (one, other)


def touches(point: tuple[float, float], symbol: Symbol) -> bool:
    """Tell whether a point lies on the outline of a symbol."""
    x, y = point
    upright = abs(x - symbol.x) < HAIR and min(abs(y - symbol.top), abs(y - symbol.bottom)) < HAIR
    inside = symbol.top - HAIR <= y <= symbol.bottom + HAIR
    sides = [symbol.side(y, right=side) for side in (True, False)]
    return upright or (inside and min(abs(x - at) for at in sides) < HAIR)


def follow(pages: Sequence[Page], rows: Table, flow: Flow) -> None:
    """Assert that each arrow leads from its symbol to its goal, by connectors over a page's end."""
    where = {s.row: n for n, page in enumerate(pages) for s in page.symbols if s.row >= 0}
    assert sorted(where) == list(range(len(rows.rows)))
    for arrow in flow.arrows:
        page = pages[where[arrow.source]]
        source = next(s for s in page.symbols if s.row == arrow.source)
        goal = goal_of(arrow)
        ways = [r for r in page.roads if r.target == goal.name and touches(r.points[0], source)]
        assert ways, arrow
        reached = [s for s in page.symbols if any(touches(w.points[-1], s) for w in ways)]
        assert reached, arrow
        if where[arrow.source] == where[arrow.target]:
            assert any(s.row == goal.row or s.words == rows.end for s in reached), arrow
            continue
        label = f"{rows.end} {rows.rows[goal.row].key}" if goal.is_end else rows.rows[goal.row].key
        assert any(s.kind is Kind.CONNECTOR and s.words == label for s in reached), arrow
        there = pages[where[arrow.target]]
        tags = [s for s in there.symbols if s.kind is Kind.CONNECTOR and s.words == label]
        assert any(
            touches(r.points[0], t) for r in there.roads for t in tags if r.target == goal.name
        )


@pytest.mark.parametrize("paper", [A4, F4, SCREEN], ids=["a4", "f4", "screen"])
@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    # A procedure of 40 rows is shrunk for minutes; what failed is printed whole.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(drawn_one=procedures())
def test_every_procedure_is_drawn_readably(paper: Sheet, drawn_one: tuple[Table, Flow]) -> None:
    rows, flow = drawn_one
    pages = drawn(rows, flow, paper, MEASURE)
    for page in pages:
        judge(page, paper)
    follow(pages, rows, flow)


@pytest.mark.parametrize("paper", [A4, F4], ids=["a4", "f4"])
def test_a_text_higher_than_a_page_goes_on_on_the_next(paper: Sheet) -> None:
    long = " ".join(f"kata{n}" for n in range(2500))
    rows = table(3, 2, [0, 1, 2], [20, 20, 20])
    first, second, third = rows.rows
    second = Row(second.key, second.actor, second.decision, ("2", long, *second.cells[2:]))
    rows = Table(
        rows.actors, rows.titles, rows.above_actors, rows.above_standard,
        (first, second, third), rows.start, rows.end,
    )  # fmt: skip
    flow = Flow(
        frozenset({0}), frozenset({2}), (Arrow(0, 1), Arrow(1, 2), Arrow(2, 2, to_end=True))
    )
    pages = drawn(rows, flow, paper, MEASURE)
    assert len(pages) > 2
    for page in pages:
        judge(page, paper)
    follow(pages, rows, flow)
    printed = " ".join(t.words for page in pages for t in page.texts)
    assert all(f"kata{n}" in printed for n in range(2500))


def test_every_word_of_a_row_stands_in_its_column() -> None:
    rows = table(5, 6, [0, 1, 2, 3, 4], [600, 600, 600, 10, 0])
    flow = Flow(frozenset({0}), frozenset({4}), tuple(Arrow(n, n + 1) for n in range(4)))
    for page in drawn(rows, flow, A4, MEASURE):
        edges = sorted({r.x1 for r in page.rules if r.x1 == r.x2})
        for text in page.texts:
            if text.align == "left" and not text.quiet:
                right = text.x + MEASURE.width(text.words, text.size)
                assert any(left <= text.x and right <= edge for left, edge in pairwise(edges)), text


def test_a_goal_has_a_name_of_its_own() -> None:
    names = {Goal(n, is_end=end).name for n in range(3) for end in (True, False)}
    assert len(names) == 6
