"""The migrations: complete, reversible, and what they leave behind is whole."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import translation

from kelola.config import schema
from kelola.ledger import triggers

pytestmark = pytest.mark.django_db(transaction=True)


def ours() -> list[str]:
    return [a.label for a in apps.get_app_configs() if a.name.startswith("kelola.")]


def test_no_model_waits_for_a_migration():
    loader = MigrationLoader(connection)
    with translation.override(None):  # labels as they are written, as makemigrations sees them
        now = ProjectState.from_apps(apps)
        found = MigrationAutodetector(loader.project_state(), now).changes(graph=loader.graph)
    assert {app: [m.name for m in found[app]] for app in found if app in ours()} == {}


def test_back_to_nothing_and_forward_again():
    before = set(connection.introspection.table_names())
    with_migrations = [a for a in ours() if a in MigrationLoader(connection).migrated_apps]
    try:
        for app in with_migrations:
            call_command("migrate", app, "zero", verbosity=0, interactive=False)
        left = set(connection.introspection.table_names())
        assert not {t for t in left if t.split("_")[0] in with_migrations}, left
    finally:
        call_command("migrate", verbosity=0, interactive=False)
    assert set(connection.introspection.table_names()) == before
    assert triggers.missing(connection) == []


def test_pending_migrations_are_found_by_their_files():
    assert schema.pending() == set()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'jobs'")
    try:
        assert {app for app, _name in schema.pending()} == {"jobs"}
    finally:
        call_command("migrate", "jobs", fake=True, verbosity=0, interactive=False)
    assert schema.pending() == set()
