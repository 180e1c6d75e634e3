"""Schemathesis: whatever the description allows is answered as it says, and nothing breaks.

One of its checks is left out: that whatever fits the schema is accepted. A cursor, a time standard
or the bytes of a file mean more than a schema can say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from kelola.config.wsgi import application
from kelola.office.scope import office_scope
from tests.api.conftest import program
from tests.web.targets import Scene

if TYPE_CHECKING:
    from collections.abc import Iterator


def closing(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answer as a server does, which closes what it has sent; the WSGI client doesn't."""
    answer = application(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()


schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", closing)
EXAMPLES = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module", autouse=True)
def connections_stay() -> Iterator[None]:
    """Keep the test's connection, as Django's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def world(db: None) -> tuple[str, dict[str, str]]:
    """Return a key that may everything, and ids that exist."""
    scene = Scene()
    side = scene.sides["own"]
    with office_scope(side.court.office.pk):
        found = {
            "run_id": side.run.pk,
            "step_id": side.step.pk,
            "sop_id": side.version.sop_id,
            "document_id": side.document.pk,
            "person_id": side.operator.person.pk,
            "post_id": side.court.posts["operator"].pk,
        }
    return program(scene.people.andi).key, {name: str(key) for name, key in found.items()}


def is_id(value: Any) -> bool:
    try:
        return str(UUID(str(value))) == str(value)
    except ValueError:
        return False


def real(values: Any, ids: dict[str, str]) -> None:
    """Put ids that exist for made up ones; what is no id stays what it is."""
    if isinstance(values, dict):
        for name in values.keys() & ids.keys():
            if is_id(values[name]):
                values[name] = ids[name]


@schema.parametrize()
@EXAMPLES
def test_answers_are_as_described(
    case: schemathesis.Case, world: tuple[str, dict[str, str]]
) -> None:
    key, ids = world
    real(case.path_parameters, ids)
    real(case.body, ids)
    with transaction.atomic():
        # The WSGI client unpacks nothing, so it says so.
        headers = {"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"}
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])
        transaction.set_rollback(True)
