"""`reconcile_payments` when something else is wrong besides."""

import pytest
from django.core.management import call_command
from django.db.models.functions import Now

from bookings.booked import find
from bookings.booking import cancel
from bookings.models import Payment
from bookings.payments import reconciling, settling
from bookings.refusals import SeatsTaken
from cinema.replication import middleware
from cinema.replication.middleware import Unacknowledged
from movies.models import Seance
from tests.making import make_hall, make_seance, seat_ids
from tests.paying import Bank, begin, hold, notify, now, open_bank

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bank(settings, monkeypatch) -> Bank:
    return open_bank(settings, monkeypatch)


@pytest.fixture
def seance(bank: Bank) -> Seance:
    return make_seance(hall=make_hall(rows=1, seats=3))


@pytest.fixture
def going_back(bank, seance) -> Payment:
    """The money of a booking that was cancelled."""
    payment = begin(hold(seance, seat_ids(seance)[:1]))
    bank.takes_money(payment)
    notify(payment)
    cancel(payment.booking_id)
    bank.asked.clear()
    return now(payment)


def unheard(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next thing that is stored for `reconcile` is acknowledged by no standby."""
    put_off = reconciling._pause

    def pause_and_warn(looks):
        middleware._unacknowledged.set(True)  # as the database's warning does
        monkeypatch.setattr(reconciling, "_pause", put_off)
        return put_off(looks)

    monkeypatch.setattr(reconciling, "_pause", pause_and_warn)


def test_money_is_not_paid_back_for_what_only_the_primary_knows(bank, going_back, monkeypatch):
    unheard(monkeypatch)
    with pytest.raises(Unacknowledged):
        reconciling.reconcile()
    assert bank.asked == []
    assert now(going_back).status == "refunding"


def test_once_a_standby_is_back_it_is_paid_back(bank, going_back, monkeypatch):
    unheard(monkeypatch)
    with pytest.raises(Unacknowledged):
        reconciling.reconcile()
    Payment.objects.update(next_look_at=Now())
    assert reconciling.reconcile() == 1
    assert now(going_back).status == "refunded"


def test_seats_that_others_snatch_again_and_again_stop_no_other_payment(
    bank, seance, going_back, monkeypatch
):
    unlucky = begin(hold(seance, seat_ids(seance)[1:2]))
    bank.takes_money(unlucky)
    Payment.objects.filter(pk=unlucky.pk).update(next_look_at=going_back.created_at)

    def always_too_late(sell):
        raise SeatsTaken([1])

    monkeypatch.setattr(settling, "past_expired_holds", always_too_late)
    assert reconciling.reconcile() == 2
    assert now(going_back).status == "refunded"
    assert now(unlucky).status == "pending"


def test_a_payment_of_the_gateway_before_is_still_looked_after(bank, seance, settings):
    payment = begin(hold(seance, seat_ids(seance)[:1]))
    bank.takes_money(payment)
    settings.PAYMENTS = "none"
    Payment.objects.update(next_look_at=Now())
    call_command("reconcile_payments")
    assert find(payment.booking_id).status == "confirmed"
