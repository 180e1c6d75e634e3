"""``kelola office``: a real office is started without demo data."""

from __future__ import annotations

import io
import json
import sys

import pytest
from django.core.management import CommandError, call_command

from kelola.ledger.models import Entry
from kelola.office.models import Membership, Office, Person, Post, User
from kelola.office.scope import unscoped
from tests.people import PASSWORD, make_people

pytestmark = pytest.mark.django_db
NEW = {
    "--name": "Mahkamah Syar'iyah Baru",
    "--short": "MS Baru",
    "--zone": "Asia/Jayapura",
    "--admin": "Rahmat",
    "--admin-name": "Rahmat Hidayat",
}


def office(*arguments: str) -> str:
    out = io.StringIO()
    call_command("office", *arguments, stdout=out)
    return out.getvalue()


def new(**changes: str) -> str:
    wanted = NEW | {f"--{name.replace('_', '-')}": value for name, value in changes.items()}
    return office("new", *(f"{option}={value}" for option, value in wanted.items()))


@pytest.fixture
def password_file(tmp_path):
    path = tmp_path / "sandi"
    path.write_text(f"{PASSWORD}\nbaris kedua\n", encoding="utf-8")
    return str(path)


def test_an_office_with_its_administrator_and_nothing_else(password_file):
    told = new(password_file=password_file, admin_nip="198501012010011001")
    made = Office.objects.get()
    assert str(made.pk) in told
    assert PASSWORD not in told
    assert made.zone == "Asia/Jayapura"
    user = User.objects.get()
    assert user.login == "rahmat"
    assert user.check_password(PASSWORD)
    with unscoped("the test looks at everything"):
        member = Membership.objects.get()
        assert (member.is_admin, member.office, member.user) == (True, made, user)
        assert Person.objects.get().name == "Rahmat Hidayat"
        assert not Post.objects.exists()
    assert set(Entry.objects.values_list("by", flat=True)) == {"system"}


def test_without_a_terminal_a_password_is_made_and_shown_once(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    told = new()
    shown = told.strip().rsplit(" ", 1)[1]
    assert len(shown) >= 16
    assert User.objects.get().check_password(shown)
    assert "Sandi Rahmat, hanya ditampilkan sekali ini" in told


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_at_a_terminal_the_password_is_typed_twice(monkeypatch):
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", lambda _prompt: PASSWORD)
    assert "ditampilkan sekali" not in new()
    assert User.objects.get().check_password(PASSWORD)


def test_two_different_passwords_are_refused(monkeypatch):
    typed = iter([PASSWORD, "lain-sama-sekali"])
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(typed))
    with pytest.raises(CommandError, match="Kedua sandi berbeda") as error:
        new()
    assert error.value.returncode == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"zone": "Asia/Medan"}, '--zone: Zona waktu "Asia/Medan" tidak ada'),
        ({"name": " "}, "--name: Bagian ini harus diisi"),
        ({"short": ""}, "--short: Bagian ini harus diisi"),
        ({"admin": "dua kata"}, "--admin: Hanya huruf"),
        ({"admin_name": " "}, "--admin-name: Bagian ini harus diisi"),
        ({"admin_nip": "12"}, "--admin-nip: NIP terdiri atas 18 angka"),
        ({"password_file": "/tidak/ada"}, "Berkas sandi tidak dapat dibaca"),
    ],
)
def test_wrong_use_leaves_nothing_behind(change, words, password_file):
    with pytest.raises(CommandError) as error:
        new(**({"password_file": password_file} | change))
    assert error.value.returncode == 2
    assert words in str(error.value)
    assert not Office.objects.exists()
    assert not User.objects.exists()
    assert not Entry.objects.exists()


def test_a_weak_password_is_refused(tmp_path):
    weak = tmp_path / "sandi"
    weak.write_text("pendek", encoding="utf-8")
    with pytest.raises(CommandError, match="--password-file: "):
        new(password_file=str(weak))
    weak.write_text("", encoding="utf-8")
    with pytest.raises(CommandError, match="--password-file: "):
        new(password_file=str(weak))


def test_names_that_exist_are_refused(password_file):
    people = make_people()
    with pytest.raises(CommandError, match="--admin: Nama pengguna ini sudah dipakai"):
        new(password_file=password_file, admin="ANDI")
    with pytest.raises(CommandError, match="--name: Sudah ada kantor"):
        new(password_file=password_file, name=people.office.name)
    assert Office.objects.count() == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Sebutkan yang diinginkan: new, setup-link, list, atau second-factor-reset."),
        (("new",), "--name, --short, --zone, --admin, --admin-name"),
        (
            ("new", "--name=X", "--zone=Asia/Jakarta"),
            "belum diisi: --short, --admin, --admin-name.",
        ),
    ],
)
def test_missing_arguments_are_wrong_use(arguments, words):
    with pytest.raises(CommandError) as error:
        office(*arguments)
    assert error.value.returncode == 2
    assert words in str(error.value)
    assert not Office.objects.exists()


def test_the_offices_are_listed():
    assert "Belum ada kantor" in office("list")
    assert json.loads(office("list", "--json")) == {"offices": []}
    people = make_people()
    listed = json.loads(office("list", "--json"))["offices"]
    assert listed[0] == {
        "id": str(people.office.pk),
        "name": people.office.name,
        "short_name": people.office.short_name,
        "zone": "Asia/Jakarta",
    }
    assert len(listed) == 2
    assert people.other.office.name in office("list")
