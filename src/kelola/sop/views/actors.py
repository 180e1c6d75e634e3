"""Who performs the roles of an SOP: the map, its gaps, and how an administrator mends them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kelola.office import access as office_access
from kelola.office.models import Post
from kelola.office.services import Invalid
from kelola.sop import access, actors, queries, services
from kelola.ui.http.tables import table_response
from kelola.ui.parts import Crumb
from kelola.ui.wording import long_day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from uuid import UUID

    from django.http import HttpResponse, StreamingHttpResponse

    from kelola.office.http import OfficeRequest
    from kelola.sop.models import Sop

    Answer: TypeAlias = HttpResponse | StreamingHttpResponse


@require_safe
def sop_actors(request: OfficeRequest, sop_id: UUID) -> Answer:
    """Show every role with its posts and people, or send the map as a table."""
    row = access.sop(sop_id)
    if "unduh" in request.GET:
        return _table(row, request.GET["unduh"])
    return _page(request, row)


def _page(request: OfficeRequest, row: Sop, *, error: str = "", field: str = "") -> HttpResponse:
    version = access.version(row)
    definition = queries.definition(version.definition_id)
    found = actors.actors(version, timezone.localdate())
    admin = request.actor.membership.is_admin
    context = {
        "heading": _("Actors"),
        "crumbs": [
            Crumb(_("SOP"), reverse("sops")),
            Crumb(row.number, reverse("sop", args=[row.id])),
        ],
        "sop": row,
        "actors": found,
        "vacant": [actor for actor in found if actor.vacant],
        "assumed": [actor for actor in found if actor.assumed],
        "clashes": actors.clashes(definition, found),
        "admin": admin,
        "posts": list(Post.objects.all()) if admin else [],
        "today": timezone.localdate().isoformat(),
        "posted": request.POST,
        "chosen": request.POST.getlist("role"),
        "error": error,
        "field": field,
    }
    return render(request, "sop/actors.html", context, status=422 if error else 200)


def _table(row: Sop, kind: str) -> Answer:
    header = [_("Actor"), _("Activities"), _("Post"), _("Name"), _("Decree"), _("Valid until"),
              _("State")]  # fmt: skip
    version = access.version(row)
    rows = _rows(actors.actors(version, timezone.localdate()))
    return table_response(kind, f"{_('actors')}-{timezone.localdate():%Y%m%d}", header, rows)


def _rows(found: list[actors.Actor]) -> Iterator[list[Any]]:
    for actor in found:
        state = _("Assumed, not yet ratified") if actor.assumed else ""
        start = [actor.title, ", ".join(actor.activities)]
        if not actor.posts:
            yield [*start, "", _("No post yet"), "", "", state]
        for post in actor.posts:
            if not post.holders:
                yield [*start, post.post.label, _("Nobody holds it"), "", "", state]
            for holder in post.holders:
                until = long_day(holder.valid_until)
                named = [post.post.label, holder.person.name, holder.decree_number, until]
                yield [*start, *named, state]


@require_POST
def sop_role_assign(request: OfficeRequest, sop_id: UUID) -> HttpResponse:
    """Let a post perform a role."""
    row, role, post = _named(request, sop_id)
    services.assign_role(sop=row, role=role, post=post, by=request.actor.id, at=timezone.now())
    said = _("%(post)s now performs this role.") % {"post": post.label}
    messages.success(request, said)
    return redirect("sop_actors", row.id)


@require_POST
def sop_role_unassign(request: OfficeRequest, sop_id: UUID) -> HttpResponse:
    """Take a role from a post. Steps that its holders took up are free again."""
    row, role, post = _named(request, sop_id)
    services.unassign_role(sop=row, role=role, post=post, by=request.actor.id, at=timezone.now())
    said = _("%(post)s no longer performs this role.") % {"post": post.label}
    messages.success(request, said)
    return redirect("sop_actors", row.id)


def _named(request: OfficeRequest, sop_id: UUID) -> tuple[Sop, str, Post]:
    """Return the SOP, the role and the post that a form names, each of this office."""
    row = access.sop(sop_id)
    role = request.POST.get("role", "")
    if role not in actors.role_titles(queries.definition(access.version(row).definition_id)):
        raise Http404
    post_id = access.id_of(request.POST.get("post", ""))
    return row, role, office_access.post(post_id)


@require_POST
def sop_roles_ratify(request: OfficeRequest, sop_id: UUID) -> HttpResponse:
    """Record the decree that ratifies the actors which the form names."""
    row = access.sop(sop_id)
    try:
        made = services.ratify_roles(
            version=access.version(row),
            roles=request.POST.getlist("role"),
            decree_number=request.POST.get("decree_number", ""),
            decree_on=day(request.POST.get("decree_on", ""), "decree_on"),
            by=request.actor.id,
            at=timezone.now(),
        )
    except Invalid as wrong:
        return _page(request, row, error=str(wrong.message), field=wrong.field)
    messages.success(request, _("%(n)d actors are ratified now.") % {"n": len(made)})
    return redirect("sop_actors", row.id)


def day(text: str, field: str) -> date:
    """Return the day of a date field; raise Invalid with what to do."""
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise Invalid(field, _("Choose a day that exists."))
    return found
