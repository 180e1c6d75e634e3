"""Components and filters: ``{% load ui %}``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from kelola.ui import fields, rules
from kelola.ui.parts import ClockFace
from kelola.ui.states import LOOKS, SHAPES, Look
from kelola.ui.wording import (
    clock_time,
    long_date,
    long_day,
    number,
    percent,
    rupiah,
    short_time,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.forms import BaseForm
    from django.forms.boundfield import BoundField
    from django.utils.safestring import SafeString

register = template.Library()
for write in (long_date, long_day, short_time, clock_time, number, percent, rupiah):
    register.filter(write.__name__, write)
register.filter("initials", rules.initials)


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """Draw a symbol of the sprite; without a label it is hidden from readers."""
    css = f"icon icon-{size}" if size else "icon"
    address = f"{static('ui/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>',
            css,
            label,
            address,
        )
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"></use></svg>',
        css,
        address,
    )


@register.simple_tag
def badge(state: str = "", word: str = "", tone: str = "", shape: str = "") -> SafeString:
    """Draw a state by its key, or any word with a tone; an unknown key raises KeyError."""
    look = LOOKS[state] if state else Look(word, SHAPES[tone or "plain"], tone or "plain")
    return format_html(
        '<span class="badge tone-{}">{}{}</span>',
        tone or look.tone,
        icon(f"s-{shape or look.shape}", "s"),
        word or look.word,
    )


@register.inclusion_tag("ui/clock.html")
def clock(
    face: ClockFace | None = None,
    *,
    words: str = "",
    percent: float | None = None,
    tone: str = "",
    name: str = "",
    large: bool = False,
) -> dict[str, Any]:
    """Draw a clock as words and a bar, from a ClockFace or from named values."""
    shown = face or ClockFace(words, percent, tone, name, large)
    share = None if shown.percent is None else max(0, min(100, round(shown.percent)))
    auto = "plain" if shown.percent is None else rules.tone_of(shown.percent)
    return {
        "clock": shown,
        "share": share,
        "tone": shown.tone or auto,
        "large": large or shown.large,
    }


@register.inclusion_tag("ui/flow.html")
def flow(nodes: Iterable[Any]) -> dict[str, Any]:
    """Draw "Alur SOP" from FlowNodes; wrap it in a card."""
    return {"nodes": nodes}


@register.inclusion_tag("ui/facts.html")
def facts(rows: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    """Draw a definition list from pairs of word and value."""
    return {"rows": rows}


@register.inclusion_tag("ui/history.html")
def history(lines: Iterable[Any]) -> dict[str, Any]:
    """Draw the history from HistoryLines, newest first as given."""
    return {"lines": lines}


@register.inclusion_tag("ui/month.html")
def month(weeks: Iterable[Iterable[Any]], *, caption: str) -> dict[str, Any]:
    """Draw a month from weeks of DayCells, Monday first; None where another month begins."""
    return {"weeks": weeks, "caption": caption}


@register.inclusion_tag("ui/work_items.html")
def work_items(items: Iterable[Any]) -> dict[str, Any]:
    """Draw the rows of a work list from WorkItems; put it in a flush card."""
    return {"items": items}


@register.inclusion_tag("ui/empty.html")
def empty(title: str, *, text: str = "", url: str = "", act: str = "") -> dict[str, Any]:
    """Say that nothing is here and what to do first.

    In a loop's body Django takes the word for the loop's own ``empty``: use it after that branch
    or outside the loop.
    """
    return {"title": title, "text": text, "url": url, "act": act}


@register.inclusion_tag("ui/breadcrumbs.html")
def breadcrumbs(crumbs: Iterable[Any]) -> dict[str, Any]:
    """Draw the pages above this one from Crumbs."""
    return {"crumbs": crumbs}


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField, *, label: str = "", hint: str = "", kept: str = "") -> dict[str, Any]:
    """Draw one form field whole; ``kept`` names the file that is already there."""
    return fields.context_of(bound, label=label, hint=hint, kept=kept)


@register.inclusion_tag("ui/cell.html")
def cell(bound: BoundField) -> dict[str, Any]:
    """Draw a form field in a table whose headings name it; readers hear its own label."""
    return fields.cell_of(bound)


@register.inclusion_tag("ui/error_summary.html")
def error_summary(*forms: BaseForm | None, title: str = "") -> dict[str, Any]:
    """List what must be mended at the top of the page, each linked to its field."""
    return {"errors": fields.errors_of(forms), "title": title}


@register.inclusion_tag("ui/button.html")
def button(
    label: str,
    *,
    kind: str = "",
    name: str = "",
    value: str = "",
    refused: Any = "",
    icon: str = "",
    form: str = "",
) -> dict[str, Any]:
    """Draw a submit button; ``refused`` (a reason) shows it disabled with the reason beneath."""
    return {
        "label": label,
        "kind": kind,
        "name": name,
        "value": value,
        "refused": refused,
        "icon": icon,
        "form": form,
    }


@register.simple_block_tag
def card(
    content: str, *, title: str = "", note: str = "", code: str = "", flush: bool = False
) -> SafeString:
    """Frame its content under a section title; ``flush`` lets rows reach the edges."""
    context = {"content": mark_safe(content), "title": title, "note": note}  # noqa: S308 - a rendered template
    return render_to_string("ui/card.html", {**context, "code": code, "flush": flush})


@register.simple_block_tag
def notice(content: str, *, tone: str = "blue", title: str = "") -> SafeString:
    """Tell something that matters on this page, in a tone, with its own sign."""
    context = {"content": mark_safe(content.strip()), "tone": tone}  # noqa: S308 - a rendered template
    return render_to_string("ui/notice.html", {**context, "title": title})
