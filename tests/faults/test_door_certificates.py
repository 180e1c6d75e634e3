"""The certificate of the door to the local network: what it vouches for, and for how long."""

from __future__ import annotations

import socket
import ssl
import stat
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kelola.jobs.door import certificates, lan
from kelola.jobs.door.certificates import CertificateError, Served

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

AT = datetime.now(UTC)
YEAR = timedelta(days=365)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.DATA_DIR = tmp_path
    settings.LAN_NAMES = ["kelola.test", "127.0.0.1"]
    settings.TLS_CERTIFICATE = settings.TLS_KEY = None
    monkeypatch.setattr(lan.socket, "gethostname", lambda: "Mesin-1.local")
    monkeypatch.setattr(lan, "_outward", lambda: ip_address("192.168.7.20"))
    monkeypatch.setattr(lan, "_of_interface", lambda _name: ip_address("203.0.113.5"))
    return tmp_path


def leaf() -> x509.Certificate:
    return x509.load_pem_x509_certificate(certificates.leaf_file().read_bytes())


def names_of(certificate: x509.Certificate) -> set[str]:
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(name.value) for name in names}


def test_the_door_names_what_the_office_gave_and_the_machine_itself():
    assert certificates.ensure_leaf(at=AT)
    found = names_of(leaf())
    assert {"kelola.test", "mesin-1", "mesin-1.local", "127.0.0.1", "192.168.7.20"} <= found
    assert "203.0.113.5" not in found  # no address of the office's own network


def test_the_authority_vouches_for_this_office_only():
    """A stolen key must not open every site of the world to whoever trusts us."""
    certificates.ensure_leaf(at=AT)
    authority = certificates.authority()
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    allowed = {str(name.value) for name in constraints.value.permitted_subtrees}
    assert allowed == {
        "kelola.test", "mesin-1", "mesin-1.local", "127.0.0.1/32",
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", str(ip_network("fc00::/7")),
    }  # fmt: skip
    basic = authority.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (basic.critical, basic.value.path_length) == (True, 0)


def test_keys_are_nobody_elses(folder):
    certificates.ensure_leaf(at=AT)
    modes = {f.name: stat.S_IMODE(f.stat().st_mode) for f in (folder / "tls").iterdir()}
    assert modes == {"ca.pem": 0o600, "door.pem": 0o600}
    assert stat.S_IMODE((folder / "tls").stat().st_mode) == 0o700


def test_it_lasts_no_longer_than_browsers_bear_and_is_renewed_in_time():
    certificates.ensure_leaf(at=AT)
    first, authority = leaf(), certificates.authority()
    assert first.not_valid_after_utc - first.not_valid_before_utc <= timedelta(days=397)
    assert not certificates.ensure_leaf(at=AT + timedelta(days=300))
    assert certificates.ensure_leaf(at=AT + timedelta(days=345))
    assert leaf().serial_number != first.serial_number
    assert certificates.authority() == authority  # devices need not install anything again


def test_a_clock_that_was_wrong_is_mended():
    certificates.ensure_leaf(at=AT - 3 * YEAR)
    assert certificates.ensure_leaf(at=AT)
    certificates.ensure_leaf(at=AT + YEAR)
    assert certificates.ensure_leaf(at=AT)


def test_a_new_address_of_the_machine_is_taken_up(monkeypatch):
    certificates.ensure_leaf(at=AT)
    assert not certificates.ensure_leaf(at=AT)
    monkeypatch.setattr(lan, "_outward", lambda: ip_address("192.168.7.99"))
    assert certificates.ensure_leaf(at=AT)
    assert "192.168.7.99" in names_of(leaf())


def test_a_name_given_later_is_refused_in_words(settings):
    certificates.ensure_leaf(at=AT)
    settings.LAN_NAMES = ["lain.example"]
    with pytest.raises(CertificateError, match=r"lain\.example"):
        certificates.ensure_leaf(at=AT)
    assert "kelola.test" in names_of(leaf())
    certificates.ca_file().unlink()
    assert certificates.ensure_leaf(at=AT)


@pytest.mark.parametrize("file", ["ca_file", "leaf_file"])
def test_a_file_cut_off_by_a_power_loss_is_made_anew(file):
    certificates.ensure_leaf(at=AT)
    path = getattr(certificates, file)()
    path.write_bytes(path.read_bytes()[:100])
    path.with_suffix(".new").write_bytes(b"half")
    assert certificates.ensure_leaf(at=AT)
    leaf().verify_directly_issued_by(certificates.authority())


def shake(served: Served, trusted: x509.Certificate, name: str) -> x509.Certificate:
    """Return the certificate that a client meets who trusts only this authority."""
    ours, theirs = socket.socketpair()
    context = ssl.create_default_context(cadata=certificates.in_der(trusted))

    def serve() -> None:
        with served.context().wrap_socket(ours, server_side=True) as wire:
            wire.recv(1)

    server = threading.Thread(target=serve)
    server.start()
    with context.wrap_socket(theirs, server_hostname=name) as wire:
        met = wire.getpeercert(binary_form=True)
        wire.send(b"x")
    server.join()
    return x509.load_der_x509_certificate(met)


@pytest.mark.parametrize("name", ["kelola.test", "mesin-1.local", "192.168.7.20", "127.0.0.1"])
def test_a_client_that_trusts_the_authority_trusts_the_door(name):
    certificates.ensure_leaf(at=AT)
    served = Served(certificates.leaf_file(), certificates.leaf_file())
    assert shake(served, certificates.authority(), name) == leaf()


def test_a_renewed_certificate_is_served_without_a_restart(monkeypatch):
    certificates.ensure_leaf(at=AT - timedelta(days=350))
    served = Served(certificates.leaf_file(), certificates.leaf_file())
    before = leaf()
    assert certificates.ensure_leaf(at=AT)
    monkeypatch.setattr(certificates, "LOOK_EVERY", 0)
    assert served.context() is not None
    met = shake(served, certificates.authority(), "kelola.test")
    assert met == leaf() != before
    # Half a file, as somebody copies it: the old one goes on serving.
    certificates.leaf_file().write_bytes(b"half")
    assert shake(served, certificates.authority(), "kelola.test") == met


# ── the office's own certificate ───────────────────────────────────────────────────────────────


def own(
    folder: Path, *names: str, start: datetime = AT - YEAR / 2, other_key: bool = False
) -> tuple[Path, Path]:
    """Write a certificate as an office gets it from elsewhere."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject)
        .public_key(key.public_key()).serial_number(1)
        .not_valid_before(start).not_valid_after(start + YEAR)
        .add_extension(x509.SubjectAlternativeName(list(map(x509.DNSName, names))), critical=False)
    )  # fmt: skip
    files = folder / "own.crt", folder / "own.key"
    files[0].write_bytes(
        builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    kept = ec.generate_private_key(ec.SECP256R1()) if other_key else key
    files[1].write_bytes(
        kept.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


@pytest.mark.parametrize("names", [("kelola.ms.example", "x"), ("*.ms.example",)])
def test_the_offices_own_certificate_serves(folder, settings, names):
    settings.LAN_NAMES = ["kelola.ms.example"]
    assert certificates.problems(*own(folder, *names), at=AT) == []


def test_what_is_wrong_with_it_is_said(folder, settings):
    settings.LAN_NAMES = ["kelola.ms.example"]

    def wrong(*names: str, **more: object) -> str:
        (found,) = certificates.problems(*own(folder, *names, **more), at=AT)
        return found

    assert "kelola.ms.example" in wrong("lain.example")
    assert "own.key" in wrong("kelola.ms.example", other_key=True)
    assert "sampai" in wrong("kelola.ms.example", start=AT - 2 * YEAR)
    assert "sampai" in wrong("kelola.ms.example", start=AT + YEAR)
    (absent,) = certificates.problems(folder / "absent.pem", folder / "absent.pem", at=AT)
    assert "absent.pem" in absent
    (folder / "text.pem").write_text("no certificate")
    (odd,) = certificates.problems(folder / "text.pem", folder / "own.key", at=AT)
    assert "PEM" in odd


def test_doctor_speaks_before_it_ends(folder, settings):
    settings.LAN_NAMES = ["kelola.ms.example"]
    settings.TLS_CERTIFICATE, settings.TLS_KEY = own(folder, "kelola.ms.example")
    assert certificates.findings(at=AT) == []
    assert certificates.findings(at=AT + YEAR / 2 - timedelta(days=7)) != []


def test_doctor_says_nothing_of_a_door_that_was_never_open(folder):
    assert certificates.findings(at=AT) == []
    certificates.ensure_leaf(at=AT)
    assert certificates.findings(at=AT) == []
    assert certificates.findings(at=AT + 2 * YEAR) != []
    assert certificates.findings(at=AT + 10 * YEAR - timedelta(days=30)) != []
