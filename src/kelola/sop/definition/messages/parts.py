"""Sentences about roles, dates, times and form fields. Columns as in the package."""

from __future__ import annotations

from typing import Final

PARTS: Final[dict[str, tuple[str, str, str, str]]] = {
    "reserved_key": (
        "Kunci isian '{key}' dipakai Kelola sendiri.",
        "Kelola itself uses the field key '{key}'.",
        "Beri kunci lain, misalnya '{key}_isian'.",
        "Give it another key, for example '{key}_entry'.",
    ),
    "duplicate_code": (
        "Kode '{code}' sudah dipakai pada {first}.",
        "The code '{code}' is already used at {first}.",
        "Beri kode lain.",
        "Give it another code.",
    ),
    "not_a_date": (
        "'{value}' bukan tanggal yang ada.",
        "'{value}' is not an existing date.",
        "Tulis tanggal sebagai TTTT-BB-HH, misalnya 2018-07-16.",
        "Write the date as YYYY-MM-DD, for example 2018-07-16.",
    ),
    "superseded_without_successor": (
        "Dasar hukum yang diganti tanpa penggantinya.",
        "A superseded legal basis without its successor.",
        "Tambahkan 'superseded_by', atau ubah 'status'.",
        "Add 'superseded_by', or change 'status'.",
    ),
    "actor_unknown": (
        "Pelaksana '{role}' bukan kolom prosedur {procedure}.",
        "The actor '{role}' is not a column of procedure {procedure}.",
        "Pakai salah satu: {known}; atau tambahkan kolomnya di 'roles'.",
        "Use one of: {known}; or add the column to 'roles'.",
    ),
    "role_unknown": (
        "Jabatan '{role}' bukan kolom prosedur {procedure}.",
        "The role '{role}' is not a column of procedure {procedure}.",
        "Pakai salah satu: {known}.",
        "Use one of: {known}.",
    ),
    "signatory_unknown": (
        "Penanda tangan '{role}' bukan kolom prosedur {procedure} dan tidak ada di 'parties'.",
        "The signatory '{role}' is neither a column of procedure {procedure} nor in 'parties'.",
        "Pakai salah satu: {known}; atau tambahkan di 'parties'.",
        "Use one of: {known}; or add it to 'parties'.",
    ),
    "order_not_rising": (
        "Nomor urut {order} tidak naik dari {before}.",
        "The order {order} does not rise from {before}.",
        "Urutkan aktivitas menurut kolom No.",
        "Put the activities in the order of the No column.",
    ),
    "time_unreadable": (
        "Standar waktu '{time}' tidak dapat dibaca.",
        "The time standard '{time}' can't be read.",
        "Tulis misalnya P1D, PT2H, PT30M, PT3H..P1D, atau FREQ=MONTHLY;BYMONTHDAY=30.",
        "Write for example P1D, PT2H, PT30M, PT3H..P1D, or FREQ=MONTHLY;BYMONTHDAY=30.",
    ),
    "options_missing": (
        "Isian pilihan '{field}' tidak mempunyai pilihan.",
        "The choice '{field}' has no options.",
        "Tambahkan 'options' dengan kode dan label.",
        "Add 'options' with codes and labels.",
    ),
    "columns_missing": (
        "Tabel '{field}' tidak mempunyai kolom.",
        "The table '{field}' has no columns.",
        "Tambahkan 'columns' dengan isian per baris.",
        "Add 'columns' with the fields of a row.",
    ),
    "not_for_type": (
        "'{name}' tidak berlaku untuk isian jenis '{type}'.",
        "'{name}' does not apply to a field of type '{type}'.",
        "Hapus '{name}', atau ubah jenisnya menjadi '{wanted}'.",
        "Remove '{name}', or change the type to '{wanted}'.",
    ),
    "column_type": (
        "Kolom tabel tidak boleh berjenis '{type}'.",
        "A column of a table can't be of type '{type}'.",
        "Letakkan isian itu di luar tabel.",
        "Put that field outside the table.",
    ),
    "bounds_crossed": (
        "Batas bawah {minimum} melebihi batas atas {maximum}.",
        "The minimum {minimum} is above the maximum {maximum}.",
        "Tukar kedua batas.",
        "Swap the two bounds.",
    ),
    "daily_without_date": (
        "Tabel harian '{field}' tidak diawali kolom tanggal.",
        "The daily table '{field}' does not start with a date column.",
        "Jadikan kolom pertama berjenis 'date'.",
        "Make its first column of type 'date'.",
    ),
    "daily_without_schedule": (
        "Tabel harian '{field}' ada pada aktivitas tanpa jadwal.",
        "The daily table '{field}' stands in an activity without a schedule.",
        "Hapus 'daily', atau beri alur aktivitas ini 'rule'.",
        "Remove 'daily', or give the activity's strand a 'rule'.",
    ),
}
