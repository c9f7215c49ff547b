"""What the demo says on the terminal."""

import functools
import http.client
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from cinema.demo.choosing import Choice
from cinema.demo.cities import City
from cinema.demo.provider import Opened
from cinema.demo.upkeep import ADMIN_USER, STAFF
from cinema.demo.workspace import Workspace

PAYING = {"none": "at the cinema", "sandbox": "online, in a sandbox"}


class Terminal:
    """Coloured where a person reads, plain lines where a file does."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True)
        self._started = time.monotonic()

    def say(self, message: str) -> None:
        seconds = time.monotonic() - self._started
        # Printed at once, as every city has a process that speaks.
        self._console.print(Text.assemble((f"{seconds:6.1f} s  ", "dim"), message))

    def speaker(self, who: str) -> Callable[[str], None]:
        return functools.partial(self._say_as, who)

    def _say_as(self, who: str, message: str) -> None:
        self.say(f"{who}: {message}")

    def show(self, text: str) -> None:
        self._console.print(text, markup=False)


def summary(choice: Choice, opened: Mapping[str, Opened], workspace: Workspace) -> str:
    first = choice.cities[0]
    lines = [
        "",
        f"Buy a ticket: {choice.site_url}/",
        "Choose a city, a film and seats; in the sandbox no money moves.",
        "",
        *_table(choice, workspace),
        "",
        "  Each has /movies, /docs and the staff's site /admin/.",
        *_logins(choice, opened),
        f"  token    {opened[first.id].api_token}   (header: Authorization: Token …)",
        f"  logs     {workspace.directory}/<city>, {workspace.of_site}",
        f"  scripts  {workspace.directory / 'env'}, {workspace.directory}/<city>/env",
        "",
        *_purchase(choice, first),
        "Ctrl-C stops it and keeps the data; `make demo-reset` deletes the data.",
        "",
    ]
    return "\n".join(lines)


def _table(choice: Choice, workspace: Workspace) -> list[str]:
    rows = [("city", "provider", "paying", "emails")]
    for city in choice.cities:
        mail = _short(workspace.of_city(city.id) / "mail")
        rows.append((city.name, city.url, PAYING[city.payments], mail))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        (
            "  " + "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _short(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _logins(choice: Choice, opened: Mapping[str, Opened]) -> list[str]:
    """One password for all, but where an older demo, or somebody else, chose another."""
    cities_by_password: dict[str, list[str]] = {}
    for city in choice.cities:
        password = opened[city.id].admin_password or "as it has been before"
        cities_by_password.setdefault(password, []).append(city.name)
    lines = [
        f"  login    {ADMIN_USER}, password {password}"
        + (f"   ({', '.join(names)})" if len(cities_by_password) > 1 else "")
        for password, names in cities_by_password.items()
    ]
    if any(one.has_staff for one in opened.values()):
        lines.append(f"           or one of the staff, the same password: {', '.join(STAFF)}")
    return lines


def _purchase(choice: Choice, city: City) -> list[str]:
    found = vacant_seats(city.port)
    if found is None:
        return []
    path, seats = found
    bought = {
        f"Buy two seats from {city.name} directly, or through the site:": (city.url, seats[:2]),
        "": (f"{choice.site_url}/cities/{city.id}", seats[2:]),
    }
    lines = []
    for heading, (url, chosen) in bought.items():
        body = json.dumps({"email": "you@example.org", "seatsIds": chosen})
        lines += [heading] if heading else []
        lines.append(f"  curl {url}{path} -H 'Content-Type: application/json' -d '{body}'")
    return [*lines, ""]


def vacant_seats(port: int) -> tuple[str, list[int]] | None:
    """Four seats of an upcoming seance that nobody has bought, and where to buy them."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    try:
        for movie in _get(port, "/movies?with_seances=true"):
            path = f"/movies/{movie['id']}/seances"
            for seance in _get(port, f"{path}?from={now}&ordering=datetime&max_results=5"):
                vacant = [seat["id"] for seat in seance["seats"] if seat["vacant"]]
                if len(vacant) >= 4:
                    return f"{path}/{seance['id']}/bookings", vacant[:4]
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return None  # the example is a courtesy; the demo runs without it
    return None


def _get(port: int, path: str) -> list[dict[str, Any]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer: list[dict[str, Any]] = json.load(connection.getresponse())["data"]
        return answer
    finally:
        connection.close()
