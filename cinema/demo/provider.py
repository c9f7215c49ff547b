"""One city's provider, from an empty directory to an answering web server."""

import datetime
import hashlib
import importlib.metadata
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cinema.demo import databases
from cinema.demo.children import Manage
from cinema.demo.chores import COMMANDS, Chore
from cinema.demo.cities import City
from cinema.demo.databases import Database
from cinema.demo.stopping import Stop
from cinema.demo.webserver import WebServer
from cinema.demo.workspace import PROJECT, Secrets, Workspace
from cinema.embedded import Cluster

ADMIN_USER = "admin"
STAFF = {
    "manager": "manager",
    "scheduler": "scheduler",
    "cashier": "box office",
    "door": "door",
    "viewer": "read-only",
}
"""An account for each role, with the password of the admin."""

Say = Callable[[str], None]


class Provider:
    def __init__(self, city: City, workspace: Workspace, stop: Stop, say: Say) -> None:
        self.city = city
        self.web: WebServer | None = None
        self.chores: list[Chore] = []
        self.cluster: Cluster | None = None
        self.admin_password: str | None = None
        self.has_staff = False
        self.api_token = ""
        self.settings: dict[str, str] = {}
        self._workspace = workspace
        self._directory = workspace.of_city(city.id)
        self._stop = stop
        self._say = say

    def start(self) -> None:
        self._directory.mkdir(mode=0o700, exist_ok=True)  # logs may hold secrets
        database = self._start_database()
        kept = Secrets(self._directory / "secrets.json")
        self.settings = self._settings(database, kept.secret_key())
        environment = {**os.environ, **self.settings}
        manage = Manage(environment, self._directory, self._stop)
        self._prepare(manage, database, kept)
        self._say("Starting the web server")
        self.web = WebServer(self.city, environment, self._directory)
        self.web.launch()
        self.chores = [
            Chore(name, command, environment, self._directory) for name, command in COMMANDS.items()
        ]
        for chore in self.chores:
            chore.launch()
        self.web.wait_until_ready(self._stop)

    def _start_database(self) -> Database:
        chosen = databases.chosen_by_caller()
        if chosen:
            self._say("Using the database of DATABASE_URL")
            chosen.check_reachable()
            return chosen
        self.cluster = databases.embedded_cluster(self._directory)
        self.cluster.start(self._progress)
        return databases.embedded(self.cluster)

    def _progress(self, message: str) -> None:
        self._stop.check()
        self._say(message)

    def _settings(self, database: Database, secret_key: str) -> dict[str, str]:
        """What `docs/configuration.md` lists, for this city."""
        return {
            "DJANGO_SETTINGS_MODULE": "cinema.settings",
            "DATABASE_URL": database.url,
            "DATABASE_REPLICA_URLS": ",".join(database.replica_urls),
            "SECRET_KEY": secret_key,
            "DEBUG": "false",
            "HTTPS": "false",  # plain HTTP, which never leaves this machine
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "CSRF_TRUSTED_ORIGINS": f"{self.city.url},http://localhost:{self.city.port}",
            "PUBLIC_URL": self.city.url,
            "EMAIL_URL": f"filemail:///{self.mail}",
            "EMAIL_FROM": f"cinema@{self.city.id}.example",
            "CITY": self.city.id,
            "CITY_NAME": self.city.name,
            "TIME_ZONE": self.city.time_zone,
            "STATIC_ROOT": str(self._workspace.static_files),
        }

    @property
    def mail(self) -> Path:
        """Where emails to buyers are written to, as nobody here would get them."""
        return self._directory / "mail"

    def _prepare(self, manage: Manage, database: Database, kept: Secrets) -> None:
        """Side by side where it can be: each of these processes takes a second or more."""
        with self._static_files(manage):
            self._say("Bringing the database up to date")
            manage("migrate", "--noinput")
            with self._content(manage, database, kept):
                self._open_accounts(manage, database, kept)

    @contextmanager
    def _static_files(self, manage: Manage) -> Iterator[None]:
        collected = self._workspace.static_files / ".made-from"
        sources = static_fingerprint()
        if collected.exists() and collected.read_text() == sources:
            yield
            return
        self._say("Collecting the static files")
        with manage.meanwhile("collectstatic", "--noinput"):
            yield
        collected.write_text(sources)

    @contextmanager
    def _content(self, manage: Manage, database: Database, kept: Secrets) -> Iterator[None]:
        """Fill an empty cinema, and go on with it day by day; somebody's own stays as it is."""
        identity = database.identity()
        filled = kept.of_database(identity, "filled")
        today = datetime.date.today().isoformat()
        if filled == today or (filled is None and database.has_movies()):
            yield
            return
        self._say(f"Filling {self.city.name} with movies, halls and seances")
        kept.remember(identity, "filled", "begun")  # an interrupted run is taken up next time
        with manage.meanwhile("seed", "--city", self.city.id):
            yield
        kept.remember(identity, "filled", today)

    def _open_accounts(self, manage: Manage, database: Database, kept: Secrets) -> None:
        identity = database.identity()
        if not database.has_user(ADMIN_USER):
            # Remembered first: an interruption must not leave an account nobody can enter.
            kept.remember(identity, "admin_password", secrets.token_urlsafe(12))
            self._create_admin(manage, kept.of_database(identity, "admin_password") or "")
        if kept.of_database(identity, "api_token") is None:
            token = manage("create_api_token", ADMIN_USER)
            kept.remember(identity, "api_token", token.splitlines()[-1])
        self.admin_password = kept.of_database(identity, "admin_password")
        if self.admin_password and kept.of_database(identity, "staff") is None:
            accounts = [word for account in STAFF.items() for word in account]
            manage("create_staff", *accounts, STAFF_PASSWORD=self.admin_password)
            kept.remember(identity, "staff", "made")
        self.has_staff = kept.of_database(identity, "staff") is not None
        self.api_token = kept.of_database(identity, "api_token") or ""

    def _create_admin(self, manage: Manage, password: str) -> None:
        self._say("Creating the accounts")
        manage(
            "createsuperuser",
            "--noinput",
            DJANGO_SUPERUSER_USERNAME=ADMIN_USER,
            DJANGO_SUPERUSER_EMAIL=f"{ADMIN_USER}@example.org",
            DJANGO_SUPERUSER_PASSWORD=password,
        )

    def variables(self) -> dict[str, str]:
        """What scripts need to speak with this provider, and `manage.py` to run on its database."""
        return {
            **self.settings,
            "API_URL": self.city.url,
            "API_TOKEN": self.api_token,
            "ADMIN_USER": ADMIN_USER,
            "ADMIN_PASSWORD": self.admin_password or "",
        }

    def stop(self) -> None:
        """The web server first: it answers what it has begun, and needs the database for it. Then
        the chores, all at once."""
        if self.web:
            self.web.stop()
        for chore in self.chores:
            chore.terminate()
        for chore in self.chores:
            chore.stop()
        if self.cluster:
            self.cluster.stop()


def static_fingerprint() -> str:
    """Changes when a static file of the project, or any installed package, changes."""
    fingerprint = hashlib.sha256()
    for package in sorted(one.name + one.version for one in importlib.metadata.distributions()):
        fingerprint.update(package.encode())
    for path in sorted(PROJECT.glob("[a-z]*/static/**/*")):
        status = path.stat()
        fingerprint.update(f"{path} {status.st_size} {status.st_mtime_ns}".encode())
    return fingerprint.hexdigest()
