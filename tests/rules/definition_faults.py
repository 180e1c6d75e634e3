"""Ways to spoil the small SOP that its schema can't see, each with what is to be told."""

A = "procedures[0].activities"
S = "procedures[0].strands"
DONE = "{code: done, label: {id: Selesaikan}, to: checks}"
TO_END = "{code: done, label: {id: Setujui}, to: end}"
BACK = "{code: return, label: {id: Kembalikan}, to: A1, is_return: true}"
GROUP = "{key: checks, join: all, members: [A2, A3], to: A4}"
TEXT_FIELD = "{key: decision, label: {id: Keputusan}, type: long_text}"
TEXT = f"            - {TEXT_FIELD}"


def field(rest: str) -> tuple[str, int, str]:
    """Return the first decision field and another one in its place."""
    return TEXT, 1, f"            - {{key: decision, label: {{id: Keputusan}}, {rest}}}  #!"


# id: (what stands there, which of them, what is written instead, code, path, part of the remedy)
FAULTS = {
    "actor not a column": (
        "actor: clerk", 1, "actor: boss  #!",
        "actor_unknown", f"{A}[0].actor", "clerk, head; atau tambahkan kolomnya",
    ),
    "alternative not a column": (
        "        escalate_to: head", 1, "        actor_alternative: boss  #!",
        "role_unknown", f"{A}[0].actor_alternative", "clerk, head",
    ),
    "escalation to nobody": (
        "escalate_to: head", 1, "escalate_to: boss  #!",
        "role_unknown", f"{A}[0].escalate_to", "clerk, head",
    ),
    "head not a column": (
        "    head: head", 1, "    head: boss  #!",
        "role_unknown", "procedures[0].head", "clerk, head",
    ),
    "signatory from nowhere": (
        "signed_by: [guest, clerk]", 1, "signed_by: [guest, boss]  #!",
        "signatory_unknown", f"{A}[0].form.signed_by[1]", "clerk, head, guest",
    ),
    "signs twice": (
        "signed_by: [guest, clerk]", 1, "signed_by: [guest, guest]  #!",
        "repeated", f"{A}[0].form.signed_by[1]", "Hapus salah satunya",
    ),
    "role twice": (
        "{key: head, title: {id: Kepala}}", 1, "{key: clerk, title: {id: Kepala}}  #!",
        "duplicate_code", "procedures[0].roles[1].key", "kode lain",
    ),
    "activity twice": (
        "- key: A2", 1, "- key: A1  #!", "duplicate_code", f"{A}[1].key", "kode lain",
    ),
    "strand twice": (
        "- key: A-2", 1, "- key: A-1  #!", "duplicate_code", f"{S}[1].key", "kode lain",
    ),
    "outcome twice": (
        BACK, 1, "{code: done, label: {id: Kembalikan}, to: A1, is_return: true}  #!",
        "duplicate_code", f"{A}[1].outcomes[1].code", "kode lain",
    ),
    "field twice": (
        "{key: seats,", 1, "{key: subject,  #!\n               ",
        "duplicate_code", f"{A}[0].form.fields[2].key", "kode lain",
    ),
    "option twice": (
        "{code: closed, label: {id: Tertutup}}", 1, "{code: open, label: {id: Tertutup}}  #!",
        "duplicate_code", f"{A}[0].form.fields[1].options[1].code", "kode lain",
    ),
    "column twice": (
        "{key: use, label: {id: Pemakaian}, type: text}", 1,
        "{key: day, label: {id: Pemakaian}, type: text}  #!",
        "duplicate_code", f"{A}[4].form.fields[0].columns[1].key", "kode lain",
    ),
    "order falls": (
        "order: 3", 1, "order: 2  #!", "order_not_rising", f"{A}[2].order", "kolom No",
    ),
    "a day that is none": (
        "created_on: 2026-01-05", 1, "created_on: 2026-02-31  #!",
        "not_a_date", "identity.created_on", "2018-07-16",
    ),
    "superseded by nothing": (
        ("    - number: 1\n      words: {id: Peraturan lama}\n      status: superseded\n"
        "      status_words: {id: Diganti}\n      superseded_by: {id: Peraturan baru}\n"), 1,
        ("    - number: 1  #!\n      words: {id: Peraturan lama}\n      status: superseded\n"
        "      status_words: {id: Diganti}\n"),
        "superseded_without_successor", "identity.legal_bases[0]", "superseded_by",
    ),
    "time in words": (
        "time: PT2H", 1, "time: 2 jam  #!", "time_unreadable", f"{A}[1].time", "PT30M",
    ),
    "time backwards": (
        "time: PT3H..P1D", 1, "time: P1D..PT3H  #!", "time_unreadable", f"{A}[2].time", "PT3H..P1D",
    ),
    "outcome to nowhere": (
        DONE, 2, "{code: done, label: {id: Selesaikan}, to: A9}  #!",
        "outcome_nowhere", f"{A}[1].outcomes[0].to", "salah satu: A1, A2, A3, A4, checks",
    ),
    "outcome to another strand": (
        TO_END, 1, "{code: done, label: {id: Setujui}, to: A5}  #!",
        "outcome_other_strand", f"{A}[3].outcomes[0].to", "Tetap di dalam alur",
    ),
    "back without a return": (
        BACK, 2, "{code: return, label: {id: Kembalikan}, to: A1}  #!",
        "back_without_return", f"{A}[3].outcomes[1].to", "is_return: true",
    ),
    "once more the same": (
        BACK, 2, "{code: return, label: {id: Ulangi}, to: A4}  #!",
        "back_without_return", f"{A}[3].outcomes[1].to", "is_return: true",
    ),
    "return to itself": (
        BACK, 2, "{code: return, label: {id: Kembalikan}, to: A4, is_return: true}  #!",
        "return_not_earlier", f"{A}[3].outcomes[1].to", "A1, A2, A3",
    ),
    "return to the end": (
        BACK, 2, "{code: return, label: {id: Kembalikan}, to: end, is_return: true}  #!",
        "return_not_earlier", f"{A}[3].outcomes[1].to", "hapus 'is_return'",
    ),
    "return to a later one": (
        BACK, 1, "{code: return, label: {id: Kembalikan}, to: A4, is_return: true}  #!",
        "return_not_earlier", f"{A}[1].outcomes[1].to", "(A1)",
    ),
    "four eyes at nobody": (
        "not_same_person_as: [A1]", 1, "not_same_person_as: [A5]  #!",
        "four_eyes_unknown", f"{A}[3].not_same_person_as[0]", "A1, A2, A3",
    ),
    "four eyes at a later one": (
        "        escalate_to: head", 1, "        not_same_person_as: [A4]  #!",
        "four_eyes_later", f"{A}[0].not_same_person_as[0]", "yang belakangan",
    ),
    "four eyes at oneself": (
        "not_same_person_as: [A2]", 1, "not_same_person_as: [A3]  #!",
        "four_eyes_later", f"{A}[2].not_same_person_as[0]", "yang belakangan",
    ),
    "strand holds a stranger": (
        "activities: [A5]", 1, "activities: [A5, B1]  #!",
        "activity_unknown", f"{S}[1].activities[1]", "A1, A2, A3, A4, A5",
    ),
    "strand holds it twice": (
        "activities: [A5]", 1, "activities: [A5, A5]  #!",
        "repeated", f"{S}[1].activities[1]", "Hapus salah satunya",
    ),
    "starts elsewhere": (
        "first: A5", 1, "first: A1  #!", "activity_not_in_strand", f"{S}[1].first", "satu: A5",
    ),
    "slot for a stranger": (
        "due_with_slot: [A5]", 1, "due_with_slot: [A1]  #!",
        "activity_not_in_strand", f"{S}[1].due_with_slot[0]", "salah satu: A5",
    ),
    "rule in words": (
        "rule: FREQ=WEEKLY;BYDAY=FR", 1, "rule: setiap Jumat  #!",
        "rule_unreadable", f"{S}[1].rule", "FREQ=WEEKLY",
    ),
    "rule that is a duration": (
        "rule: FREQ=WEEKLY;BYDAY=FR", 1, "rule: P7D  #!",
        "rule_unreadable", f"{S}[1].rule", "FREQ=WEEKLY",
    ),
    "rule without schedule": (
        "        opens: [on_schedule]\n        rule:", 1,
        "        opens: [on_request]\n        rule:  #!\n         ",
        "rule_without_schedule", f"{S}[1].rule", "on_schedule",
    ),
    "verbs unused": (
        "        opens: [on_request, on_verb]\n        verbs:", 1,
        "        opens: [on_request]\n        verbs:  #!\n         ",
        "verbs_unused", f"{S}[0].verbs", "on_verb",
    ),
    "group in a group": (
        GROUP, 1,
        f"{GROUP}\n          - {{key: more, join: all, members: [checks, A4], to: end}}  #!",
        "group_nested", f"{S}[0].groups[1].members[0]", "satu tingkat",
    ),
    "group of strangers": (
        GROUP, 1, "{key: checks, join: all, members: [A2, A3, A7], to: A4}  #!",
        "group_member_unknown", f"{S}[0].groups[0].members[2]", "A1, A2, A3, A4",
    ),
    "member of two groups": (
        GROUP, 1, f"{GROUP}\n          - {{key: more, join: any, members: [A3, A4], to: end}}  #!",
        "group_member_shared", f"{S}[0].groups[1].members[0]", "satu kelompok",
    ),
    "group named like the end": (
        GROUP, 1, f"{GROUP}\n          - {{key: end, join: any, members: [A1, A4], to: end}}  #!",
        "group_key_taken", f"{S}[0].groups[1].key", "kunci lain",
    ),
    "group leads back": (
        GROUP, 1, "{key: checks, join: all, members: [A2, A3], to: A1}  #!",
        "group_to_nowhere", f"{S}[0].groups[0].to", "sesudah kelompok: A4",
    ),
    "group leads to itself": (
        GROUP, 1, "{key: checks, join: all, members: [A2, A3], to: checks}  #!",
        "group_to_nowhere", f"{S}[0].groups[0].to", "sesudah kelompok: A4",
    ),
    "into the middle of a group": (
        DONE, 1, "{code: done, label: {id: Selesaikan}, to: A3}  #!",
        "group_member_entered", f"{A}[0].outcomes[0].to", "kelompok 'checks'",
    ),
    "starts in a group": (
        "first: A1", 1, "first: A2  #!", "first_in_group", f"{S}[0].first", "di luar kelompok",
    ),
    "key of the page's own": (
        TEXT, 1, "            - {key: office, label: {id: Kantor}, type: long_text}  #!",
        "reserved_key", f"{A}[3].form.fields[0].key", "'office_isian'",
    ),
    "choice without options": (
        *field("type: choice"),
        "options_missing", f"{A}[3].form.fields[0]", "options",
    ),
    "table without columns": (
        *field("type: table"),
        "columns_missing", f"{A}[3].form.fields[0]", "columns",
    ),
    "options of a text": (
        *field("type: text, options: [{code: a, label: {id: A}}]"),
        "not_for_type", f"{A}[3].form.fields[0].options", "'choice'",
    ),
    "unit of a text": (
        *field("type: text, unit: kg"),
        "not_for_type", f"{A}[3].form.fields[0].unit", "'number'",
    ),
    "bounds crossed": (
        *field("type: number, minimum: 5, maximum: 2"),
        "bounds_crossed", f"{A}[3].form.fields[0].minimum", "Tukar",
    ),
    "table in a table": (
        "{key: use, label: {id: Pemakaian}, type: text}", 1,
        "{key: use, label: {id: Pemakaian}, type: table}  #!",
        "column_type", f"{A}[4].form.fields[0].columns[1].type", "di luar tabel",
    ),
    "photo in a table": (
        "{key: use, label: {id: Pemakaian}, type: text}", 1,
        "{key: use, label: {id: Pemakaian}, type: photo}  #!",
        "column_type", f"{A}[4].form.fields[0].columns[1].type", "di luar tabel",
    ),
    "daily without a date": (
        ("              daily: true\n              columns:\n"
        "                - {key: day, label: {id: Tanggal}, type: date}"), 1,
        ("              daily: true  #!\n              columns:\n"
        "                - {key: day, label: {id: Tanggal}, type: text}"),
        "daily_without_date", f"{A}[4].form.fields[0].daily", "'date'",
    ),
    "daily without a schedule": (
        *field("type: table, daily: true, columns: [{key: d, label: {id: D}, type: date}]"),
        "daily_without_schedule", f"{A}[3].form.fields[0].daily", "rule",
    ),
    "procedure twice": (
        "    strands:\n", 1,
        ("  - code: A  #!\n    title: {id: Lagi}\n    roles: []\n    head: head\n"
        "    activities: []\n    strands:\n"),
        "duplicate_code", "procedures[1].code", "kode lain",
    ),
    "party twice": (
        "  - {key: guest, title: {id: Tamu}}", 1,
        "  - {key: guest, title: {id: Tamu}}\n  - {key: guest, title: {id: Lain}}  #!",
        "duplicate_code", "parties[1].key", "kode lain",
    ),
    "opens twice": (
        "opens: [on_schedule]", 1, "opens: [on_schedule, on_schedule]  #!",
        "repeated", f"{S}[1].opens[1]", "Hapus salah satunya",
    ),
    "bars twice": (
        "not_same_person_as: [A1]", 1, "not_same_person_as: [A1, A1]  #!",
        "repeated", f"{A}[3].not_same_person_as[1]", "Hapus salah satunya",
    ),
    "group twice": (
        GROUP, 1,
        f"{GROUP}\n          - {{key: checks, join: any, members: [A1, A4], to: end}}  #!",
        "duplicate_code", f"{S}[0].groups[1].key", "kode lain",
    ),
    "member twice": (
        GROUP, 1, "{key: checks, join: all, members: [A2, A3, A3], to: A4}  #!",
        "repeated", f"{S}[0].groups[0].members[2]", "Hapus salah satunya",
    ),
    "column with a foreign part": (
        "{key: use, label: {id: Pemakaian}, type: text}", 1,
        "{key: use, label: {id: Pemakaian}, type: text, unit: jam}  #!",
        "not_for_type", f"{A}[4].form.fields[0].columns[1].unit", "'number'",
    ),
}  # fmt: skip
