"""Every URL is judged by a policy, and an address nobody judges stops the start."""

from __future__ import annotations

import types

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver, path
from django.urls.resolvers import RegexPattern, URLResolver

from kelola.office.http import policy_table


def test_every_address_has_a_policy():
    table = policy_table(get_resolver())
    assert {"account_login", "desk"} <= table.keys()
    assert all(callable(policy) for policy in table.values())


def answer(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def nobody(_visitor: object) -> None:
    """A policy; which one makes no difference here."""


def unlisted(**names: object) -> URLResolver:
    module = types.ModuleType("unlisted")
    module.urlpatterns = [path("baru/", answer, name="new")]
    for name, value in names.items():
        setattr(module, name, value)
    return URLResolver(RegexPattern(r"^/"), module)


def test_an_address_without_a_policy_is_refused():
    with pytest.raises(ImproperlyConfigured, match="new"):
        policy_table(unlisted())
    with pytest.raises(ImproperlyConfigured, match="gone"):
        policy_table(unlisted(POLICIES={"new": nobody, "gone": nobody}))
    listed = policy_table(unlisted(POLICIES={"new": nobody}))
    assert list(listed) == ["new"]


def test_paths_are_indonesian_and_end_with_a_slash():
    """Addresses for programs are English and end without one; others chose those of RFC 8615."""
    wrong = []

    def walk(resolver: URLResolver, prefix: str) -> None:
        for part in resolver.url_patterns:
            here = prefix + str(part.pattern)
            if isinstance(part, URLResolver):
                walk(part, here)
            elif (
                here
                and not here.startswith(".well-known/")
                and here.endswith("/") is here.startswith("api/")
            ):
                wrong.append(here)

    walk(get_resolver(), "")
    assert not wrong
