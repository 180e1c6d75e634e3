"""An SOP out of a table as somebody typed it: read whole or refused with every fault."""

from __future__ import annotations

import io
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from kelola.office.scope import office_scope
from kelola.sop import exchange
from kelola.sop.definition import loader
from kelola.sop.exchange import typed
from kelola.sop.exchange.times import standard_of
from kelola.sop.models import Definition, SopVersion
from kelola.ui.sheets import read_table
from kelola.workcal.rules import parse_standard
from tests.people import make_court

if TYPE_CHECKING:
    from pathlib import Path

    from kelola.sop.definition.shape import SopDefinition

pytestmark = pytest.mark.django_db
LIBRARY = loader.load(loader.library_path("SOP/AS/29"))
KNOWN = {"operator": "Operator", "kasubag_ptip": "Kasubag PTIP", "ketua": "Ketua"}
FACE = typed.Face("SOP/AS/30", "Cuti", "MS Contoh", "2026-11-23")
TYPED = """No;Aktifitas;Pelaksana;Persyaratan / Perlengkapan;Waktu;Output;Ket
1;Menerima “berkas”;Operator;Surat;30 Menit;Agenda;
2;Memeriksa berkas;;Berkas;1 Hari;Disposisi;kembali ke no 1
3;Menetapkan;ketua;;2 Jam - 1 Hari;Surat izin;Ya/Tidak
;;;dan lampiran;;bertanda tangan;
4;Mengarsipkan;Operator;Surat izin;setiap tanggal 30;Arsip;
"""


def read(text: str | bytes) -> typed.Reading:
    data = text if isinstance(text, bytes) else text.encode()
    return typed.read(read_table(io.BytesIO(data), typed.LIMITS), FACE, KNOWN)


def test_a_typed_table_becomes_a_draft() -> None:
    found = read(TYPED)
    assert found.faults == []
    assert found.definition is not None
    (procedure,) = found.definition.procedures
    one, two, three, four = procedure.activities
    assert [a.key for a in procedure.activities] == ["A1", "A2", "A3", "A4"]
    assert [a.actor for a in procedure.activities] == ["operator", "operator", "ketua", "operator"]
    assert {a.kind for a in procedure.activities} == {"sop.generic"}
    assert all(a.actor_assumed for a in procedure.activities)
    assert one.title.id == "Menerima “berkas”"
    assert [a.time for a in (one, two, three)] == ["PT30M", "P1D", "PT2H..P1D"]
    assert [(o.to, o.is_return) for o in two.outcomes] == [("A3", False), ("A1", True)]
    assert two.decision
    assert three.requirement.id == "Berkas dan lampiran"
    assert three.output.id == "Surat izin bertanda tangan"
    assert [(o.to, o.is_return) for o in three.outcomes] == [("A4", False), ("A2", True)]
    assert len(found.assumed) == 1
    assert [o.to for o in four.outcomes] == ["end"]
    assert procedure.strands[0].rule.startswith("FREQ=MONTHLY")


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_any_encoding_reads_alike(code: str) -> None:
    assert read(TYPED.encode(code)).definition == read(TYPED).definition


def test_actors_may_have_columns_of_their_own() -> None:
    text = (
        "No;Aktivitas;Operator;Kasubag PTIP;Persyaratan;Waktu;Output\n"
        "1;Menerima;x;;Surat;1 hari;Agenda\n2;Memeriksa;;v;Agenda;1 hari;Disposisi\n"
    )
    found = read(text)
    assert found.definition is not None
    actors = [a.actor for a in found.definition.procedures[0].activities]
    assert actors == ["operator", "kasubag_ptip"]


def test_every_fault_is_told_at_once_by_its_row() -> None:
    text = (
        "No;Aktivitas;Pelaksana;Persyaratan;Waktu;Output;Ket\n"
        "1;Menerima;Kasubag PTPI;Surat;1 Hari;Agenda;\n"
        "x;Memeriksa;Operator;;segera;Disposisi;\n"
        "4;Menetapkan;Ketua;;1 Hari;Surat;kembali ke 9\n"
        "4;Lagi;Ketua;;1 Hari;Surat;\n"
    )
    found = read(text)
    assert found.definition is None
    told = [(fault.row, fault.message) for fault in found.faults]
    assert (2, "Pelaksana “Kasubag PTPI” tidak dikenal. Mungkin maksudnya “Kasubag PTIP”.") in told
    assert [row for row, message in told if "segera" in message] == [3]
    assert [row for row, message in told if "“x”" in message] == [3]
    assert [row for row, message in told if "Nomor 3" in message] == [4]
    assert [row for row, message in told if "nomor 9" in message] == [4]
    assert [row for row, message in told if "kedua kali" in message] == [5]


@pytest.mark.parametrize(
    "text",
    [
        "No;Aktivitas;Waktu\n1;Menerima;1 Hari\n",
        "No;Aktivitas;Pelaksana;Persyaratan;Waktu;Output;Warna\n1;A;Operator;S;1 Hari;O;merah\n",
        "No;Aktivitas;Pelaksana;Persyaratan;Waktu;Output\n",
    ],
)
def test_a_table_that_is_none_is_refused(text: str) -> None:
    found = read(text)
    assert found.definition is None
    assert found.faults


def test_long_texts_and_arabic_are_kept() -> None:
    title = "المحكمة الشرعية " + "x" * 600
    found = read(TYPED.replace("Memeriksa berkas", title))
    assert found.definition is not None
    assert found.definition.procedures[0].activities[1].title.id == title


@pytest.mark.parametrize(
    ("words", "standard"),
    [
        ("1 Hari", "P1D"),
        ("30 menit", "PT30M"),
        ("2 Jam - 1 Hari", "PT2H..P1D"),
        ("1 Hari–3 Jam", "PT3H..P1D"),
        ("1-2 hari kerja", "P1D..P2D"),
        ("Satu hari", "P1D"),
        ("1 minggu", "P5D"),
        ("setiap tanggal 30", "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"),
        ("setiap tanggal 5 bulan berjalan", "FREQ=MONTHLY;BYMONTHDAY=5"),
        ("Setiap hari Jumat", "FREQ=WEEKLY;BYDAY=FR"),
        ("segera", ""),
        ("0 hari", ""),
        ("tanggal 32", ""),
        ("", ""),
    ],
)
def test_time_words(words: str, standard: str) -> None:
    assert standard_of(words) == standard
    if standard:
        parse_standard(standard)


def test_our_own_table_comes_back() -> None:
    known = {r.key: r.title.id for p in LIBRARY.procedures for r in p.roles}
    table = read_table(io.BytesIO(exchange.export(LIBRARY, "csv")), typed.LIMITS)
    found = typed.read(table, FACE, known)
    assert found.faults == []
    assert found.definition is not None

    def told(sop: SopDefinition) -> list[object]:
        return [
            (a.key, a.order, a.title.id, p.role(a.actor).title.id, a.requirement.id, a.output.id,
             [(o.to, o.is_return) for o in a.outcomes])
            for p in sop.procedures
            for a in p.activities
        ]  # fmt: skip

    assert told(found.definition) == told(LIBRARY)
    again = exchange.export(found.definition, "csv").decode("utf-8-sig").splitlines()
    assert again == exchange.export(LIBRARY, "csv").decode("utf-8-sig").splitlines()


def sop(*words: str) -> str:
    out = StringIO()
    call_command("sop", *words, stdout=out)
    return out.getvalue()


LIKE = TYPED.replace("ketua;", "Ketua;")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "sop.csv"
    file.write_text(LIKE)
    return file


def test_a_preview_changes_nothing_and_an_import_makes_a_draft(table: Path) -> None:
    court = make_court()
    words = ["import", str(table), "--number", "SOP/AS/30", "--title", "Cuti"]
    assert "A2" in sop(*words, "--preview")
    assert not Definition.objects.exists()
    sop(*words, "--office", str(court.office.pk))
    with office_scope(court.office.pk):
        version = SopVersion.objects.get()
    assert version.state == "draft"
    assert version.definition.number == "SOP/AS/30"


def test_yaml_is_imported_as_a_draft(tmp_path: Path) -> None:
    court = make_court()
    file = tmp_path / "sop.yaml"
    file.write_bytes(exchange.export(LIBRARY, "yaml"))
    sop("import", str(file), "--office", str(court.office.pk))
    with office_scope(court.office.pk):
        assert SopVersion.objects.get().state == "draft"


def test_a_bad_table_writes_nothing_and_ends_with_1(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    court = make_court()
    table.write_text(LIKE.replace("1 Hari", "segera"))
    with pytest.raises(SystemExit) as ended:
        sop("import", str(table), "--office", str(court.office.pk), "--number", "X", "--title", "Y")
    assert ended.value.code == 1
    assert "Baris 3" in capsys.readouterr().err
    assert not Definition.objects.exists()


@pytest.mark.parametrize("left", ["--number", "--office", "file"])
def test_what_is_lacking_is_asked_for(table: Path, left: str) -> None:
    court = make_court()
    words = {"--number": "X", "--title": "Y", "--office": str(court.office.pk)}
    words.pop(left, None)
    name = "none.csv" if left == "file" else str(table)
    with pytest.raises(CommandError) as refused:
        sop("import", name, *(word for pair in words.items() for word in pair))
    assert refused.value.returncode == 2
