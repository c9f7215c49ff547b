"""Who comes to the cinema."""

import random
from typing import Any

import gevent
from gevent.event import Event
from gevent.lock import BoundedSemaphore
from locust import between, constant, task
from locust.exception import StopUser

from loadtest.buying import Buying
from loadtest.ledger import Sale
from loadtest.programme import Showing, choose, showings, upcoming


class Visitor(Buying):
    """Looks around: films, when they are shown, what is free. Asks as a browser does that has
    most of it already."""

    weight = 20
    wait_time = between(1, 3)

    def on_start(self) -> None:
        self._known: dict[str, tuple[str, Any]] = {}

    @task
    def look_around(self) -> None:
        films = self._look("films", "/movies?with_seances=true&max_results=500")
        if not films:
            return
        gevent.sleep(random.uniform(0.2, 1))
        movie = random.choice(films)
        shown = self._look("showings", upcoming(f"/movies/{movie['id']}/seances"))
        on_sale = showings(shown or [])
        for showing in random.sample(on_sale, min(2, len(on_sale))):
            gevent.sleep(random.uniform(0.2, 1))
            self._look("seat map", showing.path)

    def _look(self, what: str, path: str) -> Any:
        tag, known = self._known.get(path, ("", None))
        headers = {"If-None-Match": tag} if tag else {}
        answer = self.ask(what, path, {200: "", 304: "unchanged"}, headers=headers)
        if answer.status == 200:
            known = answer.body["data"]
            self._known[path] = (answer.headers.get("ETag", ""), known)
        return known


class Buyer(Buying):
    """Goes the whole way: chooses seats, holds and buys them, reads the tickets, and sometimes
    changes their mind."""

    weight = 5
    wait_time = between(1, 3)

    @task
    def go_to_the_cinema(self) -> None:
        on_sale = [showing for showing in self.programme() if showing.vacant]
        if not on_sale:
            return
        showing = random.choice(on_sale)
        held = self._hold(showing)
        if held is None:
            return
        gevent.sleep(random.uniform(0.5, 2))  # an address is typed
        chance = random.random()
        if chance < 0.05:  # walks away, and the hold ends by itself
            return
        if chance < 0.15:
            self.release(held["id"])
        elif sale := self.purchase(held, showing):
            self._look_at(sale)

    def _hold(self, showing: Showing) -> dict[str, Any] | None:
        vacant, taken = self.vacant(showing), set[int]()
        for _attempt in range(3):
            seats = choose(vacant, random.choice((1, 2, 2, 2, 3, 4)), taken)
            if not seats:
                return None
            answer = self.book(showing, seats, hold=True)
            if answer.status == 201:
                return dict(answer.body["booking"])
            taken |= answer.taken
        return None

    def _look_at(self, sale: Sale) -> None:
        """A purchase is there at once for the one who made it, whatever the replicas' lag."""
        booking = self.read(sale.booking)
        if booking and booking["status"] != "confirmed":
            self.complain("booking", f"{sale.booking} was bought and is {booking['status']}")
        if random.random() < 0.1:
            self.cancel(sale)


class SeatBot(Buying):
    """Takes all seats of the soonest showing, then of the next, as fast as the cinema lets it."""

    weight = 1
    wait_time = constant(0)

    def on_start(self) -> None:
        self._list: list[Showing] = []
        self._at_once = 10

    @task
    def take(self) -> None:
        self._list = self._list or [one for one in self.programme() if one.vacant]
        if not self._list:
            gevent.sleep(1)
            return
        showing = self._list.pop(0)
        vacant, taken = self.vacant(showing), set[int]()
        while seats := choose(vacant, self._at_once, taken):
            answer = self.book(showing, seats)
            if answer.status == 422:  # more than one booking may have
                self._at_once = max(1, self._at_once // 2)
            elif answer.status == 201:
                taken.update(seats)
            elif more := answer.taken:
                taken |= more
            else:  # sales are closed, or the cinema has failed
                return


class Premiere:
    """The showing that everybody wants, the same for all buyers of this process, and the next one
    when it is sold out."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.doors = Event()
        self._lock = BoundedSemaphore()
        self._showings: list[Showing] | None = None

    def showing(self, buyer: Buying) -> Showing | None:
        with self._lock:
            if self._showings is None:
                largest_last = sorted(buyer.programme(), key=lambda one: (one.vacant, one.seance))
                self._showings = [showing for showing in largest_last if showing.vacant]
                if not self._showings:
                    buyer.complain("programme", "nothing is on sale")
        return self._showings[-1] if self._showings else None

    def sold_out(self, showing: Showing) -> None:
        if self._showings and self._showings[-1] == showing:
            self._showings.pop()


premiere = Premiere()


class FlashBuyer(Buying):
    """One of many who want the same showing: all stand before the doors with the seat map in hand,
    and all ask at the same moment."""

    weight = 1
    wait_time = constant(0)

    def on_start(self) -> None:
        self._go_to_premiere()
        premiere.doors.wait(timeout=120)

    def _go_to_premiere(self) -> None:
        self._showing = premiere.showing(self)
        self._vacant = self.vacant(self._showing) if self._showing else []
        self._taken: set[int] = set()

    @task
    def get_two_seats(self) -> None:
        if self._showing is None:
            raise StopUser
        seats = choose(self._vacant, 2, self._taken)
        if not seats:
            premiere.sold_out(self._showing)
            self._go_to_premiere()
            return
        answer = self.book(self._showing, seats)
        if answer.status == 201:
            self._taken.update(seats)
            if answer.body["booking"].get("payment_required"):
                self.purchase(answer.body["booking"], self._showing)
        elif more := answer.taken:
            self._taken |= more
        elif answer.status == 409:  # its sales are closed
            self._vacant = []
        else:
            gevent.sleep(1)
