"""The command line as a person meets it: exit codes, words, and an empty folder."""

from __future__ import annotations

import json
import stat
import subprocess
import sys

from tests.faults.installation import ROOT


def test_the_list_of_commands_is_indonesian_and_needs_no_data_folder(empty):
    done = empty.kelola("--help")
    assert done.returncode == 0
    for word in ("up", "doctor", "settings", "ledger", "office", "Memeriksa", "Menjalankan"):
        assert word in done.stdout
    assert not empty.folder.exists()


def test_wrong_use_ends_with_2(installation):
    unknown = installation.kelola("terbang")
    assert unknown.returncode == 2
    assert "terbang" in unknown.stderr
    assert "doctor" in unknown.stderr
    assert installation.kelola("doctor", "--nonsense").returncode == 2
    assert installation.kelola().returncode == 2


def test_a_refusal_stands_in_its_own_words(installation):
    done = installation.kelola("calendar", "due", "31/11/2026", "P1D")
    assert done.returncode == 2
    assert done.stderr.startswith("31/11/2026 ")
    assert "CommandError" not in done.stderr


def test_a_reader_that_has_seen_enough_is_no_error(installation):
    command = [sys.executable, "-m", "kelola", "sop", "schema"]
    with subprocess.Popen(
        command, cwd=ROOT, env=installation.environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as writing:  # fmt: skip
        writing.stdout.close()
        assert writing.stderr.read() == ""


def test_wrong_settings_are_all_named_and_end_with_2(empty):
    typing_slip = empty.kelola("settings", KELOLA_TYPO="1")
    assert typing_slip.returncode == 2
    assert "KELOLA_TYPO" in typing_slip.stderr
    wrong = empty.kelola("settings", KELOLA_PORT="many", KELOLA_WEB_THREADS="0")
    assert wrong.returncode == 2
    assert "KELOLA_PORT" in wrong.stderr
    assert "KELOLA_WEB_THREADS" in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_the_door_without_encryption_opens_to_this_machine_only(installation):
    for host in ("0.0.0.0", "::", "192.168.1.7", "kelola.example"):
        refused = installation.kelola("settings", KELOLA_HOST=host)
        assert refused.returncode == 2
        assert "KELOLA_HOST" in refused.stderr
    for host in ("127.0.0.1", "127.0.0.2", "::1", "localhost"):
        assert installation.kelola("settings", KELOLA_HOST=host).returncode == 0


def test_doctor_makes_an_empty_folder_whole_and_private(empty):
    done = empty.kelola("doctor", "--json")
    found = json.loads(done.stdout)
    unexpected = [c for c in found["checks"] if c["findings"] and c["key"] != "config.database"]
    assert unexpected == []
    assert {"config.folder", "config.clock", "ledger.triggers"} <= {
        c["key"] for c in found["checks"]
    }
    assert stat.S_IMODE((empty.folder / "secret").stat().st_mode) == 0o600


def test_doctor_ends_with_1_when_the_secret_is_readable(installation):
    installation.kelola("doctor")
    secret = installation.folder / "secret"
    secret.chmod(0o644)
    done = installation.kelola("doctor", "--json")
    assert done.returncode == 1
    findings = {c["key"]: c["findings"] for c in json.loads(done.stdout)["checks"]}
    assert len(findings["config.folder"]) == 1


def test_settings_lists_every_setting_and_never_the_secret(installation):
    installation.kelola("doctor")
    secret = (installation.folder / "secret").read_text()
    plain = installation.kelola("settings")
    as_json = installation.kelola("settings", "--json")
    assert secret not in plain.stdout + as_json.stdout
    rows = {row["name"]: row for row in json.loads(as_json.stdout)["settings"]}
    assert rows["KELOLA_DATA_DIR"]["value"] == str(installation.folder)
    assert all(row["meaning"] for row in rows.values())


def test_a_password_in_the_database_address_is_covered(installation):
    done = installation.kelola(
        "settings", "--json", KELOLA_DATABASE_URL="postgresql://ani:rahasia@db/kelola"
    )
    assert "rahasia" not in done.stdout
    assert "postgresql://ani:" in done.stdout


def test_an_unreachable_database_is_said_in_words(empty):
    done = empty.kelola(
        "office", "list", KELOLA_DATABASE_URL="postgresql://ani@/kelola?host=/nowhere"
    )
    assert done.returncode == 1
    assert "Database tidak dapat dihubungi" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_emptied_secret_is_said_in_words_and_left_alone(installation):
    """As an old disk leaves it after a power cut; a new key could not read what is sealed."""
    assert installation.kelola("office", "list").returncode == 0
    secret = installation.folder / "secret"
    assert secret.stat().st_mode & 0o777 == 0o600
    assert len(secret.read_text()) > 40
    assert list(installation.folder.glob("secret.*")) == []
    secret.write_bytes(b"")
    done = installation.kelola("office", "list")
    assert done.returncode == 2
    assert f"{secret} kosong" in done.stderr
    assert "Traceback" not in done.stderr
    assert secret.read_bytes() == b""
