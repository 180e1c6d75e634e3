"""What no schema can say: where outcomes lead, who acts, how strands open, what forms ask for."""

import pytest

from kelola.sop.definition.loader import load
from tests.rules import definition_faults as faults
from tests.rules.definition_samples import marked_line, problems, spoilt, the_problem

A, S = faults.A, faults.S
BACK, DONE, TO_END = faults.BACK, faults.DONE, faults.TO_END
KIND = "        kind: sop.generic\n"
A2_OUTCOMES = f"        outcomes:\n          - {DONE}\n          - {BACK}"


@pytest.mark.parametrize("fault", faults.FAULTS.values(), ids=faults.FAULTS)
def test_a_fault_is_told_where_it_is_and_what_would_be_right(fault):
    old, nth, new, code, path, remedy = fault
    text = spoilt(old, new, nth=nth)
    problem = the_problem(text, code)
    assert problem.path == path
    assert problem.line == marked_line(text)
    assert remedy in problem.remedy.id
    assert problem.remedy.en != problem.remedy.id
    assert problem.message.en != problem.message.id


def test_a_cycle_without_an_end_is_refused_at_each_of_its_activities():
    text = spoilt(TO_END, BACK.replace("code: return", "code: again"))
    found = [p for p in problems(text) if p.code == "no_end"]
    assert [p.path for p in found] == [f"{A}[{n}].outcomes" for n in range(4)]
    rows = text.splitlines()
    assert [rows[p.line - 1].strip() for p in found] == ["outcomes:"] * 4
    assert all("tujuan 'end'" in p.remedy.id for p in found)


def test_a_group_that_never_joins_leads_to_no_end():
    text = spoilt(DONE, "{code: done, label: {id: Selesaikan}, to: end}", nth=3)
    problem = the_problem(text, "group_never_joined")
    assert problem.path == f"{S}[0].groups[0].members"
    assert "A3" in problem.message.id
    assert "to: checks" in problem.remedy.id


def test_a_group_of_any_needs_one_that_comes():
    text = spoilt(DONE, "{code: done, label: {id: Selesaikan}, to: end}", nth=3)
    assert load(text.replace("join: all", "join: any").encode())
    both = text.replace(
        f"- {DONE}\n          - {BACK}",
        f"- {{code: done, label: {{id: Selesaikan}}, to: end}}\n          - {BACK}",
    ).replace("join: all", "join: any")
    assert both != text
    codes = [p.code for p in problems(both)]
    assert codes.count("group_never_joined") == 2
    assert "unreachable" in codes


def test_an_activity_that_nothing_leads_to_is_refused():
    text = spoilt(DONE, TO_END)
    unreached = [p for p in problems(text) if p.code == "unreachable"]
    assert [p.path for p in unreached] == [f"{A}[{n}].key" for n in (1, 2, 3)]
    assert "A1" in unreached[0].message.id
    assert "Arahkan sebuah hasil" in unreached[0].remedy.id


def test_an_activity_of_no_strand_is_refused():
    text = spoilt("activities: [A1, A2, A3, A4]", "activities: [A1, A2, A3]").replace(
        "to: A4}", "to: end}"
    )
    problem = the_problem(text, "activity_without_strand")
    assert problem.path == f"{A}[3].key"
    assert text.splitlines()[problem.line - 1].strip() == "- key: A4"
    assert "Masukkan" in problem.remedy.id


def test_a_schedule_without_its_rule_is_told_with_all_that_hangs_on_it():
    text = spoilt("        rule: FREQ=WEEKLY;BYDAY=FR\n", "")
    assert {p.code: p.path for p in problems(text)} == {
        "rule_missing": f"{S}[1]",
        "slot_without_schedule": f"{S}[1].due_with_slot[0]",
        "recurrence_without_schedule": f"{A}[4].time",
        "daily_without_schedule": f"{A}[4].form.fields[0].daily",
    }


def test_verbs_that_are_not_named_are_missed():
    text = spoilt("        verbs: [room.booking.requested]\n", "")
    problem = the_problem(text, "verbs_missing")
    assert problem.path == f"{S}[0]"
    assert "Tambahkan 'verbs'" in problem.remedy.id


def test_members_of_a_group_may_bar_a_later_one():
    text = spoilt("        not_same_person_as: [A2]\n", "").replace(
        KIND + A2_OUTCOMES, f"{KIND}        not_same_person_as: [A3]\n{A2_OUTCOMES}"
    )
    assert load(text.encode()).procedure("A").activity("A2").not_same_person_as == ("A3",)


def test_a_return_may_lead_to_a_whole_group():
    text = spoilt(BACK, "{code: return, label: {id: Ulangi}, to: checks, is_return: true}", nth=2)
    assert load(text.encode()).procedure("A").activity("A4").outcomes[1].to == "checks"


RECORD = "        opens: [on_request, on_verb]\n"


def test_a_record_of_work_names_text_fields_of_the_first_form():
    sound = spoilt(RECORD, f"{RECORD}        done_record: {{what: subject}}\n")
    assert load(sound.encode(), "uji.yaml").procedures[0].strands[0].done_record
    text = spoilt(RECORD, f"{RECORD}        done_record: {{what: seats}}\n")
    problem = the_problem(text, "done_record_unknown")
    assert problem.path == f"{S}[0].done_record.what"
    assert "subject" in problem.remedy.id


def test_a_record_of_work_needs_a_strand_on_request():
    weekly = "        opens: [on_schedule]\n"
    text = spoilt(weekly, f"{weekly}        done_record: {{what: subject}}\n")
    told = {p.code: p.path for p in problems(text)}
    assert told["done_record_without_request"] == f"{S}[1].done_record"
