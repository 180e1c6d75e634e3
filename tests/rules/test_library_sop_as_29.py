"""SOP/AS/29 as it comes with the product: nothing of the source is lost, nothing is made up."""

import csv
import json
from collections import Counter

import pytest

from kelola.sop.definition.convert import content_hash, from_data, to_data
from kelola.sop.definition.loader import library, library_path, load
from kelola.sop.definition.schema import kinds
from kelola.sop.definition.shape import FieldType, FormField, Opens, Words
from kelola.workcal.rules import Recurrence, parse_standard
from tests.rules.definition_samples import DATA

SOP = load(library_path("SOP/AS/29"))
ACTIVITIES = {a.key: a for p in SOP.procedures for a in p.activities}
STRANDS = {s.key: (p, s) for p in SOP.procedures for s in p.strands}
MONTHLY = "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"
WEEKLY = "FREQ=WEEKLY;BYDAY=FR"
YEARLY = "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=31"

with (DATA / "sop_as_29_verbatim.csv").open(encoding="utf-8", newline="") as stream:
    VERBATIM = {row["key"]: row for row in csv.DictReader(stream)}


def test_the_library_finds_it_by_its_number():
    assert "SOP/AS/29" in [entry.number for entry in library()]
    assert library_path(" sop/as/29 ").name == "sop-as-29.yaml"
    with pytest.raises(LookupError, match="SOP/XX/00"):
        library_path("SOP/XX/00")


def test_it_holds_six_procedures_with_38_activities_in_fifteen_strands():
    assert {p.code: len(p.activities) for p in SOP.procedures} == {
        "A": 4, "B": 7, "C": 7, "D": 7, "E": 6, "F": 7,
    }  # fmt: skip
    assert len(ACTIVITIES) == 38
    assert list(STRANDS) == [
        "A", "B", "C1", "C2-C7", "D1", "D2-D6", "D4", "D5", "D7", "E", "F1", "F2", "F3", "F4",
        "F5-F7",
    ]  # fmt: skip
    placed = Counter(key for _, strand in STRANDS.values() for key in strand.activities)
    assert placed == Counter(list(ACTIVITIES))


@pytest.mark.parametrize("key", VERBATIM)
def test_every_word_of_the_source_is_kept(key):
    activity, row = ACTIVITIES[key], VERBATIM[key]
    assert activity.title.verbatim == row["activity"]
    assert activity.requirement.verbatim == row["requirement"]
    assert activity.time_words.verbatim == row["time"]
    assert activity.output.verbatim == row["output"]


def test_the_source_rows_are_all_there_and_keep_their_misspellings():
    assert list(VERBATIM) == list(ACTIVITIES)
    source = " ".join(" ".join(row.values()) for row in VERBATIM.values())
    for slip in (
        "permintan", "Hadrware", "Securyti", "elektrolit", "vadilitas", "kontent", "CSM",
        "Manajamen", "dupublikasi", "pambaruan", "memcurigakan", "Aktvitas", "pengelolahan",
        "realiable",
    ):  # fmt: skip
        assert slip in source
        for activity in ACTIVITIES.values():
            corrected = (activity.title, activity.requirement, activity.output)
            assert all(slip.lower() not in words.id.lower().split() for words in corrected)


TIMES = {
    "P1D": "A1 A2 A3 A4 B1 B2 B3 B4 B5 B6 B7 C1 D1 D2 D3 D5 D6 F1 F2 F3 F5",
    MONTHLY: "C2 C3 C4 C5 C6 C7 D4 D7",
    "PT2H": "E1 E2 F6",
    "PT4H": "E3",
    "PT30M": "E4",
    "PT1H": "E5",
    "PT15M": "E6",
    "PT3H": "F4",
    "PT3H..P1D": "F7",
}


def test_every_activity_has_the_time_of_the_source():
    expected = {key: time for time, keys in TIMES.items() for key in keys.split()}
    assert {key: a.time for key, a in ACTIVITIES.items()} == expected


ACTORS = {
    "operator_admin": "B1 B2 B7 C2 C7 D1 D2 D4 D7",
    "kasubag_ptip": "A1 A4 B3 B4 B6 C1 C3 C4 C5 C6 D3 D5 F4 F5",
    "sekretaris": "A2 B5 F6",
    "ketua": "A3 D6",
    "operator": "E1 E2 F1 F2 F3 F7",
    "redaktur": "E3",
    "ketua_dewan_redaktur": "E4",
    "admin_web": "E5 E6",
}


def test_every_activity_has_its_assumed_actor_with_the_reason():
    expected = {key: actor for actor, keys in ACTORS.items() for key in keys.split()}
    assert {key: a.actor for key, a in ACTIVITIES.items()} == expected
    for activity in ACTIVITIES.values():
        assert activity.actor_assumed
        assert activity.actor_reason is not None
        assert activity.actor_reason.id != activity.actor_reason.en


def test_the_columns_are_those_of_the_source():
    assert [[role.key for role in p.roles] for p in SOP.procedures] == [
        *[["operator_admin", "kasubag_ptip", "sekretaris", "ketua"]] * 4,
        ["operator", "admin_web", "redaktur", "ketua_dewan_redaktur", "penanggung_jawab"],
        ["operator", "kasubag_ptip", "sekretaris", "ketua"],
    ]
    assert [p.head for p in SOP.procedures] == [
        "ketua", "kasubag_ptip", "kasubag_ptip", "kasubag_ptip", "ketua_dewan_redaktur",
        "kasubag_ptip",
    ]  # fmt: skip
    titles = {role.title.verbatim for p in SOP.procedures for role in p.roles}
    assert {"Operator/ Admin", "Kasubag Perencanaan, IT dan Pelaporan"} <= titles


def test_every_activity_has_its_final_kind():
    assert tuple(a.kind for a in ACTIVITIES.values()) == kinds()[:-1]


# Activity: forward outcomes "code>to", then returns "code<to".
OUTCOMES = """
A1 done>A2
A2 done>A3 return<A1
A3 determined>A4 return<A2
A4 done>end return<A1
B1 done>B2
B2 done>B3 duplicate>end out_of_scope>end return<B1
B3 done>B4 return<B2
B4 done>B5 return<B2
B5 do>B6 refused>end return<B2
B6 verified>B7 return_disposition<B5 return_analysis<B2
B7 done>end not_fixed<B2
C1 done>end
C2 done>C3
C3 accepted>C4 return<C2
C4 done>C5
C5 done>C6
C6 done>C7
C7 closed>end
D1 done>end
D2 done>D3
D3 considered>D6 return<D2
D4 done>end
D5 done>end
D6 approved>end approved_with_conditions>end not_approved<D2
D7 done>end
E1 done>E2 no_document>E3
E2 done>E3 return<E1
E3 done>E4 return<E2
E4 approved>E5 return<E3
E5 published>E6 return<E4
E6 archived>end
F1 done>end
F2 done>end
F3 done>end
F4 done>end
F5 problems>F6 no_problem>end
F6 decided>F7 return<F5
F7 done>end not_solved<F6
"""


def test_every_outcome_leads_where_the_plan_says():
    written = [
        " ".join([a.key, *(f"{o.code}{'<' if o.is_return else '>'}{o.to}" for o in a.outcomes)])
        for a in ACTIVITIES.values()
    ]
    assert written == OUTCOMES.split("\n")[1:-1]


def test_four_eyes_and_requirements_that_start_the_clock():
    assert {k: a.not_same_person_as for k, a in ACTIVITIES.items() if a.not_same_person_as} == {
        "B7": ("B6",),
        "C3": ("C2",),
        "D3": ("D2",),
        "D6": ("D2", "D3"),
        "E4": ("E3",),
    }
    assert [k for k, a in ACTIVITIES.items() if a.waits_for] == ["A4", "D2", "F4"]
    assert [k for k, a in ACTIVITIES.items() if a.decision] == (
        ["A3", "B5", "B6", "C3", "D3", "D6", "E4", "F6"]
    )


REQUEST, SCHEDULE, VERB = Opens.ON_REQUEST, Opens.ON_SCHEDULE, Opens.ON_VERB


@pytest.mark.parametrize(
    ("key", "opens", "rule", "due_with_slot"),
    [
        ("A", (REQUEST, SCHEDULE), YEARLY, ""),
        ("B", (REQUEST,), "", ""),
        ("C1", (SCHEDULE,), YEARLY, "C1"),
        ("C2-C7", (SCHEDULE,), MONTHLY, "C2 C3 C4 C5 C6 C7"),
        ("D1", (SCHEDULE,), WEEKLY, "D1"),
        ("D2-D6", (REQUEST,), "", ""),
        ("D4", (SCHEDULE,), MONTHLY, "D4"),
        ("D5", (REQUEST, SCHEDULE, VERB), YEARLY, ""),
        ("D7", (SCHEDULE,), MONTHLY, "D7"),
        ("E", (REQUEST,), "", ""),
        ("F1", (SCHEDULE,), WEEKLY, "F1"),
        ("F2", (SCHEDULE,), MONTHLY, "F2"),
        ("F3", (SCHEDULE,), WEEKLY, "F3"),
        ("F4", (REQUEST,), "", ""),
        ("F5-F7", (SCHEDULE,), MONTHLY, "F5"),
    ],
)
def test_each_strand_opens_as_the_plan_says(key, opens, rule, due_with_slot):
    _, strand = STRANDS[key]
    assert strand.opens == opens
    assert strand.rule == rule
    assert strand.due_with_slot == tuple(due_with_slot.split())
    assert strand.first == strand.activities[0]
    if rule:
        assert isinstance(parse_standard(rule), Recurrence)


def all_fields() -> list[tuple[str, FormField]]:
    """Return every field and column with its activity."""
    return [
        (key, part)
        for key, activity in ACTIVITIES.items()
        for field in activity.form.fields
        for part in (field, *field.columns)
    ]


def test_every_activity_fills_a_form_of_its_own():
    for key, activity in ACTIVITIES.items():
        form = activity.form
        assert form.number.startswith("FM/AS/29/"), key
        assert 3 <= len(form.fields) <= 8, key
        assert any(field.required for field in form.fields), key
        assert form.signed_by, key
        procedure = next(p for p in SOP.procedures if activity in p.activities)
        assert all(SOP.signatory(procedure, role).title.en for role in form.signed_by), key
    drawn = Counter(a.form.fields for a in ACTIVITIES.values())
    assert max(drawn.values()) == 1, "two activities ask for the very same fields"


def test_every_form_in_use_is_kept_in_the_records():
    kept = {words.id.split()[0] for words in SOP.identity.record_keeping}
    assert {a.form.number for a in ACTIVITIES.values()} <= kept
    assert not any(words.verbatim for words in SOP.identity.record_keeping), "the box is empty"


def test_uploads_are_required_only_where_the_output_is_one():
    uploads = (FieldType.FILE, FieldType.PHOTO)
    required = [(key, f.key) for key, f in all_fields() if f.type in uploads and f.required]
    assert required == [("C2", "photo"), ("E1", "material")]


def test_the_weekly_strands_keep_one_row_a_day():
    daily = {key: field for key, field in all_fields() if field.daily}
    assert sorted(daily) == ["D1", "F1", "F3"]
    for field in daily.values():
        assert [column.type for column in field.columns] == [
            FieldType.DATE, FieldType.CHOICE, FieldType.TEXT, FieldType.TEXT,
        ]  # fmt: skip
        assert [option.label.id for option in field.columns[1].options] == [
            "Tidak ada kejadian",
            "Ada kejadian",
        ]


def test_every_text_is_there_in_both_languages():
    without: list[str] = []

    def look(value: object, path: str) -> None:
        if isinstance(value, Words):
            if not value.id or not value.en:
                without.append(path)
        elif isinstance(value, tuple):
            for number, item in enumerate(value):
                look(item, f"{path}[{number}]")
        elif hasattr(value, "__dataclass_fields__"):
            for name in value.__dataclass_fields__:
                look(getattr(value, name), f"{path}.{name}")

    look(SOP, "sop")
    assert without == []


def test_the_identity_block_is_the_source_s():
    identity = SOP.identity
    assert identity.number == "SOP/AS/29"
    assert (identity.created_on, identity.revised_on, identity.effective_on) == (
        "2017-09-04",
        "2018-07-16",
        "2018-07-16",
    )
    assert identity.title.verbatim == "Pengelolaan TI"
    assert identity.office.verbatim == "MAHKAMAH SYAR’IYAH KUALASIMPANG"
    assert identity.unit.verbatim == "SUB BAGIAN PERENCANAAN DAN IT"
    assert identity.approved_by.verbatim == "Ketua"
    assert (identity.approved_by_name, identity.approved_by_nip) == ("", "")
    assert [words.verbatim for words in identity.qualifications] == [
        "S-1 Ilmu Komputer",
        "D-III Informatika Komputer",
        "SMK Teknik Jaringan Komputer",
    ]
    assert [words.verbatim for words in identity.related] == [
        "SOP Pelayanan Publik",
        "SOP Pelayanan TI",
    ]
    assert ", ".join(w.verbatim for w in identity.equipment) == "Komputer, scanner, printer, server"
    assert [words.verbatim for words in identity.warnings] == [
        "Jika SOP tidak dilaksanakan, maka tugas-tugas yang berbasis TI akan terkendala"
    ]
    assert dict(identity.column_titles)["activity"] == "Aktifitas"
    assert dict(identity.column_titles)["requirement"] == "Persyaratan/Perlengkapan"


def test_the_legal_bases_carry_their_status():
    bases = {basis.number: basis for basis in SOP.identity.legal_bases}
    assert {number: basis.status for number, basis in bases.items()} == {
        1: "amended", 2: "in_force", 3: "superseded", 4: "amended", 5: "in_force", 6: "in_force",
    }  # fmt: skip
    assert bases[3].superseded_by is not None
    assert "2-144/KMA/SK/VIII/2022" in bases[3].superseded_by.id
    assert bases[3].words.verbatim.endswith("tentang Pedoman Pelayanan")
    assert ["143/KMA/SK/VIII/2007" in w.id for w in bases[4].instruments] == [True, False]
    assert "Nomor 7 Tahun 2015" in bases[4].instruments[1].id
    assert "UU 1/2024" in bases[1].status_words.id
    assert "Mahkmah" in bases[5].words.verbatim


def test_its_hash_survives_storing():
    stored = json.loads(json.dumps(to_data(SOP)))
    assert from_data(stored) == SOP
    assert content_hash(from_data(stored)) == content_hash(SOP)
