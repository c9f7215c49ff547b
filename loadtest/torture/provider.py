"""A provider as it runs in production: gunicorn with two workers, told everything by variables."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any

import psutil
import requests
from prometheus_client.parser import text_string_to_metric_families

from cinema.embedded import Cluster
from cinema.embedded.memory import free_ports

PROJECT = Path(__file__).resolve().parents[2]
COMMAND = ("-m", "gunicorn", "-c", "cinema/gunicorn.conf.py", "cinema.wsgi:application")
WORKERS = 2
PATIENCE = 20.0  # seconds a client waits for an answer; a request that takes longer hangs
LEAVE = 60.0  # seconds that gunicorn gets to end in order


class ProviderError(Exception):
    """It did not do what a provider does, beside answering."""


@dataclass(frozen=True)
class Answer:
    """What a client got: the answer, or status 0 when the connection failed or nothing came."""

    asked_at: float
    seconds: float
    status: int
    headers: Any
    body: Any


class Provider:
    """On `cluster`, unless the variables in `settings` say otherwise."""

    def __init__(
        self, cluster: Cluster, directory: Path, settings: Mapping[str, str] | None = None
    ) -> None:
        [port] = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        self.log = directory / "gunicorn.log"
        self._environment = {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "cinema.settings",
            "SECRET_KEY": "only-for-tests-" + "0" * 50,
            "HTTPS": "false",
            "DATABASE_URL": cluster.primary.url(),
            "DATABASE_REPLICA_URLS": ",".join(standby.url() for standby in cluster.standbys),
            "STATIC_ROOT": str(directory),
            "BIND": f"127.0.0.1:{port}",
            "WEB_CONCURRENCY": str(WORKERS),
            # Of its own: gunicorn, killed, would leave a temporary one behind.
            "PROMETHEUS_MULTIPROC_DIR": str(directory / "metrics"),
            **(settings or {}),
        }
        self._gunicorn: psutil.Popen | None = None
        self._clients = threading.local()

    def run(self, *arguments: str) -> str:
        """Runs a Python program with the provider's variables; what it printed."""
        environment = dict(self._environment)
        del environment["PROMETHEUS_MULTIPROC_DIR"]  # of gunicorn's workers alone
        finished = subprocess.run(
            [sys.executable, *arguments],
            cwd=PROJECT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if finished.returncode:
            raise ProviderError(finished.stdout + finished.stderr)
        return finished.stdout

    @contextmanager
    def beside(self, *arguments: str) -> Iterator[None]:
        """Runs such a program, which ends when it is asked to, meanwhile."""
        environment = dict(self._environment)
        del environment["PROMETHEUS_MULTIPROC_DIR"]
        with self.log.open("ab") as log:
            program = psutil.Popen(
                [sys.executable, *arguments],
                cwd=PROJECT,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            yield
        finally:
            ended = program.poll()
            if ended is not None:
                raise ProviderError(f"{' '.join(arguments)} has ended ({ended}): see {self.log}")
            program.terminate()
            _end([program], f"{' '.join(arguments)} does not end")

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._gunicorn = psutil.Popen(
                [sys.executable, *COMMAND],
                cwd=PROJECT,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def reload(self) -> None:
        """Asks it to replace its workers, one by one."""
        self._master.send_signal(signal.SIGHUP)

    def terminate(self) -> None:
        """Asks it to stop, and waits for nothing."""
        self._master.terminate()

    def running(self) -> bool:
        return self._gunicorn is not None and self._gunicorn.poll() is None

    def stop(self) -> None:
        """In order; whatever is left after that is killed, and is a failure."""
        if not self.running():
            return
        processes = [*self.workers(), self._master]
        self.terminate()
        _end(processes, "gunicorn does not end")

    def workers(self) -> list[psutil.Process]:
        children: list[psutil.Process] = self._master.children()
        return children

    def kill_a_worker(self, number: int = 0) -> None:
        """As the kernel does when memory is short. gunicorn starts another one."""
        workers = self.workers()
        if workers:
            with suppress(psutil.NoSuchProcess):
                workers[number % len(workers)].send_signal(signal.SIGKILL)

    def kill_master(self) -> None:
        """Returns when its workers have noticed and ended."""
        workers = self.workers()
        self._master.kill()
        self._master.wait()
        _end(workers, "gunicorn's workers outlive it")

    @property
    def _master(self) -> psutil.Popen:
        if self._gunicorn is None:
            raise ProviderError("gunicorn was never started")
        return self._gunicorn

    def ask(self, method: str, path: str, **arguments: Any) -> Answer:
        """Without cookies; every thread has connections of its own."""
        asked_at = time.monotonic()
        arguments = {"timeout": PATIENCE, **arguments}
        try:
            answer = self._client().request(method, self.url + path, **arguments)
        except requests.RequestException as error:
            return Answer(asked_at, time.monotonic() - asked_at, 0, {}, repr(error))
        is_json = answer.headers["Content-Type"].startswith("application/json")
        body = answer.json() if is_json else answer.text
        return Answer(
            asked_at, time.monotonic() - asked_at, answer.status_code, answer.headers, body
        )

    def get(self, path: str, **arguments: Any) -> Answer:
        return self.ask("GET", path, **arguments)

    def _client(self) -> requests.Session:
        if not hasattr(self._clients, "session"):
            self._clients.session = requests.Session()
            self._clients.session.trust_env = False
            self._clients.session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        session: requests.Session = self._clients.session
        return session

    def metric(self, name: str) -> dict[str, float]:
        """The samples of `name` by the value of their only label, if they have one."""
        return {
            next(iter(sample.labels.values()), ""): sample.value
            for family in text_string_to_metric_families(self.get("/metrics").body)
            for sample in family.samples
            if sample.name == name
        }

    def reads(self, alias: str) -> float:
        """How many reads this database has answered so far."""
        return self.metric("database_reads_total").get(alias, 0)

    def accepts_sales(self) -> bool:
        """Every worker does. Asking for a sale would not tell: a client's connection leads to one
        worker and stays with it."""
        return self.metric("sales_accepted") == {"": 1}

    def healthy(self) -> bool:
        """Every worker sells and uses every replica."""
        if self.get("/health/ready").status != 200:
            return False
        fresh = self.metric("replica_fresh")
        return (
            self.accepts_sales()
            and {"replica1", "replica2"} <= fresh.keys()
            and all(fresh.values())
        )


def _end(processes: list[psutil.Process], complaint: str) -> None:
    _gone, left = psutil.wait_procs(processes, timeout=LEAVE)
    for process in left:
        process.kill()
    if left:
        raise ProviderError(complaint)
