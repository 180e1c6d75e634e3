"""Components: what they say without colour, without script and to a reader."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django import forms
from django.template import Context, Template

from kelola.ui.parts import ClockFace, DayCell, FlowNode, HistoryLine, WorkItem
from kelola.ui.states import LOOKS


def draw(source: str, **context: Any) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


class Report(forms.Form):
    room = forms.CharField(label="Ruang", help_text="Seperti di daftar ruang.")
    urgency = forms.ChoiceField(
        label="Urgensi", choices=[("a", "Segera"), ("b", "Rendah")], widget=forms.RadioSelect
    )
    note = forms.CharField(label="Catatan", required=False, widget=forms.Textarea)
    photo = forms.FileField(label="Foto", required=False)


def test_every_state_has_a_word_a_shape_and_a_tone() -> None:
    for key, look in LOOKS.items():
        drawn = draw("{% badge key %}", key=key)
        assert str(look.word) in drawn
        assert f"#s-{look.shape}" in drawn
        assert f"tone-{look.tone}" in drawn


def test_states_of_one_kind_that_share_a_tone_differ_in_shape_or_word() -> None:
    seen = [(k.split(".")[0], v.tone, v.shape, str(v.word)) for k, v in LOOKS.items()]
    assert len(seen) == len(set(seen))


def test_an_unknown_state_is_an_error_not_an_empty_badge() -> None:
    with pytest.raises(KeyError):
        draw("{% badge 'step.lost' %}")


def test_a_badge_escapes_its_word() -> None:
    assert "&lt;b&gt;" in draw("{% badge word=word tone='gold' %}", word="<b>")


def test_a_clock_says_its_words_and_draws_its_share() -> None:
    face = ClockFace("Sisa 3 jam 20 menit kerja", 82.4, name="Standar SOP")
    drawn = draw("{% clock face %}", face=face)
    assert "Sisa 3 jam 20 menit kerja" in drawn
    assert "Standar SOP" in drawn
    assert 'width="82"' in drawn
    assert "clock-gold" in drawn
    assert "style=" not in drawn


def test_a_clock_over_its_time_fills_the_bar_and_no_more() -> None:
    assert 'width="100"' in draw("{% clock face %}", face=ClockFace("Lewat 1 hari kerja", 340))


def test_a_clock_without_a_share_has_no_bar() -> None:
    assert "<svg" not in draw("{% clock words='Jam belum berjalan' %}")


def test_a_field_ties_its_hint_and_error_to_the_input() -> None:
    drawn = draw("{% field form.room %}", form=Report({}))
    told = re.search(r'<input[^>]*aria-describedby="([^"]+)"', drawn)
    assert told
    assert told[1].split() == ["id_room_hint", "id_room_error"]
    assert all(f'id="{key}"' in drawn for key in told[1].split())
    assert 'aria-invalid="true"' in drawn
    assert 'for="id_room"' in drawn


def test_a_required_field_says_so_in_words_and_an_optional_one_does_not() -> None:
    form = Report()
    assert "(wajib diisi)" in draw("{% field form.room %}", form=form)
    assert "(wajib diisi)" not in draw("{% field form.note %}", form=form)


def test_choices_are_cards_in_a_named_group_with_their_hints() -> None:
    form = Report({"urgency": "b"})
    form.fields["urgency"].choice_hints = {"a": "hari ini ada sidang"}  # type: ignore[attr-defined]  # what the component reads
    drawn = draw("{% field form.urgency %}", form=form)
    assert '<fieldset class="field" id="id_urgency"' in drawn
    assert "<legend>" in drawn
    assert drawn.count('type="radio"') == 2
    assert "hari ini ada sidang" in drawn
    assert re.search(r'value="b"[^>]*checked', drawn)


def test_a_file_field_names_the_file_that_is_there() -> None:
    assert "denah.pdf" in draw("{% field form.photo kept='denah.pdf' %}", form=Report())


def test_the_summary_links_every_error_to_a_field_that_is_on_the_page() -> None:
    page = draw(
        "{% error_summary form other %}{% for f in form %}{% field f %}{% endfor %}"
        "{% cell other.room %}",
        form=Report({}),
        other=Report({"r-urgency": "a"}, prefix="r"),
    )
    anchors = re.findall(r'href="#([^"]+)"', page.split("<fieldset")[0])
    assert anchors == ["id_room", "id_urgency", "id_r-room"]
    assert all(f'id="{anchor}"' in page for anchor in anchors)
    assert "3 isian perlu diperbaiki" in page


def test_a_cell_says_its_label_to_a_reader_and_its_error_to_everybody() -> None:
    drawn = draw("{% cell form.room %}", form=Report({}))
    assert 'aria-label="Ruang"' in drawn
    assert 'aria-describedby="id_room_error"' in drawn
    assert 'id="id_room_error"' in drawn


def test_a_month_names_its_days_and_marks_today() -> None:
    cells = [DayCell(1, "national", "s-dot", "Tahun <b>Baru</b>"), DayCell(2, today=True), None]
    drawn = draw("{% month weeks caption='Januari' %}", weeks=[cells])
    assert 'title="Tahun &lt;b&gt;Baru&lt;/b&gt;"' in drawn
    assert drawn.count('aria-current="date"') == 1
    assert 'abbr="Senin"' in drawn
    assert "#s-dot" in drawn


def test_no_summary_without_errors() -> None:
    assert draw("{% error_summary form None %}", form=Report()).strip() == ""


def test_a_refused_button_stays_visible_with_its_reason() -> None:
    drawn = draw("{% button 'Selesaikan' kind='primary' refused=why %}", why="Kurang: foto.")
    assert "disabled" in drawn
    assert "Kurang: foto." in drawn
    assert 'type="button"' in drawn


def test_the_flow_tells_the_state_of_each_node_to_a_reader() -> None:
    nodes = [FlowNode("B1", "Menerima", "done"), FlowNode("B5", "Disposisi", "now", decision=True)]
    drawn = draw("{% flow nodes %}", nodes=nodes)
    assert "selesai" in drawn
    assert "sekarang di sini" in drawn
    assert "keputusan" in drawn
    assert drawn.count('aria-current="step"') == 1


def test_the_history_escapes_what_a_person_wrote() -> None:
    line = HistoryLine(datetime(2026, 11, 30, tzinfo=UTC), "Dikembalikan", "<script>x</script>")
    drawn = draw("{% history lines %}", lines=[line])
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn


def test_two_buttons_of_one_word_are_told_apart_by_their_labels() -> None:
    item = WorkItem("B7", "Printer macet", "/a/", act="Selesaikan", clock=ClockFace("Sisa", 10))
    drawn = draw("{% work_items items %}", items=[item, replace(item, title="Wi-Fi lambat")])
    labels = re.findall(r'class="btn[^>]*aria-label="([^"]+)"', drawn)
    assert labels == ["Selesaikan: Printer macet", "Selesaikan: Wi-Fi lambat"]


def test_a_card_keeps_markup_of_its_template_and_escapes_its_title() -> None:
    drawn = draw("{% card title=title %}<b>{{ text }}</b>{% endcard %}", title="<i>", text="<u>")
    assert "<b>&lt;u&gt;</b>" in drawn
    assert "&lt;i&gt;" in drawn
