"""Managers of cinemas that there are already may look at payments; new cinemas' may by their role."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations


def _found(apps, schema_editor):
    using = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(using).filter(name="manager")
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    return groups, permissions.filter(content_type__app_label="bookings", codename="view_payment")


def give(apps, schema_editor):
    # Django makes permissions only after the last migration.
    using = schema_editor.connection.alias
    create_permissions(installed.get_app_config("bookings"), verbosity=0, using=using)
    managers, right = _found(apps, schema_editor)
    for manager in managers:
        manager.permissions.add(*right)


def take(apps, schema_editor):
    managers, right = _found(apps, schema_editor)
    for manager in managers:
        manager.permissions.remove(*right)


class Migration(migrations.Migration):
    dependencies = [
        ("cinema", "0004_change_by_of_kind"),
        ("bookings", "0005_payments"),
    ]

    operations = [migrations.RunPython(give, take)]
