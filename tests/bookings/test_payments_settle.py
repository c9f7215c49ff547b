"""What becomes of a payment: tickets, or money that goes back; never both, never neither."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from bookings.booked import find
from bookings.booking import book, cancel, cancel_seance, confirm
from bookings.checking import check_tickets
from bookings.holds import release_expired
from bookings.models import Booking, Notice, Payment, Ticket
from bookings.payments.gateways import GatewayUnavailable
from bookings.payments.reconciling import reconcile
from bookings.payments.settling import notified
from bookings.refusals import PaymentRequired, SeatsTaken
from cinema import metrics
from cinema.refusals import NotFound
from movies.models import Seance
from tests.making import make_hall, make_seance, make_staff, seat_ids
from tests.paying import Bank, begin, hold, notify, now, open_bank, status_of
from tests.selling import expire, order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bank(settings, monkeypatch) -> Bank:
    return open_bank(settings, monkeypatch)


@pytest.fixture
def seance(bank: Bank) -> Seance:
    return make_seance(hall=make_hall(rows=1, seats=3))


@pytest.fixture
def sold(monkeypatch) -> list[int]:
    """How many tickets the metric was told of, each time."""
    counted: list[int] = []
    monkeypatch.setattr(metrics, "tickets_sold", counted.append)
    return counted


def told(*kinds: str) -> bool:
    """Whether buyers are sent these emails and no others."""
    return sorted(Notice.objects.values_list("kind", flat=True)) == sorted(kinds)


def start(seance: Seance) -> None:
    Seance.objects.filter(pk=seance.pk).update(starts_at=timezone.now() - timedelta(minutes=1))


def late(bank: Bank, held, *, tidied: bool = True) -> Payment:
    """The money of a hold that has ended before it came."""
    payment = begin(held)
    expire(held)
    if tidied:
        release_expired()
    bank.takes_money(payment)
    return payment


def goes_back(payment: Payment) -> bool:
    """Whether it was decided so, with a reason, and `reconcile` is due to do it."""
    stored = now(payment)
    due = stored.next_look_at is not None and stored.next_look_at <= timezone.now()
    return stored.status == "refunding" and bool(stored.reason) and due


def test_a_hold_that_is_paid_is_sold_counted_and_mailed(bank, seance, sold):
    held = hold(seance, seat_ids(seance)[:2])
    payment = begin(held)
    bank.takes_money(payment)
    notify(payment)
    stored = now(payment)
    assert (stored.status, stored.next_look_at) == ("succeeded", None)
    assert stored.settled_at is not None
    assert status_of(held) == "confirmed"
    assert set(Ticket.objects.values_list("held_until", "released_at")) == {(None, None)}
    assert sold == [2]
    assert told("tickets")


@pytest.mark.parametrize("site", ["https://kino.example", ""])
def test_tickets_are_mailed_only_where_there_is_a_site_to_link_to(settings, bank, seance, site):
    payment = begin(hold(seance, seat_ids(seance)[:1]))
    settings.SITE_URL = site
    bank.takes_money(payment)
    notify(payment)
    assert Notice.objects.exists() == bool(site)


def test_told_again_nothing_changes(bank, seance, sold):
    payment = begin(hold(seance, seat_ids(seance)[:1]))
    bank.takes_money(payment)
    notify(payment)
    before = Payment.objects.values().get(pk=payment.pk)
    notify(payment)
    notify(payment)
    assert Payment.objects.values().get(pk=payment.pk) == before
    assert sold == [1]
    assert told("tickets")


@pytest.mark.parametrize("status", ["refunding", "refunded"])
def test_what_goes_back_is_not_kept_after_all(bank, seance, status):
    held = hold(seance, seat_ids(seance)[:1])
    payment = late(bank, held)
    other = book(order(seance, seat_ids(seance)[:1]))
    notify(payment)
    if status == "refunded":
        reconcile()
    cancel(other.id)
    notify(payment)
    assert now(payment).status == status
    assert find(held.id).status == "expired"
    assert Notice.objects.filter(kind="refunded").count() == 1


@pytest.mark.parametrize("less", ["pending", "failed"])
def test_what_is_told_after_success_takes_nothing_away(bank, seance, less):
    held = hold(seance, seat_ids(seance)[:1])
    payment = begin(held)
    bank.takes_money(payment)
    notify(payment)
    bank.accounts[payment.gateway_id].status = less
    notify(payment)
    assert now(payment).status == "succeeded"
    assert status_of(held) == "confirmed"


def test_what_is_still_pending_changes_nothing(bank, seance):
    held = hold(seance, seat_ids(seance)[:1])
    payment = begin(held)
    notify(payment)
    assert now(payment).status == "pending"
    assert status_of(held) == "held"


def test_a_failed_payment_leaves_the_hold_for_another_try(bank, seance):
    held = hold(seance, seat_ids(seance)[:1])
    first = begin(held)
    bank.declines(first)
    notify(first)
    stored = now(first)
    assert (stored.status, stored.reason, stored.next_look_at) == ("failed", "no money", None)
    assert status_of(held) == "held"
    second = begin(held)
    bank.takes_money(second)
    notify(second)
    assert status_of(held) == "confirmed"


def test_success_after_a_failure_is_money_all_the_same(bank, seance):
    held = hold(seance, seat_ids(seance)[:1])
    payment = begin(held)
    bank.declines(payment)
    notify(payment)
    bank.takes_money(payment)
    notify(payment)
    assert now(payment).status == "succeeded"
    assert status_of(held) == "confirmed"


def test_of_two_payments_for_one_booking_the_second_goes_back(bank, seance):
    held = hold(seance, seat_ids(seance)[:1])
    first = begin(held)
    bank.declines(first)
    notify(first)
    second = begin(held)
    bank.takes_money(second)
    notify(second)
    bank.takes_money(first)
    notify(first)
    assert now(second).status == "succeeded"
    assert goes_back(first)
    assert status_of(held) == "confirmed"
    assert told("tickets", "refunded")
    assert find(held.id).payment.status == "succeeded"


@pytest.mark.parametrize(
    "changes", [{"amount": Decimal("249.99")}, {"amount": Decimal(251)}, {"currency": "USD"}]
)
def test_another_amount_or_currency_sells_nothing_and_goes_back(bank, seance, changes):
    held = hold(seance, seat_ids(seance)[:1])
    payment = begin(held)
    bank.takes_money(payment, **changes)
    notify(payment)
    assert goes_back(payment)
    assert status_of(held) == "held"
    assert told("refunded")


@pytest.mark.parametrize("tidied", [True, False], ids=["released", "not yet tidied"])
def test_money_that_comes_late_still_buys_seats_that_are_free(bank, seance, sold, tidied):
    held = hold(seance, seat_ids(seance)[:2])
    payment = late(bank, held, tidied=tidied)
    notify(payment)
    assert now(payment).status == "succeeded"
    assert find(held.id).status == "confirmed"
    assert set(Ticket.objects.values_list("held_until", "released_at")) == {(None, None)}
    assert sold == [2]
    assert told("tickets")
    assert check_tickets().mistakes == []


def test_seats_that_were_bought_late_are_not_free_for_anybody_else(bank, seance):
    held = hold(seance, seat_ids(seance)[:1])
    notify(late(bank, held))
    release_expired()
    with pytest.raises(SeatsTaken):
        book(order(seance, seat_ids(seance)[:1]))


@pytest.mark.parametrize("theirs", ["sold", "held"])
def test_money_that_comes_late_takes_no_seat_from_somebody_else(bank, seance, sold, theirs):
    seats = seat_ids(seance)
    held = hold(seance, seats[:2])
    payment = late(bank, held)
    other = book(order(seance, seats[1:2], hold=theirs == "held"))
    sold.clear()
    notify(payment)
    assert goes_back(payment)
    assert find(held.id).status == "expired"
    assert find(other.id).status == other.status
    assert list(Ticket.objects.filter(released_at=None).values_list("id")) == [
        (other.tickets[0].id,)
    ]
    assert sold == []
    assert told("refunded")


def test_expired_holds_of_others_are_not_in_the_way_of_late_money(bank, seance):
    seats = seat_ids(seance)
    held = hold(seance, seats[:2])
    payment = late(bank, held)
    for seat in seats[:2]:
        expire(hold(seance, [seat]))
    notify(payment)
    assert find(held.id).status == "confirmed"
    assert Booking.objects.filter(status="expired").count() == 2


def test_money_for_a_booking_that_its_buyer_released_goes_back(bank, seance):
    held = hold(seance, seat_ids(seance)[:1])
    payment = begin(held)
    cancel(held.id)
    bank.takes_money(payment)
    notify(payment)
    assert goes_back(payment)
    assert status_of(held) == "cancelled"
    assert not Ticket.objects.filter(released_at=None).exists()


def test_money_for_a_showing_that_was_cancelled_goes_back(bank, seance):
    held = hold(seance, seat_ids(seance)[:1])
    payment = begin(held)
    cancel_seance(seance.pk)
    bank.takes_money(payment)
    notify(payment)
    assert goes_back(payment)


@pytest.mark.parametrize("what", [start, lambda seance: cancel_seance(seance.pk)])
def test_late_money_for_a_showing_that_is_not_sold_any_more_goes_back(bank, seance, what):
    held = hold(seance, seat_ids(seance)[:1])
    payment = late(bank, held)
    what(seance)
    notify(payment)
    assert goes_back(payment)
    assert find(held.id).status == "expired"
    assert told("refunded")


def test_money_for_a_booking_that_the_box_office_sold_meanwhile_goes_back(bank, seance):
    held = hold(seance, seat_ids(seance)[:1])
    payment = begin(held)
    confirm(held.id, by_id=make_staff().pk)
    bank.takes_money(payment)
    notify(payment)
    assert goes_back(payment)
    assert status_of(held) == "confirmed"


def test_a_buyer_s_own_word_confirms_nothing(bank, seance):
    held = hold(seance, seat_ids(seance)[:1])
    with pytest.raises(PaymentRequired):
        confirm(held.id)
    begin(held)
    with pytest.raises(PaymentRequired):
        confirm(held.id)
    assert status_of(held) == "held"


def test_confirming_what_is_paid_changes_nothing(bank, seance):
    held = hold(seance, seat_ids(seance)[:1])
    payment = begin(held)
    bank.takes_money(payment)
    notify(payment)
    assert confirm(held.id).status == "confirmed"


def test_a_hold_that_costs_nothing_is_confirmed_without_money(bank):
    free = make_seance(price="0")
    assert confirm(hold(free, seat_ids(free)[:1]).id).status == "confirmed"


@pytest.mark.parametrize("number", ["bank-1", ""])
def test_a_number_that_we_never_got_is_not_found(bank, seance, number):
    bank.down = True
    with pytest.raises(GatewayUnavailable):
        begin(hold(seance, seat_ids(seance)[:1]))
    bank.down = False
    with pytest.raises(NotFound):
        notified(bank.name, number)


def test_money_that_the_bank_has_paid_back_already_buys_nothing(bank, seance):
    held = hold(seance, seat_ids(seance)[:1])
    payment = begin(held)
    bank.takes_money(payment, refunded=payment.amount)
    notify(payment)
    assert status_of(held) == "held"
    assert now(payment).status == "refunding"


def test_a_gateway_that_can_t_say_changes_nothing(bank, seance):
    payment = begin(hold(seance, seat_ids(seance)[:1]))
    bank.takes_money(payment)
    bank.down = True
    with pytest.raises(GatewayUnavailable):
        notify(payment)
    assert now(payment).status == "pending"
