"""The cities whose tickets the site sells: one JSON list, in a file or in the environment.

    [{"id": "kazan", "name": "Казань", "names": {"en": "Kazan"},
      "url": "http://127.0.0.1:8001", "time_zone": "Europe/Moscow"}]

A file is read again when it changes; a mistake in it costs nothing but a line in the log, and the
site goes on with the cities it knew.
"""

import functools
import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

logger = logging.getLogger("aggregator.cities")

_ID = re.compile(r"[a-z][a-z0-9-]{0,62}\Z")
_FIELDS = frozenset({"id", "name", "names", "url", "time_zone", "public_url"})
RESERVED = frozenset(
    {
        "about",
        "admin",
        "api",
        "assets",
        "bookings",
        "cities",
        "city",
        "docs",
        "favicon",
        "health",
        "help",
        "language",
        "languages",
        "login",
        "manifest",
        "metrics",
        "movies",
        "payments",
        "posters",
        "privacy",
        "robots",
        "schema",
        "search",
        "seances",
        "sitemap",
        "site",
        "static",
        "terms",
        "tickets",
        "well-known",
    }
)
"""Words that the site's own addresses begin with, or may one day."""


class InvalidDirectory(ValueError):
    """What is wrong with the list of cities, in a sentence for whoever wrote it."""


@dataclass(frozen=True)
class City:
    """`url`: where the site calls the city's provider. `public_url`: what the provider says its own
    address is, when that differs (its posters are found there). `names` by language."""

    id: str
    name: str
    url: str
    time_zone: str
    names: Mapping[str, str] = field(default_factory=dict, compare=False)
    public_url: str = ""

    def name_in(self, language: str) -> str:
        return self.names.get(language, self.name)

    @functools.cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


def parsed(text: str) -> list[City]:
    """The cities of a JSON list. Raises InvalidDirectory."""
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidDirectory(f"not JSON: {error}") from error
    if not isinstance(entries, list) or not entries:
        raise InvalidDirectory('it must be a list with at least one city: [{"id": …}, …]')
    cities = [_city(number, entry) for number, entry in enumerate(entries, start=1)]
    seen: set[str] = set()
    for number, city in enumerate(cities, start=1):
        if city.id in seen:
            raise InvalidDirectory(f"city {number}: the id {city.id!r} is used twice")
        seen.add(city.id)
    return cities


def _city(number: int, entry: Any) -> City:
    where = f"city {number}"
    if not isinstance(entry, dict):
        raise InvalidDirectory(f"{where}: must be an object, not {entry!r}")
    if isinstance(entry.get("id"), str):
        where = f"city {number} ({entry['id']!r})"
    unknown = sorted(entry.keys() - _FIELDS)
    if unknown:
        known = ", ".join(sorted(_FIELDS))
        raise InvalidDirectory(f"{where}: unknown field {unknown[0]!r}; there are: {known}")
    return City(
        id=_identity(where, entry),
        name=_text(where, entry, "name"),
        url=_url(where, entry, "url"),
        time_zone=_time_zone(where, entry),
        names=_names(where, entry),
        public_url=_url(where, entry, "public_url") if entry.get("public_url") else "",
    )


def _text(where: str, entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not value.strip():
        given = repr(value) if name in entry else "missing"
        raise InvalidDirectory(f"{where}: {name!r} must be a non-empty text; it is {given}")
    return value.strip()


def _identity(where: str, entry: Mapping[str, Any]) -> str:
    identity = _text(where, entry, "id")
    if not _ID.match(identity):
        raise InvalidDirectory(
            f"{where}: 'id' must be a small letter, then up to 62 of a-z, 0-9 and '-'; "
            f"it is {identity!r}"
        )
    if identity in RESERVED:
        raise InvalidDirectory(
            f"{where}: 'id' may not be {identity!r}, which the site's own addresses begin with"
        )
    return identity


def _url(where: str, entry: Mapping[str, Any], name: str) -> str:
    value = _text(where, entry, name)
    try:
        parts = urlsplit(value)
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_is_valid = urlsplit(""), False
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_valid:
        problem = "must look like http://host:port"
    elif "@" in parts.netloc:
        problem = "must not contain a user name or password"
    elif "?" in value or "#" in value:
        problem = "must not contain '?' or '#'"
    elif not re.fullmatch(r"[\x21-\x7e]+", value) or "\\" in value or "/../" in f"{parts.path}/":
        problem = "must be plain ASCII without spaces, backslashes and '..'"
    else:
        return value.rstrip("/")
    shown = "it has one" if "@" in value else f"it is {value!r}"  # a password stays out of the log
    raise InvalidDirectory(f"{where}: {name!r} {problem}; {shown}")


def _time_zone(where: str, entry: Mapping[str, Any]) -> str:
    name = _text(where, entry, "time_zone")
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # also what isn't a zone's file, or a directory
        raise InvalidDirectory(
            f"{where}: 'time_zone' must be a name like 'Europe/Moscow'; it is {name!r}"
        ) from None
    return name


def _names(where: str, entry: Mapping[str, Any]) -> Mapping[str, str]:
    names = entry.get("names", {})
    if not isinstance(names, dict) or not all(
        isinstance(name, str) and name.strip() for name in names.values()
    ):
        raise InvalidDirectory(
            f'{where}: \'names\' must be names by language, like {{"en": "Kazan"}}; it is {names!r}'
        )
    return {language: name.strip() for language, name in names.items()}


class Directory:
    """The cities as they are now. Looks whether the file has changed at most once a second."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._file: Path | None = None
        self._state: tuple[int, int, int] | None = None
        self._looked = 0.0
        self._cities: dict[str, City] = {}
        self._tell: Callable[[list[City]], None] = lambda cities: None

    def when_changed(self, tell: Callable[[list[City]], None]) -> None:
        """`tell` is called with the cities that there are then."""
        self._tell = tell

    def open(self, *, file: str | Path = "", text: str = "") -> None:
        """From a file, else from the JSON itself. Raises InvalidDirectory."""
        self._file = Path(file) if file else None
        if self._file is None:
            self._set(parsed(text))
            return
        self._looked = self._clock()
        try:
            self._state = _state(self._file)
            self._set(parsed(self._file.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise InvalidDirectory(_sentence(self._file, error)) from error

    def cities(self) -> list[City]:
        """In the file's order."""
        self._look()
        return list(self._cities.values())

    def city(self, city_id: str) -> City | None:
        self._look()
        return self._cities.get(city_id)

    def _set(self, cities: list[City]) -> None:
        self._cities = {city.id: city for city in cities}
        self._tell(cities)

    def _look(self) -> None:
        if self._file is None or self._clock() - self._looked < 1:
            return
        self._looked = self._clock()
        try:
            state = _state(self._file)
            if state == self._state:
                return
            self._state = state  # also of an invalid file: its reason is logged once
            self._set(parsed(self._file.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            if isinstance(error, OSError):
                if self._state is None:
                    return
                self._state = None
            logger.error(  # noqa: TRY400 the sentence says it all
                "%s. The cities stay as they were.", _sentence(self._file, error)
            )
        else:
            logger.info("%s has changed: cities are now %s", self._file, ", ".join(self._cities))


def _state(file: Path) -> tuple[int, int, int]:
    """Of what a link leads to: Kubernetes replaces a mounted file by turning a link."""
    status = file.stat()
    return status.st_mtime_ns, status.st_ino, status.st_size


def _sentence(file: Path, error: Exception) -> str:
    if isinstance(error, OSError):
        return f"The list of cities {file} can't be read ({error.strerror})"
    return f"The list of cities {file} is invalid: {error}"


directory = Directory()
