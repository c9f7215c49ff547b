"""The files for browsers, collected where a web server finds them under names that change with
their content."""

import hashlib
import importlib.metadata
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path

from cinema.demo.workspace import PROJECT


class StaticFiles:
    """Those of one program: `apps` are the project's packages that hold some."""

    def __init__(self, directory: Path, apps: Sequence[str]) -> None:
        self.directory = directory
        self._made_from = directory / ".made-from"
        self._apps = apps
        self._sources = ""

    @property
    def sources(self) -> str:
        """Changes when a static file of the project, or any installed package, changes."""
        if not self._sources:
            fingerprint = hashlib.sha256(_packages())
            for app in self._apps:
                for path in sorted((PROJECT / app / "static").rglob("*")):
                    status = path.stat()
                    fingerprint.update(f"{path} {status.st_size} {status.st_mtime_ns}".encode())
            self._sources = fingerprint.hexdigest()
        return self._sources

    @property
    def collected(self) -> bool:
        return self._made_from.exists() and self._made_from.read_text() == self.sources

    @contextmanager
    def collecting(self, command: Callable[[], AbstractContextManager[object]]) -> Iterator[None]:
        """Have `command` collect them beside the body of the `with`, unless that was done."""
        if self.collected:
            yield
            return
        with command():
            yield
        self._made_from.write_text(self.sources)


@cache
def _packages() -> bytes:
    found = importlib.metadata.distributions()
    return "".join(sorted(one.name + one.version for one in found)).encode()
