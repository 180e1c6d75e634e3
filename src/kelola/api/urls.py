"""Addresses of the interface for programs, and of the page where people make their keys."""

from __future__ import annotations

from django.urls import URLPattern, include, path

from kelola.api import views
from kelola.api.api import ROOT, api, openapi
from kelola.api.http import door
from kelola.office.policies import Policy, member, public, token_bearer


def _operations() -> list[URLPattern]:
    """Return the operations' addresses, each behind the door."""
    found = []
    for router in api._get_bound_routers():  # noqa: SLF001 - `api.urls` adds pages of ninja's own
        for pattern in router.urls_paths(router.prefix):
            pattern.callback = door(pattern.callback)
            found.append(pattern)
    return found


_OPERATIONS = _operations()

urlpatterns = [
    path("akun/kunci-api/", views.tokens, name="api_tokens"),
    path("akun/kunci-api/<uuid:token_id>/cabut/", views.token_revoke, name="api_token_revoke"),
    path(f"{ROOT.lstrip('/')}openapi.json", openapi, name="api_openapi"),
    path(ROOT.lstrip("/"), include(_OPERATIONS)),
]

POLICIES: dict[str, Policy] = {
    "api_tokens": member,
    "api_token_revoke": member,
    "api_openapi": public,
    **{str(pattern.name): token_bearer for pattern in _OPERATIONS},
}
