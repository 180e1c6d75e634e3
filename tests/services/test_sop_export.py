"""``kelola sop export`` and the download on an SOP's page."""

from __future__ import annotations

import csv
import io
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings

from kelola.sop import exchange
from kelola.sop.definition import loader
from kelola.sop.definition.shape import Procedure, SopDefinition, Words
from tests.rules.engine_drawn import procedures

if TYPE_CHECKING:
    from pathlib import Path

NUMBER = "SOP/AS/29"
LIBRARY = loader.load(loader.library_path(NUMBER))

pytestmark = pytest.mark.django_db


def sop(*words: str) -> str:
    out = StringIO()
    call_command("sop", *words, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("kind", sorted(exchange.FORMATS))
def test_a_number_of_the_library_is_written_to_a_file(kind: str, tmp_path: Path) -> None:
    file = tmp_path / f"f.{kind}"
    told = sop("export", NUMBER, "--format", kind, "--out", str(file))
    assert str(file) in told
    assert file.read_bytes() == exchange.export(LIBRARY, kind)


def test_without_a_file_it_goes_to_the_screen() -> None:
    assert sop("export", NUMBER, "--format", "yaml").startswith("format: kelola-sop/1")


def test_yaml_loads_to_the_same_definition() -> None:
    assert loader.load(exchange.export(LIBRARY, "yaml")) == LIBRARY


def test_yaml_keeps_texts_that_look_like_something_else(tmp_path: Path) -> None:
    odd = ["1", "1.5", "true", "no", "null", "~", "007", "2026-01-31", "1e3", "a: b", "# x", "- y",
           "'", '"', "&a", "*b", "المحكمة", "x" * 600, "dua\nbaris", "0x1F", "=1"]  # fmt: skip
    identity = LIBRARY.identity
    made = SopDefinition(
        type(identity)(
            **{n: getattr(identity, n) for n in identity.__slots__}
            | {"warnings": tuple(Words(text) for text in odd)}
        ),
        LIBRARY.procedures,
        parties=LIBRARY.parties,
    )
    assert loader.load(exchange.export(made, "yaml")) == made


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(procedure=procedures())
def test_the_table_has_a_row_for_each_activity(procedure: Procedure) -> None:
    made = SopDefinition(LIBRARY.identity, (procedure,))
    rows = list(
        csv.reader(io.StringIO(exchange.export(made, "csv").decode("utf-8-sig")), delimiter=";")
    )
    assert [row[3] for row in rows[1:]] == [a.title.id for a in procedure.activities]


def test_the_table_of_the_library_is_the_table_of_the_sop() -> None:
    text = exchange.export(LIBRARY, "csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len(rows) == 38
    b6 = next(r for r in rows if r["Prosedur"].startswith("B.") and r["No"] == "6")
    activity = LIBRARY.procedure("B").activity("B6")
    assert b6["Aktivitas"] == activity.title.id
    assert b6["Waktu"] == activity.time_words.id
    assert b6["Output"] == activity.output.id
    assert "kembali ke 5" in b6["Ket"]
    assert "kembali ke 2" in b6["Ket"]


def test_no_cell_becomes_a_formula() -> None:
    role = type(LIBRARY.procedures[0].roles[0])
    procedure = LIBRARY.procedures[0]
    parts = {n: getattr(procedure, n) for n in procedure.__slots__}
    roles = tuple(role(r.key, Words('=HYPERLINK("x")')) for r in procedure.roles)
    made = SopDefinition(LIBRARY.identity, (Procedure(**parts | {"roles": roles}),))
    rows = list(
        csv.reader(io.StringIO(exchange.export(made, "csv").decode("utf-8-sig")), delimiter=";")
    )
    assert {row[4] for row in rows[1:]} == {'\'=HYPERLINK("x")'}


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--out") as refused:
        sop("export", NUMBER, "--format", "csv", "--out", str(tmp_path / "none" / "f.csv"))
    assert refused.value.returncode == 2
    with pytest.raises(CommandError):
        sop("export", "SOP/NONE", "--format", "csv")
