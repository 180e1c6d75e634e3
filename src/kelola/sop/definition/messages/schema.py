"""Sentences about values that the schema refuses. Columns as in the package."""

from __future__ import annotations

from typing import Final

SCHEMA: Final[dict[str, tuple[str, str, str, str]]] = {
    "missing": (
        "'{name}' tidak ada.",
        "'{name}' is missing.",
        "Tambahkan '{name}: ...' di sini.",
        "Add '{name}: ...' here.",
    ),
    "missing_actor": (
        "Aktivitas ini tidak mempunyai pelaksana.",
        "This activity has no actor.",
        "Tambahkan 'actor:' dengan salah satu kolom pelaksana prosedur ini.",
        "Add 'actor:' with one of this procedure's actor columns.",
    ),
    "unknown_name": (
        "'{name}' tidak dikenal di sini.",
        "'{name}' is not known here.",
        "Hapus, atau pakai salah satu: {known}.",
        "Remove it, or use one of: {known}.",
    ),
    "wrong_type": (
        "Nilainya {given}, seharusnya {wanted}.",
        "The value is {given_en}, it should be {wanted_en}.",
        "Tulis nilai sebagai {wanted}; teks yang mirip angka diberi tanda kutip.",
        "Write the value as {wanted_en}; put a text that looks like a number in quotes.",
    ),
    "not_allowed": (
        "'{value}' tidak termasuk pilihan.",
        "'{value}' is not among the choices.",
        "Pakai salah satu: {known}.",
        "Use one of: {known}.",
    ),
    "unknown_kind": (
        "Jenis aktivitas '{value}' tidak ada dalam daftar.",
        "The activity kind '{value}' is not in the list.",
        "Pakai salah satu jenis dari skema, atau 'sop.generic'.{close}",
        "Use one of the schema's kinds, or 'sop.generic'.{close_en}",
    ),
    "wrong_format": (
        "Versi format '{value}' tidak dikenal.",
        "The format version '{value}' is not known.",
        "Tulis 'format: {wanted}'.",
        "Write 'format: {wanted}'.",
    ),
    "wrong_shape": (
        "'{value}' tidak sesuai bentuk yang diminta.",
        "'{value}' does not have the required shape.",
        "Bentuknya: {wanted}.",
        "The shape is: {wanted_en}.",
    ),
    "too_few": (
        "Isinya kurang: sedikitnya {wanted}.",
        "Too few entries: at least {wanted}.",
        "Tambahkan isinya.",
        "Add what is missing.",
    ),
    "too_long": (
        "Isinya terlalu panjang: paling banyak {wanted}.",
        "Too long: at most {wanted}.",
        "Persingkat.",
        "Shorten it.",
    ),
    "blank": (
        "Teksnya kosong.",
        "The text is empty.",
        "Isi teksnya, atau hapus baris ini bila boleh tidak ada.",
        "Fill it in, or remove the line where it is optional.",
    ),
    "out_of_range": (
        "{value} di luar batas: {wanted}.",
        "{value} is out of range: {wanted}.",
        "Pakai angka di dalam batas itu.",
        "Use a number within that range.",
    ),
    "wrong": (
        "Tidak sesuai skema: {reason}.",
        "Not according to the schema: {reason}.",
        "Bandingkan dengan skema berkas SOP.",
        "Compare with the schema of SOP files.",
    ),
}
