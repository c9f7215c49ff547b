"""Any order of events around paying: holds, payments, news of them, ends of holds, other buyers.

Hypothesis makes up the stories and, of one that ends badly, tells the shortest. After every event
no seat has two tickets, and nothing counts as paid but what is sold. In the end each payer has the
tickets or the money.
"""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as effort
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bookings.booked import Booked
from bookings.booking import book, cancel, cancel_seance, confirm
from bookings.checking import check_tickets
from bookings.holds import release_expired
from bookings.models import Booking, Payment
from bookings.payments.gateways import Outcome
from bookings.payments.reconciling import reconcile
from bookings.payments.settling import settle
from cinema.refusals import Refused
from movies.models import Seance
from tests.making import make_hall, make_seance, make_staff, seat_ids
from tests.paying import Bank, begin, hold, notify, open_bank
from tests.selling import expire, order

pytestmark = pytest.mark.django_db(transaction=True)

T = TypeVar("T")

SEATS = 4
SOME_SEATS = st.sets(st.integers(0, SEATS - 1), min_size=1, max_size=2)


class Story(RuleBasedStateMachine):
    """One showing of four seats, its buyers, and the bank."""

    bank: Bank
    clerk: User

    holds = Bundle("holds")
    payments = Bundle("payments")
    answers = Bundle("answers")

    def __init__(self) -> None:
        super().__init__()
        self.seance = make_seance(hall=make_hall(rows=1, seats=SEATS))
        self.seats = seat_ids(self.seance)
        self.paid_in_cash: set[uuid.UUID] = set()

    @initialize(target=holds)
    def two_reserve(self) -> Any:
        return multiple(*(hold(self.seance, self.chosen(wanted)) for wanted in ({0, 1}, {2})))

    @rule(target=holds, wanted=SOME_SEATS)
    def somebody_reserves(self, wanted: set[int]) -> Any:
        return tried(lambda: hold(self.seance, self.chosen(wanted)))

    @rule(wanted=SOME_SEATS)
    def somebody_else_buys(self, wanted: set[int]) -> None:
        bought = tried(lambda: book(order(self.seance, self.chosen(wanted))))
        self.paid_in_cash |= {bought.id} if isinstance(bought, Booked) else set()

    @rule(target=payments, held=holds)
    def its_buyer_begins_to_pay(self, held: Booked) -> Any:
        return tried(lambda: begin(held))

    @rule(target=payments, held=holds, told=st.booleans())
    def its_buyer_pays(self, held: Booked, told: bool) -> Any:
        payment = tried(lambda: begin(held))
        if isinstance(payment, Payment):
            self.bank.takes_money(payment)
            if told:
                notify(payment)
        return payment

    @rule(payment=payments, succeeds=st.booleans())
    def the_bank_decides(self, payment: Payment, succeeds: bool) -> None:
        if not self.bank.kept(payment) and not self.bank.returned(payment):
            self.bank.takes_money(payment) if succeeds else self.bank.declines(payment)

    @rule(payment=payments)
    def the_bank_notifies(self, payment: Payment) -> None:
        notify(payment)

    @rule(target=answers, payment=payments)
    def the_bank_is_asked(self, payment: Payment) -> tuple[Payment, Outcome]:
        return payment, self.bank.look(payment.gateway_id)

    @rule(answer=answers)
    def its_answer_arrives(self, answer: tuple[Payment, Outcome]) -> None:
        """Perhaps later than newer ones, and perhaps again."""
        settle(answer[0].pk, answer[1])

    @rule(held=holds, tidied=st.booleans())
    def its_time_is_over(self, held: Booked, tidied: bool) -> None:
        if Booking.objects.get(pk=held.id).status == "held":
            expire(held)
        if tidied:
            release_expired()

    @rule(held=holds, by_staff=st.booleans())
    def it_is_cancelled(self, held: Booked, by_staff: bool) -> None:
        tried(lambda: cancel(held.id, by_id=self.clerk.pk if by_staff else None))

    @rule(held=holds)
    def it_is_paid_at_the_box_office(self, held: Booked) -> None:
        before = Booking.objects.get(pk=held.id).status
        if isinstance(tried(lambda: confirm(held.id, by_id=self.clerk.pk)), Booked):
            self.paid_in_cash |= {held.id} if before == "held" else set()

    @precondition(lambda self: self.all().filter(next_look_at__isnull=False).exists())
    @rule()
    def the_time_has_come_to_reconcile(self) -> None:
        self.all().filter(next_look_at__isnull=False).update(next_look_at=Now())
        reconcile()

    @precondition(lambda self: self.all().count() > 1)
    @rule(cancelled=st.booleans())
    def the_showing_is_sold_no_more(self, cancelled: bool) -> None:
        if cancelled:
            cancel_seance(self.seance.pk)
        else:
            starts_at = timezone.now() - timedelta(minutes=1)
            Seance.objects.filter(pk=self.seance.pk).update(starts_at=starts_at)

    @invariant()
    def no_seat_is_sold_twice(self) -> None:
        assert check_tickets().mistakes == []

    @invariant()
    def only_what_is_sold_is_paid(self) -> None:
        for payment in self.all().filter(status="succeeded"):
            assert payment.booking.status == "confirmed"
            assert self.bank.kept(payment) == payment.amount == payment.booking.total

    @invariant()
    def only_what_is_paid_is_sold(self) -> None:
        sold = Booking.objects.filter(seance=self.seance, status="confirmed")
        for booking in sold.exclude(pk__in=self.paid_in_cash):
            assert booking.payments.filter(status="succeeded").count() == 1

    @invariant()
    def no_money_that_goes_back_is_lost_sight_of(self) -> None:
        for payment in self.all().filter(status__in=["refunding", "refunded"]):
            due = payment.next_look_at is not None
            assert due == (payment.status == "refunding") == bool(self.bank.kept(payment))

    def teardown(self) -> None:
        for payment in self.all():
            notify(payment)
        self.the_time_has_come_to_reconcile()
        for payment in self.all():
            assert bool(self.bank.kept(payment)) == (payment.status == "succeeded")
        self.only_what_is_sold_is_paid()

    def all(self) -> QuerySet[Payment]:
        mine = Payment.objects.filter(booking__seance=self.seance)
        return mine.select_related("booking").order_by("created_at")

    def chosen(self, wanted: set[int]) -> list[int]:
        return [self.seats[place] for place in sorted(wanted)]


def tried(what: Callable[[], T]) -> T | MultipleResults[T]:
    """What is refused leaves nothing for the rest of the story."""
    try:
        return what()
    except Refused:
        return multiple()


def test_every_payer_has_the_tickets_or_the_money(settings: Any, monkeypatch: pytest.MonkeyPatch):
    Story.bank, Story.clerk = open_bank(settings, monkeypatch), make_staff()
    run_state_machine_as_test(
        Story,
        settings=effort(
            max_examples=60,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
