"""People before their browsers. Every act goes through the screen, by words that are seen there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from kelola.ledger.queries import verify
from kelola.sop.models import Run
from tests.browser import pages
from tests.browser.forms import fill_form
from tests.people import PASSWORD
from tests.runs import library_sop

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from kelola.sop.definition.shape import Activity
    from tests.browser.conftest import Window
    from tests.runs import Desk


@dataclass(frozen=True, slots=True)
class Act:
    """A person finishes an activity by a button; ``waits`` records the requirement first."""

    who: str
    activity: str
    button: str
    waits: bool = False


@dataclass
class Person:
    """Somebody at work in a browser of their own."""

    login: str
    window: Window
    desk: Desk
    signed_in: bool = field(default=False)

    @property
    def page(self) -> Page:
        """The page this person sees."""
        return self.window.page

    def judged(self, note: str = "") -> None:
        """Judge the page seen, unless it was judged before."""
        pages.judge(self.window, note=note)

    def activity(self, key: str) -> Activity:
        """Return an activity of the SOP."""
        for procedure in library_sop().procedures:
            if any(a.key == key for a in procedure.activities):
                return procedure.activity(key)
        raise KeyError(key)

    def open_desk(self, *, judge: bool = True) -> None:
        """Open Meja Kerja, through the door on the first time."""
        if not self.signed_in:
            self.window.sign_in(self.login, PASSWORD)
            self.signed_in = True
        self.window.go("/meja-kerja/")
        if judge:
            self.judged()

    def open_run(self, title: str, subject: str, round_: str = "") -> str:
        """Open a run of the strand with this title; return its number."""
        self.open_desk()
        self.window.go("/alur/buka/")
        self.judged()
        self.page.get_by_role("link", name=f"Buka: {title}", exact=True).click()
        self.judged()
        if round_:
            self.page.get_by_role("radio", name=round_).check()
        self.page.get_by_label("Perihal").fill(subject)
        self.page.get_by_role("button", name="Buka pelaksanaan ini").click()
        expect(self.page.locator("h1")).to_have_text(subject)
        self.judged()
        return self.page.locator(".lead").inner_text().partition(" ")[0]

    def turn(self, subject: str, code: str) -> Locator:
        """Return the row of a step under "Giliran saya"."""
        page = self.page
        mine = page.locator("section", has=page.get_by_role("heading", name="Giliran saya"))
        code_of_row = page.locator(".row-code", has_text=exactly(code))
        return mine.locator("li.item").filter(has=code_of_row).filter(has_text=subject)

    def take_up(self, subject: str, code: str) -> None:
        """Find the step at the desk and go to it."""
        self.open_desk()
        row = self.turn(subject, code)
        expect(row).to_have_count(1)
        row.get_by_role("link").last.click()
        expect(self.page.locator("main .row-code").first).to_have_text(code)

    def open_run_page(self, subject: str, *, judge: bool = True) -> None:
        """Open a run from the list of runs."""
        self.window.go("/alur/")
        if judge:
            self.judged()
        self.page.get_by_role("link", name=subject).click()
        expect(self.page.locator("h1")).to_have_text(subject)

    def open_step(self, subject: str, code: str, *, judge: bool = True) -> None:
        """Open a step from its run's page, whoever's turn it is."""
        self.open_run_page(subject, judge=judge)
        rows = self.page.locator("main li.item")
        row = rows.filter(has=self.page.locator(".row-code", has_text=exactly(code)))
        row.locator("a.item-title").click()
        expect(self.page.locator("main .row-code").first).to_have_text(code)

    def number_of(self, subject: str) -> str:
        """Return the number that the run's page shows."""
        self.open_run_page(subject)
        return self.page.locator(".lead").inner_text().partition(" ")[0]

    def stop_the_clock(self, reason: str, note: str) -> None:
        """Stop the step's clock, saying why."""
        self.page.locator("summary", has_text="Hentikan jam").click()
        self.page.get_by_role("radio", name=reason).check()
        self.page.get_by_label("Apa yang ditunggu").fill(note)
        self.press("Hentikan jam")

    def claim(self) -> None:
        """Say that one does it oneself."""
        self.press("Saya kerjakan")

    def meet_requirement(self) -> None:
        """Record that what the step waits for is there."""
        self.judged("waiting")
        self.press("Kelengkapan sudah ada")

    def press(self, label: str) -> None:
        """Press a button by what it says."""
        self.page.get_by_role("button", name=label, exact=True).click()

    def fill(self, code: str, *, judge: bool = True, **instead: Any) -> None:
        """Fill the form of the activity on the screen."""
        if judge:
            self.judged()
        fill_form(self.page, self.activity(code), **instead)

    def write_note(self, words: str) -> None:
        """Write what the history is to keep."""
        self.page.get_by_label("Catatan langkah ini").fill(words)

    def finish(self, subject: str, act: Act) -> None:
        """Carry out one act of a story from the desk to its confirmation."""
        self.take_up(subject, act.activity)
        if act.waits:
            self.meet_requirement()
        self.fill(act.activity)
        self.press(act.button)
        self.sees_saved(act.activity)

    def sees_saved(self, code: str) -> None:
        """See that the output is kept."""
        output = self.activity(code).output.id
        expect(self.page.locator("main")).to_contain_text(f"{output} tersimpan sebagai bukti.")
        self.judged()

    def sees(self, words: str) -> None:
        """See these words on the page."""
        expect(self.page.locator("main")).to_contain_text(words)


def exactly(text: str) -> re.Pattern[str]:
    """Return a pattern that matches this text and nothing longer."""
    return re.compile(rf"^\s*{re.escape(text)}\s*$")


@dataclass
class Team:
    """The office's people by login, and what holds at the end of every story."""

    desk: Desk
    open_window: Callable[..., Window]
    _people: dict[str, Person] = field(default_factory=dict)

    def __getitem__(self, login: str) -> Person:
        """Return a person, opening their browser on the first time."""
        if login not in self._people:
            self._people[login] = Person(login, self.open_window(), self.desk)
        return self._people[login]

    def join(self, login: str, name: str, *posts: str) -> Person:
        """Let somebody new into the office who holds these posts."""
        self.desk.people.court.join(login, name, *posts)
        return self[login]

    def carry(self, subject: str, *acts: Act) -> None:
        """Carry out the acts of a story in order."""
        for act in acts:
            self[act.who].finish(subject, act)

    def check_closed(self, subject: str, steps: str, state: str = "completed") -> None:
        """Check in the database that a run ended, by which steps, and that the ledger is sound."""
        run = Run.objects.get(subject=subject)
        done = run.steps.order_by("position").values_list("activity", "attempt", "state")
        told = " ".join(f"{a}" if n == 1 else f"{a}({n})" for a, n, s in done if s == "done")
        assert (run.state, told) == (state, steps)
        verification = verify()
        assert verification.ok, verification.first_bad
        assert verification.entries > 0
