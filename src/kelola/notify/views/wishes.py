"""How letters reach the reader; and for administrators, what became of the office's letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kelola.notify import forms, queries, services
from kelola.ui.parts import Crumb

if TYPE_CHECKING:
    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest


@require_http_methods(["GET", "HEAD", "POST"])
def news_wishes(request: OfficeRequest) -> HttpResponse:
    """Show and keep how letters reach the reader."""
    person = request.actor.person
    addresses = queries.addresses_of(person)
    kept = forms.stored(queries.wishes_of([person.pk])[person.pk], addresses)
    posted = request.POST if request.method == "POST" else None
    form = forms.WishesForm(queries.ready_channels(), posted, initial=kept)
    if form.is_valid():
        wishes, wanted = form.wanted()
        services.keep_wishes(wishes=wishes, addresses=wanted, by=person, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("news_wishes")
    context = {
        "heading": _("How letters reach you"),
        "crumbs": [Crumb(_("My account"), reverse("account"))],
        "form": form,
        "ways": [(c, text, on, addresses.get(c.key)) for c, text, on in form.ways()],
    }
    return render(request, "notify/wishes.html", context, status=422 if form.errors else 200)


@require_POST
def news_test(request: OfficeRequest) -> HttpResponse:
    """Send oneself a letter at once, to see whether a way works."""
    person, channel = request.actor.person, request.POST.get("channel", "")
    if channel not in queries.ways_to([person.pk]).get(person.pk, ()):
        messages.error(request, _("Save the address first, with the mark that lets letters go."))
    elif wrong := services.send_test(person=person, channel=channel):
        messages.error(request, _("The test letter did not leave: %(why)s") % {"why": wrong})
    else:
        messages.success(request, _("The test letter is on its way."))
    return redirect("news_wishes")


@require_safe
def outbox(request: OfficeRequest) -> HttpResponse:
    """Show which ways out there are, and what waits or failed."""
    context = {
        "heading": _("Letters"),
        "crumbs": [Crumb(_("Settings"), reverse("settings"))],
        "ways": queries.every_channel(),
        "counts": queries.outbox(),
        "troubles": queries.troubles(),
    }
    return render(request, "notify/outbox.html", context)
