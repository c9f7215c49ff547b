"""The site that sells for all cities. It knows of them by a file and starts without them."""

import json
import os
from collections.abc import Sequence
from contextlib import AbstractContextManager

from cinema.demo import webserver
from cinema.demo.children import running
from cinema.demo.choosing import Choice
from cinema.demo.cities import City
from cinema.demo.static_files import StaticFiles
from cinema.demo.stopping import Stop
from cinema.demo.webserver import WebServer
from cinema.demo.workspace import Secrets, Workspace, write_privately

# The provider's own; what has no database is not told of one.
NOT_ITS_BUSINESS = ("DATABASE_URL", "DATABASE_REPLICA_URLS")


class Site:
    def __init__(self, choice: Choice, workspace: Workspace, stop: Stop) -> None:
        self.web: WebServer | None = None
        self.directory = workspace.of_site
        self._choice = choice
        self._cities_file = workspace.directory / "cities.json"
        self._static_files = StaticFiles(self.directory / "static", ("aggregator",))
        self._stop = stop

    def start(self) -> None:
        """Returns while its web server is starting."""
        self.directory.mkdir(mode=0o700, exist_ok=True)
        write_privately(self._cities_file, directory_of(self._choice.cities))
        environment = {
            name: value for name, value in os.environ.items() if name not in NOT_ITS_BUSINESS
        } | self._settings()
        with self._static_files.collecting(lambda: self._collect(environment)):
            pass
        self.web = WebServer(
            "The site", webserver.SITE, self._choice.site_port, environment, self.directory
        )
        self.web.launch()

    def _collect(self, environment: dict[str, str]) -> AbstractContextManager[None]:
        arguments = ["-m", "django", "collectstatic", "--noinput"]
        log = self.directory / "collectstatic.log"
        return running("collectstatic of the site", arguments, environment, log, self._stop)

    def _settings(self) -> dict[str, str]:
        url = self._choice.site_url
        return {
            "DJANGO_SETTINGS_MODULE": "aggregator.settings",
            "SECRET_KEY": Secrets(self.directory / "secrets.json").secret_key(),
            "DEBUG": "false",
            "HTTPS": "false",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "CSRF_TRUSTED_ORIGINS": f"{url},{url.replace('127.0.0.1', 'localhost')}",
            "SITE_URL": url,
            "CITIES_FILE": str(self._cities_file),
            "STATIC_ROOT": str(self._static_files.directory),
        }

    def stop(self) -> None:
        if self.web:
            self.web.stop()


def directory_of(cities: Sequence[City]) -> str:
    """The list of cities as the site reads it."""
    entries = [
        {
            "id": city.id,
            "name": city.name,
            "names": dict(city.names),
            "url": city.url,
            "time_zone": city.time_zone,
        }
        for city in cities
    ]
    return json.dumps(entries, ensure_ascii=False, indent=2)
