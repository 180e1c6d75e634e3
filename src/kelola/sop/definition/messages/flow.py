"""Sentences about strands, outcomes, groups and four eyes. Columns as in the package."""

from __future__ import annotations

from typing import Final

FLOW: Final[dict[str, tuple[str, str, str, str]]] = {
    "activity_unknown": (
        "Aktivitas '{activity}' tidak ada dalam prosedur {procedure}.",
        "The activity '{activity}' is not in procedure {procedure}.",
        "Pakai salah satu: {known}.",
        "Use one of: {known}.",
    ),
    "activity_not_in_strand": (
        "Aktivitas '{activity}' tidak termasuk alur {strand}.",
        "The activity '{activity}' is not part of strand {strand}.",
        "Tambahkan ke 'activities' alur itu, atau pakai salah satu: {known}.",
        "Add it to the strand's 'activities', or use one of: {known}.",
    ),
    "activity_without_strand": (
        "Aktivitas '{activity}' tidak termasuk alur mana pun.",
        "The activity '{activity}' is part of no strand.",
        "Masukkan ke 'activities' salah satu alur prosedur ini.",
        "Put it into the 'activities' of one of this procedure's strands.",
    ),
    "repeated": (
        "'{value}' ditulis dua kali dalam daftar ini.",
        "'{value}' stands twice in this list.",
        "Hapus salah satunya.",
        "Remove one of them.",
    ),
    "month_without_rule": (
        "Alur {strand} tidak berulang setiap bulan, jadi tidak ikut tutup bulan.",
        "Strand {strand} does not come every month, so it is no part of closing the month.",
        "Hapus 'closes_month', atau beri 'rule' bulanan (FREQ=MONTHLY).",
        "Remove 'closes_month', or give a monthly 'rule' (FREQ=MONTHLY).",
    ),
    "done_record_without_request": (
        "Alur {strand} tidak dibuka atas permintaan, jadi tidak dapat dicatat sesudah dikerjakan.",
        "Strand {strand} does not open on request, so it can't be recorded after the work.",
        "Hapus 'done_record', atau tambahkan 'on_request' pada 'opens'.",
        "Remove 'done_record', or add 'on_request' to 'opens'.",
    ),
    "done_record_unknown": (
        "Isian '{field}' bukan isian teks pada formulir aktivitas pertama alur ini.",
        "The field '{field}' is no text field of the form of this strand's first activity.",
        "Pakai salah satu: {known}.",
        "Use one of: {known}.",
    ),
    "outcome_nowhere": (
        "Hasil '{outcome}' menuju '{to}' yang tidak ada.",
        "The outcome '{outcome}' leads to '{to}', which does not exist.",
        "Pakai 'end' atau salah satu: {known}.",
        "Use 'end' or one of: {known}.",
    ),
    "outcome_other_strand": (
        "Hasil '{outcome}' menuju '{to}' yang tidak termasuk alur {strand}.",
        "The outcome '{outcome}' leads to '{to}', which is not part of strand {strand}.",
        "Tetap di dalam alur: 'end' atau salah satu: {known}.",
        "Stay within the strand: 'end' or one of: {known}.",
    ),
    "return_not_earlier": (
        "Pengembalian '{outcome}' menuju '{to}' yang bukan aktivitas sebelumnya.",
        "The return '{outcome}' leads to '{to}', which is not an earlier activity.",
        "Kembalikan ke aktivitas sebelumnya ({known}), atau hapus 'is_return'.",
        "Return to an earlier activity ({known}), or remove 'is_return'.",
    ),
    "back_without_return": (
        "Hasil '{outcome}' kembali ke '{to}' tanpa ditandai sebagai pengembalian.",
        "The outcome '{outcome}' goes back to '{to}' without being marked as a return.",
        "Tambahkan 'is_return: true', atau arahkan ke aktivitas berikutnya.",
        "Add 'is_return: true', or lead it to a later activity.",
    ),
    "no_end": (
        "Dari aktivitas '{activity}' tidak ada jalan menuju akhir (alur {strand}).",
        "From activity '{activity}' no end can be reached (strand {strand}).",
        "Beri salah satu hasil pada putaran ini tujuan 'end' atau aktivitas yang berakhir.",
        "Lead one outcome of this cycle to 'end' or to an activity that ends.",
    ),
    "unreachable": (
        "Aktivitas '{activity}' tidak pernah tercapai dari '{first}' (alur {strand}).",
        "The activity '{activity}' is never reached from '{first}' (strand {strand}).",
        "Arahkan sebuah hasil kepadanya, atau keluarkan dari alur.",
        "Lead an outcome to it, or take it out of the strand.",
    ),
    "four_eyes_unknown": (
        "Aturan empat mata menunjuk '{activity}' yang tidak termasuk alur {strand}.",
        "The four-eyes rule names '{activity}', which is not part of strand {strand}.",
        "Tunjuk aktivitas sebelumnya: {known}.",
        "Name an earlier activity: {known}.",
    ),
    "four_eyes_later": (
        "Aturan empat mata menunjuk '{activity}' yang bukan aktivitas sebelumnya.",
        "The four-eyes rule names '{activity}', which is not an earlier activity.",
        "Tulis aturan pada aktivitas yang belakangan, menunjuk yang lebih dulu.",
        "Write the rule at the later activity, naming the earlier one.",
    ),
    "rule_unreadable": (
        "Aturan jadwal '{rule}' bukan RRULE yang dapat dipakai.",
        "The schedule rule '{rule}' is not an RRULE that can be used.",
        "Tulis misalnya FREQ=WEEKLY;BYDAY=FR atau FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=31.",
        "Write for example FREQ=WEEKLY;BYDAY=FR or FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=31.",
    ),
    "rule_missing": (
        "Alur {strand} dibuka menurut jadwal tetapi tidak mempunyai 'rule'.",
        "Strand {strand} opens on schedule but has no 'rule'.",
        "Tambahkan 'rule', atau hapus 'on_schedule'.",
        "Add a 'rule', or remove 'on_schedule'.",
    ),
    "rule_without_schedule": (
        "Alur {strand} mempunyai 'rule' tetapi tidak dibuka menurut jadwal.",
        "Strand {strand} has a 'rule' but does not open on schedule.",
        "Tambahkan 'on_schedule' pada 'opens', atau hapus 'rule'.",
        "Add 'on_schedule' to 'opens', or remove the 'rule'.",
    ),
    "slot_without_schedule": (
        "Alur {strand} tidak berjadwal, jadi '{activity}' tidak dapat berakhir bersama jadwal.",
        "Strand {strand} has no schedule, so '{activity}' can't be due with its slot.",
        "Beri alur itu 'rule', atau hapus dari 'due_with_slot'.",
        "Give the strand a 'rule', or take it out of 'due_with_slot'.",
    ),
    "recurrence_without_schedule": (
        "Standar waktu '{activity}' berulang, tetapi alur {strand} tidak berjadwal.",
        "The time standard of '{activity}' recurs, but strand {strand} has no schedule.",
        "Beri alur itu 'rule', atau pakai lama waktu seperti P1D.",
        "Give the strand a 'rule', or use a duration such as P1D.",
    ),
    "verbs_missing": (
        "Alur {strand} dibuka oleh peristiwa tetapi 'verbs' kosong.",
        "Strand {strand} opens on ledger verbs but names none.",
        "Tambahkan 'verbs', atau hapus 'on_verb'.",
        "Add 'verbs', or remove 'on_verb'.",
    ),
    "verbs_unused": (
        "Alur {strand} mempunyai 'verbs' tetapi tidak dibuka oleh peristiwa.",
        "Strand {strand} names 'verbs' but does not open on them.",
        "Tambahkan 'on_verb' pada 'opens', atau hapus 'verbs'.",
        "Add 'on_verb' to 'opens', or remove 'verbs'.",
    ),
    "first_in_group": (
        "Aktivitas pertama '{activity}' adalah anggota kelompok '{group}'.",
        "The first activity '{activity}' is a member of group '{group}'.",
        "Mulai alur dengan aktivitas di luar kelompok.",
        "Start the strand with an activity outside the group.",
    ),
    "group_key_taken": (
        "Kunci kelompok '{group}' sama dengan aktivitas atau 'end'.",
        "The group key '{group}' is also an activity or 'end'.",
        "Beri kelompok kunci lain.",
        "Give the group another key.",
    ),
    "group_nested": (
        "Kelompok '{group}' berisi kelompok '{member}'.",
        "Group '{group}' holds group '{member}'.",
        "Kelompok hanya satu tingkat: tulis aktivitasnya langsung.",
        "Groups have one level: name the activities themselves.",
    ),
    "group_member_unknown": (
        "Anggota '{member}' kelompok '{group}' tidak termasuk alur {strand}.",
        "The member '{member}' of group '{group}' is not part of strand {strand}.",
        "Pakai salah satu: {known}.",
        "Use one of: {known}.",
    ),
    "group_member_shared": (
        "Aktivitas '{member}' sudah menjadi anggota kelompok '{other}'.",
        "The activity '{member}' is already a member of group '{other}'.",
        "Satu aktivitas hanya dalam satu kelompok.",
        "An activity belongs to one group only.",
    ),
    "group_never_joined": (
        "Anggota '{member}' tidak pernah menyelesaikan bagiannya pada kelompok '{group}'.",
        "The member '{member}' never finishes its part of group '{group}'.",
        "Beri aktivitas itu hasil dengan 'to: {group}'.",
        "Give that activity an outcome with 'to: {group}'.",
    ),
    "group_member_entered": (
        "Hasil '{outcome}' masuk langsung ke anggota '{to}' kelompok '{group}'.",
        "The outcome '{outcome}' enters member '{to}' of group '{group}' directly.",
        "Arahkan ke kelompok '{group}'.",
        "Lead it to the group '{group}'.",
    ),
    "group_to_nowhere": (
        "Kelompok '{group}' berlanjut ke '{to}' yang tidak dapat dituju.",
        "Group '{group}' goes on to '{to}', which can't be its target.",
        "Pakai 'end' atau aktivitas sesudah kelompok: {known}.",
        "Use 'end' or an activity after the group: {known}.",
    ),
}
