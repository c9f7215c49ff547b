"""The whole site as it is deployed: gunicorn, collected static files, its own processes.

with Site(cities=[{"id": "kazan", "name": "Казань", "url": url, "time_zone": "Europe/Moscow"}],
          directory=tmp_path) as site:
    requests.get(f"{site.url}/kazan/")
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.request import urlopen

import psutil

ROOT = Path(__file__).parents[2]
# The tests' own settings are a provider's: they must not become the site's.
_KEPT = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "TMPDIR")


def city(city_id: str, name: str, url: str, **more: Any) -> dict[str, Any]:
    """An entry of the list of cities."""
    return {"id": city_id, "name": name, "url": url, "time_zone": "Europe/Moscow", **more}


class Site:
    """`directory`: where its files lie: the list of cities, static files, the log."""

    def __init__(
        self,
        *,
        cities: Sequence[Mapping[str, Any]],
        directory: Path,
        workers: int = 1,
        **settings: str,
    ) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.cities_file = directory / "cities.json"
        self._log = directory / "site.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.set_cities(cities)
        self.environment = {
            **{name: os.environ[name] for name in _KEPT if name in os.environ},
            "DJANGO_SETTINGS_MODULE": "aggregator.settings",
            "SECRET_KEY": "only-for-tests-" + "0" * 50,
            "HTTPS": "false",
            "BIND": f"127.0.0.1:{self.port}",
            "SITE_URL": self.url,
            "WEB_CONCURRENCY": str(workers),
            "CITIES_FILE": str(self.cities_file),
            "STATIC_ROOT": str(directory / "static"),
            **settings,
        }

    def __enter__(self) -> "Site":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def set_cities(self, cities: Sequence[Mapping[str, Any]]) -> None:
        """The site sees it within a second."""
        new = self.cities_file.with_suffix(".new")
        new.write_text(json.dumps(list(cities), ensure_ascii=False), encoding="utf-8")
        new.replace(self.cities_file)

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "django", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def reload(self) -> None:
        """Asks it to replace its workers, one by one."""
        assert self._process
        self._process.send_signal(signal.SIGHUP)

    def start(self) -> None:
        """Returns when it answers."""
        if not Path(self.environment["STATIC_ROOT"]).exists():
            collected = self.manage("collectstatic", "--noinput")
            assert collected.returncode == 0, collected.stderr
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    str(Path(sys.executable).with_name("gunicorn")),
                    "-c",
                    "aggregator/gunicorn.conf.py",
                    "aggregator.asgi:application",
                ],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 60
        while not self._answers():
            assert self._process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def workers(self) -> list[psutil.Process]:
        assert self._process
        return psutil.Process(self._process.pid).children()

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8") if self._log.exists() else ""

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/health/ready", timeout=2) as answer:  # noqa: S310 our own
                return bool(answer.status == 200)
        except OSError:
            return False


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
