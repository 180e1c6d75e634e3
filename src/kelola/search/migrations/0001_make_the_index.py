"""The table of what can be found, and each database's index over its marks.

SQLite keeps the marks in a table of its own (FTS5); a trigger forgets them with the row, also when
the row is deleted by other means than the services. Whoever alters ``search_item`` on SQLite later
must make the trigger again: Django rebuilds the table, which drops it.
"""

from django.db import migrations, models

SQLITE = (
    "CREATE VIRTUAL TABLE search_marks USING fts5(marks, detail=none, prefix='4', tokenize='ascii')",
    "CREATE TRIGGER search_item_forget AFTER DELETE ON search_item "
    "BEGIN DELETE FROM search_marks WHERE rowid = OLD.id; END",
)
SQLITE_BACK = ("DROP TRIGGER IF EXISTS search_item_forget", "DROP TABLE IF EXISTS search_marks")
POSTGRESQL = (
    "ALTER TABLE search_item ADD COLUMN marks tsvector",
    "CREATE INDEX search_item_marks ON search_item USING gin (marks)",
)
POSTGRESQL_BACK = ("ALTER TABLE search_item DROP COLUMN IF EXISTS marks",)


def forward(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in POSTGRESQL if vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def back(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in POSTGRESQL_BACK if vendor == "postgresql" else SQLITE_BACK:
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("office", models.UUIDField()),
                ("kind", models.CharField(max_length=60)),
                ("object_id", models.UUIDField()),
                ("title", models.CharField(max_length=300)),
                ("words", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("office", "kind", "object_id"), name="search_item_once")
                ],
            },
        ),
        migrations.RunPython(forward, back),
    ]
