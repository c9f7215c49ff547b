"""The roles of a cinema's staff."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

from cinema.roles import ROLES, make_roles


def make(apps, schema_editor):
    database = schema_editor.connection.alias
    # Django makes permissions only after the last migration.
    for label in ("auth", "bookings", "cinema", "movies"):
        create_permissions(installed.get_app_config(label), verbosity=0, using=database)
    make_roles(using=database)


def remove(apps, schema_editor):
    """Only those that nobody has: an account that loses its role is found out by its owner."""
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    groups.filter(name__in=ROLES, user__isnull=True).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("cinema", "0001_initial"),
        ("movies", "0001_initial"),
        ("bookings", "0003_box_office"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make, remove)]
