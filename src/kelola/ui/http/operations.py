"""What every operation of the interface for programs is made of.

The routers stand in the apps' ``api.py``; ``kelola.api`` gathers them and decides who asks.
"""

# Annotations are read at run time by ninja and pydantic, so they are no strings here.
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security.base import AuthBase
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from kelola.ui.http.problem import Problem

F = TypeVar("F", bound=Callable[..., Any])
D = TypeVar("D", bound=date)
FIRST_YEAR, LAST_YEAR = 1970, 2500
READ, RUNS, FILES = "read", "runs:write", "files:write"


class Out(BaseModel):
    """What an answer holds; the text under a field describes it."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class In(BaseModel):
    """What a request may bring; anything else in it is refused."""

    model_config = ConfigDict(use_attribute_docstrings=True, extra="forbid")


def _local(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat()


def _no_figure(value: object) -> object:
    # pydantic would take a number, or a text of digits, for seconds since 1970.
    if isinstance(value, str) and "-" in value[1:]:
        return value
    raise PydanticCustomError("moment", "not a text")


def _within(value: D) -> D:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise PydanticCustomError("moment", "beyond the calendar")
    return value


def _placed(value: datetime) -> datetime:
    moment = _within(value)
    return moment if moment.tzinfo else timezone.make_aware(moment)


# In answers: a moment in the office's time with its offset.
Moment = Annotated[
    datetime,
    PlainSerializer(_local, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
# In requests: a moment is written 2026-11-30T09:30:00+07:00 (without an offset it is the office's
# time), a day 2026-11-30.
GivenMoment = Annotated[
    datetime,
    BeforeValidator(_no_figure),
    AfterValidator(_placed),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
GivenDay = Annotated[
    date,
    BeforeValidator(_no_figure),
    AfterValidator(_within),
    WithJsonSchema({"type": "string", "format": "date"}),
]


class FieldError(Out):
    """One thing that is wrong with a request."""

    pointer: str
    """Where: a JSON pointer into the body, or the name of a parameter."""
    detail: str
    """What is wrong and what would be right, in words."""


class ProblemDocument(Out):
    """Why a request was refused (RFC 9457); nothing was changed."""

    type: str
    """Names the kind of problem: ``urn:kelola:problem:step_closed``."""
    title: str
    """The kind of problem in words."""
    status: int
    """The status of the answer, once more."""
    detail: str
    """What happened and what to do, in the language asked for (Indonesian or English)."""
    errors: list[FieldError] | None = None
    """What is wrong with which field."""


def answers(
    model: Any, *also: int, status: int = 200, body: bool = False
) -> dict[int | frozenset[int], Any]:
    """Return the answers of an operation: the good one, and the problems any request may meet.

    Args:
        model: what the good answer holds.
        also: further statuses of refusals, such as 404 and 409.
        status: of the good answer.
        body: the operation reads a body, which may be unreadable, too large or not right.

    """
    refusals = {400, 401, 403, 405, 429, *also} | ({413, 415, 422} if body else set())
    return {status: model, frozenset(refusals): ProblemDocument}


class Bearer(AuthBase):
    """Asks for a key that may do this; which key it is was found out at the door."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_description = (
        "A personal key, made on the page “API keys” of one's account and shown there once."
    )

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> bool:
        """Let the request pass, or raise Problem."""
        held: frozenset[str] = getattr(request, "scopes", frozenset())
        if self.scope not in held:
            words = _("This key may not do this. Make a key with the right “%(scope)s”.")
            told = words % {"scope": self.scope}
            raise Problem(403, "scope_missing", told, more={"scope": self.scope})
        return True


reads, works, files = Bearer(READ), Bearer(RUNS), Bearer(FILES)


def takes_file(operation: F) -> F:
    """Mark an operation that reads a file; see ``uploads``."""
    operation.takes_file = True  # type: ignore[attr-defined] # functions take attributes
    return operation
