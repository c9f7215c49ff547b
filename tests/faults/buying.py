"""Buyers that note everything they ask and are told."""

import random
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.faults.box_office import TOKEN, BoxOffice, Place, is_final, vacant
from tests.faults.history import DONE, REFUSED, UNKNOWN, Attempt
from tests.faults.provider import Answer


@dataclass
class Buyer:
    """Buys one or two of the places, looks at the seat map, and nearly always cancels."""

    number: int
    box_office: BoxOffice
    places: list[Place]
    chance: random.Random
    attempts: list[Attempt] = field(default_factory=list)

    def buy_until(self, enough: threading.Event) -> None:
        """What was not answered is asked again with the same key, also after `enough`."""
        while not enough.is_set():
            wanted = tuple(self.chance.sample(self.places, self.chance.choice((1, 1, 2))))
            sale = self._insist(
                "buy", lambda key, wanted=wanted: self.box_office.sell_all(wanted, key), wanted
            )
            if sale.status == 201:
                booking = str(sale.body["booking"]["id"])
                self._look(wanted, booking, sale.headers.get(TOKEN))
                if self.chance.random() < 0.98:
                    self._insist(
                        "cancel",
                        lambda key, booking=booking: self.box_office.cancel(booking, key),
                        booking=booking,
                    )

    def _insist(
        self,
        action: Literal["buy", "cancel"],
        ask: Callable[[str], Answer],
        places: tuple[Place, ...] = (),
        booking: str | None = None,
    ) -> Answer:
        key = uuid.uuid4().hex
        while not is_final(answer := ask(key)):
            assert answer.status in (0, 409, 503), answer
            self._note(action, answer, UNKNOWN, key=key, places=places, booking=booking)
            time.sleep(0.1)
        outcome = REFUSED if answer.status == 409 else DONE
        if answer.status == 201:
            booking = str(answer.body["booking"]["id"])
        self._note(action, answer, outcome, key=key, places=places, booking=booking)
        return answer

    def _look(self, places: tuple[Place, ...], booking: str, token: str | None) -> None:
        look = self.box_office.look(places[0].seance, token)
        if look.status == 200 and token:
            shown = tuple(place for place in places if vacant(look, place.seat))
            self._note("look", look, DONE, booking=booking, shown_vacant=shown)
        else:
            self._note("look", look, UNKNOWN)

    def _note(
        self, action: Literal["buy", "cancel", "look"], answer: Answer, outcome: str, **more: Any
    ) -> None:
        times = {"began": answer.asked_at, "ended": answer.asked_at + answer.seconds}
        self.attempts.append(Attempt(self.number, action, outcome=outcome, **times, **more))
