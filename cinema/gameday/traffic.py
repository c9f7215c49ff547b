"""Visitors who look and buyers who buy while something breaks, and what they were answered."""

import contextlib
import random
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import requests

from cinema.demo.errors import DemoError

TOKEN = "X-Consistency-Token"  # noqa: S105 a header's name
PATIENCE = 15.0
PAUSE = 0.1
FEWEST_VACANT = 40


@dataclass(frozen=True)
class Answer:
    kind: str
    """visit, sale, payment, or elsewhere: a visit of another city, through the site."""
    asked_at: float
    seconds: float
    status: int
    """0: the connection failed, or nothing came in time."""
    detail: str = ""


@dataclass(frozen=True)
class Showing:
    path: str
    seats: tuple[int, ...]


class Traffic:
    """Runs between entering and leaving. `url`: of a provider, or of a city behind the site."""

    def __init__(
        self,
        url: str,
        return_url: str,
        *,
        elsewhere: str | None = None,
        visitors: int = 2,
        buyers: int = 3,
    ) -> None:
        self.answers: list[Answer] = []
        self.kept: list[str] = []
        """Sold bookings that nobody cancelled."""
        self.stale: list[str] = []
        """Bookings whose buyers were shown their own seats as vacant."""
        self._url = url
        self._return_url = return_url
        self._enough = threading.Event()
        self._showings = _showings(url)
        roles = [self._visit] * visitors + [self._buy] * buyers
        if elsewhere:
            roles.append(lambda client: self._look_elsewhere(client, elsewhere))
        self._threads = [threading.Thread(target=self._go_on, args=(role,)) for role in roles]

    def __enter__(self) -> "Traffic":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._enough.set()
        for thread in self._threads:
            thread.join()

    def _go_on(self, act: Callable[[requests.Session], None]) -> None:
        client = _session()
        while not self._enough.wait(PAUSE * random.random()):  # noqa: S311
            act(client)

    def _visit(self, client: requests.Session) -> None:
        if random.random() < 0.5:  # noqa: S311
            self._ask(client, "visit", "GET", "/movies?with_seances=true")
        else:
            self._ask(client, "visit", "GET", random.choice(self._showings).path)  # noqa: S311

    def _look_elsewhere(self, client: requests.Session, url: str) -> None:
        self._ask(client, "elsewhere", "GET", "/movies", base=url)

    def _buy(self, client: requests.Session) -> None:
        showing = random.choice(self._showings)  # noqa: S311
        seats = random.sample(showing.seats, 2)
        key = uuid.uuid4().hex
        body = {"email": "gameday@example.org", "seatsIds": seats}
        answer = self._insist(client, f"{showing.path}/bookings", body, key)
        if answer is None or answer.status_code != 201:
            return
        booking = answer.json()["booking"]
        self._look_at_own(client, showing, seats, booking["id"], answer.headers.get(TOKEN, ""))
        if booking["status"] == "held":
            self._pay(client, booking["id"])
        elif random.random() < 0.2:  # noqa: S311
            self.kept.append(booking["id"])
            return
        self._ask(client, "cancellation", "DELETE", f"/bookings/{booking['id']}")

    def _insist(
        self, client: requests.Session, path: str, body: dict[str, Any], key: str
    ) -> requests.Response | None:
        """The same key again, until it is answered: as the site does for its buyers."""
        while not self._enough.is_set():
            headers = {"Idempotency-Key": key}
            answer = self._ask(client, "sale", "POST", path, json=body, headers=headers)
            unsure = answer is None or answer.status_code >= 500 or "Retry-After" in answer.headers
            if not unsure:
                return answer
            self._enough.wait(0.3)
        return None

    def _look_at_own(
        self, client: requests.Session, showing: Showing, seats: list[int], id: str, token: str
    ) -> None:
        looked = self._ask(client, "visit", "GET", showing.path, headers={TOKEN: token})
        if looked is not None and looked.status_code == 200:
            vacant = {seat["id"] for seat in looked.json()["data"]["seats"] if seat["vacant"]}
            if vacant & set(seats):
                self.stale.append(id)

    def _pay(self, client: requests.Session, booking: str) -> None:
        body = {"return_url": self._return_url}
        self._ask(client, "payment", "POST", f"/bookings/{booking}/payments", json=body)

    def _ask(
        self,
        client: requests.Session,
        kind: str,
        method: str,
        path: str,
        base: str = "",
        **arguments: Any,
    ) -> requests.Response | None:
        asked_at = time.monotonic()
        answer, detail = None, ""
        try:
            url = (base or self._url) + path
            answer = client.request(method, url, timeout=PATIENCE, **arguments)
        except requests.RequestException as failure:
            detail = repr(failure)
        status = 0 if answer is None else answer.status_code
        if answer is not None and status >= 500:
            detail = answer.text[:200]
        seconds = time.monotonic() - asked_at
        self.answers.append(Answer(kind, asked_at, seconds, status, detail))
        return answer

    def last_status(self, kind: str) -> int | None:
        """Of the newest answer of this kind; None: there is none yet."""
        return next((one.status for one in reversed(self.answers) if one.kind == kind), None)

    def lost(self) -> list[str]:
        """Of the sales that were acknowledged, those which are no more."""
        client = _session()
        lost = []
        for booking in self.kept:
            try:
                answer = client.get(f"{self._url}/bookings/{booking}", timeout=PATIENCE)
            except requests.RequestException as failure:
                lost.append(f"{booking}: {failure}")
                continue
            if answer.status_code != 200 or answer.json()["booking"]["status"] != "confirmed":
                lost.append(f"{booking}: {answer.status_code} {answer.text[:100]}")
        return lost

    def tidy(self) -> None:
        """Give the seats back."""
        client = _session()
        for booking in self.kept:
            with contextlib.suppress(requests.RequestException):  # a city that did not recover
                client.delete(f"{self._url}/bookings/{booking}", timeout=PATIENCE)


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    return session


def _showings(url: str) -> list[Showing]:
    """Some of the next days' that have seats enough. Raises DemoError when there is none."""
    client = _session()
    tomorrow = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86400))
    query = f"/seances?from={tomorrow}&ordering=datetime&max_results=40&seats=true"
    try:
        seances = client.get(url + query, timeout=PATIENCE).json()["data"]
    except (requests.RequestException, ValueError, KeyError) as failure:
        raise DemoError(f"{url} can't be asked what it shows: {failure}") from None
    found = []
    for seance in seances:
        vacant = tuple(seat["id"] for seat in seance["seats"] if seat["vacant"])
        if len(vacant) >= FEWEST_VACANT:
            path = f"/movies/{seance['movie_id']}/seances/{seance['id']}"
            found.append(Showing(path, vacant))
    if not found:
        raise DemoError(f"{url} has no showing with {FEWEST_VACANT} vacant seats to buy from.")
    return found[:8]
