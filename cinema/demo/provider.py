"""One city's provider, from an empty directory to an answering web server."""

import functools
import os
from contextlib import AbstractContextManager
from dataclasses import dataclass

from cinema.demo import databases, webserver
from cinema.demo.children import Manage
from cinema.demo.chores import Chores
from cinema.demo.cities import City
from cinema.demo.databases import Database
from cinema.demo.orders import Orders
from cinema.demo.receiver import Receiver
from cinema.demo.revival import Revival, Say, Watched
from cinema.demo.static_files import StaticFiles
from cinema.demo.stopping import Stop
from cinema.demo.upkeep import ADMIN_USER, Upkeep
from cinema.demo.webserver import WebServer
from cinema.demo.workspace import Secrets, Workspace
from cinema.embedded import Cluster
from cinema.embedded.backups import Backups


@dataclass(frozen=True)
class Opened:
    """What others may know of a city that sells."""

    admin_password: str | None
    """None: somebody else made the account."""
    has_staff: bool
    api_token: str
    settings: dict[str, str]

    def variables(self) -> dict[str, str]:
        """What scripts need to speak with this provider, and `manage.py` to run on its database."""
        return {
            **self.settings,
            "API_URL": self.settings["PUBLIC_URL"],
            "API_TOKEN": self.api_token,
            "ADMIN_USER": ADMIN_USER,
            "ADMIN_PASSWORD": self.admin_password or "",
        }


class Provider:
    """`password`: what the accounts get that are made here."""

    def __init__(
        self, city: City, site_url: str, password: str, workspace: Workspace, stop: Stop, say: Say
    ) -> None:
        self.city = city
        self.web: WebServer | None = None
        self.chores: Chores | None = None
        self.cluster: Cluster | None = None
        self.receiver: Receiver | None = None
        self.directory = workspace.of_city(city.id)
        self._site_url = site_url
        self._password = password
        self._orders = Orders(self.directory)
        self._static_files = provider_files(workspace)
        self._stop = stop
        self._say = say

    def start(self) -> Opened:
        self.directory.mkdir(mode=0o700, exist_ok=True)  # logs may hold secrets
        self._orders.withdraw()
        database = self._start_database()
        kept = Secrets(self.directory / "secrets.json")
        settings = self._settings(database, kept.secret_key())
        environment = {**os.environ, **settings}
        manage = Manage(environment, self.directory, self._stop)
        upkeep = Upkeep(self.city, database, kept, manage, self._password, self._say)
        upkeep.prepare()
        while not self._static_files.collected:  # by the supervisor, for all cities
            self._stop.sleep()
        with upkeep.prolonging():
            self._serve(environment)
        self._say(f"Selling tickets at {self.city.url}")
        return Opened(upkeep.admin_password, upkeep.has_staff, upkeep.api_token, settings)

    def _serve(self, environment: dict[str, str]) -> None:
        name = f"The web server of {self.city.name}"
        self.web = WebServer(name, webserver.PROVIDER, self.city.port, environment, self.directory)
        self.web.launch()
        self.web.wait_until_ready(self._stop)
        # Later, as nobody waits for them while everybody waits for the web servers.
        name = f"The chores of {self.city.name}"
        self.chores = Chores(name, self.city.port, environment, self.directory)
        self.chores.launch()

    def _start_database(self) -> Database:
        chosen = databases.chosen_by_caller()
        if chosen:
            self._say("Using the database of DATABASE_URL")
            chosen.check_reachable()
            return chosen
        replicas = databases.replicas_wanted()
        self.cluster = databases.embedded_cluster(self.directory, replicas)
        self.cluster.start(self._progress)
        self.receiver = Receiver(self.city.name, Backups(self.cluster), self.directory)
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
            "SITE_URL": self._site_url,
            "RETURN_ORIGINS": self._site_url.replace("127.0.0.1", "localhost"),
            "PAYMENTS": self.city.payments,
            "EMAIL_URL": f"filemail:///{self.directory / 'mail'}",  # nobody here would get them
            "EMAIL_FROM": f"cinema@{self.city.id}.example",
            "CITY": self.city.id,
            "CITY_NAME": self.city.name,
            "TIME_ZONE": self.city.time_zone,
            "STATIC_ROOT": str(self._static_files.directory),
        }

    def watch(self) -> None:
        """Start again what dies, until somebody asks to stop."""
        own: list[Watched] = [one for one in (self.web, self.chores) if one]
        revivals = [Revival(process, self._say) for process in own]
        restart = os.environ.get("DEMO_RESTART_DATABASE", "1") != "0"
        for server in self.cluster.servers if self.cluster else []:
            left_dead = functools.partial(self._orders.is_left_dead, server.name)
            revivals.append(Revival(server, self._say, restart=restart, left_dead=left_dead))
        if self.receiver:
            revivals.append(Revival(self.receiver, self._say))
        while True:
            self._stop.sleep(0.5)
            for revival in revivals:
                revival.look()
            if self.receiver and self.receiver.is_due:
                self.receiver.launch()

    def stop(self) -> None:
        """The web server first: it answers what it has begun, and needs the database for it."""
        if self.web:
            self.web.stop()
        if self.chores:
            self.chores.stop()
        if self.cluster:
            self.cluster.stop()
        if self.receiver:
            self.receiver.stop()


def provider_files(workspace: Workspace) -> StaticFiles:
    return StaticFiles(workspace.static_files, ("bookings", "cinema", "movies"))


def collecting_files(workspace: Workspace, stop: Stop) -> AbstractContextManager[None]:
    """Once for all cities. Collecting needs settings, but no database."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "cinema.settings",
        "DATABASE_URL": "postgres://127.0.0.1/none",
        "DATABASE_REPLICA_URLS": "",
        "SECRET_KEY": "signs-nothing",
        "STATIC_ROOT": str(workspace.static_files),
    }
    manage = Manage(environment, workspace.directory, stop)
    collect = ["collectstatic", "--noinput"]
    return provider_files(workspace).collecting(lambda: manage.meanwhile(collect))
