"""Somebody who buys, holds, confirms, cancels and reads, and is as fickle as people are."""

import random
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from loadtest.torture.box_office import Programme, cancel, confirm
from loadtest.torture.client import MAKES, Client, Request, Told
from loadtest.torture.history import DONE, REFUSED, UNKNOWN, Place

MOST = 4  # sales, and as many holds, that one buyer has: a few of them through every fault
REMEMBERS = 30  # requests that were answered, and bookings that are over
SOON, LATE = 0.4, 0.7  # seconds before and after a hold ends in which buyers come for it
AIM = 0.03  # and how near to the end they are, who come in time

Ending = deque[tuple[float, list[Place]]]
"""When holds end, and of which places: known to all buyers, so that some are there in time."""


@dataclass
class Buyer:
    """One customer. `chance` decides everything that the buyer decides."""

    client: Client
    programme: Programme
    chance: random.Random
    ending: Ending = field(default_factory=lambda: deque(maxlen=100))
    quiet: threading.Event = field(default_factory=threading.Event)
    """Everybody waits while it is set."""
    kept: list[str] = field(default_factory=list)
    held: dict[str, float] = field(default_factory=dict)
    """And when they end."""
    unsure: list[Request] = field(default_factory=list)
    """Not answered: to be asked again some time."""
    _over: deque[str] = field(default_factory=lambda: deque(maxlen=REMEMBERS))
    _answered: deque[Request] = field(default_factory=lambda: deque(maxlen=REMEMBERS))
    _seances: dict[str, int] = field(default_factory=dict)

    def buy_until(self, enough: threading.Event) -> None:
        """What was not answered is asked again with the same key, also after `enough`."""
        while not enough.is_set():
            if self.quiet.is_set():
                self._wait_and_give_up(enough)
            else:
                self._choose()()

    def _wait_and_give_up(self, enough: threading.Event) -> None:
        """Afterwards one comes after the other, and first with what is surely done."""
        while self.quiet.is_set() and not enough.is_set():
            time.sleep(0.01)
        time.sleep(self.chance.uniform(0, 0.3))
        if self.kept:
            self._give_up()

    def _choose(self) -> Callable[[], None]:
        """Most holds are kept until they end: that is when it gets interesting."""
        self._let_holds_go()
        if any(_ends(end) for end in self.held.values()) and self.chance.random() < 0.5:
            return self._decide
        if self.held and self.chance.random() < 0.03:
            return self.chance.choice((self._decide, self._release))
        if len(self.kept) >= MOST:
            return self._give_up
        does = [self._buy] * 4 + [self._look_around]
        does += [self._hold] * 4 if len(self.held) < MOST else []
        does += [self._ask_again] if self.unsure else []
        does += [self._ask_once_more, self._misuse_a_key] if self._answered else []
        does += [self._haunt] if self._over else []
        does += [self._give_up] * 2 if self.kept else []
        return self.chance.choice(does)

    def _let_holds_go(self) -> None:
        for booking, end in list(self.held.items()):
            if time.monotonic() - end > LATE:
                del self.held[booking]
                self._over.append(booking)

    def _buy(self) -> None:
        self._ask_for(self._wanted("buy", self._wish()))

    def _hold(self) -> None:
        self._ask_for(self._wanted("hold", self._wish()))

    def _ask_again(self) -> None:
        self._ask_for(self.unsure.pop(0))

    def _wish(self) -> list[Place]:
        ending = [(end, places) for end, places in list(self.ending) if _ends(end)]
        if ending and self.chance.random() < 0.4:
            end, places = self.chance.choice(ending)
            _come(end + self.chance.uniform(0, AIM))
            return places
        seance = self.chance.choice(self.programme.seances)
        seats = self.chance.sample(self.programme.seats, self.chance.choice((1, 1, 2, 3)))
        return [Place(seance, seat) for seat in seats]

    def _wanted(self, action: str, places: list[Place], key: str = "") -> Request:
        key, hold = key or self._new_key(), action == "hold"
        return Request(
            action,
            key,
            lambda ask: self.programme.book(ask, places, key, hold=hold),
            {"places": places},
        )

    def _ask_for(self, wanted: Request) -> None:
        asked_at = time.monotonic()
        told = self._insist(wanted)
        if told.outcome == UNKNOWN:
            self.unsure.append(wanted)
        elif told.outcome == DONE and told.booking:
            places: list[Place] = wanted.asked["places"]
            self._seances[told.booking] = places[0].seance
            if told.lasts is None:
                self.kept.append(told.booking)
            else:
                self.held[told.booking] = ends = asked_at + told.lasts
                self.ending.append((ends, places))
            self._check(told.booking)

    def _decide(self) -> None:
        """Buys what is held: the hold that ends first, perhaps too late."""
        booking = min(self.held, key=self.held.__getitem__)
        _come(self.held.pop(booking) - self.chance.uniform(0, AIM))
        told = self._insist(self._about("confirm", booking))
        (self._over if told.outcome == REFUSED else self.kept).append(booking)
        self._check(booking)

    def _release(self) -> None:
        booking = self.chance.choice([*self.held])
        del self.held[booking]
        self._cancel(booking)

    def _give_up(self) -> None:
        self._cancel(self.kept.pop(self.chance.randrange(len(self.kept))))

    def _cancel(self, booking: str) -> None:
        told = self._insist(self._about("cancel", booking))
        (self.kept if told.outcome == UNKNOWN else self._over).append(booking)
        self._check(booking)

    def _about(self, action: str, booking: str) -> Request:
        key = self._new_key()
        does = {"confirm": confirm, "cancel": cancel}[action]
        return Request(action, key, lambda ask: does(ask, booking, key), {"booking": booking})

    def _insist(self, request: Request) -> Told:
        told = self.client.insist(request)
        if told.outcome != UNKNOWN:
            self._answered.append(request)
        return told

    def _ask_once_more(self) -> None:
        """What was answered some time ago."""
        self.client.ask(self.chance.choice(self._answered))

    def _misuse_a_key(self) -> None:
        """Asks for something else with a key that was answered."""
        made = [one for one in self._answered if one.action in MAKES]
        if made:
            one = self.chance.choice(made)
            places: list[Place] = one.asked["places"]
            others = [seat for seat in self.programme.seats if seat != places[0].seat]
            other = [Place(places[0].seance, self.chance.choice(others))]
            send = self._wanted(one.action, other, one.key).send
            self.client.ask(Request("misuse", one.key, send, {"places": other}))

    def _haunt(self) -> None:
        """Wants what is over."""
        booking = self.chance.choice(self._over)
        self.client.ask(self._about(self.chance.choice(("confirm", "cancel")), booking))
        self.client.read(booking)

    def _look_around(self) -> None:
        self.client.look(self.chance.choice(self.programme.seances))
        if own := [*self.kept, *self.held]:
            self.client.read(self.chance.choice(own))

    def _check(self, booking: str) -> None:
        """As people do, who want to see what they have done."""
        if self.chance.random() < 0.8:
            any(self.client.look(self._seances[booking]) for _try in range(3))
        if self.chance.random() < 0.3:
            self.client.read(booking)

    def _new_key(self) -> str:
        return f"{self.chance.getrandbits(128):032x}"


def _ends(end: float) -> bool:
    """Soon, or a moment ago."""
    return -SOON < time.monotonic() - end < LATE


def _come(moment: float) -> None:
    """If it is near: then, and else at once."""
    left = moment - time.monotonic()
    if 0 < left < SOON:
        time.sleep(left)
