"""What the demo says on the terminal."""

import http.client
import json
import time
from typing import Any

from rich.console import Console

from cinema.demo.provider import ADMIN_USER, STAFF, Provider
from cinema.demo.workspace import Workspace


class Terminal:
    """Coloured where a person reads, plain lines where a file does."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True)
        self._started = time.monotonic()

    def say(self, message: str) -> None:
        seconds = time.monotonic() - self._started
        self._console.print(f"{seconds:6.1f} s  ", style="dim", end="")
        self._console.print(message, markup=False)

    def show(self, text: str) -> None:
        self._console.print(text, markup=False)


def summary(provider: Provider, workspace: Workspace) -> str:
    url = provider.city.url
    login = provider.admin_password or "the password it has had before"
    lines = [
        "",
        f"{provider.city.name} is selling tickets:",
        "",
        f"  API    {url}/movies",
        f"  docs   {url}/docs",
        f"  admin  {url}/admin/   login {ADMIN_USER}, password {login}",
        *_staff(provider),
        f"  token  {provider.api_token}   (header: Authorization: Token …)",
        f"  mail   {provider.mail}",
        f"  logs   {workspace.of_city(provider.city.id)}",
        "",
        *_purchase(provider),
        "Ctrl-C stops it and keeps the data; `make demo-reset` deletes the data.",
        "",
    ]
    return "\n".join(lines)


def _staff(provider: Provider) -> list[str]:
    if not provider.has_staff:
        return []
    return [f"         as one of the staff, the same password: {', '.join(STAFF)}"]


def _purchase(provider: Provider) -> list[str]:
    found = vacant_seats(provider.city.port)
    if found is None:
        return []
    path, seats = found
    body = json.dumps({"email": "you@example.org", "seatsIds": seats})
    return [
        "Buy two seats:",
        "",
        f"  curl -X POST {provider.city.url}{path} -H 'Content-Type: application/json' -d '{body}'",
        "",
    ]


def vacant_seats(port: int) -> tuple[str, list[int]] | None:
    """Two seats of an upcoming seance that nobody has bought, and where to buy them."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    try:
        for movie in _get(port, "/movies?with_seances=true"):
            path = f"/movies/{movie['id']}/seances"
            for seance in _get(port, f"{path}?from={now}&ordering=datetime&max_results=5"):
                vacant = [seat["id"] for seat in seance["seats"] if seat["vacant"]]
                if len(vacant) >= 2:
                    return f"{path}/{seance['id']}/bookings", vacant[:2]
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
