"""What must be in order before a provider is deployed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.db.migrations.recorder import MigrationRecorder

from bookings.booking import book
from cinema.static_storage import StaticStorage
from tests.making import make_seance, seat_ids
from tests.selling import order

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "cinema.settings",
    "SECRET_KEY": "Zk3v9Qp1Xr7Lm5Tn8Wb2Yc6Hd4Jf0Gs-Ue_Ia9Ro3Vt7Kx1Pq5Nz",
    "DATABASE_URL": "postgres://cinema@127.0.0.1:1/cinema",
    "ALLOWED_HOSTS": "provider-backend.kazan.example",
    "PATH": os.environ["PATH"],
}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=PRODUCTION | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_production_settings_pass_django_s_deployment_checks():
    checked = manage("check", "--deploy", "--fail-level", "WARNING")
    assert checked.returncode == 0, checked.stderr


def test_a_laptop_s_settings_would_not_pass_them():
    assert manage("check", "--deploy", "--fail-level", "WARNING", HTTPS="false").returncode == 1


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATABASE_URL"])
def test_a_missing_variable_is_named(missing):
    started = manage("check", **{missing: ""})
    assert started.returncode == 1
    assert started.stderr.startswith(f"The environment variable {missing} is not set")
    assert started.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("SECRET_KEY", "", "The environment variable SECRET_KEY is not set"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL must be one of DEBUG, INFO,"),
        ("WEB_THREADS", "many", "WEB_THREADS must be a whole number, not 'many'"),
    ],
)
def test_a_web_server_that_can_not_start_says_why_in_one_sentence(variable, value, sentence):
    started = subprocess.run(
        [sys.executable, "-m", "gunicorn", "-c", "cinema/gunicorn.conf.py", "cinema.wsgi"],
        cwd=ROOT,
        env=PRODUCTION | {"BIND": "127.0.0.1:0", variable: value},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert started.returncode == 1
    assert started.stderr.startswith(sentence)
    assert started.stderr.count("\n") == 1


def test_static_files_are_the_same_whatever_else_is_installed():
    assert not StaticStorage().create_compressor(extensions=None, quiet=True).use_brotli


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_a_migration_that_was_interrupted_is_run_again_and_leaves_no_invalid_index():
    seance = make_seance()
    book(order(seance, seat_ids(seance)[:2]))
    call_command("migrate", "bookings", "0004", verbosity=0)  # undoes what came later
    MigrationRecorder(connection).record_unapplied("bookings", "0004_box_office_indexes")
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX ticket_exchanged, ticket_replaces_one")
        with pytest.raises(IntegrityError):  # which leaves an invalid index behind
            cursor.execute(
                "CREATE UNIQUE INDEX CONCURRENTLY ticket_replaces_one ON bookings_ticket (hall_id)"
            )
    call_command("migrate", "bookings", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indisvalid, indisunique FROM pg_index "
            "WHERE indexrelid IN ('ticket_exchanged'::regclass, 'ticket_replaces_one'::regclass)"
        )
        assert sorted(cursor.fetchall()) == [(True, False), (True, True)]


@pytest.mark.django_db(transaction=True)  # as some of them run in none
def test_migrations_lock_nothing_that_is_in_use():
    # Exits, and so fails here, when one would. The one left out replaces unique constraints of a
    # small table by the same ones.
    apps = ("cinema", "movies", "bookings")
    known = ("--ignore-name", "0002_seats_may_swap")
    call_command("lintmigrations", "--include-apps", *apps, "--no-cache", *known)
