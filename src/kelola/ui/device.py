"""What a device keeps of Kelola: its name and icon, and one page for when nobody answers."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kelola import __version__

if TYPE_CHECKING:
    from django.http import HttpRequest

PAPER, GREEN = "#f6f5f1", "#0d6b4f"
ICONS = (("any", 192), ("any", 512), ("maskable", 192), ("maskable", 512))
STATIC = re.compile(r'(?:href|src)="([^"]+\.(?:css|woff2|svg))"')


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Say how Kelola looks on the home screen of a phone."""
    del request
    icons = [
        {
            "src": static(f"ui/icons/{purpose}-{side}.png"),
            "sizes": f"{side}x{side}",
            "type": "image/png",
            "purpose": purpose,
        }
        for purpose, side in ICONS
    ]
    told = {
        "id": "/",
        "name": "Kelola",
        "short_name": "Kelola",
        "description": _("The work of the court's IT office, step by step"),
        "lang": "id",
        "start_url": reverse("desk"),
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": GREEN,
        "icons": icons,
    }
    return JsonResponse(told, content_type="application/manifest+json")


def _nobody() -> dict[str, object]:
    """Return the offline page's context: whoever asks, it is the same page."""
    return {"heading": _("No connection to Kelola"), "actor": None}


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Show what the service worker keeps: it says nothing of anybody."""
    return render(request, "ui/offline.html", _nobody())


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Give the script that shows the offline page; another language or version is another one."""
    page = render_to_string("ui/offline.html", _nobody(), request)
    parts = sorted(set(STATIC.findall(page)))
    digest = hashlib.sha256(f"{__version__} {page}".encode()).hexdigest()[:12]
    told = {"version": digest, "page": reverse("offline"), "parts": json.dumps(parts)}
    response = render(request, "ui/worker.js", told, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = "/"
    return response
