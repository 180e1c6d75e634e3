"""``kelola sop``: load, check, show, list; a bad file is refused whole."""

from __future__ import annotations

import json
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from kelola.ledger.queries import verify
from kelola.office.scope import office_scope
from kelola.sop.definition import loader
from kelola.sop.models import Definition, RoleHolder, SopVersion
from tests.people import make_court

if TYPE_CHECKING:
    from pathlib import Path

NUMBER = "SOP/AS/29"

pytestmark = pytest.mark.django_db


def sop(*words: str) -> str:
    out = StringIO()
    call_command("sop", *words, stdout=out)
    return out.getvalue()


def test_loading_twice_changes_nothing() -> None:
    first, second = sop("load", NUMBER), sop("load", NUMBER)
    row = Definition.objects.get()
    assert row.number == NUMBER
    assert row.hash[:12] in first
    assert row.hash[:12] in second
    assert verify().entries == 1


def test_a_file_is_loaded_like_a_number() -> None:
    sop("load", str(loader.library_path(NUMBER)))
    sop("load", NUMBER)
    assert Definition.objects.count() == 1


def test_a_bad_file_is_refused_whole_with_line_and_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = loader.library_path(NUMBER).read_text(encoding="utf-8")
    file = tmp_path / "salah.yaml"
    file.write_text(text.replace("kind: desk.receive", "kind: desk.terima"), encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        sop("load", str(file))
    assert stopped.value.code == 1
    told = capsys.readouterr().err
    line = next(n for n, t in enumerate(file.read_text().splitlines(), 1) if "desk.terima" in t)
    assert f"salah.yaml:{line}" in told
    assert "procedures[1].activities[0].kind" in told
    assert "sop.generic" in told
    assert not Definition.objects.exists()


def test_what_is_neither_file_nor_number_is_wrong_use() -> None:
    with pytest.raises(CommandError) as refused:
        sop("load", "SOP/XX/1")
    assert refused.value.returncode == 2
    assert NUMBER in str(refused.value)


def test_the_shape_of_show() -> None:
    sop("load", NUMBER)
    shown = json.loads(sop("show", "--json"))
    assert [p["code"] for p in shown["procedures"]] == list("ABCDEF")
    activities = [a for p in shown["procedures"] for a in p["activities"]]
    assert len(activities) == 38
    assert sum(len(p["strands"]) for p in shown["procedures"]) == 15
    first = next(a for a in activities if a["key"] == "F7")
    assert first["verbatim"].startswith("Melakukan / menyelesaikan pemecahan masalah")
    assert first["requirement"]["verbatim"] == "Solusi/pemecahan masalah"
    assert first["time"]["verbatim"] == "1 Hari-3 Jam"
    assert first["output"]["verbatim"] == "Akses website selalu tersedia (available & realiable)"
    assert (first["actor"], first["kind"]) == ("operator", "website.troubleshoot")
    assert [o["to"] for o in first["outcomes"]] == ["end", "F6"]
    assert first["runs_as"] == "sop.generic"


def test_show_without_anything_loaded_is_wrong_use() -> None:
    with pytest.raises(CommandError) as refused:
        sop("show", "--json")
    assert refused.value.returncode == 2


def test_check_names_what_runs_with_the_general_form() -> None:
    told = sop("check", NUMBER)
    assert "38" in told
    assert "B7" in told
    assert not Definition.objects.exists()


def test_an_office_puts_it_into_use_on_trial() -> None:
    court = make_court()
    sop("load", NUMBER, "--office", str(court.office.pk))
    with office_scope(court.office.pk):
        version = SopVersion.objects.get()
        assert version.state == "trial"
        held = {h.role: h.post for h in RoleHolder.objects.select_related("post")}
        assert held["redaktur"] == court.posts["redaktur"]
        assert held.keys() == court.posts.keys()
    with pytest.raises(CommandError):
        sop("load", NUMBER, "--office", "tidak-ada")


def test_the_schema_and_the_list_are_printed() -> None:
    assert json.loads(sop("schema"))["$schema"].startswith("https://json-schema.org/")
    assert NUMBER in sop("list")
