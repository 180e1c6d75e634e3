"""The product's settings, with what only tests may do."""

import importlib.util

from kelola.config.settings import *  # noqa: F403 - this module is those settings, altered
from kelola.config.settings import INSTALLED_APPS, STORAGES

# Argon2 takes 50 ms a password by design; the sign-in tests set the real hasher themselves.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend",
        "ENQUEUE_ON_COMMIT": True,
    }
}
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ALLOWED_HOSTS = ["*"]
# The ledger's triggers forbid what a flush does; only here may they be lifted for it.
if importlib.util.find_spec("tests.ledger_flush"):
    INSTALLED_APPS = ["tests.ledger_flush", *INSTALLED_APPS]
