"""A definition as a file: the YAML that ``sop load`` reads, and its table as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from kelola.sop.definition.convert import to_data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kelola.sop.definition.shape import Activity, Procedure, SopDefinition, Strand

PROCEDURE, STRAND, NUMBER, TITLE = "Prosedur", "Alur", "No", "Aktivitas"
ACTOR, REQUIREMENT, TIME = "Pelaksana", "Persyaratan/Kelengkapan", "Waktu"
OUTPUT, REMARKS = "Output", "Ket"
# The columns of an SOP's own table; it is Indonesian whoever reads it.
HEADER = (PROCEDURE, STRAND, NUMBER, TITLE, ACTOR, REQUIREMENT, TIME, OUTPUT, REMARKS)


class _Plain(yaml.SafeDumper):
    """Writes no anchors: our loader refuses them, and people do not read them."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def yaml_text(definition: SopDefinition) -> str:
    """Return a definition as a file that loads to the same definition."""
    return plain_yaml(to_data(definition))


def plain_yaml(data: dict[str, Any]) -> str:
    """Return the data of a definition as YAML that our loader reads."""
    return yaml.dump(data, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=100)


def table_rows(definition: SopDefinition) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the SOP's table, an activity once for each strand that it stands in."""
    for procedure in definition.procedures:
        for strand in procedure.strands:
            for key in strand.activities:
                yield _row(procedure, strand, procedure.activity(key))


def _row(procedure: Procedure, strand: Strand, activity: Activity) -> tuple[str, ...]:
    remarks = [activity.remarks, *_roads(procedure, strand, activity)]
    return (
        f"{procedure.code}. {procedure.title.id}",
        strand.key,
        str(activity.order),
        activity.title.id,
        procedure.role(activity.actor).title.id,
        activity.requirement.id,
        activity.time_words.id or activity.time,
        activity.output.id,
        "; ".join(text for text in remarks if text),
    )


def _roads(procedure: Procedure, strand: Strand, activity: Activity) -> Iterator[str]:
    """Yield the outcomes of an activity that has more than the one to the next row."""
    for outcome in activity.outcomes if len(activity.outcomes) > 1 else ():
        group = strand.group(outcome.to)
        goals = group.members if group else (outcome.to,)
        numbers = [str(procedure.activity(k).order) for k in goals if k in strand.activities]
        road = "kembali ke" if outcome.is_return else "lanjut ke"
        goal = f"{road} {' dan '.join(numbers)}" if numbers else "selesai"
        yield f"Jika “{outcome.label.id}”: {goal}"
