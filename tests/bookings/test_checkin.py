"""Who is let in at the door, and that it happens once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from bookings import checkin
from bookings.blocking import block_seats
from bookings.booked import Booked
from bookings.booking import book, cancel, cancel_seance, confirm
from bookings.checkin import (
    UNDO_TIME,
    check_in,
    open_doors,
    scanned_code,
    undo_check_in,
    written_code,
)
from bookings.exchanging import exchange
from bookings.models import Booking, Ticket
from bookings.refusals import (
    NotAdmitted,
    TicketCancelled,
    TicketExchanged,
    TicketForOtherSeance,
    TicketNotPaid,
    TicketUnknown,
    TicketUsed,
)
from movies.models import Seance
from tests.making import make_hall, make_seance, make_staff, seat_ids
from tests.polling import eventually
from tests.racing import race
from tests.selling import expire, order

at_once = pytest.mark.django_db(transaction=True)
pytestmark = pytest.mark.django_db


def sold(seance: Seance, *, place: int = 0, seats: int = 1, hold: bool = False) -> Booked:
    return book(order(seance, seat_ids(seance)[place : place + seats], hold=hold))


def ticket_of(booked: Booked) -> Ticket:
    return Ticket.objects.filter(booking=booked.id).order_by("id")[0]


def scan(ticket: Ticket, by: Any, *seances: Seance) -> Ticket | NotAdmitted:
    """The ticket, or why it isn't good."""
    served = [seance.pk for seance in seances] or [ticket.seance_id]
    try:
        return check_in(code=ticket.code, seance_ids=served, by_id=by.pk)
    except NotAdmitted as refused:
        return refused


def seance_between(before: int, after: int) -> Seance:
    """From so many minutes to so many minutes from now."""
    now = timezone.now()
    seance = make_seance()
    times = {
        "starts_at": now + timedelta(minutes=before),
        "ends_at": now + timedelta(minutes=after),
        "hall_free_at": now + timedelta(minutes=after),
    }
    Seance.objects.filter(pk=seance.pk).update(**times)
    return seance


def test_a_sold_ticket_lets_its_buyer_in_and_remembers_who_said_so():
    door, ticket = make_staff(), ticket_of(sold(make_seance()))
    admitted = scan(ticket, door)
    assert isinstance(admitted, Ticket)
    ticket.refresh_from_db()
    assert ticket.checked_in_by == door
    assert abs(ticket.checked_in_at - timezone.now()) < timedelta(seconds=30)
    assert admitted.checked_in_at == ticket.checked_in_at


def test_a_second_scan_is_told_when_and_by_whom_the_ticket_was_used():
    anna, boris = make_staff("anna"), make_staff("boris")
    ticket = ticket_of(sold(make_seance()))
    first = scan(ticket, anna)
    second = scan(ticket, boris)
    assert isinstance(second, TicketUsed)
    assert second.ticket.checked_in_by == anna
    assert second.ticket.checked_in_at == first.checked_in_at


def test_every_ticket_of_a_booking_lets_one_person_in():
    door, booked = make_staff(), sold(make_seance(), seats=3)
    for ticket in Ticket.objects.filter(booking=booked.id):
        assert isinstance(scan(ticket, door), Ticket)
    assert Ticket.objects.filter(checked_in_at=None).count() == 0


def test_a_ticket_for_another_showing_is_not_used_up():
    ticket, other = ticket_of(sold(make_seance())), make_seance()
    refused = scan(ticket, make_staff(), other)
    assert isinstance(refused, TicketForOtherSeance)
    assert refused.ticket.seance_id == ticket.seance_id
    ticket.refresh_from_db()
    assert ticket.checked_in_at is None


def test_a_door_that_serves_nothing_lets_nobody_in():
    ticket = ticket_of(sold(make_seance()))
    with pytest.raises(TicketForOtherSeance):
        check_in(code=ticket.code, seance_ids=[], by_id=make_staff().pk)


def test_one_door_serves_several_showings():
    first, second, door = make_seance(), make_seance(), make_staff()
    for seance in (first, second):
        assert isinstance(scan(ticket_of(sold(seance)), door, first, second), Ticket)


def test_a_cancelled_ticket_is_refused():
    booked = sold(make_seance())
    cancel(booked.id)
    assert isinstance(scan(ticket_of(booked), make_staff()), TicketCancelled)


def test_a_ticket_of_a_cancelled_showing_is_refused():
    seance = make_seance()
    booked = sold(seance)
    cancel_seance(seance.pk)
    assert isinstance(scan(ticket_of(booked), make_staff()), TicketCancelled)


def test_of_an_exchanged_ticket_the_new_one_is_good():
    door, seance = make_staff(), make_seance()
    booked = sold(seance)
    old = ticket_of(booked)
    exchange(booking_id=booked.id, seat_ids=seat_ids(seance)[4:5])
    refused = scan(old, door)
    assert isinstance(refused, TicketExchanged)
    new = refused.ticket.replaced_by
    assert new.seat_id == seat_ids(seance)[4]
    assert isinstance(scan(new, door), Ticket)


def test_who_was_let_in_and_moves_to_another_seat_is_not_let_in_twice():
    door, seance = make_staff(), make_seance()
    booked = sold(seance)
    scan(ticket_of(booked), door)
    exchange(booking_id=booked.id, seat_ids=seat_ids(seance)[4:5])
    new = Ticket.objects.get(booking=booked.id, released_at=None)
    assert isinstance(scan(new, door), TicketUsed)


def test_a_seat_that_is_only_held_is_not_paid():
    held = sold(make_seance(), hold=True)
    assert isinstance(scan(ticket_of(held), make_staff()), TicketNotPaid)
    expire(held)
    assert isinstance(scan(ticket_of(held), make_staff("other")), TicketNotPaid)


def test_a_seat_that_is_not_for_sale_has_no_ticket():
    seance, staff = make_seance(), make_staff()
    block_seats(seance_id=seance.pk, seat_ids=seat_ids(seance)[:1], reason="broken", by_id=staff.pk)
    assert isinstance(scan(Ticket.objects.get(), staff), TicketUnknown)


@pytest.mark.parametrize("code", ["ABCDEFGHJKLM", "", "\0", "' OR 1=1 --", "Ы" * 500])
def test_a_code_that_was_never_printed_is_unknown(code):
    with pytest.raises(TicketUnknown):
        check_in(code=code, seance_ids=[make_seance().pk], by_id=make_staff().pk)


@pytest.mark.parametrize(
    "text",
    ["ABCDEFGHKMXP", "abcd-efgh-kmxp", " ABCD EFGH\tKMXP\n", "abcd–efgh—kmxp", "АВCDЕFGНКМХР"],
)
def test_a_code_is_understood_however_it_was_typed(text):
    assert written_code(text) == "ABCDEFGHKMXP"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ABCDEFGHKMXP", "ABCDEFGHKMXP"),
        ("https://kino.example/tickets/ABCDEFGHKMXP", "ABCDEFGHKMXP"),
        ("https://kino.example/t/abcd-efgh-kmxp/?from=mail#top", "ABCDEFGHKMXP"),
        ("http://kino.example/ticket?seat=4&code=ABCDEFGHKMXP", "ABCDEFGHKMXP"),
        ("https://kino.example/tickets/?code=*", "TICKETS"),
        ("https://kino.example/", "HTTPS://KINO.EXAMPLE/"),
        ("https://[", "HTTPS://["),
        ("WIFI:S:kino;;", "WIFI:S:KINO;;"),
    ],
)
def test_a_qr_code_holds_a_tickets_code_or_an_address_with_it(text, code):
    assert scanned_code(text) == code


def test_doors_are_open_from_before_the_start_to_the_end():
    early, soon, running, over = (
        seance_between(100, 200),
        seance_between(80, 180),
        seance_between(-60, 60),
        seance_between(-120, -1),
    )
    cancelled = seance_between(10, 100)
    cancel_seance(cancelled.pk)
    shown = set(open_doors())
    assert shown == {soon, running}
    assert not {early, over, cancelled} & shown


def test_what_somebody_let_in_by_mistake_they_take_back():
    door, ticket = make_staff(), ticket_of(sold(make_seance()))
    scan(ticket, door)
    assert undo_check_in(ticket_id=ticket.pk, by_id=door.pk)
    ticket.refresh_from_db()
    assert (ticket.checked_in_at, ticket.checked_in_by) == (None, None)
    assert not undo_check_in(ticket_id=ticket.pk, by_id=door.pk)
    assert isinstance(scan(ticket, door), Ticket)


def test_nobody_takes_back_what_another_did_or_what_was_long_ago():
    anna, boris = make_staff("anna"), make_staff("boris")
    ticket = ticket_of(sold(make_seance()))
    scan(ticket, anna)
    assert not undo_check_in(ticket_id=ticket.pk, by_id=boris.pk)
    long_ago = timezone.now() - UNDO_TIME
    Ticket.objects.filter(pk=ticket.pk).update(checked_in_at=long_ago)
    assert not undo_check_in(ticket_id=ticket.pk, by_id=anna.pk)
    assert isinstance(scan(ticket, boris), TicketUsed)
    assert undo_check_in(ticket_id=ticket.pk)  # for whoever may change bookings


def test_a_cancelled_ticket_is_not_made_good_again():
    door, booked = make_staff(), sold(make_seance())
    ticket = ticket_of(booked)
    scan(ticket, door)
    cancel(booked.id, by_id=door.pk)
    assert not undo_check_in(ticket_id=ticket.pk)
    ticket.refresh_from_db()
    assert ticket.checked_in_at


@at_once
def test_of_many_doors_that_scan_one_ticket_at_once_one_lets_its_buyer_in():
    doors = [make_staff(f"door {number}") for number in range(8)]
    seance = make_seance()
    for place in range(5):
        ticket = ticket_of(sold(seance, place=place))
        answers = race(*[lambda door=door: scan(ticket, door) for door in doors])
        [admitted] = [answer for answer in answers if isinstance(answer, Ticket)]
        used = [answer for answer in answers if isinstance(answer, TicketUsed)]
        assert len(used) == len(doors) - 1
        assert {answer.ticket.checked_in_by for answer in used} == {admitted.checked_in_by}


def test_a_hold_that_is_paid_while_it_is_scanned_lets_its_buyer_in(monkeypatch):
    seance, door = make_seance(), make_staff()
    held = book(order(seance, seat_ids(seance)[:1], hold=True))
    find = checkin._find

    def paid_meanwhile(code: str) -> Ticket | None:
        confirm(held.id)
        return find(code)

    monkeypatch.setattr(checkin, "_find", paid_meanwhile)
    assert (
        check_in(code=held.tickets[0].code, seance_ids=[seance.pk], by_id=door.pk).checked_in_by
        == door
    )


@at_once
def test_doors_that_scan_the_tickets_of_one_booking_do_not_wait_for_ever():
    doors, seance = [make_staff(f"door {number}") for number in range(4)], make_seance()
    tickets = list(Ticket.objects.filter(booking=sold(seance, seats=4).id))
    pairs = [*zip(doors, tickets, strict=True), *zip(doors, tickets[::-1], strict=True)]
    answers = race(*[lambda door=door, ticket=ticket: scan(ticket, door) for door, ticket in pairs])
    assert sum(isinstance(answer, Ticket) for answer in answers) == 4
    assert sum(isinstance(answer, TicketUsed) for answer in answers) == 4


@at_once
def test_a_ticket_that_is_cancelled_while_it_is_scanned_is_one_or_the_other_first():
    door, seance = make_staff(), make_seance(hall=make_hall(rows=1, seats=10))
    for place in range(10):
        booked = sold(seance, place=place)
        ticket = ticket_of(booked)
        answer, cancelled = race(
            lambda: scan(ticket, door), lambda: cancel(booked.id, by_id=door.pk)
        )
        ticket.refresh_from_db()
        assert cancelled.status == "cancelled"
        assert ticket.released_at
        assert isinstance(answer, Ticket | TicketCancelled), answer
        assert bool(ticket.checked_in_at) == isinstance(answer, Ticket)


@at_once
def test_a_scan_that_waits_for_a_cancellation_lets_nobody_in():
    door, booked = make_staff(), sold(make_seance())
    ticket = ticket_of(booked)
    with ThreadPoolExecutor(1) as other_door:
        with transaction.atomic():
            cancel(booked.id, by_id=door.pk)
            answer = other_door.submit(scanned_apart, ticket, door)
            eventually(somebody_waits)
        assert isinstance(answer.result(), TicketCancelled)
    ticket.refresh_from_db()
    assert ticket.checked_in_at is None


@at_once
def test_a_scan_waits_for_whoever_moves_the_booking_to_other_seats():
    """Else the new ticket might not know that its owner is inside."""
    door, booked = make_staff(), sold(make_seance())
    ticket = ticket_of(booked)
    with ThreadPoolExecutor(1) as other_door:
        with transaction.atomic():
            Booking.objects.select_for_update().get(pk=booked.id)  # as `exchange` begins
            answer = other_door.submit(scanned_apart, ticket, door)
            eventually(somebody_waits)
        assert isinstance(answer.result(), Ticket)


@at_once
def test_whoever_is_moved_to_another_seat_while_they_are_scanned_is_let_in_once():
    door, hall = make_staff(), make_hall(rows=1, seats=2)
    for day in range(1, 9):
        seance = make_seance(hall=hall, starts_at=timezone.now() + timedelta(days=day))
        booked = sold(seance)
        ticket, free = ticket_of(booked), seat_ids(seance)[1:]
        answer, moved = race(
            lambda: scan(ticket, door), lambda: exchange(booking_id=booked.id, seat_ids=free)
        )
        assert isinstance(moved, Booked), moved
        new = Ticket.objects.get(booking=booked.id, released_at=None)
        assert isinstance(answer, Ticket | TicketExchanged), answer
        assert bool(new.checked_in_at) == isinstance(answer, Ticket)


def scanned_apart(ticket: Ticket, by: Any) -> Ticket | NotAdmitted:
    """In a thread, so with a connection of its own."""
    try:
        return scan(ticket, by)
    finally:
        connections.close_all()


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])
