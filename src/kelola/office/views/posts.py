"""Posts: the list with who holds them, a post, adding and changing one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kelola.office import access, faces, queries, services
from kelola.office.forms import EndForm, PostForm, refuse
from kelola.office.policies import is_admin
from kelola.ui.parts import Crumb

if TYPE_CHECKING:
    from uuid import UUID

    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

    from kelola.office.http import OfficeRequest


@require_safe
def posts(request: OfficeRequest) -> HttpResponse:
    """List the posts with who holds them today."""
    rows = queries.posts()
    holders = queries.holders(rows, timezone.localdate())
    context = {
        "heading": _("Posts"),
        "crumbs": [Crumb(_("Settings"), reverse("settings"))],
        "rows": [{"post": post, "holders": holders.get(post.pk, [])} for post in rows],
        "admin": bool(is_admin(request.actor)),
    }
    return render(request, "office/posts/list.html", context)


@require_safe
def post(request: OfficeRequest, post_id: UUID) -> HttpResponse:
    """Show a post with everybody who held it."""
    row = access.post(post_id)
    rows = queries.appointments_of(post=row)
    held = faces.held(rows, timezone.localdate())
    admin = bool(is_admin(request.actor))
    context = {
        "heading": row.label,
        "crumbs": [Crumb(_("Posts"), reverse("posts"))],
        "post": row,
        "present": [entry for entry in held if not entry.ended],
        "past": [entry for entry in held if entry.ended],
        "admin": admin,
        "history": faces.history_of_post(row, rows) if admin else [],
    }
    return render(request, "office/posts/post.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def post_add(request: OfficeRequest) -> HttpResponse:
    """Add a post."""
    form = PostForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            added = services.add_post_titled(
                office=request.actor.office.pk,
                **form.cleaned_data,
                by=request.actor.id,
                at=timezone.now(),
            )
        except services.Invalid as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The post %(title)s is added.") % {"title": added.title})
            return redirect("post", added.pk)
    crumbs = [Crumb(_("Posts"), reverse("posts"))]
    return _form_page(request, form, heading=_("Add a post"), crumbs=crumbs)


@require_http_methods(["GET", "HEAD", "POST"])
def post_edit(request: OfficeRequest, post_id: UUID) -> HttpResponse:
    """Change what a post is called."""
    row = access.post(post_id)
    unit = row.unit.name if row.unit else ""
    known = {"title": row.title, "title_en": row.title_en, "unit": unit}
    form = PostForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_valid():
        try:
            services.edit_post(
                post=row, **form.cleaned_data, by=request.actor.id, at=timezone.now()
            )
        except services.Invalid as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("post", row.pk)
    crumbs = [
        Crumb(_("Posts"), reverse("posts")),
        Crumb(row.label, reverse("post", args=[row.pk])),
    ]
    return _form_page(request, form, heading=_("Change the post"), crumbs=crumbs)


@require_http_methods(["GET", "HEAD", "POST"])
def appointment_end(request: OfficeRequest, appointment_id: UUID) -> HttpResponse:
    """Set the last day of an appointment."""
    row = access.appointment(appointment_id)
    page = reverse("post", args=[row.post_id])
    form = EndForm(
        request.POST if request.method == "POST" else None,
        initial={"valid_until": row.valid_until or timezone.localdate()},
    )
    if form.is_valid():
        try:
            services.end_appointment(
                appointment=row, **form.cleaned_data, by=request.actor.id, at=timezone.now()
            )
        except services.Invalid as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(page)
    crumbs = [Crumb(_("Posts"), reverse("posts")), Crumb(row.post.label, page)]
    heading = _("End the appointment of %(name)s") % {"name": row.person.name}
    return _form_page(request, form, heading=heading, crumbs=crumbs, act=_("End"))


def _form_page(
    request: HttpRequest, form: Form, *, heading: str, crumbs: list[Crumb], act: str = ""
) -> HttpResponse:
    context = {
        "heading": heading,
        "crumbs": crumbs,
        "form": form,
        "act": act,
        "units": queries.units(),
        "back": crumbs[-1].url,
    }
    return render(request, "office/form.html", context, status=422 if form.errors else 200)
