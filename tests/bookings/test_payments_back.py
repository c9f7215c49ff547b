"""Money on its way back, and payments that nobody tells us about: the gateway is asked."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from bookings.booked import find
from bookings.booking import cancel, cancel_seance
from bookings.exchanging import exchange
from bookings.models import Payment
from bookings.payments.gateways import GatewayUnavailable
from bookings.payments.reconciling import (
    FIRST_PAUSE,
    HOLDS_LOOKS,
    HOLDS_PAUSE,
    LONGEST_PAUSE,
    NEVER_BEGUN,
    NEVER_PAID,
)
from bookings.payments.reconciling import reconcile as reconcile_payments
from movies.models import Seance
from tests.making import make_hall, make_seance, make_staff, seat_ids
from tests.paying import Bank, begin, hold, notify, now, open_bank, status_of
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bank(settings, monkeypatch) -> Bank:
    return open_bank(settings, monkeypatch)


@pytest.fixture
def seance(bank: Bank) -> Seance:
    return make_seance(hall=make_hall(rows=1, seats=3))


@pytest.fixture
def pending(bank, seance) -> Payment:
    return begin(hold(seance, seat_ids(seance)[:1]))


@pytest.fixture
def paid(bank, pending) -> Payment:
    bank.takes_money(pending)
    notify(pending)
    bank.asked.clear()
    return now(pending)


def due(payment: Payment) -> None:
    """As if the pause before the next look were over."""
    Payment.objects.filter(pk=payment.pk, next_look_at__isnull=False).update(next_look_at=Now())


def ago(payment: Payment, time: timedelta) -> None:
    """As if it had been begun so long ago."""
    Payment.objects.filter(pk=payment.pk).update(created_at=F("created_at") - time)
    due(payment)


def pause(payment: Payment) -> timedelta:
    """How long it is until the next look, to the second."""
    left = now(payment).next_look_at - timezone.now()
    return timedelta(seconds=round(left.total_seconds()))


@pytest.mark.parametrize("who", ["buyer", "staff"])
def test_cancelling_what_was_paid_online_pays_it_back(bank, paid, who):
    by_id = make_staff().pk if who == "staff" else None
    assert cancel(paid.booking_id, by_id=by_id).payment.status == "refunded"
    assert now(paid).status == "refunding"
    assert bank.kept(paid) == 250
    assert reconcile_payments() == 1
    stored = now(paid)
    assert (stored.status, stored.next_look_at) == ("refunded", None)
    assert stored.refunded_at is not None
    assert bank.kept(paid) == 0


def test_cancelling_a_showing_pays_back_what_was_paid_online(bank, paid):
    cancel_seance(paid.booking.seance_id)
    reconcile_payments()
    assert now(paid).status == "refunded"
    assert bank.kept(paid) == 0


def test_cancelling_again_pays_back_once(bank, paid):
    cancel(paid.booking_id)
    cancel(paid.booking_id)
    reconcile_payments()
    cancel(paid.booking_id)
    assert reconcile_payments() == 0
    assert bank.asked == ["refund"]


def test_moving_to_other_seats_leaves_the_payment_alone(bank, paid):
    seats = seat_ids(paid.booking.seance)
    exchange(booking_id=paid.booking_id, seat_ids=seats[1:2], by_id=make_staff().pk)
    assert now(paid).status == "succeeded"


def test_money_is_asked_back_until_the_gateway_promises(bank, paid):
    cancel(paid.booking_id)
    bank.down = True
    assert reconcile_payments() == 1
    assert now(paid).status == "refunding"
    assert pause(paid) == 2 * FIRST_PAUSE
    bank.down = False
    assert reconcile_payments() == 0
    due(paid)
    assert reconcile_payments() == 1
    assert now(paid).status == "refunded"


def test_money_that_is_to_go_back_is_never_given_up(bank, paid):
    cancel(paid.booking_id)
    bank.down = True
    ago(paid, timedelta(days=400))
    Payment.objects.filter(pk=paid.pk).update(looks=1000)
    reconcile_payments()
    assert now(paid).status == "refunding"
    assert pause(paid) == LONGEST_PAUSE


def test_a_notification_that_never_came_is_not_missed(bank, pending):
    bank.takes_money(pending)
    assert reconcile_payments() == 0
    due(pending)
    assert reconcile_payments() == 1
    assert now(pending).status == "succeeded"
    assert find(pending.booking_id).status == "confirmed"
    assert reconcile_payments() == 0


def test_a_failure_that_nobody_told_is_found(bank, pending):
    bank.declines(pending)
    due(pending)
    reconcile_payments()
    assert now(pending).status == "failed"


def test_what_is_pending_is_asked_about_after_growing_pauses(bank, pending):
    pauses = [pause(pending)]
    for _ in range(HOLDS_LOOKS + 8):
        due(pending)
        assert reconcile_payments() == 1
        pauses.append(pause(pending))
    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, HOLDS_PAUSE]
    assert pauses[HOLDS_LOOKS : HOLDS_LOOKS + 2] == [HOLDS_PAUSE, 2 * HOLDS_PAUSE]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE
    assert now(pending).status == "pending"


def test_what_the_gateway_calls_pending_for_days_is_given_up(bank, pending):
    ago(pending, NEVER_PAID - timedelta(minutes=1))
    reconcile_payments()
    assert now(pending).status == "pending"
    ago(pending, timedelta(minutes=1))
    reconcile_payments()
    stored = now(pending)
    assert (stored.status, stored.next_look_at) == ("failed", None)
    assert stored.reason


def test_money_for_what_was_given_up_is_booked_all_the_same(bank, pending):
    ago(pending, NEVER_PAID)
    reconcile_payments()
    bank.takes_money(pending)
    notify(pending)
    assert now(pending).status in ("succeeded", "refunding")


def test_what_is_paid_on_the_last_day_is_not_given_up(bank, pending):
    bank.takes_money(pending)
    ago(pending, NEVER_PAID)
    reconcile_payments()
    assert now(pending).status == "succeeded"


def test_what_the_gateway_never_heard_of_is_given_up_after_an_hour(bank, seance):
    bank.down = True
    with pytest.raises(GatewayUnavailable):
        begin(hold(seance, seat_ids(seance)[:1]))
    payment = Payment.objects.get()
    due(payment)
    reconcile_payments()
    assert now(payment).status == "pending"
    ago(payment, NEVER_BEGUN)
    reconcile_payments()
    assert now(payment).status == "failed"


def test_a_gateway_that_is_down_delays_one_payment_and_not_the_others(bank, seance):
    seats = seat_ids(seance)
    lost, other = begin(hold(seance, seats[:1])), begin(hold(seance, seats[1:2]))
    del bank.accounts[lost.gateway_id]
    bank.takes_money(other)
    due(lost)
    due(other)
    assert reconcile_payments() == 2
    assert (now(lost).status, now(other).status) == ("pending", "succeeded")


def test_no_more_are_asked_about_than_was_said(bank, seance):
    for seat in seat_ids(seance):
        due(begin(hold(seance, [seat])))
    assert reconcile_payments(2) == 2
    assert reconcile_payments(2) == 1


def test_several_who_reconcile_share_the_work(bank, seance):
    payments = [begin(hold(seance, [seat])) for seat in seat_ids(seance)]
    for payment in payments:
        bank.takes_money(payment)
        due(payment)
    bank.asked.clear()
    assert sum(race(*[reconcile_payments] * 3)) == 3
    assert bank.asked == ["look"] * 3
    assert {now(payment).status for payment in payments} == {"succeeded"}


def test_the_command_says_what_it_did(bank, pending, capsys):
    bank.takes_money(pending)
    due(pending)
    call_command("reconcile_payments")
    assert capsys.readouterr().out == "Asked about 1 payment.\n"
    assert status_of(find(pending.booking_id)) == "confirmed"
