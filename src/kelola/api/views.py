"""The page of one's keys."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kelola.api import access, queries, services
from kelola.api.forms import MAY, TokenForm
from kelola.api.rules import Scope
from kelola.office.doors import confirmed, confirmed_lately, to_confirmation
from kelola.office.services import Invalid
from kelola.ui.parts import Crumb

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from kelola.api.models import Token
    from kelola.office.http import OfficeRequest


@require_http_methods(["GET", "HEAD", "POST"])
@confirmed
def tokens(request: OfficeRequest) -> HttpResponse:
    """List one's keys and make a new one, which is shown in this answer alone."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    name, scopes, days = form.wanted()
    now = timezone.now()
    try:
        row, key = services.make_token(
            membership=request.actor.membership,
            name=name,
            scopes=scopes,
            expires_at=now + timedelta(days=days),
            by=request.actor.id,
            at=now,
        )
    except Invalid as wrong:
        form.add_error(wrong.field, str(wrong.message))
        return _page(request, form, status=422)
    return _page(request, TokenForm(), made=row, key=key)


@require_POST
def token_revoke(request: OfficeRequest, token_id: UUID) -> HttpResponse:
    """Revoke one of one's keys."""
    row = access.token(request.actor.membership, token_id)
    if not confirmed_lately(request):
        return to_confirmation(request, reverse("api_tokens"))
    services.revoke_token(token=row, by=request.actor.id, at=timezone.now())
    messages.success(request, _("The key “%(name)s” is revoked.") % {"name": row.name})
    return redirect("api_tokens")


def _page(
    request: OfficeRequest, form: TokenForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "heading": _("API keys"),
        "crumbs": [Crumb(_("My account"), reverse("account"))],
        "form": form,
        "rows": [_row(token) for token in queries.tokens_of(request.actor.membership)],
        **more,
    }
    return render(request, "api/tokens.html", context, status=status)


def _row(token: Token) -> dict[str, Any]:
    may = " · ".join(str(MAY[scope]) for scope in Scope if scope in token.scopes)
    return {"token": token, "may": may, "ended": token.ended(timezone.now())}
