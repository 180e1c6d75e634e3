"""What the environment may say: one typed class, every error at once, nothing needed to start."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "KELOLA_"
HOST = re.compile(
    r"\.?[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*"
)


class UnknownSettingError(ValueError):
    """The environment names settings that do not exist."""


class LostSecretError(ValueError):
    """The file of the secret key is there and empty: a new key could not read what is sealed."""


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


class Env(BaseSettings):
    """The settings of one installation. Preferences of an office are database rows, never here."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid")

    data_dir: Path = Field(
        default=Path("var"),
        description="Folder of the database, the files, the queue and the secret.",
    )
    database_url: str = Field(
        default="",
        description="postgresql://user@/name?host=/socket/folder; empty means SQLite in data_dir.",
    )
    host: str = Field(default="127.0.0.1", description="Address the plain HTTP door listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port of the plain HTTP door.")
    lan_host: str = Field(
        default="0.0.0.0",  # noqa: S104 - this door is encrypted, and opened by `up --lan` alone
        description="Address the HTTPS door of `kelola up --lan` listens on.",
    )
    lan_port: int = Field(
        default=8443, ge=0, le=65535, description="Port of the HTTPS door of `kelola up --lan`."
    )
    lan_names: list[str] = Field(
        default=[],
        description="Names or addresses by which the office reaches the HTTPS door (JSON list).",
    )
    tls_certificate: Path | None = Field(
        default=None,
        description="The office's own certificate with its chain (PEM); else Kelola makes one.",
    )
    tls_key: Path | None = Field(
        default=None, description="The key of that certificate (PEM, without a password)."
    )
    trusted_proxies: list[str] = Field(
        default=[],
        description="Addresses or networks of web servers before Kelola whose word on the "
        "visitor's address and encryption is believed (JSON list).",
    )
    security_contact: str = Field(
        default="",
        description="Where somebody who finds a weakness can tell it: mailto:…, https://… or "
        "tel:…; shown in /.well-known/security.txt.",
    )
    public_names: list[str] = Field(
        default=[],
        description="Further host names under which the office opens Kelola (JSON list).",
    )
    public_url: str = Field(
        default="",
        pattern=r"^(https?://[A-Za-z0-9.:\[\]_-]{3,100})?$",
        description="Address under which people open Kelola, without a last /, for the links in "
        "letters; empty: letters carry no links.",
    )
    channels: list[Literal["ntfy", "webhook"]] = Field(
        default=[],
        description="Ways out beside e-mail that people may choose: ntfy, webhook (JSON list).",
    )
    telegram_token_file: Path | None = Field(
        default=None, description="File with the token of the office's Telegram bot; else none."
    )
    mail_host: str = Field(
        default="", description="Mail server (SMTP) by which letters leave; empty: no e-mail."
    )
    mail_port: int = Field(default=587, ge=1, le=65535, description="Port of the mail server.")
    mail_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How the way to the mail server is encrypted."
    )
    mail_user: str = Field(default="", description="Name for the mail server; empty: none asked.")
    mail_password_file: Path | None = Field(
        default=None, description="File with the password for the mail server."
    )
    mail_from: str = Field(
        default="Kelola <kelola@localhost>", description="Sender of letters, name and address."
    )
    webhook_networks: list[str] = Field(
        default=[],
        description="Addresses or networks inside the office to which webhooks may go (JSON "
        "list); this computer only when its address stands here. Public ones are always open.",
    )
    debug: bool = Field(default=False, description="Django's debug pages; never in an office.")
    web_threads: int = Field(default=4, ge=1, le=64, description="Requests served at once.")
    upload_limit_mb: int = Field(default=50, ge=1, le=2048, description="Largest upload, in MB.")
    reserve_mb: int = Field(
        default=300,
        ge=0,
        description="Room kept free for records, in MB: below it no more files are taken.",
    )
    secret_file: Path | None = Field(
        default=None,
        description="File with the secret key; by default data_dir/secret, made on first start.",
    )
    seal_key_file: Path | None = Field(
        default=None,
        description="File with the key that seals papers; by default data_dir/seal.key, made on "
        "first use. Machines that share a database share this file.",
    )
    verification_url: str = Field(
        default="",
        pattern=r"^(https?://[A-Za-z0-9.:/_-]{4,72}/)?$",
        description="Address of the verification page as QR codes print it, ending in /; empty: "
        "the code holds the bare seal.",
    )
    sign_in_failures: int = Field(
        default=5, ge=1, le=100, description="Wrong passwords per name before the wait begins."
    )
    sign_in_wait_minutes: int = Field(
        default=15, ge=1, le=1440, description="How long the wait lasts, in minutes."
    )
    pin_idle_minutes: int = Field(
        default=15,
        ge=1,
        le=240,
        description="After how many idle minutes a shared computer locks who came in by PIN.",
    )
    api_requests_per_minute: int = Field(
        default=600, ge=1, le=100_000, description="Requests a program may make with one API key."
    )
    demo: bool = Field(
        default=True,
        description="Make the demo office when `kelola up` finds an empty data folder.",
    )
    demo_months: int = Field(
        default=12,
        ge=0,
        le=24,
        description="Months that the demo office of `kelola up` has lived; 0: its last weeks only.",
    )

    @field_validator("host")
    @classmethod
    def only_this_machine(cls, host: str) -> str:
        """Refuse addresses that others reach: this door has no encryption."""
        try:
            loopback = host == "localhost" or ip_address(host).is_loopback
        except ValueError:
            loopback = False
        if not loopback:
            raise ValueError("hanya alamat komputer ini: 127.0.0.1, ::1, atau localhost")
        return host

    @field_validator("lan_names", "public_names")
    @classmethod
    def names_or_addresses(cls, names: list[str]) -> list[str]:
        """Refuse what is no host name: an address with https:// or a port helps nobody."""
        for name in names:
            if not HOST.fullmatch(name) and not _is_address(name):
                raise ValueError(f"bukan nama komputer atau alamat IP: {name!r}")
        return names

    @field_validator("security_contact")
    @classmethod
    def address_of_a_person(cls, text: str) -> str:
        """Refuse what RFC 9116 does not take."""
        if text and not re.fullmatch(r"(mailto:|https://|tel:)[!-~]+", text):
            raise ValueError(f"bukan mailto:…, https://… atau tel:…: {text!r}")
        return text

    @field_validator("trusted_proxies", "webhook_networks")
    @classmethod
    def networks(cls, nets: list[str]) -> list[str]:
        """Refuse what is no address or network."""
        for net in nets:
            try:
                ip_network(net)
            except ValueError:
                raise ValueError(f"bukan alamat atau jaringan IP: {net!r}") from None
        return nets

    @field_validator("mail_password_file", "telegram_token_file")
    @classmethod
    def readable(cls, path: Path | None) -> Path | None:
        """Refuse a file that is not there: letters would be refused much later."""
        if path is not None and not path.is_file():
            raise ValueError(f"berkas tidak ada: {path}")
        return path

    def mail_password(self) -> str:
        """Read the password for the mail server, "" where none is set."""
        return _written(self.mail_password_file)

    def telegram_token(self) -> str:
        """Read the token of the Telegram bot, "" where none is set."""
        return _written(self.telegram_token_file)

    @property
    def folder(self) -> Path:
        """The data folder, absolute."""
        return self.data_dir.expanduser().resolve()

    @property
    def secret_path(self) -> Path:
        """The file that holds the secret key."""
        return self.secret_file or self.folder / "secret"

    def secret_key(self) -> str:
        """Read the secret key, writing a new one (mode 0600) on the first start."""
        path = self.secret_path
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_once(path, secrets.token_urlsafe(48))
        return path.read_text(encoding="ascii").strip()


def _written(path: Path | None) -> str:
    return path.read_text(encoding="utf-8").strip() if path else ""


def _write_once(path: Path, text: str) -> None:
    """Give a file its name when the disk has all of it; one that has the name already stays."""
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:  # noqa: PTH123 - a handle, for its mode
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):  # another process of the same start was quicker
        path.hardlink_to(new)
    new.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_env() -> Env:
    """Read the environment.

    Raises:
        UnknownSettingError: a ``KELOLA_`` name that no setting has (a typing slip would
            otherwise be ignored).
        LostSecretError: the file of the secret key is empty.
        pydantic.ValidationError: values that do not fit, all of them at once.

    """
    known = {f"{PREFIX}{name.upper()}" for name in Env.model_fields} | FOREIGN
    unknown = sorted(k for k in os.environ if k.startswith(PREFIX) and k.upper() not in known)
    if unknown:
        raise UnknownSettingError(
            f"Setelan tidak dikenal: {', '.join(unknown)}. Lihat `kelola settings`."
        )
    env = Env()
    if env.secret_path.exists() and not env.secret_path.read_bytes().strip():
        raise LostSecretError(
            f"{env.secret_path} kosong, padahal berisi kunci rahasia Kelola. Kembalikan berkas itu "
            "dari cadangan. Bila belum ada pekerjaan di folder ini, hapus saja berkasnya."
        )
    return env


# Names that only the tests read; they share the prefix so that one look shows them all.
FOREIGN = {"KELOLA_TEST_ENGINE"}


def explain(error: ValidationError) -> list[str]:
    """Turn a validation error into one line per setting."""
    return [
        f"{PREFIX}{'__'.join(str(p) for p in e['loc']).upper()}: {e['msg']}" for e in error.errors()
    ]


def documented() -> list[dict[str, Any]]:
    """List every setting with its name, type, default and meaning."""
    return [
        {
            "name": f"{PREFIX}{name.upper()}",
            "type": getattr(field.annotation, "__name__", str(field.annotation)),
            "default": str(field.default),
            "meaning": field.description or "",
        }
        for name, field in Env.model_fields.items()
    ]
