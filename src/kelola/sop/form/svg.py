"""A page of the form as SVG 1.1 for the screen.

Colours come from the style sheet by class, so that the drawing follows light and dark; it holds no
styles of its own, no script and no reference to anything.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from kelola.sop.form.shapes import Kind, Points
from kelola.sop.form.wrapping import POINT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kelola.sop.form.shapes import Page, Road, Symbol, Text

MARGIN = 0.6
_ANCHORS = {"left": "start", "middle": "middle", "right": "end"}
TIP, HALF_TIP = 1.9, 0.75


def as_svg(page: Page, title: str, *, looks: Mapping[int, str] | None = None) -> str:
    """Return a page as one ``svg`` element.

    Args:
        page: the drawing.
        title: what it shows, for those who don't see it; the page tells the rest in a table.
        looks: the class of a row's symbol, by the row.

    """
    box = f"{-MARGIN} {-MARGIN} {page.width + 2 * MARGIN:.1f} {page.height + 2 * MARGIN:.1f}"
    lines = [
        f'<svg class="drawing" xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img">',
        f"<title>{escape(title)}</title>",
    ]
    rules = "".join(f"M{_n(r.x1)} {_n(r.y1)}L{_n(r.x2)} {_n(r.y2)}" for r in page.rules)
    lines.append(f'<path class="draw-rule" d="{rules}"/>')
    lines += [_road(road) for road in page.roads]
    lines += [_symbol(symbol, (looks or {}).get(symbol.row, "")) for symbol in page.symbols]
    lines += [_text(text) for text in page.texts]
    return "\n".join([*lines, "</svg>"])


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _road(road: Road) -> str:
    points = " ".join(f"{_n(x)},{_n(y)}" for x, y in road.points)
    tip = " ".join(f"{_n(x)},{_n(y)}" for x, y in tip_of(road))
    way = "draw-road draw-back" if road.is_back else "draw-road"
    return f'<polyline class="{way}" points="{points}"/><polygon class="draw-tip" points="{tip}"/>'


def tip_of(road: Road) -> tuple[tuple[float, float], ...]:
    """Return the three corners of the tip of an arrow."""
    (x1, y1), (x, y) = road.points[-2:]
    length = max(abs(x - x1) + abs(y - y1), 0.001)
    dx, dy = (x - x1) / length, (y - y1) / length
    tail = (x - dx * TIP, y - dy * TIP)
    side = (-dy * HALF_TIP, dx * HALF_TIP)
    return (
        (x, y),
        (tail[0] + side[0], tail[1] + side[1]),
        (tail[0] - side[0], tail[1] - side[1]),
    )


def corners(symbol: Symbol) -> tuple[tuple[float, float], ...]:
    """Return the corners of a symbol that has any; a terminator is round."""
    left, right, top, bottom = symbol.left, symbol.right, symbol.top, symbol.bottom
    x, y = symbol.x, symbol.y
    match symbol.kind, symbol.points:
        case Kind.DECISION, _:
            return ((x, top), (right, y), (x, bottom), (left, y))
        case Kind.CONNECTOR, Points.DOWN:
            return ((left, top), (right, top), (right, y + 0.6), (x, bottom), (left, y + 0.6))
        case Kind.CONNECTOR, Points.RIGHT:
            return (
                (left, top),
                (right - 1.6, top),
                (right, y),
                (right - 1.6, bottom),
                (left, bottom),
            )
        case Kind.CONNECTOR, _:
            return (
                (right, top),
                (left + 1.6, top),
                (left, y),
                (left + 1.6, bottom),
                (right, bottom),
            )
        case _:
            return ((left, top), (right, top), (right, bottom), (left, bottom))


def _symbol(symbol: Symbol, look: str) -> str:
    name = f"draw-symbol draw-{symbol.kind.value}{' ' + look if look else ''}"
    if symbol.kind is Kind.TERMINATOR:
        radius = min(symbol.height, 4.6) / 2
        return (
            f'<rect class="{name}" x="{_n(symbol.left)}" y="{_n(symbol.top)}" '
            f'width="{_n(symbol.width)}" height="{_n(symbol.height)}" rx="{_n(radius)}"/>'
        )
    points = " ".join(f"{_n(x)},{_n(y)}" for x, y in corners(symbol))
    return f'<polygon class="{name}" points="{points}"/>'


def _text(text: Text) -> str:
    name = "draw-text" + (" draw-bold" if text.bold else "") + (" draw-quiet" if text.quiet else "")
    size = _n(text.size * POINT)
    return (
        f'<text class="{name}" x="{_n(text.x)}" y="{_n(text.y)}" font-size="{size}" '
        f'text-anchor="{_ANCHORS[text.align]}">{escape(text.words)}</text>'
    )
