"""The sheet of a run: who did what, when, with which files, and what the history says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kelola.ledger import verbs as ledger
from kelola.ledger.queries import entries_of
from kelola.reports.letterheads import dated, letterhead_of
from kelola.reports.rules.content import Content, Facts, Heading, Signature, Size, Table
from kelola.sop import engine, faces, outputs, phrases, queries, rules
from kelola.sop.papers import office_words
from kelola.sop.phrases import say
from kelola.sop.reports import HANDOVER, RUN_SHEET
from kelola.ui.states import LOOKS
from kelola.ui.wording import long_date, long_day
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kelola.evidence.models import Document
    from kelola.ledger.models import Entry
    from kelola.office.models import Office
    from kelola.office.queries import Order
    from kelola.sop.definition.shape import Procedure
    from kelola.sop.models import HandOver, Run, Step
    from kelola.workcal.rules import Calendar


def run_paper(office: Office, run: Run, *, size: Size = Size.A4, draft: bool = False) -> Content:
    """Return the sheet of a run as a paper; of an open run, or as a ``draft``, it says so."""
    with office_words(office):
        procedure, steps = queries.procedure_of(run), queries.steps_of(run)
        entries = entries_of(str(run.office_id), [f"sop.run:{run.id}"])
        head = say(procedure.role(procedure.head).title)
        return Content(
            kind=RUN_SHEET,
            size=size,
            at=run.closed_at or max((e.at for e in entries), default=run.opened_at),
            letterhead=letterhead_of(office),
            title=_("Run sheet"),
            subtitle=f"{_('Number')} {run.number}",
            corner=(run.sop.number, f"{_('Procedure')} {procedure.code}"),
            number=run.number,
            day=dated(office, run.closed_at),
            blocks=(
                _about(run, procedure),
                Heading(_("Steps")),
                _steps(procedure, steps, calendar_of(run.office_id), queries.orders_of(steps)),
                Heading(_("Outputs and files")),
                _files(procedure, steps),
                *_pauses(steps),
                Heading(_("History")),
                _history(entries),
            ),
            signatures=(Signature(head),),
            mark=_("DRAFT") if draft or run.state == "open" else "",
        )


def handover_paper(office: Office, row: HandOver) -> Content:
    """Return the minutes of a hand-over (Berita Acara), to be signed by both."""
    with office_words(office):
        facts = Facts(
            (
                (_("Handed over by"), row.giver.name),
                (_("Taken over by"), row.receiver.name),
                (_("Posts"), "\n".join(row.posts)),
                (_("Valid from"), long_day(row.on)),
                (_("Decree"), f"{row.decree_number}, {long_day(row.decree_on)}"),
                *(((_("Note"), row.note),) if row.note else ()),
            )
        )
        tables = (
            Table(
                title=label,
                columns=(_("Code"), _("In words")),
                rows=tuple((code, text) for code, text in rows),
                empty=_("None."),
            )
            for label, rows in row.held
        )
        return Content(
            kind=HANDOVER,
            size=Size.A4,
            at=row.made_at,
            letterhead=letterhead_of(office),
            title=_("Minutes of the hand-over of posts"),
            subtitle=f"{_('Number')} {row.number}",
            corner=(),
            number=row.number,
            day=dated(office, row.made_at),
            blocks=(facts, Heading(_("Held on that day")), *tables),
            signatures=(
                Signature(_("Handed over by"), row.giver.name, row.giver.nip),
                Signature(_("Taken over by"), row.receiver.name, row.receiver.nip),
            ),
            mark="",
        )


def _about(run: Run, procedure: Procedure) -> Facts:
    strand = procedure.strand(run.strand)
    rows = [
        (_("Subject"), run.subject),
        (_("Procedure"), f"{procedure.code}. {say(procedure.title)}"),
        (_("Strand"), say(strand.title)),
        (_("Opened"), f"{long_date(run.opened_at)}\n{phrases.opener(run)}"),
        (_("Origin"), run.get_origin_display()),
    ]
    if run.done_at:
        rows.append((_("Work done"), phrases.done_before_words(run)))
    if run.slot_opens_on:
        span = f"{long_day(run.slot_opens_on)} – {long_day(run.slot_due_on)}"
        rows.append((_("Round"), span))
    rows.append((_("State"), str(LOOKS[f"run.{run.state}"].word)))
    if run.closed_at:
        rows.append((_("Closed"), long_date(run.closed_at)))
    if said := phrases.answer_words(run.opener_answer):
        rows.append((_("The opener's answer"), said))
    if run.cancel_reason:
        rows.append((_("Reason"), run.cancel_reason))
    return Facts(tuple(rows))


def _steps(
    procedure: Procedure, steps: Sequence[Step], calendar: Calendar, acts: Mapping[str, Order]
) -> Table:
    return Table(
        title="",
        columns=(_("Code"), _("Step"), _("Done by"), _("When"), _("Clock and result")),
        rows=tuple(_step(procedure, s, calendar, acts.get(s.acting_for)) for s in steps),
    )


def _step(
    procedure: Procedure, step: Step, calendar: Calendar, order: Order | None
) -> tuple[str, ...]:
    activity = procedure.activity(step.activity)
    title = say(activity.title)
    if step.attempt > 1:
        title += f" ({_('attempt %(n)s') % {'n': step.attempt}})"
    role = phrases.acting_words(order) if order else say(procedure.role(step.role).title)
    asked = phrases.asked_words(step)
    undone = step.state == "not_carried_out"
    who = f"{step.performer.name}\n{role}" if step.performer and not undone else role
    took = "" if step.is_open else phrases.done_words(step, calendar)
    state = str(LOOKS[faces.state_key(step)].word)
    late = phrases.late_words(step) if step.late_reason else ""
    decided = phrases.decision(activity, step.outcome)
    standing = phrases.standing_words(step)
    told = [took or state, late, decided, standing, step.remarks, asked]
    result = "\n".join(line for line in told if line)
    return (step.activity, title, who, long_date(step.performed_at), result)


def _files(procedure: Procedure, steps: Sequence[Step]) -> Table:
    named = [(s, _ids(procedure, s)) for s in steps if s.form and not s.asked]
    documents = outputs.documents([i for _step, ids in named for i in ids])
    rows = [row for s, ids in named for row in _lines(procedure, s, ids, documents)]
    return Table(
        title="",
        columns=(_("Code"), _("Output"), _("File"), "SHA-256"),
        rows=tuple(rows),
        empty=_("No output yet."),
    )


def _ids(procedure: Procedure, step: Step) -> tuple[str, ...]:
    return rules.file_ids(procedure.activity(step.activity).form.fields, step.form)


def _lines(
    procedure: Procedure, step: Step, ids: Sequence[str], documents: dict[str, Document]
) -> list[tuple[str, ...]]:
    output = say(procedure.activity(step.activity).output)
    found = [documents[i] for i in ids if i in documents]
    if not found:
        return [(step.activity, output, _("in the form"), "")]
    return [(step.activity, output, d.name, d.file.sha256) for d in found]


def _pauses(steps: Sequence[Step]) -> list[Heading | Table]:
    rows = [
        (
            s.activity,
            str(phrases.PAUSE_REASONS[engine.PauseReason(p.reason)]),
            long_date(p.starts_at),
            long_date(p.ends_at),
            p.note,
        )
        for s in steps
        for p in s.pauses.all()
    ]
    if not rows:
        return []
    columns = (_("Code"), _("Reason"), _("Since"), _("Until"), _("Note"))
    return [Heading(_("Clock stopped")), Table("", columns, tuple(rows))]


def _history(entries: Sequence[Entry]) -> Table:
    name = faces.people(ledger.ids_in(entries))
    lines = ledger.sentences(entries, name)
    rows = tuple((long_date(line.at), line.text) for line in lines)
    return Table("", (_("Time"), _("What happened")), rows)
