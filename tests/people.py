"""The people of the tests, made by the real services.

Andi operator, Budi Kasubag (and administrator), Cut Sekretaris, Dewi Ketua, Gita Redaktur, Hadi
Ketua Dewan Redaktur, Intan Admin Web, Jamil a colleague without a role; Eko operator of another
office; Fajar has an account and no office.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model

from kelola.office import services
from kelola.office.scope import office_scope
from tests.remembered import remembered

if TYPE_CHECKING:
    from django.test import Client

    from kelola.office.models import Membership, Office, Person, Post, User

AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
FROM = date(2026, 1, 2)
PASSWORD = "tujuh-kuda-putih"
TOLD = {"by": "system", "at": AT}

POSTS = {
    "operator_admin": "Operator/Admin",
    "operator": "Operator",
    "kasubag_ptip": "Kasubag PTIP",
    "sekretaris": "Sekretaris",
    "ketua": "Ketua",
    "penanggung_jawab": "Penanggung Jawab",
    "redaktur": "Redaktur",
    "ketua_dewan_redaktur": "Ketua Dewan Redaktur",
    "admin_web": "Admin Web",
}


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of an office with the account to sign in."""

    user: User
    person: Person
    membership: Membership

    @property
    def id(self) -> str:
        """What services take for ``by``."""
        return str(self.person.pk)


@dataclass(frozen=True, slots=True)
class Court:
    """An office with its posts by key."""

    office: Office
    posts: dict[str, Post]

    def join(
        self, login: str, name: str, *keys: str, nip: str = "", admin: bool = False
    ) -> Someone:
        """Add somebody with an account who holds these posts since January 2026."""
        office = self.office.pk
        known = get_user_model().objects.filter(login=login).first()
        user = known or services.create_user(login=login, password=PASSWORD, **TOLD)
        with office_scope(office):
            person = services.add_person(office=office, name=name, nip=nip, **TOLD)
            membership = services.add_membership(
                office=office, user=user, person=person, is_admin=admin, **TOLD
            )
            for key in keys:
                services.appoint(
                    post=self.posts[key],
                    person=person,
                    decree_number="W1-A99/1/KP.04.6/I/2026",
                    decree_on=FROM,
                    valid_from=FROM,
                    **TOLD,
                )
        return Someone(user, person, membership)


@dataclass(frozen=True, slots=True)
class People:
    """Everybody; ``court`` is theirs, ``other`` is Eko's."""

    court: Court
    other: Court
    andi: Someone
    budi: Someone
    cut: Someone
    dewi: Someone
    gita: Someone
    hadi: Someone
    intan: Someone
    jamil: Someone
    eko: Someone
    fajar: User

    @property
    def office(self) -> Office:
        """The office of everybody but Eko and Fajar."""
        return self.court.office


def make_court(name: str = "Mahkamah Syar'iyah Contoh", zone: str = "Asia/Jakarta") -> Court:
    """Create an office with the posts that SOP/AS/29 names."""
    short_name = name.replace("Mahkamah Syar'iyah", "MS").replace("Pengadilan Agama", "PA")
    office = services.create_office(name=name, short_name=short_name, zone=zone, **TOLD)
    with office_scope(office.pk):
        posts = {
            key: services.add_post(office=office.pk, key=key, title=title, **TOLD)
            for key, title in POSTS.items()
        }
    return Court(office, posts)


def make_people() -> People:
    """Create both offices and everybody in them. Opens no scope: tests say which one they mean."""
    return remembered("people", _everybody)


def _everybody() -> People:
    court, other = make_court(), make_court("Pengadilan Agama Tetangga", "Asia/Makassar")
    return People(
        court=court,
        other=other,
        andi=court.join("andi", "Andi Saputra", "operator_admin", "operator"),
        budi=court.join("budi", "Budi Santoso", "kasubag_ptip", admin=True),
        cut=court.join("cut", "Cut Meutia", "sekretaris"),
        dewi=court.join("dewi", "Dewi Lestari", "ketua", "penanggung_jawab"),
        gita=court.join("gita", "Gita Maharani", "redaktur"),
        hadi=court.join("hadi", "Hadi Wijaya", "ketua_dewan_redaktur"),
        intan=court.join("intan", "Intan Permata", "admin_web"),
        jamil=court.join("jamil", "Jamil Akbar"),
        eko=other.join("eko", "Eko Prasetyo", "operator_admin", "operator", "kasubag_ptip"),
        fajar=services.create_user(login="fajar", password=PASSWORD, **TOLD),
    )


def sign_in(client: Client, user: User) -> Client:
    """Sign a browser in without the form; return it."""
    client.force_login(user)
    return client
