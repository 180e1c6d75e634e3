"""Django's settings, made from the typed environment. Read them through ``django.conf``."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from kelola.config.env import read_env
from kelola.jobs.sealed import Sealed

ENV = read_env()
DATA_DIR = ENV.folder
DATA_DIR.mkdir(parents=True, exist_ok=True)
FILES_DIR = DATA_DIR / "files"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
# Whoever supervises the processes takes the doors from here, so that nothing below reads the
# environment itself.
UPLOAD_LIMIT_BYTES = ENV.upload_limit_mb * 1024 * 1024
RESERVE_BYTES = ENV.reserve_mb * 1024 * 1024
DOOR: dict[str, Any] = {
    "host": ENV.host,
    "port": ENV.port,
    "lan_host": ENV.lan_host,
    "lan_port": ENV.lan_port,
    "threads": ENV.web_threads,
    "body": 4 * UPLOAD_LIMIT_BYTES + 1024 * 1024,  # a form with several of the largest files
}
LAN_NAMES = ENV.lan_names
TLS_CERTIFICATE = ENV.tls_certificate and ENV.tls_certificate.expanduser().resolve()
TLS_KEY = ENV.tls_key and ENV.tls_key.expanduser().resolve()
TRUSTED_PROXIES = [ip_network(net) for net in ENV.trusted_proxies]
# Names that are Kelola's alone: a browser may keep in mind to ask there with encryption only.
SAFE_ONLY_NAMES = [*ENV.lan_names, *ENV.public_names]
SECURITY_CONTACT = ENV.security_contact
DEMO_ON_EMPTY = ENV.demo
DEMO_MONTHS = ENV.demo_months
API_REQUESTS_PER_MINUTE = ENV.api_requests_per_minute
SEAL_KEY_FILE = ENV.seal_key_file or DATA_DIR / "seal.key"
VERIFICATION_URL = ENV.verification_url

SECRET_KEY = ENV.secret_key()
DEBUG = ENV.debug
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *ENV.public_names]
INTERNAL_IPS: list[str] = []

INSTALLED_APPS = [
    "kelola.config",
    "kelola.home",
    "kelola.api",
    "kelola.demo",
    "kelola.sop",
    "kelola.reports",
    "kelola.notify",
    "kelola.evidence",
    "kelola.workcal",
    "kelola.office",
    "kelola.jobs",
    "kelola.ui",
    "kelola.ledger",
    "kelola.search",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_tasks",
    "huey.contrib.djhuey",
]

MIDDLEWARE = [
    "kelola.ui.http.proxies.proxies",
    "kelola.ui.http.headers.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kelola.ui.http.compression.Compression",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "kelola.ui.http.language.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "kelola.ui.http.intake.intake",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kelola.office.http.actor",
]

ROOT_URLCONF = "kelola.config.urls"
WSGI_APPLICATION = "kelola.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kelola.ui.context.shell",
            ],
        },
    }
]


JOURNAL_BYTES = 64 * 1024 * 1024
ENCRYPTION = ("sslmode", "sslrootcert", "sslcert", "sslkey")  # of the way to PostgreSQL


def _database(url: str) -> dict[str, Any]:
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "kelola.sqlite3",
            "TEST": {"NAME": DATA_DIR / "test.sqlite3"},
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 5,
                # FULL: a row is never called saved without fsync.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                # What a long reader let grow is given back at the next checkpoint.
                f"PRAGMA journal_size_limit={JOURNAL_BYTES};",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError("KELOLA_DATABASE_URL: hanya postgresql:// yang dikenal.")
    query = parse_qs(parts.query)
    if unknown := sorted(query.keys() - {"host", "port", *ENCRYPTION}):
        raise ValueError(f"KELOLA_DATABASE_URL: {', '.join(unknown)} tidak dikenal.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", [parts.hostname or ""])[0],
        "PORT": query.get("port", [str(parts.port or "")])[0],
        # As SQLite's busy timeout: whoever waits longer is told to come again. A process that
        # was stopped in the middle gives its locks back.
        "OPTIONS": {
            "connect_timeout": 5,
            "options": "-c lock_timeout=5s -c idle_in_transaction_session_timeout=60s",
            **{name: query[name][0] for name in ENCRYPTION if name in query},
        },
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES: dict[str, Any] = {"default": _database(ENV.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Counters of failed sign-ins must be one for all processes: the cache is a table.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kelola_cache",
        # Django throws a third away above 300: a spray of names would wipe everybody's count.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

AUTH_USER_MODEL = "office.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "kelola.office.passwords.OfficeWordsValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "email")},
    },
]
ACCOUNT_ADAPTER = "kelola.office.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "kelola.office.forms.LoginForm",
    "change_password": "kelola.office.forms.ChangePasswordForm",
    "reauthenticate": "kelola.office.forms.ReauthenticateForm",
}
SIGN_IN_FAILURES = ENV.sign_in_failures
SIGN_IN_WAIT_MINUTES = ENV.sign_in_wait_minutes
_FAILURES = f"{ENV.sign_in_failures}/{ENV.sign_in_wait_minutes * 60}s/key"
ACCOUNT_RATE_LIMITS = {
    # Counted by the adapter, so that a browser that is known is not made to wait for others.
    "login": "",
    "tries": "60/m/ip",
    "login_failed": f"{_FAILURES},100/{ENV.sign_in_wait_minutes * 60}s/ip",
    "known_failed": _FAILURES,
    "code_failed": _FAILURES,
    "verify_paper": "60/m/ip",
}
PIN_IDLE_MINUTES = ENV.pin_idle_minutes
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "account_login"

MFA_ADAPTER = "kelola.office.mfa.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = {"webauthn_login": "30/m/ip"}
MFA_FORMS = {
    "authenticate": "kelola.office.mfa.CodeForm",
    "reauthenticate": "kelola.office.mfa.CodeAgainForm",
    "login_webauthn": "kelola.office.mfa.PasskeyLoginForm",
    "authenticate_webauthn": "kelola.office.mfa.PasskeySecondForm",
    "reauthenticate_webauthn": "kelola.office.mfa.PasskeyAgainForm",
}

SESSION_ENGINE = "kelola.office.sessions"
SESSION_COOKIE_NAME = "kelola_session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "kelola_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "kelola.ui.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "tmp"
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)

LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "kelola_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

TASKS = {
    "default": {
        "BACKEND": "huey.contrib.djhuey.tasks_backend.HueyBackend",
        "ENQUEUE_ON_COMMIT": True,
    }
}
HUEY: dict[str, Any] = {
    "huey_class": "huey.SqliteHuey",
    "name": "kelola",
    "filename": str(DATA_DIR / "queue.sqlite3"),
    "immediate": False,
    "serializer": Sealed(note=DATA_DIR / "queue.foreign", secret=SECRET_KEY, salt="kelola-queue"),
    "create_tables": False,  # a damaged file must not stop every command: see jobs.hints
    "fsync": False,
    "strict_fifo": True,
}

PUBLIC_URL = ENV.public_url
WEBHOOK_NETWORKS = [ip_network(net) for net in ENV.webhook_networks]
CHANNELS = tuple(ENV.channels)
TELEGRAM_API = "https://api.telegram.org"
TELEGRAM_TOKEN = ENV.telegram_token()
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = ENV.mail_host
EMAIL_PORT = ENV.mail_port
EMAIL_USE_TLS = ENV.mail_security == "starttls"
EMAIL_USE_SSL = ENV.mail_security == "tls"
EMAIL_HOST_USER = ENV.mail_user
EMAIL_HOST_PASSWORD = ENV.mail_password()
DEFAULT_FROM_EMAIL = ENV.mail_from

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "kelola.jobs.door.lines.JsonLine"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "huey": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
    },
}
