"""The demo's files: every answer stands, every name is known, every moment can be read."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelola.demo import queries, rules
from kelola.demo.services.samples import content
from kelola.demo.services.telling import plan, procedure_of
from kelola.evidence.rules import inspect
from kelola.registry import new_id
from kelola.sop.definition import loader
from kelola.sop.rules import problems
from kelola.workcal import rules as workcal
from kelola.workcal.queries import default_calendar

SOP = loader.load(loader.library_path("SOP/AS/29"))
ACTIVITIES = {a.key: a for p in SOP.procedures for a in p.activities}
CALENDAR = default_calendar()
MONDAY = date(2026, 11, 2)
WEEK = tuple(MONDAY + timedelta(days=n) for n in range(5))
SCENE = rules.Scene(CALENDAR, MONDAY, WEEK, date(2026, 11, 30))
MOMENTS = {
    "a plain morning": "2026-11-24T10:17:00+07:00",
    "before the office opens": "2026-11-23T01:10:00+07:00",
    "a Saturday": "2026-11-21T12:00:00+07:00",
    "the thirtieth": "2026-11-30T16:40:00+07:00",
    "Ramadan": "2026-03-02T11:00:00+07:00",
    "the long rest": "2026-03-22T09:00:00+07:00",
    "New Year": "2027-01-02T00:30:00+07:00",
    "the end of January": "2026-01-31T09:00:00+07:00",
    "a leap day": "2028-02-29T15:00:00+07:00",
}
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
STRANDS = {s.key for p in SOP.procedures for s in p.strands}


def written(answers):
    return rules.written(answers, SCENE, lambda _name: str(new_id()))


def finishing():
    return [(story, act) for story in queries.stories() for act in story.acts if act.do == "finish"]


def test_there_are_answers_for_the_38_activities_and_no_other():
    assert len(ACTIVITIES) == 38
    assert queries.answers().keys() == ACTIVITIES.keys()


@pytest.mark.parametrize("key", ACTIVITIES)
def test_the_usual_answers_stand(key):
    assert problems(ACTIVITIES[key].form.fields, written(queries.answers()[key])) == ()


@pytest.mark.parametrize("number", range(len(finishing())))
def test_the_answers_of_every_story_stand(number):
    story, act = finishing()[number]
    part = procedure_of(SOP, story.strand)
    activity = part.activity(act.step)
    assert act.step in part.strand(story.strand).activities
    assert problems(activity.form.fields, written(queries.answers_of(act))) == ()
    if act.outcome:
        chosen = activity.outcome(act.outcome)
        assert chosen is not None
        assert act.remarks or not (chosen.is_return or chosen.needs_reason)


def test_answers_are_an_operators_words_and_no_filler():
    text = json.dumps([queries.answers(), *(a.answers for _s, a in finishing())], default=str)
    assert not re.search(r"\b(Isi|Lorem|contoh isian|TODO|xxx)\b", text)
    assert "'" not in re.sub(r"Syar'iyah", "", " ".join(s.subject for s in queries.stories()))


def test_people_posts_decrees_and_logins_of_the_story_are_known():
    office = queries.office_file()
    posts, units = {p.key for p in office.posts}, {u.key for u in office.units}
    logins = [p.login for p in office.people if p.login]
    assert len(set(logins)) == len(logins) == 8
    assert {key for p in office.people for key in p.posts} == posts
    assert {d for p in office.people for d in p.posts.values()} == office.decrees.keys()
    assert {p.unit for p in office.people} | {p.unit for p in office.posts if p.unit} <= units
    assert {r.key for p in SOP.procedures for r in p.roles} <= posts
    assert {a.by for s in queries.stories() for a in s.acts} <= set(logins)
    assert len(office.password) >= 12


def test_the_numbers_of_civil_servants_are_of_their_shape_and_differ():
    numbers = [p.nip for p in queries.office_file().people]
    assert len(set(numbers)) == len(numbers)
    for nip in numbers:
        found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(\d{4})(\d\d)[12]\d{3}", nip)
        assert found, nip
        year, month, day, since, _month = map(int, found.groups())
        assert 18 <= since - date(year, month, day).year <= 35


@pytest.mark.parametrize("when", MOMENTS)
def test_every_strand_is_told_whatever_the_moment(when):
    until = datetime.fromisoformat(MOMENTS[when])
    acts = plan(queries.stories(), SOP, CALENDAR, until=until, seed=29)
    told = {queries.stories()[p.story].strand for p in acts if p.act.do == "open"}
    assert told == STRANDS
    founded = datetime(rules.begun_in(until.date()), 1, 3, tzinfo=UTC)
    assert all(founded < p.at <= until for p in acts)
    assert [p.at for p in acts] == sorted(p.at for p in acts)
    taken = [
        (queries.stories()[p.story].strand, p.slot.key)
        for p in acts
        if p.slot and p.act.do == "open"
    ]
    assert len(set(taken)) == len(taken)
    for planned in acts:
        day = workcal.windows(CALENDAR, workcal.local(CALENDAR, planned.at).date())
        assert any(opens <= planned.at <= closes for opens, closes in day), planned


@pytest.mark.parametrize("when", MOMENTS)
def test_the_acts_of_a_run_keep_their_order(when):
    until = datetime.fromisoformat(MOMENTS[when])
    acts = plan(queries.stories(), SOP, CALENDAR, until=until, seed=7)
    for number, story in enumerate(queries.stories()):
        own = [p for p in acts if p.story == number]
        assert [p.act for p in own] == story.acts[: len(own)]
        assert len({p.at for p in own}) == len(own)


def test_seed_and_moment_decide_the_plan():
    until = datetime.fromisoformat(MOMENTS["a plain morning"])

    def moments(seed):
        acts = plan(queries.stories(), SOP, CALENDAR, until=until, seed=seed)
        return [(p.at, p.story, p.act.do, p.act.step) for p in acts]

    assert moments(29) == moments(29)
    assert moments(29) != moments(30)


@pytest.mark.parametrize(
    ("text", "anchor", "minutes"),
    [("now", "now", 0), ("now - 5d 2h", "now", -2370), ("due + 30m", "due", 30),
     ("opens + 1d", "opens", 450)],
)  # fmt: skip
def test_moments_are_read(text, anchor, minutes):
    assert rules.read_when(text) == rules.When(anchor, timedelta(minutes=minutes))


@pytest.mark.parametrize("text", ["", "5d", "now -5d", "now - 5", "later", "now - 2h "])
def test_other_moments_are_refused(text):
    with pytest.raises(ValueError, match="no moment"):
        rules.read_when(text)


@given(
    st.timedeltas(timedelta(), timedelta(days=2000)).map(
        lambda t: datetime(2024, 1, 1, tzinfo=UTC) + t
    ),
    st.integers(1, 60 * 24 * 5).map(lambda m: timedelta(minutes=m)),
)
def test_going_back_and_forth_in_working_time(moment, span):
    back = rules.moved(CALENDAR, moment, -span)
    assert workcal.working_between(CALENDAR, back, moment) == span
    assert workcal.next_opening(CALENDAR, back) == back


def test_words_about_days_and_months():
    assert written("$day") == "2026-11-02"
    assert written("$day+5") == "2026-11-09"
    assert written("$day-1") == "2026-10-30"
    assert written("tanggal $date, bulan $month, sebelumnya $last_month") == (
        "tanggal 2 November 2026, bulan November 2026, sebelumnya Oktober 2026"
    )
    assert written([True, 3, 2.5, date(2026, 1, 2)]) == ["yes", "3", "2.5", "2026-01-02"]
    assert written({"quiet_but": {1: {"description": "Putus $date"}}})[:2] == [
        {"day": "2026-11-02", "state": "none"},
        {"day": "2026-11-03", "state": "some", "description": "Putus 2 November 2026"},
    ]
    with pytest.raises(ValueError, match="no answer"):
        written(None)


def names(value):
    if isinstance(value, dict):
        yield from value.get("files", ())
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from names(part)


def test_every_file_of_the_story_is_what_its_name_says():

    wanted = {n for _s, act in finishing() for n in names(queries.answers_of(act))}
    assert len(wanted) > 15
    sizes = set()
    for name in wanted:
        data = content(name, "Dibuat 2 November 2026")
        assert inspect(io.BytesIO(data), name).media_type in {"image/png", "application/pdf"}
        assert len(data) < 20_000
        sizes.add(data)
    assert len(sizes) == len(wanted)
    with pytest.raises(ValueError, match="no sample"):
        content("suara.mp3", "")
