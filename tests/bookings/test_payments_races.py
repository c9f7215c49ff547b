"""Payments while other things happen to the same booking, seats or showing."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.utils import timezone, translation

from bookings.booked import Booked, find
from bookings.booking import book, cancel, cancel_seance, release
from bookings.checking import check_tickets
from bookings.holds import release_expired
from bookings.models import Notice, Payment, Ticket
from bookings.payments import settling
from bookings.payments.reconciling import reconcile
from bookings.refusals import AlreadySold, SeatsTaken
from cinema import metrics
from movies.models import Hall, Seance
from tests.making import make_hall, make_seance, seat_ids
from tests.paying import Bank, begin, hold, notify, now, open_bank, status_of
from tests.polling import eventually
from tests.racing import race
from tests.selling import expire, order

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 8


@pytest.fixture
def bank(settings, monkeypatch) -> Bank:
    return open_bank(settings, monkeypatch)


@pytest.fixture
def hall(bank: Bank) -> Hall:
    return make_hall(rows=1, seats=3)


def next_seance(hall: Hall) -> Seance:
    days = 1 + Seance.objects.count()
    return make_seance(hall=hall, starts_at=timezone.now() + timedelta(days=days))


def paid_at_the_bank(bank: Bank, held: Booked) -> Payment:
    payment = begin(held)
    bank.takes_money(payment)
    return payment


def fair(bank: Bank, payment: Payment) -> bool:
    """Whether money is kept exactly when its booking is sold, once what is due was paid back."""
    reconcile()
    sold = find(payment.booking_id).status == "confirmed"
    expected = ("succeeded", payment.amount) if sold else ("refunded", 0)
    return (now(payment).status, bank.kept(payment)) == expected


def test_the_same_notification_several_times_at_once_sells_once(bank, hall, monkeypatch):
    sold: list[int] = []
    monkeypatch.setattr(metrics, "tickets_sold", sold.append)
    held = hold(next_seance(hall), seat_ids(Seance.objects.get()))
    payment = paid_at_the_bank(bank, held)
    assert race(*[lambda: notify(payment)] * 8) == [None] * 8
    assert now(payment).status == "succeeded"
    assert sold == [3]
    assert Notice.objects.get().kind == "tickets"


def test_two_payments_that_succeed_at_once_leave_one(bank, hall):
    for _ in range(ROUNDS):
        seance = next_seance(hall)
        held = hold(seance, seat_ids(seance)[:1])
        first = begin(held)
        bank.declines(first)
        notify(first)
        second = begin(held)
        for payment in (first, second):
            bank.takes_money(payment)
        told = [lambda payment=payment: notify(payment) for payment in (first, second)]
        assert race(*told) == [None, None]
        reconcile()
        assert sorted([now(first).status, now(second).status]) == ["refunded", "succeeded"]
        assert bank.kept(first) + bank.kept(second) == held.total


def test_a_buyer_who_cancels_while_the_money_comes_has_a_ticket_or_the_money(bank, hall):
    for _ in range(ROUNDS):
        seance = next_seance(hall)
        held = hold(seance, seat_ids(seance)[:1])
        payment = paid_at_the_bank(bank, held)
        told, cancelled = race(lambda: notify(payment), lambda: cancel(held.id))
        assert told is None
        assert isinstance(cancelled, Booked)
        assert fair(bank, payment)
        assert not Ticket.objects.filter(booking=held.id, released_at=None).exists()


def test_a_hold_that_ends_while_the_money_comes_is_sold_to_one_buyer(bank, hall):
    for number in range(2 * ROUNDS):
        seance = next_seance(hall)
        seats = seat_ids(seance)
        held = hold(seance, seats)
        payment = paid_at_the_bank(bank, held)
        expire(held, at=timezone.now() + timedelta(milliseconds=number * 2))
        told, _tidied, *others = race(
            lambda: notify(payment),
            release_expired,
            *[lambda seat=seat: book(order(seance, [seat])) for seat in seats],
        )
        assert told is None
        assert all(isinstance(other, Booked | SeatsTaken) for other in others), others
        assert fair(bank, payment)
        live = Ticket.objects.filter(seance=seance, released_at=None)
        winners = sum(isinstance(other, Booked) for other in others)
        assert live.count() == (3 if find(held.id).status == "confirmed" else winners)
    assert check_tickets().mistakes == []


def test_late_money_for_the_same_seats_buys_them_once(bank, hall):
    for _ in range(ROUNDS):
        seance = next_seance(hall)
        seats = seat_ids(seance)
        payments = []
        for wanted in (seats[:2], seats[1:], seats[::-1]):
            held = hold(seance, wanted)
            payments.append(paid_at_the_bank(bank, held))
            expire(held)
            release_expired()
        told = [lambda payment=payment: notify(payment) for payment in payments]
        assert race(*told) == [None] * 3
        assert all(fair(bank, payment) for payment in payments)
        assert sorted(now(payment).status for payment in payments) == [
            "refunded",
            "refunded",
            "succeeded",
        ]
    assert check_tickets().mistakes == []


def test_a_notification_and_those_who_reconcile_do_no_harm_to_each_other(bank, hall):
    for _ in range(ROUNDS):
        seance = next_seance(hall)
        held = hold(seance, seat_ids(seance)[:1])
        payment = paid_at_the_bank(bank, held)
        Payment.objects.update(next_look_at=timezone.now())
        assert race(lambda: notify(payment), reconcile, reconcile)[0] is None
        assert status_of(held) == "confirmed"
        assert fair(bank, payment)


@pytest.mark.parametrize("late", [False, True], ids=["in time", "late"])
def test_a_showing_is_cancelled_while_the_money_is_booked(bank, hall, monkeypatch, late):
    seance = next_seance(hall)
    held = hold(seance, seat_ids(seance))
    payment = paid_at_the_bank(bank, held)
    if late:
        expire(held)
        release_expired()
    booked, cancelled = while_it_is_booked(
        monkeypatch, lambda: notify(payment), lambda: cancel_seance(seance.pk)
    )
    assert booked is None
    assert isinstance(cancelled, list)
    assert find(held.id).status == "cancelled"
    assert fair(bank, payment)
    assert not Ticket.objects.filter(released_at=None).exists()


def test_a_buyer_cancels_while_the_money_is_booked(bank, hall, monkeypatch):
    seance = next_seance(hall)
    held = hold(seance, seat_ids(seance))
    payment = paid_at_the_bank(bank, held)
    booked, cancelled = while_it_is_booked(
        monkeypatch, lambda: notify(payment), lambda: cancel(held.id)
    )
    assert booked is None
    assert cancelled.status == "cancelled"
    assert fair(bank, payment)


def test_a_buyer_who_releases_while_the_money_is_booked_keeps_what_was_bought(
    bank, hall, monkeypatch
):
    seance = next_seance(hall)
    held = hold(seance, seat_ids(seance))
    payment = paid_at_the_bank(bank, held)

    def release_it() -> object:
        try:
            return release(held.id)
        except AlreadySold as refused:
            return refused

    booked, released = while_it_is_booked(monkeypatch, lambda: notify(payment), release_it)
    assert booked is None
    assert isinstance(released, AlreadySold)
    assert status_of(held) == "confirmed"
    assert fair(bank, payment)


def test_money_that_comes_while_the_buyer_cancels_goes_back_for_that_reason(bank, hall):
    held = hold(next_seance(hall), seat_ids(Seance.objects.get()))
    payment = paid_at_the_bank(bank, held)

    def tell() -> None:
        try:
            notify(payment)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            cancel(held.id)
            telling = pool.submit(tell)
            eventually(somebody_waits)
        telling.result(timeout=20)
    with translation.override(settings.LANGUAGE_CODE):
        assert now(payment).reason == translation.gettext("The booking had been cancelled")


def while_it_is_booked(
    monkeypatch: pytest.MonkeyPatch, told: Callable[[], object], act: Callable[[], object]
) -> tuple[object, object]:
    """Runs `act` when `told` has sold the seats and not committed yet; then lets it go on, as soon
    as the other waits for it or is done."""
    sold, go_on = threading.Event(), threading.Event()
    keep = settling._set

    def keep_and_wait(payment: Payment, **values: object) -> None:
        keep(payment, **values)
        sold.set()
        assert go_on.wait(timeout=20)

    def run(what: Callable[[], object]) -> object:
        try:
            return what()
        finally:
            connections.close_all()

    monkeypatch.setattr(settling, "_set", keep_and_wait)
    with ThreadPoolExecutor(2) as pool:
        telling = pool.submit(run, told)
        assert sold.wait(timeout=20)
        acting = pool.submit(run, act)
        eventually(lambda: acting.done() or somebody_waits())
        go_on.set()
        return telling.result(timeout=20), acting.result(timeout=20)


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_locks WHERE NOT granted")
        return cursor.rowcount > 0
