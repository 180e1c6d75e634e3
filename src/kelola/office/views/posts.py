"""Posts: the list with who holds them, a post, adding and changing one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kelola.office import access, faces, queries, services
from kelola.office.forms import EndForm, PostForm
from kelola.office.policies import is_admin, may_recall
from kelola.office.views.editing import accepted, form_page
from kelola.ui.parts import Crumb

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest
    from kelola.office.models import Appointment, Person, Post
    from kelola.office.policies import Actor


@require_safe
def posts(request: OfficeRequest) -> HttpResponse:
    """List the posts with who holds them today."""
    rows = queries.posts()
    today = timezone.localdate()
    holders, orders = queries.holders(rows, today), queries.orders_in_force(today)
    context = {
        "heading": _("Posts"),
        "crumbs": [Crumb(_("Settings"), reverse("settings"))],
        "rows": [_listed(post, holders.get(post.pk, []), orders.get(post.pk)) for post in rows],
        "admin": bool(is_admin(request.actor)),
    }
    return render(request, "office/posts/list.html", context)


def _listed(post: Post, people: list[Person], order: Appointment | None) -> dict[str, Any]:
    """Return a post with who holds it and who acts for it."""
    acting = order.person if order else None
    return {"post": post, "holders": [p for p in people if p != acting], "order": order}


@require_safe
def post(request: OfficeRequest, post_id: UUID) -> HttpResponse:
    """Show a post with everybody who held it."""
    row = access.post(post_id)
    rows = queries.appointments_of(post=row)
    held = faces.held(rows, timezone.localdate())
    admin = bool(is_admin(request.actor))
    alone = queries.posts_without_actor(timezone.localdate()).get(row.pk)
    context = {
        "alone": faces.nobody_acts(alone) if alone and (alone.kind or rows) else "",
        "order_url": faces.order_url(alone) if alone else "",
        "may_recall": [entry for entry in held if _may_recall(request.actor, entry)],
        "heading": row.label,
        "crumbs": [Crumb(_("Posts"), reverse("posts"))],
        "post": row,
        "present": [entry for entry in held if not entry.ended],
        "past": [entry for entry in held if entry.ended],
        "admin": admin,
        "history": faces.history_of_post(row, rows) if admin else [],
    }
    return render(request, "office/posts/post.html", context)


def _may_recall(actor: Actor, entry: faces.Held) -> bool:
    return entry.acting and not entry.ended and bool(may_recall(actor, entry.row))


@require_http_methods(["GET", "HEAD", "POST"])
def post_add(request: OfficeRequest) -> HttpResponse:
    """Add a post."""
    form = PostForm(request.POST if request.method == "POST" else None)
    office = request.actor.office.pk
    added = accepted(request, form, services.add_post_titled, office=office)
    if added:
        messages.success(request, _("The post %(title)s is added.") % {"title": added.title})
        return redirect("post", added.pk)
    crumbs = [Crumb(_("Posts"), reverse("posts"))]
    return form_page(request, form, heading=_("Add a post"), crumbs=crumbs, act=_("Add a post"))


@require_http_methods(["GET", "HEAD", "POST"])
def post_edit(request: OfficeRequest, post_id: UUID) -> HttpResponse:
    """Change what a post is called."""
    row = access.post(post_id)
    unit = row.unit.name if row.unit else ""
    known = {"title": row.title, "title_en": row.title_en, "unit": unit}
    form = PostForm(request.POST if request.method == "POST" else None, initial=known)
    if accepted(request, form, services.edit_post, post=row):
        messages.success(request, _("Saved."))
        return redirect("post", row.pk)
    crumbs = [
        Crumb(_("Posts"), reverse("posts")),
        Crumb(row.label, reverse("post", args=[row.pk])),
    ]
    return form_page(request, form, heading=_("Change the post"), crumbs=crumbs)


@require_http_methods(["GET", "HEAD", "POST"])
def appointment_end(request: OfficeRequest, appointment_id: UUID) -> HttpResponse:
    """Set the last day of an appointment."""
    row = access.appointment(appointment_id)
    page = reverse("post", args=[row.post_id])
    form = EndForm(
        request.POST if request.method == "POST" else None,
        initial={"valid_until": row.valid_until or timezone.localdate()},
    )
    if accepted(request, form, services.end_appointment, appointment=row):
        messages.success(request, _("Saved."))
        return redirect(page)
    crumbs = [Crumb(_("Posts"), reverse("posts")), Crumb(row.post.label, page)]
    heading = _("End the appointment of %(name)s") % {"name": row.person.name}
    return form_page(request, form, heading=heading, crumbs=crumbs, act=_("End the appointment"))
