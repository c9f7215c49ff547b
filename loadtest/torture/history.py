"""What clients asked and were told, one line of JSON each, in a file that can be checked again.

{"note": "run", "seed": 1, …}            how it was run
{"note": "prices", "of": [[1, 2, 250], …]}   showing, seat and price of all that is sold
{"note": "ask", "id": 7, "at": 1.2, …}   written before the request leaves
{"note": "answer", "id": 7, "at": 1.3, "outcome": "done", …}
{"note": "fault", "at": 2.0, "name": "kill_primary", "what": "breaks"}
{"note": "end", "at": 60.1, "bookings": […], "tickets": […]}   the tables, when all was over
"""

import itertools
import json
import math
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

DONE, REFUSED, UNKNOWN = "done", "refused", "unknown"


class HistoryError(Exception):
    """A sentence for whoever wanted to check it."""


class Place(NamedTuple):
    """One seat of one showing."""

    seance: int
    seat: int


@dataclass(frozen=True)
class Attempt:
    """One request. All attempts with one `key` are the same request, asked again."""

    client: int
    action: str
    """buy, hold, confirm, cancel; or read (a booking) and look (at a showing's seats); or misuse: a
    key that was answered comes with another request."""
    began: float
    ended: float
    """Seconds of one clock; endless when no answer was noted."""
    outcome: str
    key: str = ""
    places: tuple[Place, ...] = ()
    """Asked for; of a look, those shown as vacant."""
    booking: str = ""
    """Made, or asked about."""
    status: int = 0
    state: str = ""
    """The booking's, as answered: held, confirmed, cancelled or expired."""
    total: float = 0.0
    lasts: float = math.inf
    """Seconds that a hold was said to last."""
    seats: tuple[int, ...] = ()
    """Of the booking, as answered; or named as taken."""
    seance: int = 0
    """Looked at."""
    token: bool = False
    """The look carried that of its client's last write."""


@dataclass(frozen=True)
class Row:
    """A booking as the table has it. `key`: of the request that made it."""

    id: str
    key: str
    state: str
    total: float


@dataclass(frozen=True)
class LiveTicket:
    """Sold, or held and not expired."""

    booking: str
    place: Place
    price: float


@dataclass
class End:
    """The tables when all was over. `at`: when they were about to be read."""

    at: float
    bookings: list[Row] = field(default_factory=list)
    tickets: list[LiveTicket] = field(default_factory=list)


@dataclass
class History:
    run: dict[str, Any]
    attempts: list[Attempt]
    faults: list[dict[str, Any]]
    end: End | None
    prices: dict[Place, float] = field(default_factory=dict)


class Recorder:
    """Writes a history. Every line is in the file before `ask` or `answer` returns."""

    def __init__(self, path: Path, **run: Any) -> None:
        self.path = path
        self.answers = 0
        self.unknown = 0
        self._file = path.open("w", buffering=1)
        self._lock = threading.Lock()
        self._ids = itertools.count(1)
        self._write(note="run", **run)

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()

    def ask(self, client: int, action: str, **asked: Any) -> int:
        """Returns what to call `answer` with."""
        one = next(self._ids)
        self._write(note="ask", id=one, at=now(), client=client, action=action, **asked)
        return one

    def answer(self, asked: int, outcome: str, **answered: Any) -> None:
        self._write(note="answer", id=asked, at=now(), outcome=outcome, **answered)
        self.answers += 1
        self.unknown += outcome == UNKNOWN

    def prices(self, prices: Sequence[tuple[int, int, float]]) -> None:
        self._write(note="prices", of=prices)

    def fault(self, name: str, what: str) -> None:
        self._write(note="fault", at=now(), name=name, what=what)

    def end(self, end: End) -> None:
        self._write(note="end", **asdict(end))

    def _write(self, **note: Any) -> None:
        line = json.dumps(note, separators=(",", ":")) + "\n"
        with self._lock:
            self._file.write(line)


def now() -> float:
    """Seconds of the clock that histories use: it never jumps, whatever a node's clock does."""
    return round(time.monotonic(), 6)


def read(path: Path) -> History:
    """Raises HistoryError."""
    try:
        lines = path.read_text().splitlines()
        return _history([json.loads(line) for line in lines])
    except OSError as failure:
        raise HistoryError(f"{path} can't be read ({failure.strerror}).") from failure
    except (ValueError, KeyError, TypeError) as failure:
        raise HistoryError(f"{path} is not a history ({failure!r}).") from failure


def _history(notes: list[dict[str, Any]]) -> History:
    kinds: dict[str, list[dict[str, Any]]] = {
        kind: [] for kind in ("run", "prices", "ask", "answer", "fault", "end")
    }
    for note in notes:
        kinds[note.pop("note")].append(note)
    answers = {answer.pop("id"): answer for answer in kinds["answer"]}
    attempts = [_attempt(asked, answers.get(asked.pop("id"))) for asked in kinds["ask"]]
    [run] = kinds["run"]
    end = _end(kinds["end"][-1]) if kinds["end"] else None
    prices = {
        Place(seance, seat): price for note in kinds["prices"] for seance, seat, price in note["of"]
    }
    return History(run, sorted(attempts, key=lambda one: one.began), kinds["fault"], end, prices)


def _attempt(asked: dict[str, Any], answered: dict[str, Any] | None) -> Attempt:
    answered = answered or {"at": math.inf, "outcome": UNKNOWN}
    fields = {"began": asked.pop("at"), "ended": answered.pop("at"), **asked, **answered}
    fields["places"] = tuple(Place(*one) for one in fields.get("places", ()))
    fields["seats"] = tuple(fields.get("seats", ()))
    return Attempt(**fields)


def _end(note: dict[str, Any]) -> End:
    tickets = [
        LiveTicket(one["booking"], Place(*one["place"]), one["price"]) for one in note["tickets"]
    ]
    return End(note["at"], [Row(**row) for row in note["bookings"]], tickets)
