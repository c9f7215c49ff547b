"""What the metrics say of attempts to buy, of seats and of money."""

from collections.abc import Mapping

import pytest
from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper

from bookings.booking import book, cancel, cancel_seance
from bookings.exchanging import exchange
from bookings.holds import release_expired
from bookings.payments.reconciling import reconcile
from cinema import metrics
from cinema.replication.monitor import Monitor, monitor
from movies.models import Seance, Seat
from tests.counting import counted
from tests.making import make_category, make_hall, make_seance, make_staff, seat_ids
from tests.paying import begin, hold, notify, open_bank
from tests.selling import expire, order

pytestmark = pytest.mark.django_db(transaction=True)

SOLD = 'success_bookings_total{app="provider-backend",city="kazan"}'
REVENUE = 'revenue_total{currency="RUB"}'
REFUNDS = 'refunds_total{currency="RUB"}'
DURATIONS = "booking_attempt_duration_seconds_count"


@pytest.fixture
def seance() -> Seance:
    """Ten seats for 250 each."""
    return make_seance(hall=make_hall(rows=2, seats=5))


def attempts(grown: Mapping[str, float]) -> dict[str, float]:
    """By their result; how many were timed as `timed`."""
    found = {
        name: grown[f'booking_attempts_total{{result="{name}"}}']
        for name in metrics.ATTEMPTS
        if f'booking_attempts_total{{result="{name}"}}' in grown
    }
    return found | ({"timed": grown[DURATIONS]} if DURATIONS in grown else {})


def buy(api, seance: Seance, seats: list[int], key: str | None = None, **fields: object):
    body = {"email": "a@b.org", "seatsIds": seats, **fields}
    headers = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
    path = f"/movies/{seance.movie_id}/seances/{seance.pk}/bookings"
    return api.post(path, body, format="json", **headers)


# Attempts


def test_each_way_an_attempt_ends_is_counted_as_such(api, seance):
    seats = seat_ids(seance)
    with counted() as grown:
        buy(api, seance, seats[:2])
        held = buy(api, seance, seats[2:3], hold=True)
        buy(api, seance, seats[:3])
        buy(api, seance, [])
        api.post(f"/bookings/{held.json()['booking']['id']}/confirm")
    assert attempts(grown) == {"sold": 2, "held": 1, "taken": 1, "refused": 1, "timed": 3}
    assert grown["seat_conflicts_total"] == 3
    assert grown["holds_created_total"] == 1


@pytest.mark.parametrize("path", ["/bookings", "/bookings/"])
def test_both_addresses_for_booking_count(api, seance, path):
    body = {"email": "a@b.org", "seatsIds": seat_ids(seance)[:1], "seance_id": seance.pk}
    with counted() as grown:
        assert api.post(path, body, format="json").status_code == 201
    assert attempts(grown) == {"sold": 1, "timed": 1}


def test_refusals_that_are_kept_for_a_key_count_as_what_they_are(api, seance):
    buy(api, seance, seat_ids(seance)[:1])
    with counted() as grown:
        assert buy(api, seance, seat_ids(seance)[:1], key="mine").status_code == 409
    assert attempts(grown) == {"taken": 1, "timed": 1}


def test_an_answer_that_is_given_again_is_no_attempt(api, seance):
    with counted() as grown:
        for _ in range(3):
            assert buy(api, seance, seat_ids(seance)[:1], key="mine").status_code == 201
    assert attempts(grown) == {"sold": 1, "timed": 1}
    assert grown[SOLD] == 1


def test_a_lost_database_makes_attempts_unavailable(api, seance, monkeypatch):
    seats = seat_ids(seance)

    def gone(*args: object, **kwargs: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with counted() as grown, monkeypatch.context() as context:
        context.setattr(CursorWrapper, "execute", gone)
        assert buy(api, seance, seats[:1]).status_code == 503
    assert attempts(grown) == {"unavailable": 1}


def test_what_is_refused_for_lack_of_a_standby_is_an_attempt_too(api, seance, monkeypatch):
    monkeypatch.setattr(Monitor, "running", True)
    monkeypatch.setattr(monitor, "acknowledges", False)
    with counted() as grown:
        assert buy(api, seance, seat_ids(seance)[:1]).status_code == 503
    assert attempts(grown) == {"unavailable": 1}


def test_reading_and_cancelling_a_booking_are_no_attempts(api, seance):
    booked = buy(api, seance, seat_ids(seance)[:1]).json()["booking"]["id"]
    with counted() as grown:
        api.get(f"/bookings/{booked}")
        api.delete(f"/bookings/{booked}")
        api.get("/bookings")
    assert attempts(grown) == {}


def test_every_result_is_there_before_anything_happens():
    page = metrics.of_web_server().decode()
    for result in metrics.ATTEMPTS:
        assert f'booking_attempts_total{{result="{result}"}}' in page


# Seats and money


def test_money_is_counted_when_tickets_are_sold(seance):
    with counted() as grown:
        book(order(seance, seat_ids(seance)[:3]))
        book(order(seance, seat_ids(seance)[3:4], hold=True))
    assert (grown[SOLD], grown[REVENUE]) == (3, 750)


def test_what_is_rolled_back_is_not_counted(seance):
    with counted() as grown, transaction.atomic():
        book(order(seance, seat_ids(seance)[:1]))
        transaction.set_rollback(True)
    assert SOLD not in grown
    assert REVENUE not in grown


def test_a_hold_that_is_paid_late_is_sold_and_counted_by_whoever_finds_it(
    seance, settings, monkeypatch
):
    bank = open_bank(settings, monkeypatch)
    held = hold(seance, seat_ids(seance)[:2])
    payment = begin(held)
    expire(held)
    bank.takes_money(payment)
    with counted() as grown:
        notify(payment)
    assert (grown[SOLD], grown[REVENUE]) == (2, 500)
    assert metrics.of_chores().decode().count(SOLD) == 1  # where `run_chores` tells it


def test_money_that_comes_for_seats_of_others_is_to_go_back(seance, settings, monkeypatch):
    bank = open_bank(settings, monkeypatch)
    held = hold(seance, seat_ids(seance)[:2])
    payment = begin(held)
    expire(held)
    book(order(seance, seat_ids(seance)[:1]))
    bank.takes_money(payment)
    with counted() as grown:
        notify(payment)
        reconcile()
    assert grown[REFUNDS] == 500
    assert SOLD not in grown


def test_holds_that_are_over_are_counted_once(seance):
    seats = seat_ids(seance)
    for seat in seats[:3]:
        expire(book(order(seance, [seat], hold=True)))
    with counted() as grown:
        book(order(seance, seats[:1]))  # tidies the one in its way
        release_expired()
        release_expired()
    assert grown["holds_expired_total"] == 3


def test_only_sold_bookings_are_counted_as_cancelled(seance):
    seats = seat_ids(seance)
    sold = book(order(seance, seats[:2]))
    held = book(order(seance, seats[2:3], hold=True))
    with counted() as grown:
        cancel(sold.id)
        cancel(sold.id)
        cancel(held.id)
    assert (grown["bookings_cancelled_total"], grown[REFUNDS]) == (1, 500)


def test_a_cancelled_showing_cancels_all_that_was_sold_for_it(seance):
    seats = seat_ids(seance)
    book(order(seance, seats[:2]))
    book(order(seance, seats[2:3]))
    book(order(seance, seats[3:4], hold=True))
    with counted() as grown:
        cancel_seance(seance.pk)
    assert (grown["bookings_cancelled_total"], grown[REFUNDS]) == (2, 750)


def test_an_exchange_is_counted_by_its_difference(seance):
    cheap, dear = seat_ids(seance)[0], seat_ids(seance)[-1]
    Seat.objects.filter(pk=dear).update(category=make_category("VIP", "100"))
    sold = book(order(seance, [cheap]))
    by = make_staff().pk
    with counted() as grown:
        exchange(booking_id=sold.id, seat_ids=[dear], by_id=by)
    assert (grown[REVENUE], grown.get(REFUNDS)) == (100, None)
    with counted() as grown:
        exchange(booking_id=sold.id, seat_ids=[cheap], by_id=by)
    assert (grown.get(REVENUE), grown[REFUNDS]) == (None, 100)


def test_counting_asks_the_database_nothing(seance, django_assert_max_num_queries):
    order_of_one = order(seance, seat_ids(seance)[:1])
    with django_assert_max_num_queries(1):
        book(order_of_one)
    assert not connection.in_atomic_block
