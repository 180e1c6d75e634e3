"""The texts of the form: corrected ones in the reader's language, or the source's as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kelola.sop.form.table import Row, Table
from kelola.sop.words import say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kelola.sop.definition.shape import Activity, Procedure, SopDefinition, Words


def speaker(*, verbatim: bool) -> Callable[[Words | None], str]:
    """Return what says a text: as the source has it where it has it, or corrected."""
    return (lambda words: words.verbatim or words.id if words else "") if verbatim else say


def table_of(
    definition: SopDefinition,
    procedure: Procedure,
    *,
    verbatim: bool = False,
    notes: Mapping[str, str] | None = None,
) -> Table:
    """Return a procedure as the rows of its form.

    Args:
        definition: the SOP.
        procedure: one of its procedures.
        verbatim: print the source's spelling and its titles of columns.
        notes: what stands before an activity's remarks, by its key.

    """
    speak = speaker(verbatim=verbatim)
    columns = [role.key for role in procedure.roles]
    source = dict(definition.identity.column_titles) if verbatim else {}
    told = notes or {}
    return Table(
        actors=tuple(speak(role.title) for role in procedure.roles),
        titles=(
            source.get("number") or _("No."),
            source.get("activity") or _("Activity"),
            source.get("requirement") or _("Requirement"),
            source.get("time") or _("Time"),
            source.get("output") or _("Output"),
            source.get("remarks") or _("Remarks"),
        ),
        above_actors=source.get("actors") or _("Actor"),
        above_standard=source.get("standard") or _("Standard of quality"),
        rows=tuple(
            Row(
                key=activity.key,
                actor=columns.index(activity.actor),
                decision=activity.decision,
                cells=(
                    str(number),
                    speak(activity.title),
                    speak(activity.requirement),
                    speak(activity.time_words),
                    speak(activity.output),
                    _remarks(activity, told.get(activity.key, ""), verbatim=verbatim),
                ),
            )
            for number, activity in enumerate(procedure.activities, 1)
        ),
        start=_("Start of the flow"),
        end=_("End of the flow"),
    )


def _remarks(activity: Activity, note: str, *, verbatim: bool) -> str:
    """Return the remarks, and what leads elsewhere than to the next row."""
    lines = [note, activity.remarks]
    if not verbatim:
        told = activity.outcomes if activity.decision else activity.outcomes[1:]
        lines += [f"{say(o.label)} {'↩' if o.is_return else '→'} {_goal(o.to)}" for o in told]
    return "\n".join(line for line in lines if line)


def _goal(key: str) -> str:
    return _("End of the flow") if key == "end" else key
