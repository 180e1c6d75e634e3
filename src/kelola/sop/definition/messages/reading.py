"""Sentences about files that can't be read as YAML. Columns as in the package."""

from __future__ import annotations

from typing import Final

FILE: Final[dict[str, tuple[str, str, str, str]]] = {
    "not_found": (
        "Berkas tidak dapat dibaca: {reason}.",
        "The file can't be read: {reason}.",
        "Periksa jalur dan izin berkas.",
        "Check the path and its permissions.",
    ),
    "too_large": (
        "Berkas lebih besar dari {limit}.",
        "The file is larger than {limit}.",
        "Satu berkas memuat satu versi SOP saja; keluarkan isi lain.",
        "One file holds one SOP version only; take other content out.",
    ),
    "not_utf8": (
        "Berkas bukan UTF-8 (bita ke-{byte}).",
        "The file is not UTF-8 (byte {byte}).",
        "Simpan ulang berkas dengan pengodean UTF-8.",
        "Save the file again in UTF-8.",
    ),
    "empty": (
        "Berkas kosong.",
        "The file is empty.",
        "Isi berkas dengan SOP; contoh: pustaka SOP/AS/29.",
        "Put an SOP into it; SOP/AS/29 in the library is an example.",
    ),
    "not_yaml": (
        "Bukan YAML yang benar: {reason}.",
        "Not valid YAML: {reason}.",
        "Periksa inden, tanda kutip, dan titik dua di sekitar baris ini.",
        "Check indentation, quotes and colons around this line.",
    ),
    "second_document": (
        "Ada dokumen YAML kedua.",
        "There is a second YAML document.",
        "Hapus pemisah '---' dan isi sesudahnya.",
        "Remove the '---' separator and what follows it.",
    ),
    "not_a_mapping": (
        "Isi berkas bukan pasangan nama dan nilai.",
        "The file does not hold names and values.",
        "Mulai dengan 'format:', 'identity:', dan 'procedures:'.",
        "Start with 'format:', 'identity:' and 'procedures:'.",
    ),
    "too_deep": (
        "Isi bersarang lebih dari {limit} tingkat.",
        "Values are nested deeper than {limit} levels.",
        "Tidak ada SOP yang memerlukannya; periksa inden dan kurung.",
        "No SOP needs that; check indentation and brackets.",
    ),
    "too_many_values": (
        "Berkas memuat lebih dari {limit} nilai.",
        "The file holds more than {limit} values.",
        "Satu berkas memuat satu versi SOP saja.",
        "One file holds one SOP version only.",
    ),
    "alias": (
        "Acuan YAML '*{name}' tidak diterima.",
        "The YAML alias '*{name}' is not accepted.",
        "Tulis nilainya lengkap di sini.",
        "Write the value out here.",
    ),
    "anchor": (
        "Jangkar YAML '&{name}' tidak diterima.",
        "The YAML anchor '&{name}' is not accepted.",
        "Hapus '&{name}'.",
        "Remove '&{name}'.",
    ),
    "tag": (
        "Tanda jenis YAML '{tag}' tidak diterima.",
        "The YAML tag '{tag}' is not accepted.",
        "Hapus tanda itu dan tulis nilainya sebagai teks biasa.",
        "Remove the tag and write the value as plain text.",
    ),
    "duplicate_key": (
        "Nama '{key}' ditulis dua kali; yang pertama di baris {first}.",
        "The name '{key}' is given twice; first on line {first}.",
        "Hapus atau gabungkan salah satunya.",
        "Remove one of them or merge the two.",
    ),
    "key_not_text": (
        "Nama di sini bukan teks.",
        "The name here is not a text.",
        "Pakai nama dari skema, tanpa kurung.",
        "Use a name of the schema, without brackets.",
    ),
    "too_many": (
        "Masih ada sedikitnya {count} kesalahan lain yang tidak ditampilkan.",
        "There are at least {count} more errors that are not shown.",
        "Perbaiki yang di atas, lalu muat lagi.",
        "Mend the ones above, then load again.",
    ),
}
