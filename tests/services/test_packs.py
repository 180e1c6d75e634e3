"""Packs of evidence: unpacked and checked with Python alone; whatever is changed is named."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from kelola.evidence import services
from kelola.evidence.models import Condition, Document, StoredFile
from kelola.evidence.rules import anchors
from kelola.evidence.rules.packs import Asked, Stand, counts
from kelola.evidence.services.anchoring import compare_anchor
from kelola.ledger.models import Entry
from kelola.ledger.queries import verify
from kelola.office.scope import office_scope
from kelola.reports.services import issue_paper
from kelola.sop import sheets
from tests.runs import adopt
from tests.services.test_sop_months import settle

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.runs import Desk

pytestmark = pytest.mark.django_db
NOVEMBER = date(2026, 11, 1)


def asked(desk: Desk, procedure: str = "", first: date = NOVEMBER) -> Asked:
    """Ask for a month of SOP/AS/29."""
    office = desk.people.office
    return Asked(office.pk, office.zone, desk.version.sop_id, first, procedure)


def written(desk: Desk, procedure: str = "", first: date = NOVEMBER) -> tuple[services.Pack, bytes]:
    """Write a pack as Andi."""
    out = io.BytesIO()
    made = services.write_pack(
        asked(desk, procedure, first),
        office=desk.people.office.name,
        out=out,
        by=desk.people.andi.id,
        at=desk.now,
    )
    assert made is not None
    return made, out.getvalue()


def unpacked(body: bytes, folder: Path) -> Path:
    """Unpack a pack into a new folder."""
    folder.mkdir()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    return folder


def checked(folder: Path) -> tuple[int, str]:
    """Check a folder as an assessor does: Python alone, nothing in the environment."""
    done = subprocess.run(
        [sys.executable, "-I", "verify.py"],
        cwd=folder,
        env={},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_a_pack_is_whole_on_a_machine_with_only_python(desk: Desk, tmp_path: Path) -> None:
    settle(desk)
    desk.open("B")
    made, body = written(desk, "C")
    folder = unpacked(body, tmp_path / "paket")
    code, said = checked(folder)
    assert code == 0, said
    assert f"UTUH: {made.files} berkas dan {made.entries} catatan sesuai." in said
    assert f"Sidik manifest: {made.digest}" in said
    assert hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest() == made.digest
    assert made.entries >= 6
    assert not list(folder.rglob("__pycache__"))
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "Listrik padam" in page
    assert "belum ada" in page
    assert "<script" not in page
    assert len(list(folder.glob("lembar/*.pdf"))) >= 2
    assert all(f.read_bytes().startswith(b"%PDF-") for f in folder.glob("lembar/*.pdf"))
    assert list(folder.glob("berkas/*.png"))
    for path in json.loads((folder / "manifest.json").read_text())["files"]:
        assert path in page or path.startswith(("index", "verify")), path


def test_the_same_data_gives_the_same_bytes_and_the_record_changes_nothing(desk: Desk) -> None:
    settle(desk)
    made, body = written(desk)
    with transaction.atomic():
        services.record_pack(made, by=desk.people.andi.id, at=desk.now)
    desk.now += timedelta(days=40)
    again, same = written(desk)
    assert same == body
    assert again == made
    kept = services.packs_made(asked(desk))
    assert [e.data["manifest"] for e in kept] == [made.digest]
    assert (kept[0].by, kept[0].data["month"]) == (desk.people.andi.id, "2026-11")
    assert verify().ok


def flip(path: Path) -> None:
    """Change one bit in the middle of a file."""
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(body)


KINDS = ("index.html", "verify.py", "manifest.sha256", "lembar/*.pdf",
         "berkas/*.png", "buku/catatan.jsonl", "buku/rantai.txt", "buku/kepala.json",
         "buku/jangkar.json")  # fmt: skip


def test_one_bit_changed_in_any_kind_of_file_is_named(desk: Desk, tmp_path: Path) -> None:
    settle(desk)
    folder = unpacked(written(desk, "C")[1], tmp_path / "paket")
    for kind in KINDS:
        path = min(folder.glob(kind))
        before = path.read_bytes()
        if kind == "verify.py":
            path.write_bytes(before.replace(b"Memeriksa paket", b"Memeriksa Paket", 1))
        else:
            flip(path)
        code, said = checked(folder)
        assert code == 1, kind
        name = path.relative_to(folder).as_posix()
        assert any(line.startswith("BERUBAH") and name in line for line in said.splitlines()), said
        path.write_bytes(before)
    assert checked(folder)[0] == 0


def test_what_is_missing_or_added_is_named(desk: Desk, tmp_path: Path) -> None:
    settle(desk)
    folder = unpacked(written(desk, "C")[1], tmp_path / "paket")
    lost = min(folder.glob("berkas/*"))
    lost.unlink()
    (folder / "lembar" / "titipan.pdf").write_bytes(b"%PDF-")
    (folder / "buku" / "ke-luar").symlink_to("/etc/passwd")
    (folder / "nama\x1b[2Janeh").write_text("")
    code, said = checked(folder)
    assert code == 1
    assert f"HILANG    berkas/{lost.name}" in said
    assert "TAMBAHAN  lembar/titipan.pdf" in said
    assert "TAMBAHAN  buku/ke-luar" in said
    assert "\x1b" not in said
    assert "TIDAK UTUH: 4 temuan." in said


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sha256", "buku/kepala.json"])
def test_a_file_that_the_check_needs_is_missed(desk: Desk, tmp_path: Path, name: str) -> None:
    settle(desk)
    folder = unpacked(written(desk, "C")[1], tmp_path / "paket")
    (folder / name).unlink()
    code, said = checked(folder)
    assert code == 1
    assert name in said


def repaired(folder: Path) -> None:
    """Make the manifest anew, as a careful forger would, so that only the chain can tell."""
    manifest = json.loads((folder / "manifest.json").read_text())
    for name in list(manifest["files"]):
        body = (folder / name).read_bytes()
        manifest["files"][name] = {"sha256": hashlib.sha256(body).hexdigest(), "size": len(body)}
    body = (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode()
    (folder / "manifest.json").write_bytes(body)
    told = f"{hashlib.sha256(body).hexdigest()}  manifest.json\n"
    (folder / "manifest.sha256").write_text(told)


def _changed(lines: list[str]) -> list[str]:
    entry = json.loads(lines[2])
    entry["by"] = "system"
    return [*lines[:2], json.dumps(entry, sort_keys=True, separators=(",", ":")), *lines[3:]]


LINES: dict[str, Callable[[list[str]], list[str]]] = {
    "changed": _changed,
    "reordered": lambda lines: [lines[1], lines[0], *lines[2:]],
    "twice": lambda lines: [lines[0], *lines],
    "cut inside": lambda lines: [*lines[:1], *lines[2:]],
    "cut at the end": lambda lines: lines[:-1],
    "cut at the beginning": lambda lines: lines[1:],
    "none left": lambda lines: lines[:0],
    "nonsense": lambda lines: ["{", *lines[1:]],
    "deep": lambda lines: ["[" * 100_000, *lines[1:]],
}


@pytest.mark.parametrize("how", LINES)
def test_a_ledger_that_was_changed_is_named_though_the_manifest_fits(
    desk: Desk, tmp_path: Path, how: str
) -> None:
    settle(desk)
    folder = unpacked(written(desk, "C")[1], tmp_path / "paket")
    path = folder / "buku" / "catatan.jsonl"
    lines = LINES[how](path.read_text(encoding="utf-8").splitlines())
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    code, said = checked(folder)
    assert code == 1
    assert "BERUBAH   buku/catatan.jsonl" in said
    repaired(folder)
    code, said = checked(folder)
    assert code == 1, said
    assert "BERUBAH   buku" in said


def test_a_manifest_that_was_made_anew_has_another_digest(desk: Desk, tmp_path: Path) -> None:
    settle(desk)
    made, body = written(desk, "C")
    folder = unpacked(body, tmp_path / "paket")
    (folder / "index.html").write_text("Semua baik.")
    repaired(folder)
    code, said = checked(folder)
    assert code == 0
    assert made.digest not in said


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "C:\\x", "a\\..\\b"])
def test_a_manifest_cannot_point_outside(desk: Desk, tmp_path: Path, path: str) -> None:
    settle(desk)
    folder = unpacked(written(desk, "C")[1], tmp_path / "paket")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][path] = {"sha256": "0" * 64, "size": 0}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")
    code, said = checked(folder)
    assert code == 1
    assert "tidak sah" in said


def test_the_chain_holds_only_these_runs_and_goes_through_its_anchor(
    desk: Desk, tmp_path: Path
) -> None:
    settle(desk)
    other = desk.open("B")
    desk.open("C1")
    folder = unpacked(written(desk, "C")[1], tmp_path / "paket")
    lines = (folder / "buku" / "catatan.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    assert str(other.pk) not in "".join(lines)
    numbers = [e["seq"] for e in entries]
    spine = (folder / "buku" / "rantai.txt").read_text().splitlines()
    assert len(spine) == numbers[-1] - numbers[0] + 1 > len(numbers)
    text = (folder / "buku" / "jangkar.json").read_text()
    assert anchors.read(text).heads == {
        str(desk.people.office.pk): (numbers[-1], entries[-1]["hash"])
    }
    assert compare_anchor(text).ok


HOSTILE = "../../x\u202egnp.CON .aux:" + "ü" * 180 + ".png"


def test_no_name_leaves_the_folder_or_troubles_a_system(desk: Desk, tmp_path: Path) -> None:
    settle(desk)
    Document.objects.update(name=HOSTILE[:200])
    body = written(desk)[1]
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        names = archive.namelist()
        assert all(info.date_time == (1980, 1, 1, 0, 0, 0) for info in archive.infolist())
    assert len({n.lower() for n in names}) == len(names)
    for name in names:
        assert name.isascii()
        assert len(name) < 100
        assert ".." not in name
        assert not set(name) & set('\\:*?"<>| ')
    assert checked(unpacked(body, tmp_path / "paket"))[0] == 0


def test_texts_of_people_are_text_in_the_page(desk: Desk, tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    run = desk.open("C1", subject=hostile)
    desk.finish(run, "C1", remarks=hostile)
    Document.objects.update(name=hostile)
    page = (unpacked(written(desk, "C")[1], tmp_path / "paket") / "index.html").read_text()
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


def test_rows_say_what_is_there_what_is_not_yet_and_what_is_lawfully_without(desk: Desk) -> None:
    settle(desk)
    told = services.told(asked(desk))
    assert told is not None
    by_code = {row.code: row for c in told.chapters for row in c.rows}
    assert by_code["C2"].stand is Stand.THERE
    assert by_code["C2"].recorded != by_code["C2"].performed
    assert by_code["D7"].stand is Stand.NONE_NEEDED
    assert "Server dibawa ke Banda Aceh" in by_code["D7"].notes
    assert by_code["B1"].stand is Stand.MISSING
    assert by_code["B1"].pieces == ()
    assert counts(told)[Stand.THERE] == 7
    assert sum(counts(told).values()) == 38
    empty = services.told(asked(desk, first=date(2025, 3, 1)))
    assert empty is not None
    assert counts(empty) == {Stand.THERE: 0, Stand.MISSING: 38, Stand.NONE_NEEDED: 0}


def test_a_month_without_anything_is_a_pack_too(desk: Desk, tmp_path: Path) -> None:
    made, body = written(desk, first=date(2025, 3, 1))
    assert made.entries == 0
    code, said = checked(unpacked(body, tmp_path / "paket"))
    assert code == 0, said


def test_sealed_papers_of_the_runs_are_in_it(desk: Desk) -> None:
    run = desk.open("C1")
    desk.finish(run, "C1")
    run.refresh_from_db()
    assert run.state == "completed"
    paper = issue_paper(
        office=desk.people.office,
        made=sheets.run_paper(desk.people.office, run),
        name="Lembar tersegel",
        subject=f"sop.run:{run.id}",
        by=desk.people.andi.id,
        at=desk.now,
    )
    with zipfile.ZipFile(io.BytesIO(written(desk, "C")[1])) as archive:
        digests = {hashlib.sha256(archive.read(n)).hexdigest() for n in archive.namelist()}
    assert paper.sha256 in digests


def test_another_office_gives_nothing(desk: Desk) -> None:
    settle(desk)
    other = desk.people.other.office
    foreign = Asked(other.pk, other.zone, desk.version.sop_id, NOVEMBER)
    with office_scope(other.pk):
        assert services.told(foreign) is None
        adopt(desk.people.other)
        out = io.BytesIO()
        made = services.write_pack(foreign, office=other.name, out=out, by="system", at=desk.now)
        assert made is None


def test_a_file_that_is_lost_stops_the_pack_until_it_is_known(desk: Desk) -> None:
    settle(desk)
    file = StoredFile.objects.all()[0]
    body = file.path.read_bytes()
    for broken in (b"x" + body[1:], None):
        if broken is None:
            file.path.unlink()
        else:
            file.path.write_bytes(broken)
        with pytest.raises(services.LostPiece) as lost:
            written(desk)
        assert lost.value.name.endswith(".png")
    StoredFile.objects.filter(pk=file.pk).update(condition=Condition.MISSING)
    told = services.told(asked(desk))
    assert told is not None
    notes = [n for c in told.chapters for r in c.rows for n in r.notes]
    assert any("rusak atau hilang" in n for n in notes)
    assert written(desk)[0].files


def command(out: Path, **more: Any) -> None:
    """Run ``kelola evidence pack``."""
    said = {"sop": "SOP/AS/29", "month": "2026-11", "out": out, **more}
    given = [f"--{key}={value}" for key, value in said.items()]
    call_command("evidence", "pack", *given, stdout=io.StringIO())


def test_the_command_writes_all_or_nothing(desk: Desk, tmp_path: Path) -> None:
    settle(desk)
    office = str(desk.people.office.pk)
    out = tmp_path / "f.zip"
    command(out, office=office, procedure="C")
    assert checked(unpacked(out.read_bytes(), tmp_path / "paket"))[0] == 0
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".kelola-")] == []
    known = Entry.objects.count()
    before = out.read_bytes()
    wrong: list[dict[str, Any]] = [
        {},
        {"out": tmp_path / "none" / "g.zip"},
        {"out": tmp_path / "g.zip", "month": "2026-13"},
        {"out": tmp_path / "g.zip", "sop": "SOP/XX/1"},
        {"out": tmp_path / "g.zip", "procedure": "Z"},
        {"out": tmp_path / "g.zip", "office": "nobody"},
    ]
    for more in wrong:
        with pytest.raises(CommandError) as refused:
            command(**{"out": out, "office": office, "procedure": "C", **more})
        assert refused.value.returncode == 2
    StoredFile.objects.all()[0].path.unlink()
    with pytest.raises(CommandError) as refused:
        command(tmp_path / "g.zip", office=office)
    assert refused.value.returncode == 1
    assert Entry.objects.count() == known
    assert out.read_bytes() == before
    assert not (tmp_path / "g.zip").exists()
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".kelola-")] == []
