"""Every operation, asked by everybody who may not, and described whole."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone

from kelola.api import services
from kelola.api.api import api
from kelola.api.models import Token
from kelola.api.rules import Scope
from kelola.ledger.models import Entry
from kelola.office.scope import office_scope
from kelola.ui.http.operations import In, Out
from tests.api.conftest import ROOT, Program, key_of, kind, program
from tests.house.source import ROOT as REPOSITORY
from tests.web.targets import Scene, Side

if TYPE_CHECKING:
    from collections.abc import Iterator

BODIES: dict[str, Any] = {
    "run_cancel": {"reason": "Salah buka"},
    "step_requirement": {},
    "step_draft": {"form": {}, "revision": 0},
    "step_finish": {"outcome": "x", "form": {}, "revision": 0},
    "step_leave_undone": {"reason": "Listrik padam"},
    "step_confirmation": {"state": "given"},
    "step_pause": {"reason": "requester", "note": "Pemohon sidang"},
}
QUERIES = {
    "special_days": "?year=2026",
    "due": "?start=2026-11-02T09:00:00%2B07:00&standard=P1D",
    "slots": "?rule=FREQ%3DMONTHLY%3BBYMONTHDAY%3D30&year=2026",
    "step_file_add": "?name=a.png",
}


def described() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield method, path and description of every operation."""
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, told in methods.items():
            yield method.upper(), path, told


ALL = list(described())
OBJECTS = [(m, p, t) for m, p, t in ALL if "{" in p]


def ids(found: list[tuple[str, str, dict[str, Any]]]) -> list[str]:
    return [told["operationId"] for _method, _path, told in found]


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene()


def filled(path: str, side: Side) -> str:
    values = {
        "run_id": side.run.pk,
        "step_id": side.step.pk,
        "sop_id": side.version.sop_id,
        "document_id": side.document.pk,
        "person_id": side.operator.person.pk,
        "post_id": side.court.posts["operator"].pk,
    }
    return path.format(**{name: value for name, value in values.items() if f"{{{name}}}" in path})


def asked(known: Program, method: str, path: str, name: str, side: Side) -> Any:
    """Send what the operation takes."""
    address = filled(path, side) + QUERIES.get(name, "")
    if name == "step_file_add":
        return known.ask(method, address, b"x", content_type="application/octet-stream")
    body = BODIES.get(name)
    if name == "run_open":
        body = {"sop_id": str(side.version.sop_id), "strand": "B", "subject": "x"}
    if name == "step_order":
        given = {"ordered_by": str(side.operator.person.pk), "outcome": "done", "words": "x"}
        body = given
    return known.ask(method, address, body)


@pytest.mark.parametrize(("method", "path", "told"), ALL, ids=ids(ALL))
def test_nobody_without_the_right_key(
    scene: Scene, method: str, path: str, told: dict[str, Any]
) -> None:
    own, name = scene.sides["own"], told["operationId"]
    with office_scope(own.court.office.pk):
        address = filled(path, own)
    before = Entry.objects.count()
    assert kind(Client().generic(method, address)) == (401, "key_missing")

    row, key = key_of(scene.people.andi)
    now = timezone.now()
    with office_scope(own.court.office.pk):
        Token.objects.filter(pk=row.pk).update(expires_at=now - timedelta(seconds=1))
    assert kind(asked(Program(key), method, path, name, own)) == (401, "key_ended")

    row, key = key_of(scene.people.andi)
    with office_scope(own.court.office.pk):
        services.revoke_token(token=row, by="system", at=now)
    assert kind(asked(Program(key), method, path, name, own)) == (401, "key_ended")

    ((needed,),) = [list(bearer["Bearer"]) for bearer in told["security"]]
    others = [scope for scope in Scope if scope.value != needed]
    lacking = program(scene.people.andi, *others)
    assert kind(asked(lacking, method, path, name, own)) == (403, "scope_missing")
    with office_scope(own.court.office.pk):
        written = Entry.objects.exclude(verb__startswith="api.token.").count()
    assert written == before


@pytest.mark.parametrize(("method", "path", "told"), OBJECTS, ids=ids(OBJECTS))
def test_another_offices_objects_do_not_exist(
    scene: Scene, method: str, path: str, told: dict[str, Any]
) -> None:
    foreign, name = scene.sides["foreign"], told["operationId"]
    with office_scope(foreign.court.office.pk):
        filled(path, foreign)
    before = Entry.objects.exclude(verb__startswith="api.token.").count()
    for someone in (scene.people.andi, scene.people.budi, scene.people.dewi):
        assert kind(asked(program(someone), method, path, name, foreign)) == (404, "not_found")
    assert Entry.objects.exclude(verb__startswith="api.token.").count() == before


def test_a_run_is_not_opened_on_another_offices_sop(scene: Scene) -> None:
    body = {"sop_id": str(scene.sides["foreign"].version.sop_id), "strand": "B", "subject": "x"}
    assert scene.sides["own"].version
    assert kind(program(scene.people.andi).post("/runs", body)) == (404, "not_found")


def test_lists_hold_nothing_of_another_office(scene: Scene) -> None:
    own, foreign = scene.sides["own"], scene.sides["foreign"]
    assert own.run
    theirs = {
        str(row.pk)
        for row in (
            foreign.run, foreign.step, foreign.document, foreign.version.sop,
            foreign.operator.person, foreign.court.office, foreign.court.posts["operator"],
        )
    }  # fmt: skip
    known = program(scene.people.andi)
    for path in ("/me", "/runs", "/steps/mine", "/people", "/posts", "/sops"):
        text = known.get(path).content.decode()
        assert not [key for key in theirs if key in text], path


@pytest.mark.parametrize(("method", "path", "told"), ALL, ids=ids(ALL))
def test_every_operation_and_every_field_is_described(
    method: str, path: str, told: dict[str, Any]
) -> None:
    assert told["summary"]
    assert told["description"]
    assert told["tags"]
    assert all(p.get("description") for p in told["parameters"])
    refusals = {s: a for s, a in told["responses"].items() if int(s) >= 400}
    assert {400, 401, 403, 405, 429} <= refusals.keys()
    assert all(list(a["content"]) == ["application/problem+json"] for a in refusals.values())
    assert ("{" in path) <= (404 in refusals)
    names = {p["name"] for p in told["parameters"]}
    assert ("Idempotency-Key" in names) is (method != "GET")


def test_the_shapes_are_described() -> None:
    shapes = api.get_openapi_schema()["components"]["schemas"]
    assert shapes
    lacking = [
        f"{name}.{field}"
        for name, shape in shapes.items()
        for field, told in shape.get("properties", {}).items()
        if not told.get("description")
    ]
    assert not lacking
    assert [n for n, shape in shapes.items() if not shape.get("description")] == []


def test_no_two_shapes_share_a_name() -> None:
    """The description names shapes by their class alone; a second one would hide the first."""

    def below(shape: type) -> Iterator[type]:
        for one in shape.__subclasses__():
            yield one
            yield from below(one)

    names = [s.__name__ for base in (Out, In) for s in below(base) if "[" not in s.__name__]
    assert sorted(names) == sorted(set(names))


def test_the_description_is_the_one_in_the_reference(client: Client, db: None) -> None:
    answer = client.get(f"{ROOT}/openapi.json")
    assert answer.status_code == 200
    kept = (REPOSITORY / "docs" / "reference" / "openapi.json").read_text(encoding="utf-8")
    assert answer.json() == json.loads(kept)
    assert answer.json()["openapi"] == "3.1.0"


def test_the_description_is_made_once(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is dear to make, and anybody may ask for it."""
    first = client.get(f"{ROOT}/openapi.json").content
    monkeypatch.setattr(api, "get_openapi_schema", None)
    assert client.get(f"{ROOT}/openapi.json").content == first


def test_every_operation_answers_its_owner(scene: Scene) -> None:
    own = scene.sides["own"]
    with office_scope(own.court.office.pk):
        known = program(scene.people.andi)
        for method, path, told in ALL:
            if method == "GET":
                answer = asked(known, method, path, told["operationId"], own)
                assert answer.status_code == 200, (path, answer.content)
                if answer.streaming:
                    b"".join(answer)
