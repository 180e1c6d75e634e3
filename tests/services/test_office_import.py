"""People and posts from a file: planned by row, written all or not at all, once."""

from __future__ import annotations

import io
from datetime import date

import pytest

from kelola.ledger.models import Entry
from kelola.office import services
from kelola.office.models import Appointment, Membership, Person, Post, Unit, User
from kelola.office.scope import office_scope
from kelola.office.services import importing
from kelola.office.services.importing.reading import day_of
from kelola.ui.sheets import Unreadable, csv_lines, read_table, xlsx_bytes
from tests.people import TOLD, make_people

pytestmark = pytest.mark.django_db
NIP = "198501012010011001"
OTHER_NIP = "199002022015022002"
DECREE = ["W1-A1/1/KP/2027", "02/01/2027", "2027-01-04", "31 Desember 2027"]
GOOD = [
    ["Rahmat, S.H.", NIP, "Umum", "Operator; Arsiparis", *DECREE, "rahmat"],
    ["Sinta", OTHER_NIP, "Umum", "Ketua", *DECREE, ""],
    ["Jamil Akbar", "", "", "", "", "", "", "", ""],
    ["Tuti", "", "Keuangan", "", "", "", "", "", "tuti"],
]


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def here(people):
    with office_scope(people.office.pk):
        yield people


def table(rows, header=importing.HEADER):
    return read_table(io.BytesIO(b"".join(csv_lines(header, rows))), importing.LIMITS)


def write(here, rows):
    return importing.import_people(office=here.office.pk, table=table(rows), **TOLD)


def faults(rows) -> dict[int, str]:
    return {fault.row: fault.message for fault in importing.plan(table(rows)).faults}


def everything() -> tuple[int, ...]:
    kinds = (Person, Post, Unit, Appointment, Membership, User, Entry)
    return tuple(kind.objects.count() for kind in kinds)


def test_a_plan_changes_nothing_and_says_what_would(here):
    before = everything()
    plan = importing.plan(table(GOOD))
    assert [(p.line.number, p.state) for p in plan.lines] == [
        (2, "new"),
        (3, "new"),
        (4, "unchanged"),
        (5, "new"),
    ]
    assert not plan.faults
    assert (plan.new_posts, plan.new_units) == (["Arsiparis"], ["Umum", "Keuangan"])
    assert [p.line.login for p in plan.lines if p.gives_login] == ["rahmat", "tuti"]
    assert everything() == before


def test_what_was_planned_is_written(here):
    written = write(here, GOOD)
    rahmat = Person.objects.get(nip=NIP)
    assert (rahmat.name, rahmat.unit.name) == ("Rahmat, S.H.", "Umum")
    held = Appointment.objects.filter(person=rahmat).order_by("post__title")
    assert [(a.post.title, a.valid_from, a.valid_until) for a in held] == [
        ("Arsiparis", date(2027, 1, 4), date(2027, 12, 31)),
        ("Operator", date(2027, 1, 4), date(2027, 12, 31)),
    ]
    assert Post.objects.get(title="Arsiparis").key == "arsiparis"
    assert [(g.login, g.name) for g in written.given] == [
        ("rahmat", "Rahmat, S.H."),
        ("tuti", "Tuti"),
    ]
    for given in written.given:
        user = User.objects.get(login=given.login)
        assert user.check_password(given.password)
        assert user.must_change_password
    entry = Entry.objects.get(verb="office.people.imported")
    assert entry.data == {"rows": 4, "new": 3, "changed": 0}
    assert "Rahmat" not in " ".join(str(e.data) for e in Entry.objects.all())


def test_the_same_file_again_changes_nothing(here):
    write(here, GOOD)
    before = everything()
    again = write(here, GOOD)
    assert {p.state for p in again.plan.lines} == {"unchanged"}
    assert not again.given
    assert everything() == before


def test_a_workbook_is_read_like_a_csv(here):
    rows = [["Rahmat", NIP, "", "Operator", "W1/1", date(2027, 1, 2), date(2027, 1, 4), None, ""]]
    data = xlsx_bytes(importing.HEADER, rows)
    importing.import_people(
        office=here.office.pk, table=read_table(io.BytesIO(data), importing.LIMITS), **TOLD
    )
    row = Appointment.objects.get(person__nip=NIP)
    assert (row.decree_on, row.valid_from, row.valid_until) == (
        date(2027, 1, 2),
        date(2027, 1, 4),
        None,
    )


def test_changes_fill_in_and_leave_alone(here):
    plan = write(here, [["jamil akbar", NIP, "Umum", "", "", "", "", "", ""]]).plan
    assert plan.count("changed") == 1
    jamil = Person.objects.get(pk=here.jamil.person.pk)
    assert (jamil.name, jamil.nip, jamil.unit.name) == ("jamil akbar", NIP, "Umum")
    write(here, [["Jamil Akbar, S.H.", NIP, "", "", "", "", "", "", ""]])
    jamil.refresh_from_db()
    assert (jamil.name, jamil.unit.name) == ("Jamil Akbar, S.H.", "Umum")


def test_one_person_may_have_several_rows(here):
    second = ["W1-A1/2/KP/2027", "02/01/2027", "2027-02-01", ""]
    rows = [
        ["Rahmat", NIP, "", "Operator", *DECREE, "rahmat"],
        ["Rahmat", NIP, "", "Arsiparis", *second, "rahmat"],
    ]
    assert len(write(here, rows).given) == 1
    assert Appointment.objects.filter(person__nip=NIP).count() == 2


def test_names_of_other_colleagues_are_not_confused(here):
    write(here, [["Andi Saputra", NIP, "", "", "", "", "", "", ""]])
    assert Person.objects.get(nip=NIP).pk == here.andi.person.pk  # had no NIP yet
    write(here, [["Andi Saputra", OTHER_NIP, "", "", "", "", "", "", ""]])
    assert Person.objects.filter(name="Andi Saputra").count() == 2
    told = faults([["Andi Saputra", "", "", "", "", "", "", "", ""]])
    assert list(told) == [2]


BAD = {
    "no name": ["", NIP, "", "", "", "", "", "", ""],
    "nip": ["A", "123", "", "", "", "", "", "", ""],
    "day": ["A", "", "", "Operator", "W1/1", "31/02/2026", "2026-01-01", "", ""],
    "turned round": ["A", "", "", "Operator", "W1/1", "1/1/2026", "2/1/2026", "1/1/2026", ""],
    "no decree": ["A", "", "", "Operator", "", "", "", "", ""],
    "login": ["A", "", "", "", "", "", "", "", "an\u200bdi"],
    "lookalike login": ["A", "", "", "", "", "", "", "", "аndi"],
    "taken login": ["A", "", "", "", "", "", "", "", "ANDI"],
    "another login": ["Andi Saputra", "", "", "", "", "", "", "", "andi2"],
    "held already": ["Andi Saputra", "", "", "Operator", "W9/9", "1/1/2026", "1/2/2026", "", ""],
    "zero width name": ["An\u200bdi", "", "", "", "", "", "", "", ""],
}  # fmt: skip


def test_all_faults_are_told_at_once_by_their_rows(here):
    rows = [GOOD[0], *BAD.values()]
    before = everything()
    told = faults(rows)
    assert list(told) == list(range(3, 3 + len(BAD)))
    assert "31/02/2026" in told[5]
    assert all(len(message) > 10 for message in told.values())
    with pytest.raises(importing.Unfit) as refused:
        write(here, rows)
    assert refused.value.plan.faulty_rows == len(BAD)
    assert everything() == before


@pytest.mark.parametrize(
    "rows",
    [
        [["A", NIP, "", "", "", "", "", "", ""], ["B", NIP, "", "", "", "", "", "", ""]],
        [["A", NIP, "U", "", "", "", "", "", ""], ["A", NIP, "V", "", "", "", "", "", ""]],
        [["A", "", "", "", "", "", "", "", ""], ["A", NIP, "", "", "", "", "", "", ""]],
        [["A", NIP, "", "", "", "", "", "", "a1"], ["A", NIP, "", "", "", "", "", "", "a2"]],
        [["A", NIP, "", "", "", "", "", "", "aa"], ["B", OTHER_NIP, "", "", "", "", "", "", "AA"]],
        [["Jamil Akbar", NIP, *[""] * 7], ["Jamil Akbar", OTHER_NIP, *[""] * 7]],
    ],
)
def test_rows_that_contradict_each_other(here, rows):
    assert list(faults(rows)) == [3]


def test_a_service_that_refuses_takes_everything_back(here, monkeypatch):
    real = services.places.add_person

    def refusing(**values):
        if values["name"] == "Sinta":
            raise services.Invalid("name", "Tidak bisa")
        return real(**values)

    monkeypatch.setattr("kelola.office.services.changes.add_person", refusing)
    before = everything()
    with pytest.raises(importing.Unfit) as refused:
        write(here, GOOD)
    assert [(f.row, f.message) for f in refused.value.plan.faults] == [(3, "Tidak bisa")]
    assert everything() == before


def test_too_many_accounts_at_once(here):
    rows = [[f"Orang {n}", "", "", "", "", "", "", "", f"orang{n}"] for n in range(151)]
    assert list(faults(rows)) == [0]


@pytest.mark.parametrize("header", [["Orang"], ["Nama", "nama pegawai"], ["NIP", "Unit"]])
def test_columns_that_are_not_those_of_people(here, header):
    with pytest.raises(Unreadable):
        importing.plan(table([["x"] * len(header)], header))


def test_unknown_columns_are_named_and_left(here):
    plan = importing.plan(table([["A", "merah"]], ["NAMA *", "Warna"]))
    assert plan.unused == ["Warna"]
    assert [p.line.name for p in plan.lines] == ["A"]


def test_another_office_is_not_touched(here):
    write(here, [["Eko Prasetyo", NIP, "", "", "", "", "", "", ""]])
    with office_scope(here.other.office.pk):
        assert Person.objects.get(name="Eko Prasetyo").nip == ""


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2027-01-31", date(2027, 1, 31)),
        ("2027-01-31 00:00", date(2027, 1, 31)),
        ("31/1/2027", date(2027, 1, 31)),
        ("31.01.2027", date(2027, 1, 31)),
        ("31 Januari 2027", date(2027, 1, 31)),
        ("31-Agu-2027", date(2027, 8, 31)),
        ("31/02/2027", None),
        ("13/13/2027", None),
        ("1/1/27", None),
        ("01/01/0001", None),
        ("31 Foo 2027", None),
        ("besok", None),
    ],
)
def test_days_as_people_write_them(words, day):
    assert day_of(words) == day
