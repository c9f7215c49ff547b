"""Payments online in the staff's site."""

import pytest
from django.urls import reverse
from django.utils import timezone

from bookings.booked import Booked
from bookings.booking import cancel
from bookings.models import Payment
from movies.models import Seance
from tests.making import make_hall, make_seance, seat_ids
from tests.office import assert_queries_do_not_grow, clerk, director, in_english, member_of, page
from tests.paying import Bank, begin, hold, notify, open_bank

pytestmark = pytest.mark.django_db(transaction=True)

PAYMENTS = reverse("admin:bookings_payment_changelist")


@pytest.fixture
def bank(settings, monkeypatch) -> Bank:
    return open_bank(settings, monkeypatch)


@pytest.fixture
def seance(bank: Bank) -> Seance:
    return make_seance(hall=make_hall(rows=1, seats=40))


def paid(bank: Bank, seance: Seance, seat: int = 0) -> tuple[Booked, Payment]:
    held = hold(seance, [seat_ids(seance)[seat]])
    payment = begin(held)
    bank.takes_money(payment)
    notify(payment)
    return held, payment


def of(held: Booked) -> str:
    return reverse("admin:bookings_booking_change", args=[held.id])


def test_a_booking_s_page_shows_how_it_was_paid_online(bank, seance):
    held, payment = paid(bank, seance)
    said = page(in_english(director()), of(held))
    for known in ("Payments online", "250.00 RUB", "paid", "bank", payment.gateway_id):
        assert known in said
    assert payment.redirect_url not in said


def test_it_says_why_money_goes_back(bank, seance):
    held = hold(seance, seat_ids(seance)[:1])
    payment = begin(held)
    cancel(held.id)
    bank.takes_money(payment)
    notify(payment)
    assert Payment.objects.get().reason in page(clerk("view_booking"), of(held))


def test_a_booking_that_nobody_paid_online_says_nothing_of_it(bank, seance):
    held = hold(seance, seat_ids(seance)[:1])
    assert "Payments online" not in page(in_english(director()), of(held))


def test_payments_are_listed_by_what_became_of_them(bank, seance):
    _kept, first = paid(bank, seance, 0)
    cancelled, second = paid(bank, seance, 1)
    cancel(cancelled.id)
    client = clerk("view_payment")

    def listed(**asked: str) -> set[object]:
        found = client.get(PAYMENTS, asked).context["cl"].result_list
        return {payment.pk for payment in found}

    assert listed() == {first.pk, second.pk}
    assert listed(status__exact="succeeded") == {first.pk}
    assert listed(status__exact="refunding") == {second.pk}
    assert listed(q=first.gateway_id) == {first.pk}


def test_a_payment_s_page_keeps_its_addresses_to_itself(bank, seance):
    held, payment = paid(bank, seance)
    said = page(director(), reverse("admin:bookings_payment_change", args=[payment.pk]))
    assert payment.gateway_id in said
    assert str(held.id)[:8] in said
    for secret in (payment.redirect_url, payment.return_url):
        assert secret not in said


def test_managers_see_payments_and_the_box_office_only_those_of_a_booking(bank, seance):
    held, payment = paid(bank, seance)
    assert member_of("manager").get(PAYMENTS).status_code == 200
    seller = member_of("box office")
    assert seller.get(PAYMENTS).status_code == 403
    link = reverse("admin:bookings_payment_change", args=[payment.pk])
    for client, offered in ((seller, False), (member_of("manager"), True)):
        shown = client.get(of(held)).content.decode()
        assert payment.gateway_id in shown
        assert (link in shown) == offered


def test_the_lists_make_no_more_queries_when_they_are_longer(bank, seance):
    held, _payment = paid(bank, seance)
    seats = iter(range(1, 40))
    assert_queries_do_not_grow(director(), PAYMENTS, lambda: paid(bank, seance, next(seats)))

    def try_again() -> None:
        Payment.objects.create(
            booking_id=held.id,
            gateway="bank",
            amount=1,
            currency="RUB",
            status="failed",
            settled_at=timezone.now(),
        )

    client = director()
    page(client, of(held))  # somebody's first page asks who that is
    assert_queries_do_not_grow(client, of(held), try_again)
