"""Beginning to pay: for which bookings, with which way back, and once."""

import uuid
from decimal import Decimal

import pytest
from django.db import transaction

from bookings.booking import book, cancel, confirm
from bookings.models import Booking, Payment
from bookings.payments import beginning, rules
from bookings.payments.gateways import GatewayUnavailable
from bookings.refusals import (
    BookingCancelled,
    EmailMissing,
    HoldExpired,
    NothingToPay,
    ReturnAddressRefused,
)
from cinema.refusals import NotFound
from cinema.replication.middleware import Unacknowledged
from movies.models import Seance
from tests.making import make_hall, make_seance, make_staff, seat_ids
from tests.paying import Bank, begin, hold, now, open_bank, status_of
from tests.racing import race
from tests.selling import expire, order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bank(settings, monkeypatch) -> Bank:
    return open_bank(settings, monkeypatch)


@pytest.fixture
def seance(bank: Bank) -> Seance:
    return make_seance(hall=make_hall(rows=1, seats=3))


def test_a_payment_has_the_total_of_its_booking_and_the_gateway_s_number_and_page(bank, seance):
    payment = begin(hold(seance, seat_ids(seance)[:2]))
    stored = now(payment)
    assert (stored.amount, stored.currency, stored.status) == (Decimal(500), "RUB", "pending")
    assert stored.gateway_id == payment.gateway_id == f"bank-{payment.pk}"
    assert stored.redirect_url == payment.redirect_url == f"https://bank.example/bank-{payment.pk}"
    assert bank.asked == ["begin"]


def test_asked_again_it_is_the_same_payment_and_is_begun_once(bank, seance):
    held = hold(seance, seat_ids(seance)[:1])
    first, second = begin(held), begin(held)
    assert (first.pk, first.redirect_url) == (second.pk, second.redirect_url)
    assert bank.asked == ["begin", "look"]


def test_asked_again_while_the_gateway_is_down_it_is_the_same_payment(bank, seance):
    held = hold(seance, seat_ids(seance)[:1])
    first = begin(held)
    bank.down = True
    assert begin(held).pk == first.pk


def test_asked_again_after_a_decline_nobody_has_told_of_another_one_is_begun(bank, seance):
    held = hold(seance, seat_ids(seance)[:1])
    declined = begin(held)
    bank.declines(declined)
    assert begin(held).pk != declined.pk
    assert now(declined).status == "failed"


def test_asked_again_after_money_nobody_has_told_of_the_seats_are_sold(bank, seance):
    held = hold(seance, seat_ids(seance)[:1])
    bank.takes_money(begin(held))
    with pytest.raises(NothingToPay):
        begin(held)
    assert status_of(held) == "confirmed"


def test_a_gateway_that_is_down_loses_nothing_and_is_asked_again_for_the_same_payment(bank, seance):
    held = hold(seance, seat_ids(seance)[:1])
    bank.down = True
    with pytest.raises(GatewayUnavailable):
        begin(held)
    stored = Payment.objects.get()
    assert (stored.status, stored.gateway_id) == ("pending", "")
    bank.down = False
    assert begin(held).pk == stored.pk
    assert now(stored).redirect_url
    assert Payment.objects.count() == 1


def test_two_who_begin_at_once_get_one_payment(bank, seance):
    held = hold(seance, seat_ids(seance)[:1])
    begun = race(*[lambda: begin(held)] * 6)
    assert {payment.pk for payment in begun} == {Payment.objects.get().pk}
    assert len({payment.redirect_url for payment in begun}) == 1
    assert len(bank.accounts) == 1


def test_after_a_failure_a_new_payment_can_be_begun(bank, seance):
    held = hold(seance, seat_ids(seance)[:1])
    failed = begin(held)
    Payment.objects.filter(pk=failed.pk).update(status="failed", settled_at=failed.created_at)
    assert begin(held).pk != failed.pk


def test_nothing_is_begun_inside_somebody_s_transaction(bank, seance):
    held = hold(seance, seat_ids(seance)[:1])
    with pytest.raises(AssertionError, match="inside a transaction"), transaction.atomic():
        begin(held)


def test_the_gateway_hears_of_nothing_that_might_not_be_stored(bank, seance, monkeypatch):
    held = hold(seance, seat_ids(seance)[:1])

    def not_acknowledged() -> None:
        raise Unacknowledged

    monkeypatch.setattr(beginning, "check_acknowledged", not_acknowledged)
    with pytest.raises(Unacknowledged):
        begin(held)
    assert bank.asked == []


def test_an_expired_hold_is_not_paid(seance):
    held = hold(seance, seat_ids(seance)[:1])
    expire(held)
    with pytest.raises(HoldExpired):
        begin(held)


def test_a_released_hold_is_not_paid(seance):
    held = hold(seance, seat_ids(seance)[:1])
    cancel(held.id)
    with pytest.raises(BookingCancelled):
        begin(held)


def test_a_sold_booking_is_not_paid_again(seance):
    held = hold(seance, seat_ids(seance)[:1])
    confirm(held.id, by_id=make_staff().pk)
    with pytest.raises(NothingToPay):
        begin(held)


def test_what_costs_nothing_is_not_paid(bank):
    free = make_seance(price="0")
    with pytest.raises(NothingToPay):
        begin(hold(free, seat_ids(free)[:1]))


def test_without_an_address_of_the_buyer_nothing_is_paid(seance):
    held = hold(seance, seat_ids(seance)[:1])
    Booking.objects.filter(pk=held.id).update(email="")
    with pytest.raises(EmailMissing):
        begin(held)


def test_a_cinema_without_a_gateway_takes_no_payments(settings, seance):
    held = hold(seance, seat_ids(seance)[:1])
    settings.PAYMENTS = "none"
    with pytest.raises(NothingToPay):
        begin(held)


def test_an_unknown_booking_is_not_found(bank):
    with pytest.raises(NotFound):
        begin(uuid.uuid4())


def test_seats_that_are_not_for_sale_are_not_found(bank, seance):
    book(order(seance, seat_ids(seance)[:1]))
    Booking.objects.update(status="blocked", confirmed_at=None)
    with pytest.raises(NotFound):
        begin(Booking.objects.get().pk)


def test_refused_before_the_booking_is_touched(bank, seance):
    held = hold(seance, seat_ids(seance)[:1])
    with pytest.raises(ReturnAddressRefused):
        beginning.begin(held.id, return_url="https://evil.example/")
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "https://kino.example",
        "https://kino.example/",
        "https://kino.example/kazan/tickets/1/?a=b#c",
        "HTTPS://KINO.EXAMPLE/",
        "http://127.0.0.1:8000/kazan/",
        "https://other.example:8443/",
    ],
)
def test_our_sites_may_be_returned_to(settings, address):
    settings.SITE_URL = "https://kino.example"
    settings.RETURN_ORIGINS = ["http://127.0.0.1:8000", "https://Other.example:8443/shop"]
    assert rules.may_return_to(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/",
        "kino.example",
        "//kino.example/",
        "https:/kino.example/",
        "https:kino.example",
        "https:///kino.example/",
        "http://kino.example/",
        "https://kino.example:444/",
        "https://kino.example.evil.example/",
        "https://evil.example/https://kino.example/",
        "https://evil.example#https://kino.example/",
        "https://kino.example@evil.example/",
        "https://user@kino.example/",
        "https://:@kino.example/",
        "https://@kino.example/",
        "https://evil.example\\@kino.example/",
        "https://kino.example\\.evil.example/",
        "https:\\\\kino.example/",
        "https://kino.example/\n",
        "https://ki\tno.example/",
        " https://kino.example/",
        "https://kino.example/a b",
        "https://kino.example\x00/",
        "https://kino.example:port/",
        "https://kino.example:99999/",
        "https://[kino.example/",
        "https://кино.example/",
        "https://kino.example%2f.evil.example/",
        "javascript://kino.example/%0aalert(1)",
        "data:text/html,kino.example",
    ],
)
def test_nobody_else_s_page_may_be_returned_to(settings, address):
    settings.SITE_URL = "https://kino.example"
    settings.RETURN_ORIGINS = []
    assert not rules.may_return_to(address)


def test_without_a_site_nothing_may_be_returned_to(settings):
    settings.SITE_URL, settings.RETURN_ORIGINS = "", []
    assert not rules.may_return_to("https://kino.example/")
    assert not rules.may_return_to("")
