"""What a device keeps of Kelola, and the page that brings the safe address to it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from cryptography import x509
from django.test import Client

from kelola.jobs.door import certificates
from kelola.jobs.door import lan as door
from tests.house.source import ROOT
from tests.people import make_people
from tools import icons

pytestmark = pytest.mark.django_db
NOTICE = "Kamera dan simpan tanpa jaringan belum dapat dipakai"


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def opened(tmp_path, settings, monkeypatch):
    """The door to the local network, open."""
    settings.DATA_DIR = tmp_path
    settings.LAN_NAMES = ["kelola.test"]
    settings.TLS_CERTIFICATE = settings.TLS_KEY = None
    monkeypatch.setattr(door, "_outward", lambda: ip_address("192.168.7.20"))
    certificates.ensure_leaf(at=datetime.now(UTC))
    monkeypatch.setattr(door.lan, "port", 8443)


def test_the_page_says_when_the_door_is_closed(client):
    page = client.get("/pasang/").content.decode()
    assert "Pintu ke jaringan kantor belum dibuka" in page
    assert "kelola up --lan" in page
    assert client.get("/pasang/sertifikat/").status_code == 404


def test_the_page_shows_address_code_and_fingerprint(client, opened):
    page = client.get("/pasang/").content.decode()
    assert "https://kelola.test:8443/" in page
    assert "data:image/svg+xml" in page
    digits = certificates.fingerprint(certificates.authority())
    for start in range(0, len(digits), 12):
        assert digits[start : start + 12].strip(":") in page
    for word in ("Android", "iPhone", "Windows"):
        assert word in page


def test_the_certificate_is_given_as_devices_take_it_and_never_its_key(client, opened):
    answer = client.get("/pasang/sertifikat/")
    assert answer.headers["Content-Type"] == "application/x-x509-ca-cert"
    assert "kelola-ca.crt" in answer.headers["Content-Disposition"]
    assert x509.load_der_x509_certificate(answer.content) == certificates.authority()
    assert b"PRIVATE" not in answer.content


def test_an_office_with_its_own_certificate_installs_nothing(client, opened, settings, tmp_path):
    settings.TLS_CERTIFICATE = tmp_path / "own.pem"
    page = client.get("/pasang/").content.decode()
    assert "tidak ada yang perlu dipasang" in page
    assert client.get("/pasang/sertifikat/").status_code == 404


def test_the_manifest_names_icons_that_exist(client):
    answer = client.get("/aplikasi/")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    told = json.loads(answer.content)
    assert (told["name"], told["start_url"], told["scope"]) == ("Kelola", "/meja-kerja/", "/")
    assert {(i["sizes"], i["purpose"]) for i in told["icons"]} >= {
        ("192x192", "any"), ("512x512", "any"), ("512x512", "maskable"),
    }  # fmt: skip
    for icon in told["icons"]:
        path = ROOT / "src/kelola/ui" / icon["src"].lstrip("/")
        assert path.read_bytes().startswith(b"\x89PNG")


def test_the_icons_are_those_that_the_drawings_give():
    assert {p: p.read_bytes() for p in icons.wanted()} == icons.wanted()


def test_the_service_worker_keeps_the_offline_page_and_its_parts_only(client):
    answer = client.get("/pekerja/")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.headers["Cache-Control"] == "no-cache"
    script = answer.content.decode()
    parts = json.loads(script.split("const PARTS = ")[1].split(";")[0])
    assert parts
    assert all(part.startswith("/static/") for part in parts)
    assert 'const PAGE = "/luring/"' in script


def test_another_language_brings_another_service_worker(client):
    first = client.get("/pekerja/").content
    client.cookies["kelola_language"] = "en"
    assert client.get("/pekerja/").content != first


def test_the_offline_page_knows_nobody(people):
    client = Client()
    client.force_login(people.budi.user)
    assert client.get("/luring/").content == Client().get("/luring/").content


def test_signing_out_wipes_what_the_device_kept(people):
    client = Client()
    client.force_login(people.budi.user)
    assert client.post("/keluar/").headers["Clear-Site-Data"] == '"storage"'
    assert "Clear-Site-Data" not in client.get("/masuk/").headers


def test_an_address_without_encryption_says_what_is_missing(people):
    client = Client()
    client.force_login(people.budi.user)

    def shown(**more: object) -> bool:
        return NOTICE in client.get("/meja-kerja/", **more).content.decode()

    assert shown(HTTP_HOST="192.168.1.7:8000")
    assert not shown(HTTP_HOST="192.168.1.7:8443", secure=True)
    for near in ("127.0.0.1:8000", "localhost:8000", "[::1]:8000"):
        assert not shown(HTTP_HOST=near)
