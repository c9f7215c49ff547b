"""A city's provider for the storefront's tests: gunicorn, a database of its own, a programme.

It is asked and changed as others would: over its API with a staff token, and, where time has to
pass, in its database.
"""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_string
from email.message import EmailMessage
from email.policy import default as default_policy
from itertools import count
from pathlib import Path
from typing import Any

import psutil
import psycopg
import requests
from psycopg.conninfo import conninfo_to_dict

from cinema.embedded.memory import free_ports
from cinema.embedded.processes import eventually

PROJECT = Path(__file__).resolve().parents[3]
WEB = ("-m", "gunicorn", "-c", "cinema/gunicorn.conf.py", "cinema.wsgi:application")
END_OF_LETTER = "-" * 79
_days = count(3)


@dataclass(frozen=True)
class Showing:
    """A showing made for one test, with the ids of its seats by row and number."""

    movie: int
    seance: int
    seats: dict[tuple[str, int], int]
    path: str
    """Of its hall page on the site."""


class Cinema:
    def __init__(
        self,
        directory: Path,
        *,
        id: str,
        name: str,
        english: str,
        time_zone: str,
        site_url: str,
        **settings: str,
    ) -> None:
        self.id, self.name, self.english, self.time_zone = id, name, english, time_zone
        [port] = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        self._log = directory / f"{id}.log"
        self.mail = directory / f"{id}-mail"
        # Several of one name may run: each suite has its own.
        self.database = _made_database(f"storefront_{id}_{port}")
        self._environment = {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "cinema.settings",
            "SECRET_KEY": f"only-for-tests-of-{id}-" + "0" * 50,
            "HTTPS": "false",
            "DEBUG": "false",
            "DATABASE_URL": self.database,
            "CITY": id,
            "CITY_NAME": name,
            "TIME_ZONE": time_zone,
            "PUBLIC_URL": self.url,
            "SITE_URL": site_url,
            "EMAIL_URL": f"filemail:///{self.mail}",
            "STATIC_ROOT": str(directory / "static"),
            "BIND": f"127.0.0.1:{port}",
            "WEB_CONCURRENCY": "1",
            "DATABASE_POOL_SIZE": "8",
            **settings,
        }
        self._processes: list[psutil.Popen] = []
        self.token = ""

    # Its life

    def prepare(self) -> None:
        self.manage("migrate", "--verbosity", "0")
        self.manage("seed", "--days", "2", "--city", self.id, "--verbosity", "0")
        self.manage("createsuperuser", "--noinput", "--username=admin", "--email=a@b.org")
        self.token = self.manage("create_api_token", "admin").splitlines()[-1]

    def start(self) -> None:
        commands: list[tuple[str, ...]] = [WEB, ("manage.py", "run_chores")]
        with self._log.open("ab") as log:
            self._processes = [
                psutil.Popen(
                    [sys.executable, *command],
                    cwd=PROJECT,
                    env=self._environment,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
                for command in commands
            ]
        assert eventually(self.ready, within=60), self.log[-5000:]

    @property
    def log(self) -> str:
        return self._log.read_text() if self._log.exists() else ""

    def ready(self) -> bool:
        try:
            return requests.get(f"{self.url}/health/ready", timeout=2).ok
        except requests.RequestException:
            return False

    def kill(self) -> None:
        """All at once, as when its machine goes."""
        for process in self._all_processes():
            process.kill()
        psutil.wait_procs(self._processes, timeout=10)
        self._processes = []

    def freeze(self) -> None:
        """It hangs: connections are accepted and nothing is answered."""
        for process in self._all_processes():
            process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        for process in self._all_processes():
            process.send_signal(signal.SIGCONT)

    def _all_processes(self) -> list[psutil.Process]:
        return [
            one for parent in self._processes for one in (parent, *parent.children(recursive=True))
        ]

    def stop(self) -> None:
        self.thaw()
        for process in self._processes:
            process.terminate()
        _gone, left = psutil.wait_procs(self._processes, timeout=40)
        for process in left:
            process.kill()
        psutil.wait_procs(left, timeout=10)
        self._processes = []

    def manage(self, *arguments: str) -> str:
        finished = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT,
            env={**self._environment, "DJANGO_SUPERUSER_PASSWORD": "correct horse"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return finished.stdout.strip()

    # What it knows and does

    @property
    def entry(self) -> dict[str, Any]:
        """Its line in the site's directory of cities."""
        return {
            "id": self.id,
            "name": self.name,
            "names": {"en": self.english},
            "url": self.url,
            "time_zone": self.time_zone,
        }

    def ask(self, method: str, path: str, *, staff: bool = False, **arguments: Any) -> Any:
        """The answer's body; it has to be a good one."""
        headers = {"Authorization": f"Token {self.token}"} if staff else {}
        answer = requests.request(method, self.url + path, headers=headers, timeout=20, **arguments)
        assert answer.ok, answer.text
        return answer.json()

    def film(self) -> dict[str, Any]:
        """A film of the programme, the same every time."""
        films: list[dict[str, Any]] = self.ask("GET", "/movies?with_seances=true")["data"]
        return min(films, key=lambda film: film["id"])

    def showing(self, *, starts_at: datetime | None = None, price: int = 300) -> Showing:
        """A new one, all seats free, some days ahead, in any hall."""
        movie = self.film()["id"]
        start = starts_at or datetime.now(UTC) + timedelta(days=next(_days))
        path = f"/movies/{movie}/seances"
        planned = self.ask(
            "POST", path, staff=True, json={"datetime": start.isoformat(), "price": price}
        )
        seance = planned["data"]["id"]
        seats = self.ask("GET", f"{path}/{seance}")["data"]["seats"]
        return Showing(
            movie,
            seance,
            {(seat["row"], seat["number"]): seat["id"] for seat in seats},
            f"/{self.id}/films/{movie}/seances/{seance}/",
        )

    def buy(self, showing: Showing, seats: list[int], **fields: Any) -> dict[str, Any]:
        """As somebody else would, at the box office's counter."""
        path = f"/movies/{showing.movie}/seances/{showing.seance}/bookings"
        body = {"email": "other@example.org", "seatsIds": seats, **fields}
        booking: dict[str, Any] = self.ask("POST", path, staff=True, json=body)["booking"]
        return booking

    def taken(self, showing: Showing) -> set[int]:
        path = f"/movies/{showing.movie}/seances/{showing.seance}"
        seats = self.ask("GET", path)["data"]["seats"]
        return {seat["id"] for seat in seats if not seat["vacant"]}

    def let_hold_end(self, booking_id: str, *, seconds: float = -1) -> None:
        """Moves the end of a hold to so many seconds from now, without waiting for it."""
        self.execute(
            "UPDATE bookings_booking SET expires_at = now() + make_interval(secs => %(s)s) "
            "WHERE id = %(id)s AND status = 'held'",
            s=seconds,
            id=booking_id,
        )
        self.execute(
            "UPDATE bookings_ticket SET held_until = now() + make_interval(secs => %(s)s) "
            "WHERE booking_id = %(id)s AND held_until IS NOT NULL",
            s=seconds,
            id=booking_id,
        )

    def execute(self, statement: Any, **parameters: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database, autocommit=True) as connection:
            cursor = connection.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    def booking(self, booking_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("GET", f"/bookings/{booking_id}")["booking"]
        return found

    def letters_to(self, address: str) -> list[EmailMessage]:
        """The emails that it has sent there so far, the oldest first."""
        texts = [
            text
            for path in sorted(self.mail.glob("*"))
            for text in path.read_text().split(f"\n{END_OF_LETTER}\n")[:-1]
        ]
        letters = [message_from_string(text, policy=default_policy) for text in texts]
        return [letter for letter in letters if letter["To"] == address]


def _made_database(name: str) -> str:
    """An empty database on the tests' own server."""
    server = os.environ["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    known = conninfo_to_dict(server)["dbname"]
    head, _slash, tail = server.rpartition(f"/{known}")
    return f"{head}/{name}{tail}"


def directory_of(*cinemas: Cinema) -> str:
    return json.dumps([cinema.entry for cinema in cinemas], ensure_ascii=False)
