"""Every component of the face in every state, for those who build pages and those who judge them.

The samples are the office's own words, so they are not translated.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.staticfiles import finders
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kelola.ui.parts import ClockFace, Crumb, DayCell, FlowNode, HistoryLine, WorkItem
from kelola.ui.rules import sprite_names
from kelola.ui.states import LOOKS, SHAPES

if TYPE_CHECKING:
    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest

_AT = datetime(2026, 11, 30, 2, 30, tzinfo=UTC)
_TONES = {
    "blue": "Perlu diketahui",
    "green": "Tersimpan",
    "gold": "Segera",
    "red": "Belum terkirim",
}


class SampleForm(forms.Form):
    """One field of each kind; bound without data it shows its errors."""

    room = forms.CharField(label="Ruang", help_text="Seperti pada daftar ruang.")
    note = forms.CharField(label="Catatan", required=False, widget=forms.Textarea({"rows": 3}))
    day = forms.DateField(label="Tanggal", widget=forms.DateInput(attrs={"type": "date"}))
    place = forms.ChoiceField(label="Lantai", choices=(("1", "Lantai 1"), ("2", "Lantai 2")))
    urgency = forms.ChoiceField(
        label="Urgensi", choices=(("a", "Segera"), ("b", "Rendah")), widget=forms.RadioSelect
    )
    parts = forms.MultipleChoiceField(
        label="Kelengkapan",
        choices=(("k", "Kabel"), ("t", "Toner")),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    sure = forms.BooleanField(label="Sudah diperiksa bersama pemohon", required=False)
    photo = forms.FileField(label="Foto", required=False)


@require_safe
def gallery(request: OfficeRequest) -> HttpResponse:
    """Draw every component."""
    context = {
        "heading": _("Gallery of components"),
        "crumbs": [Crumb("Halaman di atas", "#content"), Crumb("Halaman ini")],
        "states": LOOKS,
        "tones": SHAPES,
        "notices": _TONES.items(),
        "icons": sprite_names(_sprite()),
        "clocks": _clocks(),
        "nodes": _nodes(),
        "lines": [
            HistoryLine(_AT, "Andi mengembalikan B3", "Foto sesudah belum ada."),
            HistoryLine(_AT, "Andi membuka pelaksanaan ini"),
        ],
        "items": _items(),
        "facts": [("Jam kerja", "08.00–16.30"), ("Zona waktu", "WIB"), ("Keterangan", "")],
        "weeks": _weeks(),
        "empty_form": SampleForm(auto_id="kosong_%s"),
        "bad_form": SampleForm({}, auto_id="salah_%s"),
        "cells": SampleForm(auto_id="sel_%s"),
        "refused": "Yang mengerjakan tidak dapat memverifikasi.",
    }
    return render(request, "home/gallery.html", context)


def _sprite() -> str:
    path = finders.find("ui/icons.svg")
    with open(str(path), encoding="utf-8") as file:  # noqa: PTH123 - what the finder gives
        return file.read()


def _clocks() -> list[ClockFace]:
    return [
        ClockFace("Sisa 3 jam 20 menit kerja", 30, name="Standar SOP", large=True),
        ClockFace("Tinggal 25 menit kerja", 85, name="Janji ke pemohon"),
        ClockFace("Lewat 40 menit kerja", 100),
        ClockFace("Jam belum berjalan: menunggu invoice"),
        ClockFace("Jam dihentikan sejak Jumat 13.40", 40, tone="gold"),
    ]


def _nodes() -> list[FlowNode]:
    return [
        FlowNode("B1", "Menerima permintaan", "done", who="Andi", note="Selesai 09.10"),
        FlowNode("B2", "Menganalisis", "returned", who="Andi"),
        FlowNode("B3", "Menetapkan urgensi", "now", decision=True, who="Budi", url="#content"),
        FlowNode("B4", "Mengerjakan", "skipped"),
        FlowNode("B5", "Menutup", who="Cut"),
    ]


def _items() -> list[WorkItem]:
    clock = ClockFace("Lewat 40 menit kerja", 100)
    return [
        WorkItem(
            "B7", "Printer macet", "#content", "612/TI", "step.returned", clock, "Selesaikan", True
        ),
        WorkItem("C2", "Pemeliharaan November", "#content", "Ruang server", act="Lanjutkan"),
    ]


def _weeks() -> list[list[DayCell | None]]:
    kinds: list[dict[str, Any]] = [
        {"kind": "off", "said": "Bukan hari kerja"},
        {"kind": "national", "sign": "s-dot", "said": "Libur nasional"},
        {"kind": "joint", "sign": "s-diamond", "said": "Cuti bersama"},
        {"kind": "local", "sign": "s-ring", "said": "Libur kantor ini"},
        {"kind": "called", "sign": "s-check", "said": "Tetap masuk kerja"},
        {"kind": "closed", "sign": "s-cross", "said": "Kantor tutup"},
        {"kind": "part", "sign": "s-slash", "said": "Tutup sebagian hari"},
        {"kind": "season", "sign": "s-square", "said": "Jam kerja lain"},
        {"today": True, "sign": "s-diamond", "said": "B7"},
    ]
    cells = [DayCell(number, **more) for number, more in enumerate(kinds, start=1)]
    return [[*cells[:7]], [*cells[7:], DayCell(10), None, None, None, None]]
