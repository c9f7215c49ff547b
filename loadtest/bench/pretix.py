"""pretix, installed from its package, with an event whose seats are for sale.

It has what it has in production: Redis, which it keeps settings in and hands its background jobs
to; and a database on the primary that the provider sells on, so that its commits wait for the same
standby.
"""

import http.client
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from cinema.demo.children import end
from cinema.demo.stopping import Stop
from cinema.demo.workspace import PROJECT
from cinema.embedded import Cluster
from cinema.embedded.memory import APPLICATION_ROLE, free_ports
from loadtest.bench.failing import Failed
from loadtest.bench.server import PATIENCE, WORKERS

EVENT = "/api/v1/organizers/bench/events/premiere"
SEATS = 20_000
READY_SECONDS = 60.0
STOP_SECONDS = 35.0  # a little longer than gunicorn gives to requests that are being answered
DATABASE = "pretix"
NO_REDIS = (
    "Redis, without which pretix is not itself, is not installed: on Debian and Ubuntu run"
    " `apt install redis-server`, on macOS `brew install redis`."
)

_CONFIGURATION = """
[pretix]
instance_name=bench
url={url}
datadir={directory}
[database]
backend=postgresql
name={database}
user={user}
password={password}
host=127.0.0.1
port={port}
[redis]
location=redis://127.0.0.1:{redis}/0
[celery]
broker=redis://127.0.0.1:{redis}/1
backend=redis://127.0.0.1:{redis}/2
[django]
secret=only-for-the-benchmark
"""

# Runs inside pretix. Prints the token and the id of what is sold. Teams were given each permission
# by a field of its own, `can_…`, until two fields for all of them came.
_EVENT = f"""
import datetime
from decimal import Decimal
from django.utils.timezone import now
from django_scopes import scopes_disabled
from pretix.base.models import Event, Organizer, Seat, Team
with scopes_disabled():
    organizer = Organizer.objects.create(name="Bench", slug="bench")
    event = Event.objects.create(
        organizer=organizer, name="Premiere", slug="premiere", currency="RUB", live=True,
        date_from=now() + datetime.timedelta(days=30), plugins="pretix.plugins.banktransfer",
    )
    item = event.items.create(name="Seat", default_price=Decimal("250"))
    quota = event.quotas.create(name="All", size=None)
    quota.items.add(item)
    event.seat_category_mappings.create(layout_category="all", product=item)
    Seat.objects.bulk_create(
        Seat(event=event, seat_guid=f"seat-{{number}}", product=item, seat_number=str(number))
        for number in range({SEATS})
    )
    allowed = [
        field.name for field in Team._meta.fields
        if field.get_internal_type() == "BooleanField" and field.name.startswith(("all_", "can_"))
    ]
    team = Team.objects.create(organizer=organizer, name="API", **dict.fromkeys(allowed, True))
    print(team.tokens.create(name="bench").token, item.pk)
"""


class Pretix:
    token: str
    item: int
    """What is sold; each seat, `seat-0` to `seat-19999`, belongs to it."""

    def __init__(self, environment: Path, cluster: Cluster, directory: Path, stop: Stop) -> None:
        """`environment`: the virtual environment that it is installed in."""
        self._python = environment.resolve() / "bin" / "python"
        self._primary = cluster.primary
        self._directory = directory
        self._stop = stop
        self.port, self._redis = free_ports(2)
        self._configuration = directory / "pretix.cfg"

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Sells when the body begins. Raises Failed."""
        self._directory.mkdir()
        self._configure()
        redis = ["redis-server", "--port", str(self._redis), "--bind", "127.0.0.1", "--save", ""]
        with self._running(redis, self._directory, "redis.log"):
            self._run("-m", "pretix", "migrate", "--verbosity", "0")
            printed = self._run("-m", "pretix", "shell", "-c", _EVENT).split()
            self.token, self.item = printed[-2], int(printed[-1])
            settings = "python:loadtest.bench.yardstick_settings"
            gunicorn = [str(self._python), "-m", "gunicorn", "-c", settings, "pretix.wsgi"]
            with self._running(gunicorn, PROJECT, "web.log"):
                self._wait_until_ready()
                yield

    def sold(self) -> int:
        """How many seats, by the database."""
        with psycopg.connect(self._primary.url(DATABASE)) as connection:
            [(count,)] = connection.execute(
                "SELECT count(DISTINCT seat_id) FROM pretixbase_orderposition AS position"
                " JOIN pretixbase_order AS sale ON sale.id = position.order_id"
                " WHERE sale.status = 'p' AND NOT position.canceled"
            )
        return int(count)

    def _configure(self) -> None:
        self._primary.query(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(
                sql.Identifier(DATABASE), sql.Identifier(APPLICATION_ROLE)
            )
        )
        self._configuration.write_text(
            _CONFIGURATION.format(
                url=f"http://127.0.0.1:{self.port}",
                directory=self._directory,
                database=DATABASE,
                user=APPLICATION_ROLE,
                password=urlsplit(self._primary.url()).password,
                port=self._primary.port,
                redis=self._redis,
            )
        )

    @property
    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PRETIX_CONFIG_FILE": str(self._configuration),
            "DJANGO_SETTINGS_MODULE": "pretix.settings",
            "BIND": f"127.0.0.1:{self.port}",
            "WEB_CONCURRENCY": str(WORKERS),
            "PROMETHEUS_MULTIPROC_DIR": str(self._directory / "metrics"),
        }

    def _run(self, *arguments: str) -> str:
        ran = subprocess.run(
            [self._python, *arguments],
            cwd=self._directory,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode != 0:
            raise Failed(f"pretix can't be set up: {(ran.stderr or ran.stdout).strip()[-500:]}")
        return ran.stdout

    @contextmanager
    def _running(self, command: Sequence[str], directory: Path, log: str) -> Iterator[None]:
        with (self._directory / log).open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=directory,
                env=self._environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for us
            )
        try:
            yield
        finally:
            end(process, STOP_SECONDS)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while (answer := self._health()) != "200":
            if time.monotonic() > deadline:
                raise Failed(f"pretix does not serve: its last answer was {answer}")
            self._stop.sleep(0.2)

    def _health(self) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", "/healthcheck/")
            return str(connection.getresponse().status)
        except (OSError, http.client.HTTPException) as failure:
            return repr(failure)
        finally:
            connection.close()


def check_installed(environment: Path) -> None:
    """Raises Failed where it is not, in this virtual environment, or Redis is not."""
    if not (environment / "bin" / "python").exists():
        raise Failed(f"There is no pretix in {environment}: run `make bench-peers`.")
    if not shutil.which("redis-server"):
        raise Failed(NO_REDIS)
