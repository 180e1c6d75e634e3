"""How a phone or computer comes to trust the office's own address, and keeps it as an app."""

from __future__ import annotations

from typing import TYPE_CHECKING

import segno
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kelola.jobs.door import certificates
from kelola.jobs.door.lan import addresses, lan

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from django.http import HttpRequest

GROUP = 12  # characters of a fingerprint that stand together: four pairs


def _authority() -> Certificate | None:
    """Return the certificate that devices install; none where the office has its own."""
    return certificates.authority() if certificates.own_files() is None else None


@require_safe
def install(request: HttpRequest) -> HttpResponse:
    """Show the address, the certificate and what to do on each kind of device."""
    ours = _authority()
    digits = certificates.fingerprint(ours) if ours else ""
    open_at = addresses() if lan.is_open else []
    here = open_at[0].rstrip("/") + reverse("install") if open_at else ""
    context = {
        "heading": _("Installing the safe address"),
        "lead": _("For phones and computers in the office's network."),
        "addresses": open_at,
        "groups": [digits[n : n + GROUP].strip(":") for n in range(0, len(digits), GROUP)],
        "qr": segno.make(here, error="m").svg_data_uri(scale=5, border=2) if here else "",
    }
    return render(request, "home/install.html", context)


@require_safe
def install_certificate(request: HttpRequest) -> HttpResponse:
    """Give the certificate of the office's authority as devices install it; it is no secret."""
    del request
    ours = _authority()
    if ours is None:
        raise Http404
    response = HttpResponse(certificates.in_der(ours), content_type="application/x-x509-ca-cert")
    response.headers["Content-Disposition"] = 'attachment; filename="kelola-ca.crt"'
    return response
