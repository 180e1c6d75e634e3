"""The one interface for programs: every app's router, and how its refusals look."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from kelola import __version__
from kelola.api.http import REPEAT, guard
from kelola.api.me import router as me
from kelola.evidence.api import router as evidence
from kelola.office.api import router as office
from kelola.sop.api import router as sop
from kelola.ui.http import problem
from kelola.ui.http.problem import MEDIA_TYPE, PREFIX, Problem
from kelola.workcal.api import router as workcal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ninja.openapi.schema import OpenAPISchema
    from ninja.operation import Operation
    from ninja.router import Router

ROOT = f"{PREFIX}v1/"
ABOUT = """\
What the screens of Kelola do, for programs: the same rules, the same people, the same history.

A request carries a personal key: `Authorization: Bearer kelola_…`. It acts as the person who made
it, in one office; what belongs to another office is not found (404). A browser's session opens
nothing here.

Answers are JSON; moments are ISO 8601 with the office's offset. Refusals are problem documents
(RFC 9457), in Indonesian or English by `Accept-Language`. Fields and parameters that an operation
does not name are refused.

Lists come in pages: follow `next` until it is null. A request that changes something may carry an
`Idempotency-Key`: sent again within two days, it is answered as before and done once.
"""
TAGS = {
    "me": "Whose key this is.",
    "sops": "The procedures in use, and what can be opened.",
    "runs": "Executions of a procedure.",
    "steps": "The activities of a run: take up, fill in, finish, return.",
    "files": "Evidence.",
    "calendar": "Working days, due times, rounds.",
    "people": "People and posts of the office.",
}


REPEATABLE = {
    "in": "header",
    "name": REPEAT,
    "required": False,
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
    "description": "Names this request: sent again within two days, it is done once.",
}


class Parsed(Parser):
    """Hands over the JSON that the guard has read and judged."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the body."""
        return request.json  # type: ignore[attr-defined] # set by the guard


class Interface(NinjaAPI):
    """A NinjaAPI whose addresses stand beside the screens' and whose refusals are documented."""

    def get_root_path(self, path_params: dict[str, Any]) -> str:
        """Return where the interface begins."""
        del path_params
        return ROOT

    def get_operation_url_name(self, operation: Operation, router: Router) -> str:
        """Name an address after its operation; screens may have one of the same name."""
        del router
        return f"api_{operation.view_func.__name__}"

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Name an operation by its function."""
        return operation.view_func.__name__

    def get_openapi_schema(self, **prefix: Any) -> OpenAPISchema:
        """Return the description, with what ninja leaves out of it."""
        found = super().get_openapi_schema(**prefix)
        known = {o.view_func.__name__: o for o in self.operations()}
        for methods in found["paths"].values():
            for method, told in methods.items():
                _describe(told, method, known[told["operationId"]])
        return found

    def operations(self) -> list[Operation]:
        """Return every operation."""
        return [
            operation
            for router in self._get_bound_routers()
            for view in router.path_operations.values()
            for operation in view.operations
        ]


def _describe(told: dict[str, Any], method: str, operation: Operation) -> None:
    """Say what the operation is for, which keys open it, and how its refusals look."""
    told["summary"] = operation.signature.docstring.partition("\n")[0].rstrip(".")
    told["security"] = [{"Bearer": [_scope(operation)]}]
    told["responses"] = dict(sorted(told["responses"].items()))
    for status, answer in told["responses"].items():
        if int(status) in problem.TITLES and "content" in answer:
            answer["content"] = {MEDIA_TYPE: answer["content"]["application/json"]}
    for parameter in told["parameters"]:
        # What is not given is left out of an address; there is no way to write null.
        wished = [s for s in parameter["schema"].pop("anyOf", ()) if s != {"type": "null"}]
        parameter["schema"] |= wished[0] if wished else {}
        noun = parameter["name"].removesuffix("_id")
        parameter.setdefault("description", f"Id of the {noun}.")
    if method != "get":
        told["parameters"].append(REPEATABLE)


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """Describe the interface (OpenAPI 3.1), to anybody."""
    del request
    return HttpResponse(_described(), content_type="application/json")


@functools.cache
def _described() -> str:
    """Return the description, made once: it takes a third of a second, and anybody may ask."""
    return json.dumps(api.get_openapi_schema(), cls=DjangoJSONEncoder)


def _scope(operation: Operation) -> str:
    (bearer,) = operation.auth_callbacks
    scope: str = bearer.scope  # type: ignore[attr-defined] # every operation has a Bearer
    return scope


api = Interface(
    title="Kelola",
    version=__version__,
    description=ABOUT,
    docs_url=None,
    openapi_url=None,
    parser=Parsed(),
    openapi_extra={"tags": [{"name": n, "description": text} for n, text in TAGS.items()]},
)
api.add_decorator(guard, mode="view")
for _prefix, _router in (("", me), ("", sop), ("", evidence), ("calendar", workcal), ("", office)):
    api.add_router(_prefix, _router)


@api.exception_handler(Problem)
def refused(request: HttpRequest, found: Problem) -> HttpResponse:
    """Answer what an operation refuses."""
    return problem.answer(request, found)


@api.exception_handler(Http404)
def missing(request: HttpRequest, _found: Http404) -> HttpResponse:
    """Answer for what is absent or another office's."""
    return problem.plain(request, 404)


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, found: HttpError) -> HttpResponse:
    """Answer for what ninja itself refuses."""
    return problem.plain(request, found.status_code)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, found: ValidationError) -> HttpResponse:
    """Answer for values that do not fit: of parameters 400, of the body 422."""
    in_body = any(error["loc"][0] == "body" for error in found.errors)
    errors = [(_pointer(error["loc"]), _sentence(error)) for error in found.errors]
    words = _("Mend what is named under “errors”; nothing was changed.")
    code, status = ("invalid", 422) if in_body else ("bad_parameter", 400)
    return problem.answer(request, Problem(status, code, words, errors=errors))


def _pointer(where: Sequence[str | int]) -> str:
    """Return a place in the body as a JSON pointer, of a parameter its name."""
    source, *rest = where
    if source != "body":
        return str(rest[-1]) if rest else ""
    inside = [str(part).replace("~", "~0").replace("/", "~1") for part in rest[1:]]
    return "".join(f"/{part}" for part in inside)


def _sentence(error: Mapping[str, Any]) -> str:
    kind, bounds = error["type"], error.get("ctx", {})
    words = _SENTENCES.get(kind)
    return words(bounds) if words else _("This value does not fit.")


_SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _b: _("This is missing."),
    "extra_forbidden": lambda _b: _("This field is not known here."),
    "string_type": lambda _b: _("Write a text."),
    "string_too_short": lambda _b: _("This must not be empty."),
    "string_too_long": lambda b: _("At most %(limit)s characters.") % {"limit": b["max_length"]},
    "greater_than_equal": lambda b: _("At least %(limit)s.") % {"limit": b["ge"]},
    "less_than_equal": lambda b: _("At most %(limit)s.") % {"limit": b["le"]},
    "too_long": lambda b: _("At most %(limit)s.") % {"limit": b["max_length"]},
    "int_parsing": lambda _b: _("Write a whole number."),
    "int_type": lambda _b: _("Write a whole number."),
    "uuid_parsing": lambda _b: _("This is no id."),
    "moment": lambda _b: _("Write a date as 2026-11-30, a moment as 2026-11-30T09:30:00+07:00."),
    "literal_error": lambda b: _("Possible are: %(values)s.") % {"values": b["expected"]},
    "enum": lambda b: _("Possible are: %(values)s.") % {"values": b["expected"]},
    "dict_type": lambda _b: _("Write an object with fields."),
    "model_attributes_type": lambda _b: _("Write an object with fields."),
    "model_type": lambda _b: _("Write an object with fields."),
}
