"""What SOPs put into packs of evidence: by activity the steps of a month, papers and files."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from kelola import registry
from kelola.evidence import services as evidence
from kelola.evidence.queries import papers_of
from kelola.evidence.rules.packs import PAPERS, Chapter, Piece, Row, Source, Stand, Told
from kelola.sop import access, faces, outputs, papers, phrases, queries, rules, sheets
from kelola.sop.phrases import say
from kelola.ui.states import LOOKS
from kelola.ui.wording import long_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from uuid import UUID

    from kelola.evidence.models import Document, IssuedPaper
    from kelola.evidence.rules.packs import Asked
    from kelola.office.models import Office
    from kelola.office.queries import Order
    from kelola.reports.rules.content import Content
    from kelola.sop.definition.shape import Activity, Procedure
    from kelola.sop.models import Run, Step

NONE_NEEDED = frozenset({"not_carried_out", "skipped", "cancelled"})


@dataclass(frozen=True, slots=True)
class _Month:
    """The steps of a month with all that is told of them, read at once."""

    steps: Sequence[Step]
    documents: Mapping[str, Document]
    orders: Mapping[str, Order]
    issued: Mapping[str, Sequence[IssuedPaper]]

    def last_with_form(self) -> dict[tuple[UUID, str], Step]:
        """Return per run and form the last final step: its paper shows the earlier ones too."""
        return {(s.run_id, _activity(s).form.number): s for s in self.steps if papers.is_final(s)}


def find(text: str) -> list[tuple[UUID, str]]:
    """Return the SOPs of the open office that a number or an id names."""
    found = [v.sop for v in queries.latest_versions()]
    return [(s.pk, s.title_id) for s in found if text in (s.number, str(s.pk))]


def told(asked: Asked) -> Told | None:
    """Return the rows of an SOP's month; None for an SOP that the open office has not."""
    version = next((v for v in queries.latest_versions() if v.sop_id == asked.sop), None)
    if version is None:
        return None
    start, end = bounds(asked.first, asked.zone)
    month = _read(queries.steps_between(asked.sop, asked.procedure, start, end))
    procedures = queries.definition(version.definition_id).procedures
    wanted = [p for p in procedures if asked.procedure in ("", p.code)]
    forms = month.last_with_form()
    chapters = tuple(Chapter(p.code, say(p.title), tuple(_rows(p, month, forms))) for p in wanted)
    return Told(version.sop.number, version.sop.title_id, chapters, _objects(month))


def bounds(first: date, zone: str) -> tuple[datetime, datetime]:
    """Return the moments between which a month lies in a time zone."""
    after = (first + timedelta(days=31)).replace(day=1)
    begin, end = (datetime.combine(d, time(), ZoneInfo(zone)) for d in (first, after))
    return begin.astimezone(UTC), end.astimezone(UTC)


def _read(steps: Sequence[Step]) -> _Month:
    ids = {i for s in steps for i in _file_ids(s)}
    subjects = {f"sop.run:{s.run_id}" for s in steps}
    return _Month(
        steps, outputs.documents(ids), queries.orders_of(steps), papers_of(sorted(subjects))
    )


def _objects(month: _Month) -> frozenset[str]:
    """Return what the extract of the ledger is about: these runs, their files, sealed papers."""
    runs = {f"sop.run:{s.run_id}" for s in month.steps}
    files = {f"evidence.document:{key}" for key in month.documents}
    sealed = [paper for found in month.issued.values() for paper in found]
    given = {f"evidence.paper:{p.pk}" for p in sealed}
    kept = {f"evidence.document:{p.document_id}" for p in sealed}
    return frozenset(runs | files | given | kept)


def _activity(step: Step) -> Activity:
    return queries.procedure_of(step.run).activity(step.activity)


def _file_ids(step: Step) -> tuple[str, ...]:
    return rules.file_ids(_activity(step).form.fields, step.form)


def _rows(
    procedure: Procedure, month: _Month, forms: Mapping[tuple[UUID, str], Step]
) -> Iterator[Row]:
    """Yield the rows in the SOP's order; what only an older version has comes at the end."""
    by_key: dict[str, list[Step]] = defaultdict(list)
    for step in month.steps:
        if step.run.procedure == procedure.code:
            by_key[step.activity].append(step)
    for activity in procedure.activities:
        found = by_key.pop(activity.key, [])
        if not found:
            yield Row(activity.key, say(activity.title), Stand.MISSING)
        yield from (_row(step, month, forms) for step in found)
    for left in by_key.values():
        yield from (_row(step, month, forms) for step in left)


def _row(step: Step, month: _Month, forms: Mapping[tuple[UUID, str], Step]) -> Row:
    run, activity = step.run, _activity(step)
    attempt = f" ({_('attempt %(n)s') % {'n': step.attempt}})" if step.attempt > 1 else ""
    pieces, lost = _pieces(step, month, forms)
    return Row(
        code=step.activity,
        title=say(activity.title) + attempt,
        stand=_stand(step),
        state=str(LOOKS[faces.state_key(step)].word),
        run=run.number,
        url=reverse("run", args=[run.pk]),
        who=_who(step, month.orders.get(step.acting_for)),
        performed=long_date(step.performed_at),
        recorded=long_date(step.recorded_at),
        notes=tuple(filter(None, [*_notes(step, activity), *lost])),
        pieces=tuple(pieces),
    )


def _stand(step: Step) -> Stand:
    if step.is_open:
        return Stand.MISSING
    return Stand.NONE_NEEDED if step.state in NONE_NEEDED else Stand.THERE


def _who(step: Step, order: Order | None) -> str:
    if order:
        role = phrases.acting_words(order)
    else:
        role = say(queries.procedure_of(step.run).role(step.role).title)
    return f"{step.performer.name}, {role}" if step.performer else role


def _notes(step: Step, activity: Activity) -> list[str]:
    return [
        phrases.late_words(step) if step.late_reason else "",
        phrases.decision(activity, step.outcome),
        phrases.standing_words(step),
        step.remarks,
        phrases.asked_words(step),
    ]


def _pieces(
    step: Step, month: _Month, forms: Mapping[tuple[UUID, str], Step]
) -> tuple[list[Piece], list[str]]:
    """Return the files of a step, and a sentence for each that is lost."""
    run, found, lost = step.run, [], []
    if papers.is_final(step):
        found.append(_form(forms[run.pk, _activity(step).form.number]))
    named = [month.documents[i] for i in _file_ids(step) if i in month.documents]
    about = {run.number, papers.form_number(step)}
    sealed = month.issued.get(f"sop.run:{run.pk}", ())
    for document in [*named, *(p.document for p in sealed if p.number in about)]:
        if evidence.is_lost(document):
            lost.append(_("%(name)s is damaged or missing on the disk") % {"name": document.name})
        else:
            found.append(evidence.document_piece(document, step.activity))
    found.append(_sheet(run))
    return found, lost


def _form(step: Step) -> Piece:
    activity = _activity(step)
    name = f"{say(activity.form.name)} {papers.form_number(step)}"
    return Piece(
        key=f"form:{step.pk}",
        folder=PAPERS,
        name=f"{name}.pdf",
        stem=f"{step.activity} {step.run.number}",
        extension="pdf",
        body=_printing(step.run, lambda office: papers.form_paper(office, step)),
        url=reverse("step_output", args=[step.pk]),
    )


def _sheet(run: Run) -> Piece:
    return Piece(
        key=f"run:{run.pk}",
        folder=PAPERS,
        name=f"{_('Run sheet')} {run.number}.pdf",
        stem=f"{run.procedure} {run.number}",
        extension="pdf",
        body=_printing(run, lambda office: sheets.run_paper(office, access.run(run.pk))),
        url=reverse("run_paper", args=[run.pk]),
    )


def _printing(run: Run, make: Callable[[Office], Content]) -> Callable[[], Iterator[bytes]]:
    def printed() -> Iterator[bytes]:
        # Typst is loaded by whoever prints, not by every command.
        from kelola.reports import press  # noqa: PLC0415

        made = make(run.office)
        yield press.set_paper(registry.reports[made.kind], press.data_of(made)).pdf

    return printed


registry.packs.register("sop.runs", Source(find, told))
