"""What the published schema refuses, told in sentences with path, line and remedy."""

import json

import jsonschema
import pytest

from kelola.sop.definition import schema
from kelola.sop.definition.messages import MESSAGES
from tests.rules.definition_samples import SMALL, marked_line, problems, spoilt, the_problem

FIRST = "procedures[0].activities[0]"

# id: (what stands there, what is written instead, code, path, part of the Indonesian remedy)
FAULTS = {
    "missing actor": (
        "      - key: A1\n        order: 1\n        title: {id: Menerima}\n        actor: clerk\n",
        "      - key: A1  #!\n        order: 1\n        title: {id: Menerima}\n",
        "missing_actor",
        FIRST,
        "Tambahkan 'actor:'",
    ),
    "missing name": (
        "      - key: A2\n        order: 2\n",
        "      - key: A2  #!\n",
        "missing",
        "procedures[0].activities[1]",
        "Tambahkan 'order:",
    ),
    "unknown kind": (
        "kind: sop.generic",
        "kind: desk.recieve  #!",
        "unknown_kind",
        f"{FIRST}.kind",
        "Mungkin maksudnya 'desk.receive'",
    ),
    "kind from nowhere": (
        "kind: sop.generic",
        "kind: zzz  #!",
        "unknown_kind",
        f"{FIRST}.kind",
        "'sop.generic'",
    ),
    "unknown name": (
        "        escalate_to: head",
        "        eskalasi: head  #!",
        "unknown_name",
        f"{FIRST}.eskalasi",
        "escalate_to",
    ),
    "number for a text": (
        "number: SOP/UJI/01",
        "number: 29  #!",
        "wrong_type",
        "identity.number",
        "tanda kutip",
    ),
    "text for a list": (
        "opens: [on_schedule]",
        "opens: on_schedule  #!",
        "wrong_type",
        "procedures[0].strands[1].opens",
        "daftar",
    ),
    "null for words": (
        "title: {id: Menerima}",
        "title:  #!",
        "wrong_type",
        f"{FIRST}.title",
        "pasangan nama dan nilai",
    ),
    "yes for true": (
        "to: A1, is_return: true}",
        "to: A1, is_return: yes}  #!",
        "wrong_type",
        "procedures[0].activities[1].outcomes[1].is_return",
        "true atau false",
    ),
    "not a choice": (
        "status: superseded",
        "status: mati  #!",
        "not_allowed",
        "identity.legal_bases[0].status",
        "in_force, amended, superseded",
    ),
    "other format": (
        "format: kelola-sop/1",
        "format: kelola-sop/9  #!",
        "wrong_format",
        "format",
        "kelola-sop/1",
    ),
    "key in capitals": (
        "{key: clerk, title: {id: Petugas}}",
        "{key: Petugas Satu, title: {id: Petugas}}  #!",
        "wrong_shape",
        "procedures[0].roles[0].key",
        "huruf kecil",
    ),
    "date in words": (
        "created_on: 2026-01-05",
        "created_on: 5 Januari 2026  #!",
        "wrong_shape",
        "identity.created_on",
        "TTTT-BB-HH",
    ),
    "verb of two parts": (
        "verbs: [room.booking.requested]",
        "verbs: [room.requested]  #!",
        "wrong_shape",
        "procedures[0].strands[0].verbs[0]",
        "aplikasi.benda.kejadian",
    ),
    "blank text": (
        "title: {id: Menerima}",
        'title: {id: ""}  #!',
        "blank",
        f"{FIRST}.title.id",
        "Isi teksnya",
    ),
    "no opening": (
        "opens: [on_schedule]",
        "opens: []  #!",
        "too_few",
        "procedures[0].strands[1].opens",
        "Tambahkan",
    ),
    "percent": (
        "        escalate_to: head",
        "        remind_at_percent: 150  #!",
        "out_of_range",
        f"{FIRST}.remind_at_percent",
        "batas",
    ),
    "novel": (
        "title: {id: Menerima}",
        "title: {id: " + "x" * 2001 + "}  #!",
        "too_long",
        f"{FIRST}.title.id",
        "Persingkat",
    ),
}


@pytest.mark.parametrize(("old", "new", "code", "path", "remedy"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_where_it_is_and_what_would_be_right(old, new, code, path, remedy):
    text = spoilt(old, new)
    problem = the_problem(text, code)
    assert problem.path == path
    assert problem.line == marked_line(text)
    assert problem.file == "uji.yaml"
    assert remedy in problem.remedy.id
    assert problem.text("en").startswith(f"uji.yaml:{problem.line}: {path}: ")
    assert problem.remedy.en in problem.text("en")
    assert problem.remedy.id in problem.text()


def test_everything_wrong_is_told_at_once_in_the_order_of_the_file():
    text = SMALL
    for old, new in (
        ("number: SOP/UJI/01", "number: 29"),
        ("to: checks}", "to: nowhere}"),
        ("actor: head", "actor: boss"),
        ("order: 5", "order: lima"),
        ("first: A5", "first: A1"),
    ):
        text = text.replace(old, new, 1)
    found = problems(text)
    assert [(p.code, p.path) for p in found] == [
        ("wrong_type", "identity.number"),
        ("no_end", f"{FIRST}.outcomes"),
        ("outcome_nowhere", f"{FIRST}.outcomes[0].to"),
        ("unreachable", "procedures[0].activities[1].key"),
        ("unreachable", "procedures[0].activities[2].key"),
        ("actor_unknown", "procedures[0].activities[2].actor"),
        ("unreachable", "procedures[0].activities[3].key"),
        ("wrong_type", "procedures[0].activities[4].order"),
        ("activity_not_in_strand", "procedures[0].strands[1].first"),
    ]
    assert [p.line for p in found] == sorted(p.line for p in found)


@pytest.mark.parametrize(("faults", "more"), [(1000, "800"), (5000, "1800")])
def test_faults_without_number_are_cut_and_counted(faults, more):
    found = problems(SMALL + "".join(f"asing{n}: 1\n" for n in range(faults)))
    assert len(found) == 201
    assert found[-1].code == "too_many"
    assert f"sedikitnya {more} " in found[-1].message.id


def test_the_schema_is_a_schema_and_lists_every_kind_once():
    published = json.loads(schema.schema_text())
    jsonschema.Draft202012Validator.check_schema(published)
    assert published["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert len(schema.kinds()) == len(set(schema.kinds())) == 39
    assert schema.kinds()[-1] == "sop.generic"


def test_every_object_of_the_schema_is_closed_and_described():
    published = json.loads(schema.schema_text())
    for name, part in {"": published, **published["$defs"]}.items():
        assert part["description"], name
        if part.get("type") == "object":
            assert part["additionalProperties"] is False, name


def test_every_sentence_is_there_in_both_languages():
    for code, row in MESSAGES.items():
        assert len(row) == 4, code
        assert all(sentence.endswith((".", "}")) for sentence in row), code
        assert row[0] != row[1], code


def test_an_optional_value_is_left_out_not_left_empty():
    text = spoilt("        escalate_to: head", "        escalate_to:  #!")
    problem = the_problem(text, "wrong_type")
    assert (problem.path, problem.line) == (f"{FIRST}.escalate_to", marked_line(text))
    assert "kosong" in problem.message.id
