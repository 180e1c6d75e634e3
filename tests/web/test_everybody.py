"""Everybody opens every address and posts to it, with their own objects and with another office's.

Each question is asked once, and its answer judged four times: the status is the one of the table
(``matrix.csv``), nothing of the other office is in it down to packed bytes, nothing was written
that should not be, and what is another's is answered like what is nobody's.
"""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import pytest
from django.urls import reverse

from kelola.ledger.models import Entry
from tests.web.crawling import UUID, Page, alike, is_page, plain
from tests.web.targets import POSTED
from tests.web.test_matrix import ROLES, table
from tests.web.watching import Watch, dump, fresh, garden, urls, watch

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

__all__ = ["garden", "watch"]
pytestmark = pytest.mark.django_db

PAPERS = {"run_paper", "step_paper", "step_blank", "sop_blank"}
READS_PAPERS = {"operator", "kasubag"}
FOLLOWS_LINKS = {"operator", "kasubag"}
COMPARED = ("operator", "kasubag", "member_without_role", "stranger", "signed_out")
ALIKE = 2  # of pages of one view with the same questions in their addresses, so many are enough
TABLES = ("text/csv", "spreadsheetml", "application/pdf", "text/html")


@dataclass
class Asked:
    """What everybody was answered by one method; ``rows`` are the table's."""

    watch: Watch
    method: str
    rows: dict[tuple[str, str, str], dict[str, str]] = field(default_factory=dict)
    answers: dict[tuple[str, str], HttpResponseBase] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def ask(self) -> Asked:
        """Ask it all; ``told`` says when something stood in the other office's history."""
        chain = Entry.objects.filter(chain=str(self.watch.scene.people.other.office.pk))
        stood = chain.count()
        for target in ("-", "own", "foreign"):
            for name, url in urls(self.watch.scene, target):
                row = self.rows.setdefault((name, self.method, target), {})
                for role in ROLES:

                    def peek(question: str = f"{role} {self.method} {url}") -> None:
                        if chain.count() != stood:
                            self.told.append(question)

                    self.watch.visitors[role].peek = peek
                    row[role] = self._word(role, name, url)
        return self

    def _word(self, role: str, name: str, url: str) -> str:
        """Ask once; return the answer in the table's words.

        A refusal that changed something all the same is no answer of the table.
        """
        data = POSTED.get(name, {}) if self.method == "POST" else None
        if name in PAPERS and role not in READS_PAPERS:  # the same bytes again are not unpacked
            answer = self.watch.visitors[role].ask(self.method, url, data)
        else:
            answer = self.watch.look(role, self.method, url, data)
        self.answers[role, url] = answer
        if answer.status_code >= 400 and "INSERT ledger_entry" in self.watch.visitors[role].writes:
            return f"{answer.status_code} but written"
        location = answer.headers.get("Location", "").partition("?")[0]
        if answer.status_code == 302 and location == reverse("account_login"):
            return "sign-in"
        return str(answer.status_code)


@pytest.fixture(scope="module")
def looked(garden: Watch, django_db_blocker: Any) -> Asked:
    with django_db_blocker.unblock():
        return Asked(fresh(garden), "GET").ask()


@pytest.fixture(scope="module")
def posted(garden: Watch, django_db_blocker: Any) -> Asked:
    with django_db_blocker.unblock():
        return Asked(fresh(garden), "POST").ask()


def test_everybody_is_answered_as_the_table_says(looked: Asked, posted: Asked) -> None:
    got, wrong = looked.rows | posted.rows, []
    assert got.keys() == table().keys()
    for key, row in table().items():
        if any(got[key][role] != row[role] for role in ROLES):
            wrong.append(",".join([*key, *got[key].values()]))
    assert not wrong, "these were answered otherwise:\n" + "\n".join(wrong)


def follow(watch: Watch, role: str, known: dict[tuple[str, str], HttpResponseBase]) -> int:
    """Open what links lead to, from the desk on; return how many pages there were.

    What was answered before to the same person is read, not asked for again.
    """
    waiting, seen, met = [reverse("desk")], set[str](), Counter[tuple[str, ...]]()
    while waiting:
        url = waiting.pop(0)
        if url in seen or met[alike(url)] >= ALIKE:
            continue
        seen.add(url)
        met[alike(url)] += 1
        answer = known.get((role, url)) or watch.look(role, "GET", url)
        if "text/html" in answer.headers.get("Content-Type", ""):
            page = Page(url, answer.whole.decode())  # type: ignore[attr-defined]  # our note
            found = [u.partition("#")[0].removeprefix("http://testserver") for u in page.links]
            waiting += [u for u in found if is_page(u)]
        elif answer.status_code in {301, 302}:
            waiting.append(answer.headers["Location"])
    return len(seen)


def test_reading_shows_nothing_of_another_office_and_writes_nothing(
    looked: Asked, watch: Watch
) -> None:
    before = dump()
    for role in FOLLOWS_LINKS:
        assert follow(watch, role, looked.answers) > 50
    kinds = looked.watch.kinds | watch.kinds
    assert all(any(kind in one for one in kinds) for kind in TABLES)
    assert not looked.watch.notes + watch.notes, "\n".join(looked.watch.notes + watch.notes)
    assert dump() == before


def test_writing_shows_nothing_of_another_office_and_changes_nothing_there(
    posted: Asked,
) -> None:
    assert not posted.watch.notes, "\n".join(posted.watch.notes)
    assert posted.told == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_anothers_answers_like_what_is_nobodys(
    watch: Watch, looked: Asked, posted: Asked, method: str
) -> None:
    """Byte for byte, so that nobody learns which ids are in use."""
    asked, differ = {"GET": looked, "POST": posted}[method], []
    for role in COMPARED:
        for name, url in urls(watch.scene, "foreign"):
            nowhere = UUID.sub(lambda _m: str(uuid.uuid4()), url)
            other = watch.visitors[role].ask(method, nowhere, POSTED.get(name, {}))
            answers = [
                plain(answer, *UUID.findall(one), quote_plus(one))
                for answer, one in ((asked.answers[role, url], url), (other, nowhere))
            ]
            if answers[0] != answers[1]:
                differ.append(f"{role} {method} {name}")
    assert not differ
