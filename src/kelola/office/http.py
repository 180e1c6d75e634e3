"""Between a request and the views: who asks, in which office, and may they open this address.

``request.actor`` is the signed-in person in one office (None for anybody else). The office's scope
and time zone are open for the whole request. A form names the office it was drawn for in a field
``office``, so that a second tab on another office cannot misdirect it; the name is taken for that.
"""

from __future__ import annotations

import contextlib
import functools
import zoneinfo
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseRedirect, UnreadablePostError
from django.shortcuts import resolve_url
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from kelola.jobs.door.lines import USER
from kelola.office import doors
from kelola.office.models import Membership, User
from kelola.office.policies import Actor, Policy, Refused, Visitor, public, signed_in
from kelola.office.queries import has_second_factor, memberships_of, posts_of
from kelola.office.scope import office_scope, unscoped
from kelola.ui.http.problem import for_programs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

__all__ = ["Actor", "OfficeRequest", "Visitor", "actor", "policy_table"]

OFFICE = "office"
SECOND_FACTOR = "second_factor"


class OfficeRequest(HttpRequest):
    """The request of a view whose policy asks for a member. ``actor`` is there."""

    actor: Actor


class _AccessEndedError(Exception):
    """The session's office no longer counts its user among its members."""


class _FellIdleError(Exception):
    """Nobody used a session by PIN for too long."""


def policy_table(resolver: URLResolver) -> dict[str, Policy]:
    """Gather the ``POLICIES`` of every included URLconf.

    Raises:
        ImproperlyConfigured: an address without a name or a name without a policy, a policy
            without an address, a name with two policies.

    """
    table: dict[str, Policy] = {}
    for module in _modules(resolver):
        for name, policy in getattr(module, "POLICIES", {}).items():
            if name in table:
                raise ImproperlyConfigured(f"two policies for the address {name!r}")
            table[name] = policy
    names = set(_names(resolver, ""))
    if missing := names - table.keys():
        raise ImproperlyConfigured(f"addresses without a policy: {', '.join(sorted(missing))}")
    if stale := table.keys() - names:
        raise ImproperlyConfigured(f"policies without an address: {', '.join(sorted(stale))}")
    return table


def _modules(resolver: URLResolver) -> Iterator[Any]:
    yield resolver.urlconf_module
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            yield from _modules(part)


def _names(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            inner = f"{prefix}{part.namespace}:" if part.namespace else prefix
            yield from _names(part, inner)
        elif isinstance(part, URLPattern):
            if not part.name:
                raise ImproperlyConfigured(f"an address needs a name: {part.pattern}")
            yield prefix + part.name


@functools.lru_cache(maxsize=4)
def _table(resolver: URLResolver) -> dict[str, Policy]:
    return policy_table(resolver)


def actor(get_response: Callable[[HttpRequest], HttpResponseBase]) -> ActorMiddleware:
    """Middleware: sets ``request.actor``, opens the office's scope and asks the URL's policy."""
    return ActorMiddleware(get_response)


class ActorMiddleware:
    """See ``actor``. A URLconf with an address nobody may judge does not start."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        _table(get_resolver())

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            # A program shows a key: a browser's session is worth nothing there.
            visitor = Visitor() if for_programs(request) else _visitor(request)
        except _AccessEndedError:
            logout(request)
            messages.error(request, _("Your access to this office has ended."))
            return HttpResponseRedirect(resolve_url(settings.LOGIN_URL))
        except _FellIdleError:
            logout(request)
            messages.error(request, _("The screen was locked, because nobody used it."))
            return HttpResponseRedirect(resolve_url("pin_sign_in"))
        _keep(request, visitor)
        with contextlib.ExitStack() as stack:
            if visitor.actor is not None:
                stack.enter_context(office_scope(visitor.actor.office.pk))
                stack.enter_context(timezone.override(_zone(visitor.actor.office.zone)))
            response = self.get_response(request)
            doors.count_stray(request, response)
            return response

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, _kwargs: object
    ) -> HttpResponse | None:
        """Ask the policy of the address; a refusal is a sign-in or a 403 with its reason."""
        match = request.resolver_match
        if match is None:
            raise ImproperlyConfigured("a view without an address")
        policy = _table(get_resolver(getattr(request, "urlconf", None)))[match.view_name]
        decision = policy(_kept(request))
        if not isinstance(decision, Refused):
            ours = policy not in (public, signed_in)
            if ours and _has_given_password(request):
                return _to("account_change_password", request)
            return _to("second_factors", request) if ours and _lacks_factor(request) else None
        if decision.sign_in:
            return _to_sign_in(request)
        if decision.confirm:
            return doors.to_confirmation(request)
        raise PermissionDenied(decision.reason)


def _keep(request: HttpRequest, visitor: Visitor) -> None:
    if visitor.user is not None:
        request.META[USER] = str(visitor.user.pk)  # for the log of requests
    request.visitor = visitor  # type: ignore[attr-defined] # Django's requests take attributes
    request.actor = visitor.actor  # type: ignore[attr-defined] # Django's requests take attributes


def _kept(request: HttpRequest) -> Visitor:
    visitor: Visitor = request.visitor  # type: ignore[attr-defined] # set by _keep
    return visitor


def _visitor(request: HttpRequest) -> Visitor:
    user = request.user
    if not isinstance(user, User) or not user.is_authenticated:
        if SESSION_KEY in request.session:  # closed account: nothing of the session may survive
            request.session.flush()
        return Visitor()
    if doors.fell_idle(request):
        raise _FellIdleError
    with unscoped("sign-in: which offices does this user work in"):
        memberships = memberships_of(user)
    chosen = _chosen(request, memberships)
    by_pin = doors.came_by_pin_alone(request)
    return Visitor(user, _actor(user, chosen, memberships, by_pin=by_pin) if chosen else None)


def _chosen(request: HttpRequest, memberships: list[Membership]) -> Membership | None:
    """Return the membership this request acts in: the form's office, else the session's."""
    by_office = {str(row.office_id): row for row in memberships}
    drawn_for = _drawn_for(request) if request.method == "POST" else None
    if drawn_for is not None:
        if drawn_for not in by_office:
            raise Http404
        return by_office[drawn_for]
    kept = request.session.get(OFFICE)
    if kept is not None and kept not in by_office:
        raise _AccessEndedError
    if kept is None and memberships:
        kept = request.session[OFFICE] = str(memberships[0].office_id)
    return by_office.get(kept) if kept else None


def _drawn_for(request: HttpRequest) -> str | None:
    try:
        return request.POST.get(OFFICE)
    except UnreadablePostError as error:  # the browser went away in the middle, or fell silent
        raise BadRequest("half a body") from error


def _actor(user: User, row: Membership, memberships: list[Membership], *, by_pin: bool) -> Actor:
    today = timezone.localdate(timezone=_zone(row.office.zone))
    with office_scope(row.office_id):
        posts = tuple(posts_of(row.person, today))
    offices = tuple(other.office for other in memberships)
    return Actor(user, row.office, row.person, row, posts, offices, by_pin)


def _zone(name: str) -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo(name)


def _lacks_factor(request: HttpRequest) -> bool:
    """Tell whether the office asks this administrator for a second factor that is not there."""
    actor = _kept(request).actor
    if actor is None or not (actor.membership.is_admin and actor.office.second_factor_required):
        return False
    if not request.session.get(SECOND_FACTOR) and has_second_factor(actor.user):
        request.session[SECOND_FACTOR] = True
    return not request.session.get(SECOND_FACTOR)


def _has_given_password(request: HttpRequest) -> bool:
    """Tell whether the password was made by somebody else and is not changed yet."""
    user = _kept(request).user
    return user is not None and user.must_change_password


def _to(name: str, request: HttpRequest) -> HttpResponse:
    """Lead somebody to the page that comes before all others."""
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(resolve_url(name))
    return HttpResponseRedirect(resolve_url(name))


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send a visitor to sign in; only a page that can be opened again is remembered."""
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(resolve_url(settings.LOGIN_URL))
    if request.method in {"GET", "HEAD"}:
        return redirect_to_login(request.get_full_path())
    return HttpResponseRedirect(resolve_url(settings.LOGIN_URL))
