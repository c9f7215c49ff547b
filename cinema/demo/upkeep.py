"""What a city's database has before the doors open: tables, a programme, accounts. What is known to
be there costs no start of Django."""

import datetime
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from zoneinfo import ZoneInfo

from cinema.demo.children import Manage
from cinema.demo.cities import City
from cinema.demo.databases import Database
from cinema.demo.revival import Say
from cinema.demo.workspace import PROJECT, Secrets

ADMIN_USER = "admin"
STAFF = {
    "manager": "manager",
    "scheduler": "scheduler",
    "cashier": "box office",
    "door": "door",
    "viewer": "read-only",
}
"""An account for each role, with the password of the admin."""
SEEDED_DAYS = 14
APPS = ("bookings", "cinema", "movies")


class Upkeep:
    """`password`: what new accounts get."""

    def __init__(
        self,
        city: City,
        database: Database,
        kept: Secrets,
        manage: Manage,
        password: str,
        say: Say,
    ) -> None:
        self._city = city
        self._database = database
        self._kept = kept
        self._manage = manage
        self._password = password
        self._say = say

    def prepare(self) -> None:
        """What the web server can't do without: tables, a programme for today, accounts."""
        schema = code_fingerprint()
        commands = []
        if self._known("schema") != f"{schema} {self._database.migrations()}":
            commands.append(["migrate", "--noinput"])
        seeding = self._seeding_due and self._days_seeded <= 1
        if seeding:
            self._remember("filled", "begun")  # an interrupted run is taken up next time
            commands.append(self._seed)
        commands += self._accounts()
        token_due = self._known("api_token") is None
        if token_due:
            commands.append(["create_api_token", ADMIN_USER])  # the last one: it prints it
        if not commands:
            return
        self._say("Preparing " + ("tables, programme and accounts" if seeding else "the database"))
        printed = self._run(commands)
        self._remember("schema", f"{schema} {self._database.migrations()}")
        if seeding:
            self._remember("filled", self._today.isoformat())
        if self.admin_password:
            self._remember("staff", "made")
        if token_due:
            self._remember("api_token", printed.splitlines()[-1])

    def _run(self, commands: Sequence[Sequence[str]]) -> str:
        with self._manage.meanwhile(
            *commands,
            DJANGO_SUPERUSER_PASSWORD=self._password,
            STAFF_PASSWORD=self.admin_password or "",
        ) as log:
            pass
        return log.read_text(errors="replace").strip()

    @contextmanager
    def prolonging(self) -> Iterator[None]:
        """Add the days at the far end of the programme beside the body of the `with`, as nobody
        waits for them."""
        if not self._seeding_due:
            yield
            return
        with self._manage.meanwhile(self._seed):
            yield
        self._remember("filled", self._today.isoformat())

    def _accounts(self) -> Iterator[list[str]]:
        if not self._database.has_user(ADMIN_USER):
            # Remembered first: an interruption must not leave an account nobody can enter.
            self._remember("admin_password", self._password)
            email = f"{ADMIN_USER}@example.org"
            yield ["createsuperuser", "--noinput", "--username", ADMIN_USER, "--email", email]
        if self.admin_password and not self.has_staff:
            yield ["create_staff", *(word for account in STAFF.items() for word in account)]

    @property
    def admin_password(self) -> str | None:
        return self._known("admin_password")

    @property
    def has_staff(self) -> bool:
        return self._known("staff") is not None

    @property
    def api_token(self) -> str:
        return self._known("api_token") or ""

    @property
    def _seed(self) -> list[str]:
        return ["seed", "--city", self._city.id, "--days", str(SEEDED_DAYS)]

    @property
    def _seeding_due(self) -> bool:
        """Fill an empty cinema, and go on with it day by day; somebody's own stays as it is."""
        filled = self._known("filled")
        if filled is None:
            return not self._database.has_movies()
        return filled != self._today.isoformat()

    @property
    def _days_seeded(self) -> int:
        """For how many days from today on there are showings."""
        try:
            filled = datetime.date.fromisoformat(self._known("filled") or "")
        except ValueError:  # not yet, or not to the end
            return 0
        return SEEDED_DAYS - (self._today - filled).days

    @property
    def _today(self) -> datetime.date:
        return datetime.datetime.now(ZoneInfo(self._city.time_zone)).date()

    @cached_property
    def _identity(self) -> str:
        return self._database.identity()

    def _known(self, name: str) -> str | None:
        return self._kept.of_database(self._identity, name)

    def _remember(self, name: str, value: str) -> None:
        if self._known(name) != value:
            self._kept.remember(self._identity, name, value)


def code_fingerprint() -> str:
    """Changes with the provider's code: not only migrations decide what `migrate` would do, but
    also models (permissions) and roles."""
    fingerprint = hashlib.sha256()
    for app in APPS:
        for path in sorted((PROJECT / app).rglob("*.py")):
            if not path.is_relative_to(PROJECT / "cinema" / "demo"):
                status = path.stat()
                fingerprint.update(f"{path} {status.st_size} {status.st_mtime_ns}".encode())
    return fingerprint.hexdigest()
