"""What the forms of steps post, read alike wherever they are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from kelola.evidence import services as evidence
from kelola.sop import forms, rules, turns
from kelola.sop.views.step_page import Error, Posted
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from kelola.office.http import OfficeRequest
    from kelola.sop.models import Step

REVISION_DIGITS = 9


def posted(request: OfficeRequest) -> Posted:
    """Return what was typed beside the form itself."""
    typed = request.POST
    return Posted(
        remarks=typed.get("remarks", ""),
        done_on=typed.get("done_on", ""),
        done_time=typed.get("done_time", ""),
        late_reason=typed.get("late_reason", ""),
    )


def blank(request: OfficeRequest, row: Step) -> Posted:
    """Return what stands beside a form that is drawn for the first time.

    Who recorded work that was done already has said when; nobody is asked twice.
    """
    run = row.run
    if run.done_at is None or run.opened_by_id != request.actor.person.pk or not row.is_open:
        return Posted()
    local = workcal.local(calendar_of(row.office_id), run.done_at)
    return Posted(
        done_on=local.date().isoformat(),
        done_time=f"{local:%H:%M}",
        late_reason=run.done_reason,
    )


def revision(request: OfficeRequest) -> int:
    """Return the revision of the form that was drawn; -1, which none has, for nonsense."""
    text = request.POST.get("revision", "0")
    known = text.isascii() and text.isdigit() and len(text) <= REVISION_DIGITS
    return int(text) if known else -1


def one_more(request: OfficeRequest, name: str, written: int) -> dict[str, int]:
    """Return how many blank rows to draw so that a table has one row more than was drawn."""
    drawn = rules.to_count(request.POST.get(f"{name}.rows", "0"), forms.MAX_POSTED_ROWS)
    return {name: min(drawn + 1, forms.MAX_POSTED_ROWS) - written}


def keeper(request: OfficeRequest, row: Step, slips: list[Error]) -> forms.Store:
    """Return what keeps an upload as evidence of the step's run; a refusal goes to ``slips``."""
    may_store = bool(request.FILES) and turns.may_work(request.actor, row)

    def store(name: str, upload: UploadedFile[Any]) -> str | None:
        if not may_store:
            return None
        try:
            document = evidence.store_file(
                office=row.office_id,
                stream=upload.file,  # type: ignore[arg-type] # a binary stream in every handler
                name=upload.name or "",
                subject=f"sop.run:{row.run_id}",
                by=request.actor.id,
                at=timezone.now(),
            )
        except evidence.RefusedFile as refused:
            slips.append(("f-" + name.replace(".", "-"), "", str(refused.reason)))
            return None
        return str(document.id)

    return store
