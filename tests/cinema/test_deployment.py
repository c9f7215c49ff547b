"""What must be in order before a provider is deployed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

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
    assert f"The environment variable {missing} is not set" in started.stderr


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db(transaction=True)  # as some of them run in none
def test_migrations_lock_nothing_that_is_in_use():
    # Exits, and so fails here, when one would. The one left out replaces unique constraints of a
    # small table by the same ones.
    apps = ("cinema", "movies", "bookings")
    known = ("--ignore-name", "0002_seats_may_swap")
    call_command("lintmigrations", "--include-apps", *apps, "--no-cache", *known)
