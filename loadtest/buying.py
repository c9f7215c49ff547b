"""The steps of a purchase."""

import math
import re
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import gevent

from loadtest.asking import Answer, Asking
from loadtest.ledger import Ledger, Sale
from loadtest.programme import Showing, showings, upcoming, vacant_seats

ledger = Ledger()
"""Of this process."""

SANDBOX = "/payments/sandbox/"
PAYMENT_PATIENCE = 30.0  # seconds until a payment that was made must be known


class Buying(Asking):
    """Does one step after another, and notes in the ledger what the cinema has confirmed."""

    abstract = True

    def programme(self) -> list[Showing]:
        answer = self.ask("programme", upcoming("/seances"), {200: ""})
        return showings(answer.body["data"]) if answer.status == 200 else []

    def vacant(self, showing: Showing) -> list[int]:
        answer = self.ask("seat map", showing.path, {200: ""})
        return vacant_seats(answer.body["data"]) if answer.status == 200 else []

    def book(self, showing: Showing, seats: Sequence[int], *, hold: bool = False) -> Answer:
        """201 with what is held or bought, or what else became of it."""
        order = {"email": "load@cinema.example", "seatsIds": list(seats), "hold": hold}
        answer = self.insist(
            "hold" if hold else "book",
            f"{showing.path}/bookings",
            {201: "held" if hold else "done"},
            method="POST",
            json=order,
        )
        if answer.status == 201:
            self._note(answer.body["booking"], showing)
        elif answer.title == "Seat already taken" and not set(seats) & answer.taken:
            self.complain("book", f"asked for {seats}, and none of the taken {answer.taken} is one")
        return answer

    def purchase(self, booking: dict[str, Any], showing: Showing) -> Sale | None:
        """Makes a sale of a hold, as the cinema wants it: paid or only confirmed."""
        if booking.get("payment_required"):
            return self._pay(booking["id"], showing)
        path = f"/bookings/{booking['id']}/confirm"
        answer = self.insist("confirm", path, {200: "done"}, method="POST")
        return self._note(answer.body["booking"], showing) if answer.status == 200 else None

    def release(self, booking_id: str) -> None:
        path = f"/bookings/{booking_id}?held=true"
        self.insist("release", path, {200: "done"}, method="DELETE")

    def cancel(self, sale: Sale) -> None:
        sale.until = time.monotonic()
        answer = self.insist("cancel", sale.booking_path, {200: "done"}, method="DELETE")
        sale.cancelled = answer.status == 200
        if answer.status == 409:
            sale.until = math.inf

    def read(self, booking_id: str) -> dict[str, Any]:
        """The booking, or an empty one where the answer failed."""
        answer = self.ask("booking", f"/bookings/{booking_id}", {200: ""})
        return answer.body["booking"] if answer.status == 200 else {}

    def _note(self, booking: dict[str, Any], showing: Showing) -> Sale | None:
        if booking["status"] != "confirmed":
            return None
        tickets = [(ticket["seat_id"], ticket["id"]) for ticket in booking["tickets"]]
        since = time.monotonic()
        sale = Sale(booking["id"], showing.movie, showing.seance, tickets, since=since)
        ledger.note(sale)
        return sale

    def _pay(self, booking_id: str, showing: Showing) -> Sale | None:
        path = f"/bookings/{booking_id}/payments"
        order = {"return_url": self._return_url()}
        begun = self.insist("payment", path, {201: "begun"}, method="POST", json=order)
        if begun.status != 201:
            return None
        bank = begun.body["data"]["redirect_url"]
        if SANDBOX not in bank:
            self.complain("payment", f"can pay in the sandbox only, not at {bank}")
            return None
        return self._wait_until_paid(booking_id, showing) if self._pay_in_sandbox(bank) else None

    def _pay_in_sandbox(self, bank: str) -> bool:
        page = self.ask("bank's page", bank, {200: ""})
        form_token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', str(page.body))
        if page.status != 200 or not form_token:
            return False
        form = f"way=pay&csrfmiddlewaretoken={form_token[1]}"
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": bank}
        paid = self.ask("bank", bank, {303: "paid"}, method="POST", data=form, headers=headers)
        return paid.status == 303

    def _wait_until_paid(self, booking_id: str, showing: Showing) -> Sale | None:
        deadline = time.monotonic() + PAYMENT_PATIENCE
        while time.monotonic() < deadline:
            booking = self.read(booking_id)
            if booking and booking["status"] != "held":
                return self._note(booking, showing)
            gevent.sleep(1)
        self.complain("payment", f"booking {booking_id} is not known as paid: do the chores run?")
        return None

    def _return_url(self) -> str:
        """A page of the site: the one that passes us on, if any does."""
        chosen = self.environment.parsed_options.return_url
        target = urlsplit(str(self.host))
        return chosen or f"{target.scheme}://{target.netloc}/"
