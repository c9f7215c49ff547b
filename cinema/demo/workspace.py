"""The directory `.demo`: everything that a demo leaves on disk."""

import fcntl
import json
import os
import secrets
import shlex
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cinema.demo.errors import DemoError

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Workspace:
    directory: Path

    @classmethod
    def chosen(cls) -> "Workspace":
        return cls(Path(os.environ.get("DEMO_DIRECTORY") or PROJECT / ".demo").resolve())

    @property
    def static_files(self) -> Path:
        """Of the providers, which all serve the same."""
        return self.directory / "static"

    @property
    def of_site(self) -> Path:
        return self.directory / "site"

    def of_city(self, city_id: str) -> Path:
        return self.directory / city_id

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the directory for one demo; the lock goes with the process, however it ends."""
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            self._check_it_is_ours()
            lock = (self.directory / "lock").open("w")
        except OSError as failure:
            raise DemoError(
                f"Can't write to {self.directory} ({failure.strerror}): make it a directory of"
                " yours, or choose another with DEMO_DIRECTORY."
            ) from failure
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise DemoError(
                    "The demo is already running here: stop it first (Ctrl-C in its terminal)."
                ) from None
            yield

    def _check_it_is_ours(self) -> None:
        """`demo-reset` deletes the directory, so it must never have been anything else."""
        if not (self.directory / "lock").exists() and any(self.directory.iterdir()):
            raise DemoError(
                f"{self.directory} holds other files: choose an empty or new directory with"
                " DEMO_DIRECTORY."
            )

    def clusters(self) -> list[Path]:
        return [found.parent for found in self.directory.glob("*/postgresql/cluster.json")]

    def delete(self) -> None:
        try:
            shutil.rmtree(self.directory)
        except OSError as failure:
            raise DemoError(
                f"Can't delete {failure.filename} ({failure.strerror}): delete"
                f" {self.directory} as the user who owns it."
            ) from failure

    def announce(self, city_id: str, variables: Mapping[str, str], *, first: bool) -> None:
        """Write `.demo/<city>/env` for `manage.py` and scripts, and for the first city `.demo/env`,
        which scripts may wait for: it is there while all is up."""
        lines = [f"{name}={shlex.quote(value)}\n" for name, value in variables.items()]
        write_privately(self.of_city(city_id) / "env", "".join(lines))
        if first:
            write_privately(self.directory / "env", "".join(lines))

    def withdraw(self) -> None:
        for announced in [self.directory / "env", *self.directory.glob("*/env")]:
            announced.unlink(missing_ok=True)


class Secrets:
    """What was made up for one program: its key, a password, and per database what it got."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stored: dict[str, Any] = {"databases": {}}
        if path.exists():
            self._stored = self._load()

    def _load(self) -> dict[str, Any]:
        try:
            stored: dict[str, Any] = json.loads(self._path.read_text())
        except (OSError, ValueError) as failure:
            raise DemoError(
                f"{self._path} can't be read ({failure}): restore it, or run `make demo-reset`."
            ) from failure
        return stored

    def secret_key(self) -> str:
        if "secret_key" not in self._stored:
            self._stored["secret_key"] = secrets.token_urlsafe(50)
            self._save()
        return str(self._stored["secret_key"])

    def password(self) -> str:
        if "password" not in self._stored:
            self._stored["password"] = secrets.token_urlsafe(12)
            self._save()
        return str(self._stored["password"])

    def of_database(self, identity: str, name: str) -> str | None:
        value = self._stored["databases"].get(identity, {}).get(name)
        return None if value is None else str(value)

    def remember(self, identity: str, name: str, value: str) -> None:
        self._stored["databases"].setdefault(identity, {})[name] = value
        self._save()

    def _save(self) -> None:
        write_privately(self._path, json.dumps(self._stored, indent=2))


def write_privately(path: Path, text: str) -> None:
    """At once and for the owner only: nobody reads half of it, or somebody else's secret."""
    handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "w") as file:
        file.write(text)
    os.replace(unfinished, path)
