"""Open a run: choose a strand, say what it is about, choose the round."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kelola.office.policies import Refused
from kelola.sop import engine, phrases, policies, queries, rules, services
from kelola.sop.models import Origin
from kelola.sop.phrases import say
from kelola.sop.words import round_subject, rule_words, slot_words
from kelola.ui.parts import Crumb
from kelola.ui.wording import long_day
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest
    from kelola.sop.definition.shape import Procedure, Strand
    from kelola.sop.models import Run, SopVersion

SUBJECT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Door:
    """A strand on the page where a run is opened; ``refused`` says why it can't be."""

    strand: Strand
    title: str
    path: str
    opens: str
    refused: str


def _doors(procedure: Procedure, roles: frozenset[str]) -> list[Door]:
    found = []
    for strand in procedure.strands:
        decision = policies.may_open(roles, procedure, strand)
        found.append(
            Door(
                strand=strand,
                title=say(strand.title),
                path=" → ".join(strand.activities),
                opens=opens_words(strand),
                refused=str(decision.reason) if isinstance(decision, Refused) else "",
            )
        )
    return found


def opens_words(strand: Strand) -> str:
    """Return when a strand is opened, in words."""
    words = []
    if "on_request" in strand.opens:
        words.append(_("on request"))
    if strand.rule:
        words.append(rule_words(strand.rule))
    return ", ".join(words)


@require_safe
def run_new(request: OfficeRequest) -> HttpResponse:
    """Choose what to open."""
    roles = queries.roles_through(request.actor.posts)
    groups = []
    for version in queries.current_versions():
        for procedure in queries.definition(version.definition_id).procedures:
            doors = _doors(procedure, roles.of(version.sop_id))
            groups.append({"version": version, "procedure": procedure, "doors": doors})
    context = {"heading": _("Open a run"), "groups": groups}
    return render(request, "sop/run_new.html", context)


@dataclass(slots=True)
class Opening:
    """What the page of one strand shows and posts."""

    version: SopVersion
    procedure: Procedure
    part: Strand
    slots: list[workcal.Slot]
    today: date
    subject: str = ""
    slot: str = ""
    errors: list[tuple[str, str, str]] = field(default_factory=list)


@require_http_methods(["GET", "HEAD", "POST"])
def run_open(request: OfficeRequest, sop_id: UUID, strand: str) -> HttpResponse:
    """Open a run of one strand."""
    found = queries.strand_in_use(sop_id, strand)
    if found is None:
        raise Http404
    version, procedure = found
    part = procedure.strand(strand)
    calendar = calendar_of(request.actor.office.id)
    today = workcal.local(calendar, timezone.now()).date()
    slots = rules.rounds(calendar, part.rule, today) if part.rule else []
    opening = Opening(version, procedure, part, slots, today)
    if request.method == "POST":
        opening.subject = " ".join(request.POST.get("subject", "").split())
        opening.slot = request.POST.get("slot", "")
        run = _try(request, opening)
        if run is not None:
            messages.success(request, _("Run %(number)s is open.") % {"number": run.number})
            return redirect("run", run.id)
    return _open_page(request, opening)


def _try(request: OfficeRequest, opening: Opening) -> Run | None:
    """Open the run; where that can't be, say why in the opening's errors."""
    part = opening.part
    opening.errors = _errors(opening)
    if opening.errors:
        return None
    slot = next((s for s in opening.slots if s.key == opening.slot), None)
    try:
        return services.open_run(
            version=opening.version,
            procedure=opening.procedure.code,
            strand=part.key,
            subject=opening.subject.strip() or round_subject(part, slot),
            slot=slot,
            origin=Origin.SCHEDULE if slot else Origin.REQUEST,
            by=request.actor.person,
            at=timezone.now(),
        )
    except services.SlotTaken:
        text = _("This round is already open. Choose another.")
        opening.errors = [("slot", _("Round"), text)]
    except policies.NotAllowed as refused:
        opening.errors = [("", "", refused.reason)]
    except engine.Refusal as refused:
        opening.errors = [("slot", *phrases.refusal(refused, str))]
    return None


def _errors(opening: Opening) -> list[tuple[str, str, str]]:
    errors = []
    if not opening.subject.strip() and not opening.part.rule:
        errors.append(("subject", _("Subject"), _("Say in a few words what it is about.")))
    if len(opening.subject) > SUBJECT_LENGTH:
        text = _("At most %(limit)s characters.") % {"limit": SUBJECT_LENGTH}
        errors.append(("subject", _("Subject"), text))
    known = {s.key for s in opening.slots}
    missing = rules.needs_slot(opening.part) and not opening.slot
    if missing or (opening.slot and opening.slot not in known):
        errors.append(("slot", _("Round"), _("Choose the round from the list.")))
    return errors


def _open_page(request: OfficeRequest, opening: Opening) -> HttpResponse:
    part, procedure = opening.part, opening.procedure
    taken = queries.taken_slots(opening.version.sop, part.key)
    roles = queries.roles_through(request.actor.posts).of(opening.version.sop_id)
    decision = policies.may_open(roles, procedure, part)
    today = opening.today
    running = next((s.key for s in opening.slots if s.opens_on <= today <= s.due_on), "")
    context = {
        "heading": say(part.title),
        "crumbs": [Crumb(_("Open a run"), reverse("run_new")), Crumb(part.key)],
        "procedure": procedure,
        "strand": part,
        "activities": [procedure.activity(k) for k in part.activities],
        "slots": [
            {
                "key": s.key,
                "words": slot_words(s, part.rule),
                "hint": _("due %(day)s") % {"day": long_day(s.due_on)},
                "taken": s.key in taken,
            }
            for s in opening.slots
        ],
        "chosen": opening.slot or ("" if running in taken else running),
        "needs_slot": rules.needs_slot(part),
        "subject": opening.subject,
        "errors": opening.errors,
        "told": {name: text for name, _label, text in opening.errors},
        "refused": str(decision.reason) if isinstance(decision, Refused) else "",
        "subject_length": SUBJECT_LENGTH,
    }
    return render(request, "sop/run_open.html", context, status=422 if opening.errors else 200)
