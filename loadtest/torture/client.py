"""Asks over HTTP, and notes everything that is asked and told."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from loadtest.torture.box_office import TOKEN, Ask, Programme, find, is_final, vacant_seats
from loadtest.torture.history import DONE, REFUSED, UNKNOWN, Recorder
from loadtest.torture.provider import Answer

TOKEN_SECONDS = 25.0  # a provider believes tokens of up to 30
INSISTS = 60.0  # seconds, then what became of it stays unknown
MAKES = ("buy", "hold")


@dataclass(frozen=True)
class Request:
    """The same again, with the same key, is the same request."""

    action: str
    key: str
    send: Callable[[Ask], Answer]
    asked: dict[str, Any]


@dataclass(frozen=True)
class Told:
    outcome: str
    booking: str = ""
    lasts: float | None = None
    """Seconds that a hold has left."""


@dataclass
class Client:
    """Has a browser's memory: the token of the last write, as long as it is good.

    `nodes`: where to ask; each request goes to any of them. `chance` decides where, and how patient
    the client is.
    """

    number: int
    nodes: Sequence[Ask]
    programme: Programme
    recorder: Recorder
    chance: random.Random
    _token: str | None = None
    _written_at: float = 0.0

    def insist(self, request: Request) -> Told:
        """Asks until there is an answer; now and then gives up before, or asks once more after.
        Some don't even wait for a slow answer."""
        until = time.monotonic() + INSISTS
        gives_up, doubts = self.chance.random() < 0.05, self.chance.random() < 0.15
        while True:
            told = self.ask(request)
            if told.outcome != UNKNOWN or gives_up or time.monotonic() > until:
                break
            time.sleep(self.chance.uniform(0.05, 0.3))
        if doubts and told.outcome != UNKNOWN:
            self.ask(request)
        return told

    def ask(self, request: Request) -> Told:
        noted = self._noted(request.action, key=request.key, **request.asked)
        node = self._node()
        if self.chance.random() < 0.1:
            node = partial(node, timeout=self.chance.uniform(0.02, 1))
        answer = request.send(node)
        told = self._note(noted, answer, made=request.action in MAKES)
        if answer.status in (200, 201):
            # Without a token of its own this write is not covered by an older one.
            self._token, self._written_at = answer.headers.get(TOKEN), time.monotonic()
        return told

    def look(self, seance: int) -> bool:
        """Whether a seat map came."""
        token = self._token if time.monotonic() - self._written_at < TOKEN_SECONDS else None
        noted = self._noted("look", seance=seance, token=token is not None)
        answer = self.programme.look(self._node(), seance, token)
        shown = [(seance, seat) for seat in shown_by(answer)]
        self.recorder.answer(noted, outcome_of(answer), status=answer.status, places=shown)
        return answer.status == 200

    def read(self, booking: str) -> None:
        noted = self._noted("read", booking=booking)
        self._note(noted, find(self._node(), booking))

    def _noted(self, action: str, **asked: Any) -> int:
        return self.recorder.ask(self.number, action, **asked)

    def _note(self, noted: int, answer: Answer, *, made: bool = False) -> Told:
        outcome, told = outcome_of(answer), told_by(answer)
        booking = str(told.pop("booking", ""))
        if made and booking:
            told["booking"] = booking
        self.recorder.answer(noted, outcome, status=answer.status, **told)
        return Told(outcome, booking, told.get("lasts"))

    def _node(self) -> Ask:
        return self.chance.choice(self.nodes)


def outcome_of(answer: Answer) -> str:
    """An answer that asks to come again, or none: it may have been done, or not."""
    if not is_final(answer):
        return UNKNOWN
    return DONE if answer.status in (200, 201) else REFUSED


def shown_by(answer: Answer) -> list[int]:
    """The seats that a map shows as vacant; none when it is no map."""
    try:
        return sorted(vacant_seats(answer)) if answer.status == 200 else []
    except (KeyError, TypeError):
        return []


def told_by(answer: Answer) -> dict[str, Any]:
    """What an answer says of a booking, or which seats it names as taken; nothing when it has not
    the contract's form, which then is a rule's to notice."""
    try:
        if answer.status not in (200, 201):
            return {"seats": answer.body["errors"][0]["seats"]}
        booking = answer.body["booking"]
        told = {
            "booking": booking["id"],
            "state": booking["status"],
            "total": float(booking["total"]),
            "seats": [ticket["seat_id"] for ticket in booking["tickets"]],
        }
        lasts = booking["expires_in"]
    except (KeyError, IndexError, TypeError, ValueError):
        return {}
    return told if lasts is None else {**told, "lasts": lasts}
