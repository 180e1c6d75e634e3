"""The help, without the internet: the pages, and the one that explains a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kelola.home.guide import TOPICS, topic, topic_for
from kelola.ui.parts import Crumb

if TYPE_CHECKING:
    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest


@require_safe
def help_pages(request: OfficeRequest) -> HttpResponse:
    """Show the list of pages, one page, or lead to the one about a screen."""
    if "halaman" in request.GET:
        found = topic_for(request.GET["halaman"])
        return redirect(reverse("help") + (f"?topik={found.key}" if found else ""))
    shown = topic(request.GET["topik"]) if "topik" in request.GET else None
    if shown is None and "topik" in request.GET:
        raise Http404
    language = "en" if get_language() == "en" else "id"
    context = {
        "heading": shown.title if shown else _("Help"),
        "crumbs": [Crumb(_("Help"), reverse("help"))] if shown else [],
        "topics": TOPICS,
        "shown": shown,
        "page": f"home/help/{language}/{shown.key}.html" if shown else "",
    }
    return render(request, "home/help.html", context)
