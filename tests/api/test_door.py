"""Who is let in, into which office, how often, and what may come in at all."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from kelola.api import rules, services
from kelola.api.models import Token
from kelola.api.rules import Scope
from kelola.ledger.models import Entry
from kelola.office import services as office
from kelola.office.scope import office_scope
from kelola.sop.models import Run
from tests.api.conftest import ROOT, Program, key_of, kind, problem, program

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from tests.runs import Desk

NOW = "2026-11-22T00:00:00+07:00"


def test_a_key_is_shown_once_and_kept_as_a_digest(desk: Desk) -> None:
    row, key = key_of(desk.people.andi)
    assert rules.key_fits(key)
    assert key.startswith("kelola_")
    kept = json.dumps([str(v) for v in Token.objects.values_list().get(id=row.id)])
    assert key not in kept
    assert row.digest == rules.digest(key)
    told = Entry.objects.get(verb="api.token.made")
    assert told.by == desk.people.andi.id
    assert "Laporan" not in json.dumps(told.data)


@pytest.mark.parametrize("place", [0, 8, 30, 50])
def test_a_mistyped_key_asks_no_database(
    desk: Desk, place: int, django_assert_num_queries: Any
) -> None:
    key = key_of(desk.people.andi)[1]
    wrong = key[:place] + ("A" if key[place] != "A" else "B") + key[place + 1 :]
    with django_assert_num_queries(0):
        assert kind(Program(wrong).get("/me")) == (401, "key_unknown")


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic YTpi", "bearer kelola_" + "0" * 46, "Bearer " + "x" * 5000],
)
def test_without_a_key_nothing_opens(desk: Desk, header: str) -> None:
    answer = Client().get(f"{ROOT}/runs", headers={"authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert problem(answer)["detail"]


def test_a_browsers_session_opens_nothing(desk: Desk) -> None:
    browser = Client()
    browser.force_login(desk.people.andi.user)
    assert browser.get("/").status_code in (200, 302)
    assert kind(browser.get(f"{ROOT}/runs")) == (401, "key_missing")
    body = {"sop_id": str(desk.version.sop_id), "strand": "B", "subject": "x"}
    sent = browser.post(f"{ROOT}/runs", json.dumps(body), content_type="application/json")
    assert kind(sent) == (401, "key_missing")
    assert not Run.objects.exists()


def test_the_session_beside_a_key_changes_nothing(desk: Desk) -> None:
    eko = program(desk.people.eko)
    eko.client.force_login(desk.people.andi.user)
    told = eko.get("/me").json()
    assert told["person"]["name"] == "Eko Prasetyo"
    assert told["office"]["zone"] == "Asia/Makassar"


def test_a_key_ends_with_its_day_and_when_it_is_revoked(desk: Desk) -> None:
    row, key = key_of(desk.people.andi)
    known = Program(key)
    assert known.get("/me").status_code == 200
    Token.objects.filter(pk=row.pk).update(expires_at=timezone.now())
    assert kind(known.get("/me")) == (401, "key_ended")
    row, key = key_of(desk.people.andi)
    for _time in range(2):
        services.revoke_token(token=row, by=desk.people.andi.id, at=timezone.now())
    assert kind(Program(key).get("/me")) == (401, "key_ended")
    assert Entry.objects.filter(verb="api.token.revoked").count() == 1


def test_ended_access_ends_the_key_at_the_next_request(desk: Desk) -> None:
    people, told = desk.people, {"by": "system", "at": timezone.now()}
    for someone, end in (
        (people.andi, lambda: office.deactivate_user(user=people.andi.user, **told)),
        (people.budi, lambda: office.end_membership(membership=people.budi.membership, **told)),
    ):
        known = program(someone)
        assert known.get("/me").status_code == 200
        end()
        assert kind(known.get("/me")) == (401, "access_ended")


def test_a_key_does_only_what_it_may(desk: Desk) -> None:
    reading = program(desk.people.andi, Scope.READ)
    body = {"sop_id": str(desk.version.sop_id), "strand": "B", "subject": "x"}
    assert kind(reading.post("/runs", body)) == (403, "scope_missing")
    assert problem(reading.post("/runs", body))["scope"] == "runs:write"
    working = program(desk.people.andi, Scope.RUNS)
    assert kind(working.get("/runs")) == (403, "scope_missing")
    assert not Run.objects.exists()


def test_too_many_requests_wait_and_the_count_begins_anew(
    desk: Desk, settings: SettingsWrapper
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    row, key = key_of(desk.people.andi)
    known, other = Program(key), program(desk.people.andi)
    start = timezone.now().replace(second=10)
    with mock.patch.object(timezone, "now", return_value=start):
        assert [known.get("/me").status_code for _n in range(4)] == [200, 200, 200, 429]
        refused = known.get("/me")
        assert kind(refused) == (429, "too_many_requests")
        assert 1 <= int(refused.headers["Retry-After"]) <= 51
        assert other.get("/me").status_code == 200
        assert Token.objects.get(pk=row.pk).window_used == 3
    with mock.patch.object(timezone, "now", return_value=start + timedelta(minutes=1)):
        assert known.get("/me").status_code == 200
    assert Token.objects.get(pk=row.pk).last_used_on is not None


def test_reading_goes_on_when_nothing_can_be_written(desk: Desk) -> None:
    known = program(desk.people.andi)
    broken = mock.Mock(side_effect=OperationalError("database or disk is full"))
    with mock.patch("django.db.models.query.QuerySet.update", broken):
        assert known.get("/me").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "owner__password__startswith=a",
        "_connector=OR%201=1",
        "order_by=cancel_reason",
        "state__in=open",
        "office=x",
        "sop__versions__definition__data__contains=x",
        "limit=10&limit2=3",
    ],
)
def test_a_parameter_nobody_knows_reaches_no_query(
    desk: Desk, query: str, django_assert_max_num_queries: Any
) -> None:
    known = program(desk.people.andi)
    with django_assert_max_num_queries(5):  # whose key, which posts, one more request
        answer = known.get(f"/runs?{query}")
    assert kind(answer) == (400, "unknown_parameter")


@pytest.mark.parametrize(
    "query",
    ["state=selesai", "limit=0", "limit=101", "limit=x", "sop=1", "sort=cancel_reason", "after=x",
     "after=", "strand=B", "procedure=B", "late=ya", "text=%00", "sop=" + "9" * 400],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_named(desk: Desk, query: str) -> None:
    answer = program(desk.people.andi).get(f"/runs?{query}")
    assert answer.status_code == 400
    assert problem(answer)


@pytest.mark.parametrize(
    ("extra", "pointer"),
    [
        ({"office": "x"}, "/office"),
        ({"opened_by": "x"}, "/opened_by"),
        ({"state": "completed"}, "/state"),
        ({"due_at": NOW}, "/due_at"),
        ({"is_superuser": True}, "/is_superuser"),
        ({"a/b~": 1}, "/a~1b~0"),
    ],
)
def test_a_field_nobody_knows_is_refused(desk: Desk, extra: dict[str, Any], pointer: str) -> None:
    known = program(desk.people.andi)
    body = {"sop_id": str(desk.version.sop_id), "strand": "B", "subject": "x", **extra}
    answer = known.post("/runs", body)
    assert kind(answer) == (422, "invalid")
    (error,) = problem(answer)["errors"]
    assert error == {"pointer": pointer, "detail": "Isian ini tidak dikenal di sini."}
    assert not Run.objects.exists()


BROKEN = [
    (b"{", "application/json", (400, "malformed_json")),
    (b"", "application/json", (400, "malformed_json")),
    (b'{"subject": NaN}', "application/json", (400, "malformed_json")),
    (b'{"subject": "\\u0000"}', "application/json", (400, "malformed_json")),
    (b'{"subject": "\\ud800"}', "application/json", (400, "malformed_json")),
    (b"\xff\xfe{}", "application/json", (400, "malformed_json")),
    (b"[" * 100_000, "application/json", (400, "malformed_json")),
    (b'{"a":' * 50 + b"1" + b"}" * 50, "application/json", (400, "malformed_json")),
    (b'{"a":' + b"9" * 5000 + b"}", "application/json", (400, "malformed_json")),
    (b"[]", "application/json", (422, "invalid")),
    (b"null", "application/json", (422, "invalid")),
    (b'"x"', "application/json", (422, "invalid")),
    (b"{}", "text/plain", (415, "unsupported_media_type")),
    (b"a=1", "application/x-www-form-urlencoded", (415, "unsupported_media_type")),
    (b"{}", "application/xml", (415, "unsupported_media_type")),
    (b'{"subject":"' + b"x" * 3_000_000 + b'"}', "application/json", (413, "too_large")),
]


@pytest.mark.parametrize(("body", "content_type", "expected"), BROKEN, ids=range(len(BROKEN)))
def test_a_body_that_cannot_be_read_is_a_problem(
    desk: Desk, body: bytes, content_type: str, expected: tuple[int, str]
) -> None:
    answer = program(desk.people.andi).post("/runs", body, content_type=content_type)
    assert kind(answer) == expected
    assert not Run.objects.exists()


def test_an_operation_without_a_body_takes_none(desk: Desk) -> None:
    step = desk.step(desk.open("B"), "B1")
    known = program(desk.people.andi)
    assert kind(known.post(f"/steps/{step.id}/claim", {"by": "x"})) == (422, "invalid")
    assert kind(known.post(f"/steps/{step.id}/claim", b"<x/>", content_type="text/xml")) == (
        415,
        "unsupported_media_type",
    )
    assert known.post(f"/steps/{step.id}/claim", {}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/nichts", (404, "not_found")),
        ("GET", "/runs/", (404, "not_found")),
        ("GET", "/runs/1", (404, "not_found")),
        ("GET", "/runs/01a204a8-ee2f-75d7-b431-182e9caeb5c0", (404, "not_found")),
        ("DELETE", "/runs", (405, "method_not_allowed")),
        ("PATCH", "/me", (405, "method_not_allowed")),
        ("OPTIONS", "/runs", (405, "method_not_allowed")),
    ],
)
def test_addresses_and_methods_that_are_not_there(
    desk: Desk, method: str, path: str, expected: tuple[int, str]
) -> None:
    answer = program(desk.people.andi).ask(method, path)
    assert kind(answer) == expected
    if expected[0] == 405:
        assert "GET" in answer.headers["Allow"]


def test_a_body_beyond_all_limits_is_not_read(desk: Desk, settings: SettingsWrapper) -> None:
    answer = program(desk.people.andi).ask(
        "POST", "/runs", {}, content_length=str(5 * settings.UPLOAD_LIMIT_BYTES)
    )
    assert kind(answer) == (413, "too_large")


def test_a_file_beyond_the_limit_is_refused(desk: Desk, settings: SettingsWrapper) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1000
    step = desk.step(desk.open("B"), "B1")
    known = program(desk.people.andi)
    for header in ({}, {"idempotency_key": "satu"}):
        answer = known.post(
            f"/steps/{step.id}/files?name=a.txt",
            b"x" * 1001,
            content_type="application/octet-stream",
            **header,
        )
        assert kind(answer) == (413, "file_too_large")


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ("en", "en"),
        ("en-US,id;q=0.5", "en"),
        ("id-ID", "id"),
        ("de,fr;q=0.9", "id"),
        ("", "id"),
        ("*", "id"),
        ("x" * 5000, "id"),
        ("en;q=abc", "id"),
    ],
)
def test_the_language_is_the_wished_one(desk: Desk, wish: str, language: str) -> None:
    known = program(desk.people.andi)
    known.language = wish
    found = known.get("/runs?limit=x")
    assert found.headers["Content-Language"] == language
    english = "Mend what is named"
    assert problem(found)["detail"].startswith(english) is (language == "en")
    assert known.get("/nichts").headers["Content-Language"] == language


@pytest.mark.logs_errors("kelola.ui.views")
@pytest.mark.logs_errors("django.request")
def test_a_fault_of_ours_is_a_problem_with_a_code(desk: Desk) -> None:
    known = program(desk.people.andi)
    known.client.raise_request_exception = False
    with mock.patch("kelola.sop.lists.page", side_effect=RuntimeError("rahasia")):
        answer = known.get("/runs")
    assert kind(answer) == (500, "internal")
    assert "rahasia" not in answer.content.decode()


def test_only_administrators_see_nips(desk: Desk) -> None:
    with office_scope(desk.people.office.pk):
        person = desk.people.andi.person
        person.nip = "198001012005011001"
        person.save()
    path = f"/people/{person.id}"
    assert program(desk.people.budi).get(path).json()["nip"] == person.nip
    assert program(desk.people.cut).get(path).json()["nip"] is None
    assert person.nip not in program(desk.people.cut).get("/people").content.decode()
