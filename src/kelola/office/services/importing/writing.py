"""Writing a plan: one transaction, by the same services that the pages use."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from kelola.ledger.services import append
from kelola.office.models import Person, Post
from kelola.office.services.access import give_access, temporary_password
from kelola.office.services.changes import add_person_of_unit, add_post_titled, edit_person
from kelola.office.services.checks import Invalid
from kelola.office.services.importing.planning import plan
from kelola.office.services.importing.reading import folded
from kelola.office.services.posts import appoint
from kelola.ui.sheets import Fault

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from kelola.office.services.importing.planning import Plan, Planned
    from kelola.ui.sheets import Table


class Unfit(Exception):  # noqa: N818 - an answer to a person, not a fault of the program
    """Nothing was written; ``plan`` holds the faults."""

    def __init__(self, refused: Plan) -> None:
        super().__init__(f"{len(refused.faults)} faults")
        self.plan = refused


@dataclass(frozen=True, slots=True)
class Given:
    """An account and its password, to be told once."""

    name: str
    login: str
    password: str


@dataclass(slots=True)
class Imported:
    """What was written, and the accounts that were given."""

    plan: Plan
    given: list[Given] = field(default_factory=list)


def import_people(*, office: UUID, table: Table, by: str, at: datetime) -> Imported:
    """Write what a table says of people and posts: all of it, or nothing.

    Writing the same table again changes nothing.

    Raises:
        Unfit: a row is at fault.
        Unreadable: the columns are not those of people and posts.

    """
    # Passwords are slow to digest by design: not while others wait for the database.
    secrets = {p.line.login: _secret() for p in plan(table).lines if p.gives_login}
    with transaction.atomic():
        made = plan(table)
        if made.faults:
            raise Unfit(made)
        writer = _Writer(office, secrets, by, at)
        for planned in made.lines:
            try:
                writer.write(planned)
            except Invalid as refusal:
                made.faults.append(Fault(planned.line.number, str(refusal.message)))
                raise Unfit(made) from refusal
        if made.count("unchanged") < len(made.lines):
            writer.tell(made)
    return Imported(made, writer.given)


def _secret() -> tuple[str, str]:
    told = temporary_password()
    return told, make_password(told)


class _Writer:
    def __init__(
        self, office: UUID, secrets: dict[str, tuple[str, str]], by: str, at: datetime
    ) -> None:
        self.office, self.secrets, self.by, self.at = office, secrets, by, at
        self.people: dict[str, Person] = {}
        self.posts = {folded(post.title): post for post in Post.objects.all()}
        self.given: list[Given] = []

    def write(self, planned: Planned) -> None:
        """Write one line."""
        if planned.state == "unchanged":
            return
        person, line = self._person(planned), planned.line
        if line.valid_from is not None and line.decree_on is not None:
            for title in planned.appoints:
                appoint(
                    post=self._post(title),
                    person=person,
                    decree_number=line.decree_number,
                    decree_on=line.decree_on,
                    valid_from=line.valid_from,
                    valid_until=line.valid_until,
                    by=self.by,
                    at=self.at,
                )
        if planned.gives_login:
            self._account(person, line.login)

    def _person(self, planned: Planned) -> Person:
        line = planned.line
        known = self.people.get(planned.key) or planned.person
        if known is None:
            person = add_person_of_unit(
                office=self.office,
                name=line.name,
                nip=line.nip,
                unit=line.unit,
                by=self.by,
                at=self.at,
            )
        else:
            person = edit_person(
                person=known,
                name=line.name,
                nip=line.nip or known.nip,
                unit=line.unit or (known.unit.name if known.unit else ""),
                by=self.by,
                at=self.at,
            )
        self.people[planned.key] = person
        return person

    def _post(self, title: str) -> Post:
        key = folded(title)
        if key not in self.posts:
            self.posts[key] = add_post_titled(
                office=self.office, title=title, by=self.by, at=self.at
            )
        return self.posts[key]

    def _account(self, person: Person, login: str) -> None:
        if login not in self.secrets:  # somebody changed the office between both looks
            raise Invalid("login", _("The office was changed meanwhile. Look at the file again."))
        told, digest = self.secrets[login]
        give_access(
            person=person, login=login, by=self.by, at=self.at, password=told, digest=digest
        )
        self.given.append(Given(person.name, login, told))

    def tell(self, made: Plan) -> None:
        """Tell the ledger that this was one import."""
        data = {"rows": made.rows, "new": made.count("new"), "changed": made.count("changed")}
        append(
            office=self.office,
            at=self.at,
            by=self.by,
            verb="office.people.imported",
            object=f"office.office:{self.office}",
            data=data,
        )
