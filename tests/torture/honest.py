"""An honest cinema in a few lines: makes histories that could be, at random."""

import random
from dataclasses import dataclass, field
from typing import Any

from loadtest.torture.history import (
    DONE,
    REFUSED,
    UNKNOWN,
    Attempt,
    End,
    History,
    LiveTicket,
    Place,
    Row,
)

PLACES = [Place(1, seat) for seat in range(1, 6)]
PRICES = {place: 100.0 + place.seat for place in PLACES}
LASTS = 5.0
CLIENTS = 3


@dataclass
class Sale:
    id: str
    client: int
    action: str
    key: str
    places: tuple[Place, ...]
    state: str
    ends: float
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def total(self) -> float:
        return sum(PRICES[place] for place in self.places)


class Cinema:
    """Every request has its effect at one moment, somewhere between being asked and answered; some
    are never answered, with or without an effect."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.now = 0.0
        self.attempts: list[Attempt] = []
        self.sales: list[Sale] = []
        self._free_at = [0.0] * CLIENTS
        self._answers: dict[str, tuple[str, tuple[Place, ...], str, dict[str, Any]]] = {}

    def history(self, requests: int = 60) -> History:
        for _ in range(requests):
            self.now += self.chance.uniform(0.1, 2)
            client = self.chance.randrange(CLIENTS)
            if self._free_at[client] < self.now:
                self._request(client)
        end = End(max(self.now, *self._free_at) + 1)
        self.now = end.at
        for sale in self._expired():
            end.bookings.append(Row(sale.id, sale.key, sale.state, sale.total))
            if sale.state in ("held", "confirmed"):
                end.tickets += [LiveTicket(sale.id, one, PRICES[one]) for one in sale.places]
        self.attempts.sort(key=lambda one: one.began)
        return History({}, self.attempts, [], end, dict(PRICES))

    def _request(self, client: int) -> None:
        own = [one for one in self.sales if one.client == client and one.answer.get("told")]
        action = self.chance.choice(["buy", "hold", "confirm", "cancel", "read", "look", "again"])
        if action in ("confirm", "cancel", "read") and own:
            key = "" if action == "read" else self._key()
            self._ask(client, action, key, booking=self.chance.choice(own).id)
        elif action == "again" and self._answers:
            key = self.chance.choice(sorted(self._answers))
            action, places, booking, _answer = self._answers[key]
            asked: dict[str, Any] = {"places": places} if places else {"booking": booking}
            self._ask(client, action, key, **asked)
        elif action == "look":
            self._ask(client, action, "", seance=1, token=True)
        elif action in ("buy", "hold"):
            wanted = self.chance.sample(PLACES, self.chance.choice((1, 1, 2)))
            self._ask(client, action, self._key(), places=tuple(wanted))

    def _ask(self, client: int, action: str, key: str, **asked: Any) -> None:
        began = self.chance.uniform(max(self._free_at[client], self.now - 2), self.now)
        ended = self.now + self.chance.uniform(0, 2)
        self._free_at[client] = ended
        answered = {"outcome": UNKNOWN, "status": 0}
        if lost := self.chance.random() < 0.2:
            if self.chance.random() < 0.5:
                self._do(client, action, key, asked)
        else:
            answered = self._do(client, action, key, asked)
            if booking := answered.get("booking", asked.get("booking")):
                self._find(booking).answer["told"] = True
        shown = {} if lost or action != "look" else {"places": self._vacant()}
        self.attempts.append(
            Attempt(client, action, began, ended, key=key, **{**asked, **answered, **shown})
        )

    def _do(self, client: int, action: str, key: str, asked: dict[str, Any]) -> dict[str, Any]:
        if key in self._answers:
            return self._answers[key][3]
        self._expired()
        if action == "look":
            return {"outcome": DONE, "status": 200}
        if action in ("buy", "hold"):
            answer = self._sell(client, action, key, asked["places"])
        else:
            answer = self._change(action, self._find(asked["booking"]))
        if key:
            places, booking = asked.get("places", ()), asked.get("booking", "")
            self._answers[key] = (action, places, booking, answer)
        return answer

    def _sell(
        self, client: int, action: str, key: str, places: tuple[Place, ...]
    ) -> dict[str, Any]:
        if taken := set(places) - set(self._vacant()):
            return {
                "outcome": REFUSED,
                "status": 409,
                "seats": tuple(sorted(one.seat for one in taken)),
            }
        state, ends = ("held", self.now + LASTS) if action == "hold" else ("confirmed", 0.0)
        sale = Sale(f"sale-{len(self.sales)}", client, action, key, places, state, ends)
        self.sales.append(sale)
        lasts = {"lasts": LASTS} if action == "hold" else {}
        return {**self._told(sale), "status": 201, "booking": sale.id, **lasts}

    def _change(self, action: str, sale: Sale) -> dict[str, Any]:
        if action == "confirm" and sale.state not in ("held", "confirmed"):
            return {"outcome": REFUSED, "status": 409}
        if action == "confirm":
            sale.state = "confirmed"
        if action == "cancel" and sale.state != "expired":
            sale.state = "cancelled"
        return self._told(sale)

    def _told(self, sale: Sale) -> dict[str, Any]:
        seats = tuple(place.seat for place in sale.places)
        said = {"state": sale.state, "total": sale.total, "seats": seats}
        return {"outcome": DONE, "status": 200, **said}

    def _expired(self) -> list[Sale]:
        """All sales, as they are now."""
        for sale in self.sales:
            if sale.state == "held" and sale.ends <= self.now:
                sale.state = "expired"
        return self.sales

    def _vacant(self) -> tuple[Place, ...]:
        live = [one for one in self._expired() if one.state in ("held", "confirmed")]
        taken = {place for sale in live for place in sale.places}
        return tuple(place for place in PLACES if place not in taken)

    def _find(self, booking: str) -> Sale:
        return next(one for one in self.sales if one.id == booking)

    def _key(self) -> str:
        return f"{self.chance.getrandbits(64):x}"
