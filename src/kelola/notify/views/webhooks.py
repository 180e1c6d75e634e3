"""For administrators: which programs are told what happens, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kelola.notify import access, queries, services
from kelola.notify.forms import WebhookForm
from kelola.office.services import Invalid
from kelola.ui.parts import Crumb

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from kelola.notify.models import Webhook
    from kelola.office.http import OfficeRequest


@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: OfficeRequest) -> HttpResponse:
    """List the webhooks and add one, whose secret is shown in this answer alone."""
    form = WebhookForm(request.POST if request.method == "POST" else None)
    del form.fields["is_on"]
    if form.is_valid():
        actor, now = request.actor, timezone.now()
        try:
            row, secret = services.add_webhook(
                office=actor.membership.office_id, **form.cleaned_data, by=actor.id, at=now
            )
        except Invalid as wrong:
            form.add_error(wrong.field, str(wrong.message))
        else:
            return _webhook_page(request, row, secret=secret)
    context = {
        "heading": _("Webhooks"),
        "crumbs": [Crumb(_("Settings"), reverse("settings"))],
        "form": form,
        "rows": queries.webhooks(),
    }
    return render(request, "notify/webhooks.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request: OfficeRequest, webhook_id: UUID) -> HttpResponse:
    """Show what a webhook was told, and change it."""
    row = access.webhook(webhook_id)
    if request.method != "POST":
        return _webhook_page(request, row)
    form = WebhookForm(request.POST)
    if form.is_valid():
        try:
            services.change_webhook(
                webhook=row, **form.cleaned_data, by=request.actor.id, at=timezone.now()
            )
        except Invalid as wrong:
            form.add_error(wrong.field, str(wrong.message))
        else:
            messages.success(request, _("Saved."))
            return redirect("webhook", webhook_id=row.pk)
    return _webhook_page(request, row, form=form, status=422)


@require_POST
def webhook_renew(request: OfficeRequest, webhook_id: UUID) -> HttpResponse:
    """Give a webhook another secret, shown in this answer alone."""
    row = access.webhook(webhook_id)
    secret = services.renew_secret(webhook=row, by=request.actor.id, at=timezone.now())
    return _webhook_page(request, row, secret=secret)


@require_POST
def webhook_try(request: OfficeRequest, webhook_id: UUID) -> HttpResponse:
    """Send a test at once."""
    row = access.webhook(webhook_id)
    if wrong := services.try_webhook(webhook=row, at=timezone.now()):
        messages.error(request, _("The test was not taken: %(why)s") % {"why": wrong})
    else:
        messages.success(request, _("The receiver took the test."))
    return redirect("webhook", webhook_id=row.pk)


@require_POST
def delivery_again(request: OfficeRequest, delivery_id: UUID) -> HttpResponse:
    """Let a delivery leave once more."""
    row = access.delivery(delivery_id)
    if services.send_again(delivery=row, at=timezone.now()):
        messages.success(request, _("It leaves again within a minute, if the webhook is on."))
    return redirect("webhook", webhook_id=row.webhook_id)


def _webhook_page(
    request: OfficeRequest,
    row: Webhook,
    *,
    form: WebhookForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    kept = {"name": row.name, "address": row.address, "topics": row.topics, "is_on": row.is_on}
    context = {
        "heading": row.name,
        "crumbs": [
            Crumb(_("Settings"), reverse("settings")),
            Crumb(_("Webhooks"), reverse("webhooks")),
        ],
        "webhook": row,
        "form": form or WebhookForm(initial=kept),
        "deliveries": queries.deliveries_of(row),
        **more,
    }
    return render(request, "notify/webhook.html", context, status=status)
