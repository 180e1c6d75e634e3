"""Document control: what a revision changed, how procedures ran, who signs, the index."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kelola.office.queries import holders, posts
from kelola.reports.rules.content import Signature
from kelola.sop import access, control, queries, rules
from kelola.sop.definition.differences import differences
from kelola.sop.phrases import say
from kelola.sop.views.papers import send, size_of
from kelola.sop.views.periods import moments
from kelola.ui.parts import Crumb
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest
    from kelola.office.models import Post
    from kelola.sop.definition.differences import Difference
    from kelola.sop.definition.shape import SopDefinition
    from kelola.sop.models import Sop, SopVersion
    from kelola.sop.rules import Ran

_HALF = re.compile(r"([0-9]{4})-([12])")
_HALVES = 4
JULY = 7


@require_safe
def revision(request: OfficeRequest, sop_id: UUID, version_id: UUID) -> HttpResponse:
    """Show what a version changed against the one before it."""
    row = access.sop(sop_id)
    version, before, rows = _revised(row, version_id)
    context = {
        "heading": _("What changed"),
        "crumbs": [*_above(row), Crumb(_("Versions"), reverse("sop_versions", args=[row.id]))],
        "sop": row,
        "version": version,
        "before": before,
        "rows": [{"row": r, "part": control.PARTS[r.part]} for r in rows],
    }
    return render(request, "sop/revision.html", context)


@require_safe
def revision_paper(request: OfficeRequest, sop_id: UUID, version_id: UUID) -> HttpResponse:
    """Send the list of revisions as PDF; 404 for a first version, which revises nothing."""
    version, before, rows = _revised(access.sop(sop_id), version_id)
    if before is None:
        raise Http404
    size = size_of(request.GET.get("kertas"))
    made = control.revision_paper(request.actor.office, version, before, rows, size=size)
    return send(request, made, f"{version.sop.number} {made.title}")


def _revised(row: Sop, version_id: UUID) -> tuple[SopVersion, SopVersion | None, list[Difference]]:
    version = access.version_of(row, version_id)
    before = queries.previous_version(version)
    if before is None:
        return version, None, []
    old = queries.definition(before.definition_id)
    return version, before, differences(old, queries.definition(version.definition_id))


@require_safe
def monitoring(request: OfficeRequest, sop_id: UUID) -> HttpResponse:
    """Show how each procedure of an SOP ran in a half-year."""
    row = access.sop(sop_id)
    version = access.version(row)
    today = _today(request)
    first, last = _half(request.GET.get("paruh", ""), today)
    ran = _ran(request, row, first, last)
    procedures = queries.definition(version.definition_id).procedures
    context = {
        "heading": _("Monitoring"),
        "crumbs": _above(row),
        "sop": row,
        "first": first,
        "last": last,
        "half": _name(first),
        "halves": _halves(today),
        "proposal": control.proposal_words(),
        "rows": [
            _monitored(p.code, say(p.title), ran.get(p.code, rules.Ran())) for p in procedures
        ],
    }
    return render(request, "sop/monitoring.html", context)


def _monitored(code: str, title: str, ran: Ran) -> dict[str, Any]:
    return {
        "code": code,
        "title": title,
        "well": rules.runs_well(ran),
        "notes": control.notes(ran).splitlines(),
    }


@require_safe
def monitoring_paper(request: OfficeRequest, sop_id: UUID) -> HttpResponse:
    """Send table 7 of a half-year as PDF."""
    row = access.sop(sop_id)
    version = access.version(row)
    first, last = _half(request.GET.get("paruh", ""), _today(request))
    made = control.monitoring_paper(
        request.actor.office,
        version,
        queries.definition(version.definition_id),
        (first, last),
        _ran(request, row, first, last),
        at=timezone.now(),
        size=size_of(request.GET.get("kertas")),
    )
    return send(request, made, f"{row.number} {made.title} {_name(first)}")


def _ran(request: OfficeRequest, row: Sop, first: date, last: date) -> dict[str, Ran]:
    period = moments(calendar_of(request.actor.office.pk), first, last)
    return queries.ran(row.id, *period, timezone.now())


def _today(request: OfficeRequest) -> date:
    return workcal.local(calendar_of(request.actor.office.pk), timezone.now()).date()


def _half(text: str, today: date) -> tuple[date, date]:
    """Return the days of a half-year written ``2026-2``; of today's for anything else."""
    found = _HALF.fullmatch(text)
    year = int(found[1]) if found else today.year
    second = found[2] == "2" if found else today.month >= JULY
    if year not in workcal.KNOWN_YEARS:
        raise Http404
    return (
        (date(year, 7, 1), date(year, 12, 31)) if second else (date(year, 1, 1), date(year, 6, 30))
    )


def _name(first: date) -> str:
    return f"{first.year}-{2 if first.month == JULY else 1}"


def _halves(today: date) -> list[dict[str, Any]]:
    """Return this half-year and those before it."""
    found, day = [], today
    for _number in range(_HALVES):
        first, last = _half("", day)
        found.append({"name": _name(first), "first": first, "last": last})
        day = first - timedelta(days=1)
    return found


@require_safe
def approval(request: OfficeRequest, sop_id: UUID, version_id: UUID) -> HttpResponse:
    """Choose which posts sign the approval sheet of a version."""
    row = access.sop(sop_id)
    version = access.version_of(row, version_id)
    usual = _signing(row, queries.definition(version.definition_id))
    context = {
        "heading": _("Approval sheet"),
        "crumbs": [*_above(row), Crumb(_("Versions"), reverse("sop_versions", args=[row.id]))],
        "sop": row,
        "version": version,
        "posts": posts(),
        "places": [
            {"name": name, "label": label, "chosen": chosen}
            for (name, label), chosen in zip(_places(), usual, strict=True)
        ],
    }
    return render(request, "sop/approval.html", context)


@require_safe
def approval_paper(request: OfficeRequest, sop_id: UUID, version_id: UUID) -> HttpResponse:
    """Send the approval sheet as PDF, with three places to sign."""
    row = access.sop(sop_id)
    version = access.version_of(row, version_id)
    definition = queries.definition(version.definition_id)
    known = {str(p.pk): p for p in posts()}
    asked = [request.GET.get(name, "") for name, _label in _places()]
    if any(key and key not in known for key in asked):
        raise Http404
    chosen = [known[key] if key else None for key in asked]
    if not any(chosen):
        chosen = _signing(row, definition)
    signatures = _signatures(chosen, _today(request))
    size = size_of(request.GET.get("kertas"))
    office = request.actor.office
    made = control.approval_paper(office, version, definition, signatures, size=size)
    return send(request, made, f"{row.number} {made.title}")


def _places() -> tuple[tuple[str, str], ...]:
    return (
        ("disusun", _("Prepared by")),
        ("diperiksa", _("Examined by")),
        ("ditetapkan", _("Established by")),
    )


def _signing(row: Sop, definition: SopDefinition) -> list[Post | None]:
    """Return the posts that sign where nobody says otherwise."""
    mapped = queries.posts_by_role(row)
    found = (mapped.get(role, []) for role in rules.signing_roles(definition))
    return [posts_[0] if posts_ else None for posts_ in found]


def _signatures(chosen: Sequence[Post | None], on: date) -> list[Signature]:
    people = holders([p for p in chosen if p], on)
    found = []
    for (_place, label), post in zip(_places(), chosen, strict=True):
        who = people.get(post.pk, []) if post else []
        role = f"{label}\n{post.label}" if post else label
        found.append(Signature(role, who[0].name, who[0].nip) if len(who) == 1 else Signature(role))
    return found


@require_safe
def index_paper(request: OfficeRequest) -> HttpResponse:
    """Send the index of all SOPs as PDF."""
    versions = queries.latest_versions()
    made = control.index_paper(
        request.actor.office,
        versions,
        queries.definitions(v.definition_id for v in versions),
        size=size_of(request.GET.get("kertas")),
    )
    return send(request, made, made.title)


def _above(row: Sop) -> list[Crumb]:
    return [Crumb(_("SOP"), reverse("sops")), Crumb(row.number, reverse("sop", args=[row.id]))]
