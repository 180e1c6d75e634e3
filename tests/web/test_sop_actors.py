"""The actor map and the versions of an SOP: gaps, four eyes, decrees, force and rolling back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kelola.ledger.models import Entry
from kelola.office.models import Appointment
from kelola.office.services import Invalid, end_appointment
from kelola.sop import actors, queries, services
from kelola.sop.models import Definition, RatifiedRole, RoleHolder, SopVersion, VersionState
from tests.people import TOLD, sign_in

if TYPE_CHECKING:
    from tests.people import Someone
    from tests.runs import Desk

DECREE = {"decree_number": "W1-A99/12/OT.01.2/XI/2026"}


def browser(someone: Someone) -> Client:
    return sign_in(Client(), someone.user)


def page(desk: Desk, name: str = "sop_actors") -> str:
    return reverse(name, args=[desk.version.sop_id])


def actor(desk: Desk, key: str) -> actors.Actor:
    found = actors.actors(desk.version, desk.now.date())
    return next(a for a in found if a.key == key)


# Who performs what


def test_every_role_stands_with_its_posts_people_and_decrees(desk: Desk):
    text = browser(desk.people.jamil).get(page(desk)).text
    for words in ("Kasubag PTIP", "Budi Santoso", "W1-A99/1/KP.04.6/I/2026", "Berlaku"):
        assert words in text, words
    assert "Lepas" not in text  # a member looks, an administrator acts


def test_gaps_are_told_in_words(desk: Desk):
    redaktur = desk.people.court.posts["redaktur"]
    for row in Appointment.objects.filter(post=redaktur):
        end_appointment(appointment=row, valid_until=desk.now.date() - timedelta(days=9), **TOLD)
    RoleHolder.objects.filter(role="admin_web").delete()
    text = browser(desk.people.budi).get(page(desk)).text
    assert "Belum ada pemegang" in text
    assert "Belum ada jabatan" in text
    assert "2 pelaksana belum ada pemegangnya" in text
    assert actor(desk, "redaktur").vacant
    assert not actor(desk, "ketua").vacant


def test_a_post_is_given_a_role_and_loses_it(desk: Desk):
    client, post = browser(desk.people.budi), desk.people.court.posts["sekretaris"]
    data = {"role": "operator", "post": str(post.pk)}
    for _twice in range(2):
        assert client.post(page(desk, "sop_role_assign"), data).status_code == 302
    assert RoleHolder.objects.filter(role="operator", post=post).count() == 1
    for _twice in range(2):
        assert client.post(page(desk, "sop_role_unassign"), data).status_code == 302
    assert not RoleHolder.objects.filter(role="operator", post=post).exists()
    told = list(Entry.objects.filter(verb__startswith="sop.role.").values_list("verb", flat=True))
    assert told[-2:] == ["sop.role.assigned", "sop.role.unassigned"]


@pytest.mark.parametrize("wrong", [{"role": "raja"}, {"post": "x"}, {"post": ""}, {"role": ""}])
def test_made_up_roles_and_posts_are_not_there(desk: Desk, wrong: dict[str, str]):
    post = str(desk.people.court.posts["sekretaris"].pk)
    data = {"role": "operator", "post": post, **wrong}
    before = RoleHolder.objects.count()
    assert browser(desk.people.budi).post(page(desk, "sop_role_assign"), data).status_code == 404
    assert RoleHolder.objects.count() == before


def test_a_post_of_another_office_is_not_there(desk: Desk):
    data = {"role": "operator", "post": str(desk.people.other.posts["operator"].pk)}
    assert browser(desk.people.budi).post(page(desk, "sop_role_assign"), data).status_code == 404


def test_only_administrators_change_the_map(desk: Desk):
    post = desk.people.court.posts["sekretaris"]
    client = browser(desk.people.andi)
    for name in ("sop_role_assign", "sop_role_unassign", "sop_roles_ratify"):
        data = {"role": "operator", "post": str(post.pk), "decree_on": "2026-01-05", **DECREE}
        assert client.post(page(desk, name), data).status_code == 403
    assert not RatifiedRole.objects.exists()


def test_one_person_in_two_roles_that_four_eyes_part_is_shown(desk: Desk):
    definition = queries.definition(desk.version.definition_id)

    def clashes() -> list[actors.Clash]:
        return actors.clashes(definition, actors.actors(desk.version, desk.now.date()))

    procedure = next(
        p for p in definition.procedures if any(a.not_same_person_as for a in p.activities)
    )
    activity = next(a for a in procedure.activities if a.not_same_person_as)
    other = procedure.activity(activity.not_same_person_as[0])
    assert not [c for c in clashes() if (c.activity, c.other) == (activity.key, other.key)]
    RoleHolder.objects.filter(
        sop=desk.version.sop_id, role__in=(activity.actor, other.actor)
    ).delete()
    both = desk.people.court.posts["ketua"]
    for role in {activity.actor, other.actor}:
        services.assign_role(sop=desk.version.sop, role=role, post=both, **TOLD)
    stuck = next(c for c in clashes() if (c.activity, c.other) == (activity.key, other.key))
    assert (stuck.people, stuck.stuck) == (("Dewi Lestari",), True)
    assert "Hanya Dewi Lestari" in browser(desk.people.budi).get(page(desk)).text
    services.assign_role(
        sop=desk.version.sop,
        role=activity.actor,
        post=desk.people.court.posts["sekretaris"],
        **TOLD,
    )
    eased = next(c for c in clashes() if (c.activity, c.other) == (activity.key, other.key))
    assert not eased.stuck


def test_the_map_is_a_table_to_keep(desk: Desk):
    RoleHolder.objects.filter(role="admin_web").delete()
    answer = browser(desk.people.andi).get(page(desk), {"unduh": "csv"})
    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Pelaksana;")
    assert any("Budi Santoso" in line for line in lines)
    assert any("Belum ada jabatan" in line for line in lines)
    assert browser(desk.people.andi).get(page(desk), {"unduh": "exe"}).status_code == 404


def test_queries_do_not_grow_with_the_people(desk: Desk):
    client = browser(desk.people.budi)

    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get(page(desk))
        return len(caught)

    count()
    few = count()
    for n in range(12):
        desk.people.court.join(f"orang{n}", f"Orang {n}", "operator", "sekretaris")
    assert count() == few


# Ratifying


def test_assumed_actors_are_ratified_by_one_decree(desk: Desk):
    client = browser(desk.people.budi)
    assumed = queries.assumed_roles(desk.version)
    assert assumed
    data = {"role": sorted(assumed), "decree_on": "2026-01-05", **DECREE}
    assert client.post(page(desk, "sop_roles_ratify"), data).status_code == 302
    assert set(queries.ratified_roles(desk.version)) == assumed
    text = client.get(page(desk)).text
    assert DECREE["decree_number"] in text
    assert "menurut anggapan" not in text
    assert "Belum disahkan" not in client.get(page(desk, "sop")).text
    run = desk.open("B")
    assert "Belum disahkan" not in client.get(reverse("step", args=[desk.step(run, "B1").id])).text
    entry = Entry.objects.filter(verb="sop.role.ratified").last()
    assert entry is not None
    assert DECREE["decree_number"] not in str(entry.data)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"decree_number": " "}, "harus diisi"),
        ({"decree_on": ""}, "Pilih tanggal yang ada"),
        ({"decree_on": "2026-02-31"}, "Pilih tanggal yang ada"),
        ({"decree_on": "9999-01-01"}, "tidak boleh setelah hari ini"),
        ({"role": []}, "Pilih paling sedikit satu"),
        ({"role": ["operator_admin", "raja"]}, "Pilih paling sedikit satu"),
    ],
)
def test_a_faulty_decree_ratifies_nothing(desk: Desk, wrong: dict[str, Any], said: str):
    data = {"role": ["operator_admin"], "decree_on": "2026-01-05", **DECREE, **wrong}
    answer = browser(desk.people.budi).post(page(desk, "sop_roles_ratify"), data)
    assert answer.status_code == 422
    assert said in answer.text
    assert not RatifiedRole.objects.exists()


# Versions


@pytest.fixture
def revision(desk: Desk) -> SopVersion:
    """A second version of the same SOP, on trial."""
    first = Definition.objects.get(hash=desk.version.definition_id)
    data = {**first.data, "source_note": "Revisi 2026"}
    row = Definition.objects.create(
        hash="f" * 64, number=first.number, data=data, loaded_at=desk.now
    )
    return services.adopt_sop(
        definition=row,
        office=desk.people.office,
        state=VersionState.TRIAL,
        effective_on=None,
        by="system",
        at=desk.now,
    )


def change(desk: Desk, version: SopVersion, act: str, **more: str) -> Any:
    url = reverse("sop_version_change", args=[desk.version.sop_id, version.id])
    data = {"act": act, "effective_on": "2026-11-02", **DECREE, **more}
    return browser(desk.people.budi).post(url, data)


def states(*versions: SopVersion) -> list[str]:
    return [SopVersion.objects.get(id=v.id).state for v in versions]


def test_a_revision_comes_into_force_and_open_runs_stay(desk: Desk, revision: SopVersion):
    old = [desk.open("B", f"Lama {n}") for n in range(5)]
    assert change(desk, revision, "enforce").status_code == 302
    assert states(desk.version, revision) == ["superseded", "in_force"]
    assert [v.id for v in queries.current_versions()] == [revision.id]
    for run in old:
        desk.finish(run, "B1")
        run.refresh_from_db()
        assert run.version_id == desk.version.id
    row = SopVersion.objects.get(id=revision.id)
    assert (row.effective_on, row.decree_number) == (date(2026, 11, 2), DECREE["decree_number"])
    text = browser(desk.people.jamil).get(page(desk, "sop_versions")).text
    assert "5 berjalan, 5 seluruhnya" in text


def test_a_revision_is_rolled_back(desk: Desk, revision: SopVersion):
    change(desk, revision, "enforce")
    run = desk.open("B", "Pada revisi", version=revision)
    assert change(desk, desk.version, "enforce").status_code == 302
    assert states(desk.version, revision) == ["in_force", "superseded"]
    assert [v.id for v in queries.current_versions()] == [desk.version.id]
    run.refresh_from_db()
    assert run.version_id == revision.id
    desk.finish(run, "B1")


def test_a_trial_is_ended_and_the_one_in_force_goes_on(desk: Desk, revision: SopVersion):
    assert [v.id for v in queries.current_versions()] == [revision.id]
    assert change(desk, revision, "revoke").status_code == 302
    assert states(desk.version, revision) == ["in_force", "revoked"]
    assert [v.id for v in queries.current_versions()] == [desk.version.id]
    assert change(desk, revision, "enforce").status_code == 422
    assert states(revision) == ["revoked"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"decree_number": ""}, "harus diisi"),
        ({"effective_on": "2026-02-30"}, "Pilih tanggal yang ada"),
        ({"effective_on": "9999-12-31"}, "belum tiba"),
    ],
)
def test_a_faulty_decree_changes_no_version(
    desk: Desk, revision: SopVersion, wrong: dict[str, str], said: str
):
    answer = change(desk, revision, "enforce", **wrong)
    assert answer.status_code == 422
    assert said in answer.text
    assert states(desk.version, revision) == ["in_force", "trial"]


def test_what_is_in_force_is_not_enforced_again(desk: Desk):
    answer = change(desk, desk.version, "enforce")
    assert answer.status_code == 422
    assert "Berlaku" in answer.text
    with pytest.raises(Invalid):
        services.revoke_version(
            version=services.revoke_version(version=desk.version, **DECREE, **TOLD),
            **DECREE,
            **TOLD,
        )


def test_versions_of_another_sop_or_office_and_unknown_acts_are_not_there(desk: Desk):
    assert change(desk, desk.version, "drop").status_code == 404
    client = browser(desk.people.eko)
    assert client.get(page(desk, "sop_versions")).status_code == 404
    assert client.get(page(desk)).status_code == 404
