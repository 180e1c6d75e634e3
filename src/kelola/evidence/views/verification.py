"""Is this paper genuine? Anybody may ask, signed in or not, and learns only what that needs."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import TYPE_CHECKING

from allauth.core.ratelimit import consume
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kelola.evidence import faces, queries
from kelola.evidence.rules import seals
from kelola.office.scope import unscoped

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
def verification(request: HttpRequest) -> HttpResponse:
    """Check the seal in the address, or the file that is posted."""
    pasted = request.GET.get(seals.PARAMETER, "")[: seals.LONGEST_PASTED]
    answer, status = None, HTTPStatus.OK
    if request.method == "POST":
        # Files cost disk and a search. A seal costs neither, writes nothing and can't be guessed.
        if consume(request, action="verify_paper"):
            answer = _file(request)
        else:
            answer, status = faces.Answer(faces.TOO_MANY), HTTPStatus.TOO_MANY_REQUESTS
    elif pasted:
        answer = faces.seal_answer(seals.verify(seals.find(pasted), queries.seal_keys()))
    context = {
        "heading": _("Verifying a document"),
        "pasted": pasted,
        "answer": answer,
        "basis": faces.BASIS,
    }
    return render(request, "evidence/verification.html", context, status=status)


def _file(request: HttpRequest) -> faces.Answer:
    upload = request.FILES.get("berkas")
    if upload is None:
        return faces.Answer(faces.FILE_MISSING)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    with unscoped("verification: whoever holds the very file may learn whose it is"):
        return faces.file_answer(queries.paper_with_bytes(digest.hexdigest()))
