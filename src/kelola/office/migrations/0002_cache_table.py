from django.core.management import call_command
from django.db import migrations


def create(apps, schema_editor):
    # Failed sign-ins are counted in the cache, and all processes must count together.
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE kelola_cache")


class Migration(migrations.Migration):
    dependencies = [("office", "0001_people_and_posts")]
    operations = [migrations.RunPython(create, drop)]
