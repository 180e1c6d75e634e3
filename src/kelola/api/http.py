"""Between a program's request and the operations: whose key, which office, what may come in.

``door`` stands around each address: it finds who asks, opens the office, speaks the language asked
for and counts. ``guard`` stands around each operation: it refuses what the operation does not know
and answers a request that is sent twice only once. Every refusal is a problem document.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import zoneinfo
from typing import TYPE_CHECKING, Any, NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpResponse, UnreadablePostError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kelola.api import queries, rules, services
from kelola.api.models import KeptAnswer
from kelola.jobs.door.lines import USER
from kelola.office.http import Actor
from kelola.office.queries import posts_of
from kelola.office.scope import office_scope
from kelola.ui.http import problem, uploads
from kelola.ui.http.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from ninja.operation import Operation

    from kelola.api.models import Token

    View = Callable[..., HttpResponseBase]

REPEAT = "Idempotency-Key"
REPEATED = "Idempotency-Replayed"
NUL = "\0"
DEEPEST = 30
READING = ("GET", "HEAD", "OPTIONS")


def door(view: View) -> View:
    """Let a view be reached with a key alone."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        spoken = problem.language(request)
        with contextlib.ExitStack() as stack:
            stack.enter_context(translation.override(spoken))
            try:
                _enter(request, stack)
            except Problem as refused:
                return problem.answer(request, refused)
            response = view(request, *args, **kwargs)
            if response.status_code == 405:  # noqa: PLR2004 - ninja answers it in a plain text
                return problem.answer(request, _not_here(response.headers["Allow"]))
            response.headers["Content-Language"] = spoken
            return response

    return answer


def _enter(request: HttpRequest, stack: contextlib.ExitStack) -> None:
    """Find whose key it is and open the office for the request."""
    now = timezone.now()
    token = _token(request)
    member = token.membership
    if not (member.is_active and member.user.is_active):
        _unknown("access_ended", _("Your access to this office has ended."))
    if token.ended(now):
        words = _("This key has ended. Make a new one on the page “API keys” of your account.")
        _unknown("key_ended", words)
    zone = zoneinfo.ZoneInfo(token.office.zone)
    today = timezone.localdate(now, zone)
    stack.enter_context(office_scope(token.office_id))
    stack.enter_context(timezone.override(zone))
    wait = services.count_request(
        token=token, limit=settings.API_REQUESTS_PER_MINUTE, today=today, at=now
    )
    if wait:
        words = _("Wait %(seconds)s seconds, then go on more slowly.") % {"seconds": wait}
        raise Problem(429, "too_many_requests", words, headers={"Retry-After": str(wait)})
    posts = tuple(posts_of(member.person, today))
    request.META[USER] = str(member.user.pk)
    own: Any = request  # Django's requests take attributes
    own.actor = Actor(member.user, token.office, member.person, member, posts, (token.office,))
    own.token, own.scopes = token, frozenset(token.scopes)


def _token(request: HttpRequest) -> Token:
    scheme, _blank, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        words = _("Send a key with the request: “Authorization: Bearer kelola_…”.")
        _unknown("key_missing", words)
    found = queries.token_with(text.strip()) if rules.key_fits(text.strip()) else None
    if found is None:
        _unknown("key_unknown", _("This key is not known here. Check that it was copied whole."))
    return found


def _unknown(code: str, words: str) -> NoReturn:
    raise Problem(401, code, words, headers={"WWW-Authenticate": 'Bearer realm="Kelola"'})


def _not_here(allowed: str) -> Problem:
    words = _("At this address only %(methods)s is possible.") % {"methods": allowed}
    return Problem(405, "method_not_allowed", words, headers={"Allow": allowed})


def guard(run: View) -> View:
    """Refuse what the operation does not know; answer a repeated request once."""
    operation: Operation = run.__self__  # type: ignore[attr-defined] # the operation's own method
    known = _query_names(operation)
    takes_body = any(m.__ninja_param_source__ == "body" for m in operation.models)
    takes_file = getattr(operation.view_func, "takes_file", False)

    @functools.wraps(run)
    def guarded(request: HttpRequest, **path: Any) -> HttpResponseBase:
        try:
            _require_known(request, known)
            if takes_file:
                uploads.require(request)
            elif request.method not in READING:
                request.json = _json(request, takes_body=takes_body)  # type: ignore[attr-defined] # read by Parsed
            name = _repeat(request)
            if not name:
                return run(request, **path)
            return _once(request, name, functools.partial(run, request, **path))
        except Problem as refused:
            return problem.answer(request, refused)
        finally:
            uploads.close(request)

    return guarded


def _query_names(operation: Operation) -> frozenset[str]:
    models = [m for m in operation.models if m.__ninja_param_source__ == "query"]
    return frozenset(name for m in models for name in m.__ninja_flatten_map__)


def _require_known(request: HttpRequest, known: frozenset[str]) -> None:
    """Refuse parameters that the operation does not have: none of them reaches a query."""
    words = _("This parameter is not known here.")
    wrong = [(name[:80], words) for name in sorted(set(request.GET) - known)]
    if wrong:
        raise Problem(400, "unknown_parameter", words, errors=wrong)
    if any(NUL in value for values in request.GET.lists() for value in values[1]):
        raise uploads.damaged()


def _json(request: HttpRequest, *, takes_body: bool) -> Any:
    """Return the body's JSON; an operation without a body takes nothing, or an empty object."""
    try:
        raw = request.body
    except RequestDataTooBig:
        words = _("This is larger than what is accepted. Send less at once.")
        raise Problem(413, "too_large", words) from None
    except (SuspiciousOperation, UnreadablePostError):
        raise uploads.damaged() from None
    if not raw and not takes_body:
        return None
    if request.content_type != "application/json":
        words = _("Send the body as %(type)s.") % {"type": "application/json"}
        raise Problem(415, "unsupported_media_type", words)
    found = _parsed(raw)
    if not takes_body and found != {}:
        words = _("Nothing is read here; leave the body empty.")
        raise Problem(422, "invalid", words, errors=[("", words)])
    return found


def _parsed(raw: bytes) -> Any:
    words = _("The body is no JSON that can be read here.")
    try:
        found = json.loads(raw, parse_constant=_no_constant)
        _require_storable(found)
    except (ValueError, RecursionError):
        raise Problem(400, "malformed_json", words) from None
    return found


def _no_constant(text: str) -> NoReturn:
    raise ValueError(text)  # NaN and Infinity are not JSON


def _require_storable(found: Any) -> None:
    """Raise ValueError for text that no database holds, or for a nest too deep to walk."""
    left = [(found, 0)]
    while left:
        value, depth = left.pop()
        if depth > DEEPEST:
            raise ValueError("too deep")
        if isinstance(value, str):
            if NUL in value:
                raise ValueError("NUL")
            value.encode()  # a lone half of a character is no text
        elif isinstance(value, dict):
            left += [(part, depth + 1) for pair in value.items() for part in pair]
        elif isinstance(value, list):
            left += [(part, depth + 1) for part in value]


def _repeat(request: HttpRequest) -> str:
    """Return the name of a request that may be sent again, or nothing."""
    name: str | None = request.headers.get(REPEAT)
    if request.method in READING or name is None:
        return ""
    if not rules.repeat_fits(name):
        words = _("“%(header)s” takes 1 to 200 letters, digits and signs.") % {"header": REPEAT}
        raise Problem(400, "bad_idempotency_key", words, errors=[(REPEAT, words)])
    return name


def _once(request: HttpRequest, name: str, act: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    found = services.answer_once(
        token=request.token,  # type: ignore[attr-defined] # set at the door
        key=name,
        fingerprint=_fingerprint(request),
        at=timezone.now(),
        act=act,
    )
    if isinstance(found, services.Reused):
        words = _("This “%(header)s” was already used for another request. Take a new one.")
        raise Problem(422, "idempotency_key_reused", words % {"header": REPEAT})
    return _replayed(found) if isinstance(found, KeptAnswer) else found


def _fingerprint(request: HttpRequest) -> str:
    """Return the digest of all that a request says."""
    head = f"{request.method} {request.get_full_path()} {request.content_type}\n"
    found = hashlib.sha256(head.encode("utf-8", "surrogatepass"))
    if request.content_type in (uploads.FORM, uploads.BYTES):
        found.update(uploads.digest(request))
    else:
        found.update(request.body)
    return found.hexdigest()


def _replayed(kept: KeptAnswer) -> HttpResponse:
    headers = {REPEATED: "true"}
    if kept.location:
        headers["Location"] = kept.location
    return HttpResponse(
        kept.body,
        status=kept.status,
        content_type="application/json; charset=utf-8",
        headers=headers,
    )
