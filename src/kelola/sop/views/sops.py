"""The SOPs of the office, and one SOP in the shape of its own document."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kelola.office.queries import holders
from kelola.sop import access, exchange, queries
from kelola.sop.phrases import say
from kelola.sop.views.opening import opens_words
from kelola.ui.parts import Crumb

if TYPE_CHECKING:
    from uuid import UUID

    from kelola.office.http import OfficeRequest
    from kelola.sop.definition.shape import Procedure, SopDefinition

STATUS_LOOKS = {
    "in_force": "basis.in_force",
    "amended": "basis.in_force",
    "superseded": "basis.replaced",
}


@require_safe
def sops(request: OfficeRequest) -> HttpResponse:
    """List the SOPs in use."""
    versions = queries.current_versions()
    texts = queries.definitions(v.definition_id for v in versions)
    rows = [{"version": v, "procedures": texts[v.definition_id].procedures} for v in versions]
    return render(request, "sop/sops.html", {"heading": _("SOP"), "rows": rows})


@require_safe
def sop(request: OfficeRequest, sop_id: UUID) -> HttpResponse:
    """Show an SOP: identity block, legal bases, procedures as tables, who performs which role."""
    row = access.sop(sop_id)
    version = access.version(row)
    definition = queries.definition(version.definition_id)
    identity = definition.identity
    ratified = set(queries.ratified_roles(version))
    context = {
        "heading": say(identity.title),
        "crumbs": [Crumb(_("SOP"), reverse("sops")), Crumb(identity.number)],
        "sop": row,
        "version": version,
        "identity": identity,
        "titles": dict(identity.column_titles),
        "created_on": _day(identity.created_on),
        "revised_on": _day(identity.revised_on),
        "effective_on": _day(identity.effective_on),
        "bases": [
            {"basis": b, "look": STATUS_LOOKS.get(b.status, "basis.unknown")}
            for b in identity.legal_bases
        ],
        "procedures": [_procedure(p, ratified) for p in definition.procedures],
        "assumed": bool(queries.assumed_roles(version) - ratified),
        "actors": _actors(row.id, definition),
    }
    return render(request, "sop/sop.html", context)


@require_safe
def sop_export(_request: OfficeRequest, sop_id: UUID, kind: str) -> HttpResponse:
    """Send the SOP as this office uses it, in a format of others."""
    row = access.sop(sop_id)
    if kind not in exchange.FORMATS:
        raise Http404
    made = exchange.export(queries.definition(access.version(row).definition_id), kind)
    name = f"{slugify(row.number.replace('/', '-')) or 'sop'}.{kind}"
    return HttpResponse(
        made,
        content_type=exchange.FORMATS[kind].content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _procedure(procedure: Procedure, ratified: set[str]) -> dict[str, object]:
    return {
        "procedure": procedure,
        "strands": [
            {
                "key": s.key,
                "title": say(s.title),
                "path": " → ".join(s.activities),
                "opens": opens_words(s),
            }
            for s in procedure.strands
        ],
        "rows": [
            {
                "activity": a,
                "marks": [r.key == a.actor for r in procedure.roles],
                "actor": say(procedure.role(a.actor).title),
                "assumed": a.actor_assumed and a.actor not in ratified,
            }
            for a in procedure.activities
        ],
    }


def _actors(sop_id: UUID, definition: SopDefinition) -> list[dict[str, object]]:
    """Return every role once, with the posts that perform it and who holds them today."""
    posts = queries.posts_by_role(access.sop(sop_id))
    today = timezone.localdate()
    people = holders([p for found in posts.values() for p in found], today)
    roles = {r.key: r for p in definition.procedures for r in p.roles}
    return [
        {
            "role": say(role.title),
            "posts": [
                {"title": p.label, "people": [h.name for h in people.get(p.id, [])]}
                for p in posts.get(key, [])
            ],
        }
        for key, role in roles.items()
    ]
