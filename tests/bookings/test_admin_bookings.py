"""Bookings and tickets in the staff's site."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from bookings.blocking import block_seats
from bookings.booked import Booked, find
from bookings.booking import Cancelled, book, cancel, cancel_once
from bookings.checkin import check_in
from bookings.claiming import Order
from bookings.exchanging import exchange
from bookings.models import Booking, Notice, Ticket
from bookings.notices import resend
from bookings.reasons import OF_BOOKING
from bookings.refusals import CancellationClosed
from cinema.admin import BoundedPaginator
from movies.models import Seance, Seat
from tests.making import make_category, make_hall, make_seance, make_staff, seat_ids
from tests.office import (
    assert_queries_do_not_grow,
    clerk,
    director,
    in_english,
    make_member,
    page,
    queries_of,
    send,
    text,
)
from tests.racing import race
from tests.selling import expire

pytestmark = pytest.mark.django_db(transaction=True)  # moving commits between its attempts

BOOKINGS = reverse("admin:bookings_booking_changelist")
TICKETS = reverse("admin:bookings_ticket_changelist")


def address(booked: Booked, verb: str = "change") -> str:
    return reverse(f"admin:bookings_booking_{verb}", args=[booked.id])


WHY = {"ready": "own", "words": "собака заболела"}


def sell(seats: int = 2, **fields: object) -> Booked:
    seance = make_seance(hall=make_hall(rows=1, seats=seats))
    order = {"seance_id": seance.pk, "seat_ids": seat_ids(seance), "email": "anna@example.org"}
    return book(Order(**(order | fields)))  # type: ignore[arg-type]


def test_the_list_says_who_bought_what():
    seller = make_staff("kassir")
    booked = sell(sold_by_id=seller.pk)
    said = page(director(), BOOKINGS)
    for known in (
        str(booked.id)[:8],
        "anna@example.org",
        "ряд 1: 1, 2",
        "500,00",
        "продан",
        "kassir",
    ):
        assert known in said


@pytest.mark.parametrize(
    "written",
    [
        lambda booked: "anna@",
        lambda booked: "Anna@Example.org",
        lambda booked: str(booked.id),
        lambda booked: str(booked.id)[:8],
        lambda booked: booked.id.hex[:8].upper(),
        lambda booked: booked.tickets[0].code,
        lambda booked: f" {booked.tickets[1].code[:6].lower()}-{booked.tickets[1].code[6:]} ",
    ],
)
def test_a_booking_is_found_by_what_a_person_can_say(written):
    booked = sell()
    sell(email="petr@example.org")
    listed = director().get(BOOKINGS, {"q": written(booked)}).context["cl"].result_list
    assert [booking.pk for booking in listed] == [booked.id]


@pytest.mark.parametrize("term", ["%", "zzz", "'", "\x00", "ffffffffffff", "-", "aa"])
def test_strange_searches_find_nothing_and_break_nothing(term):
    sell()
    assert director().get(BOOKINGS, {"q": term}, follow=True).status_code == 200


def test_a_hold_that_ran_out_is_expired_before_anybody_tidies_it():
    held = sell(hold=timedelta(minutes=10))
    client = director()
    assert "забронирован" in page(client, address(held))
    expire(held)
    for where in (BOOKINGS, address(held), TICKETS):
        assert "бронь истекла" in page(client, where)
    assert "Отменить заказ" not in page(client, address(held))
    assert Booking.objects.get().status == "held"
    assert len(client.get(BOOKINGS, {"state": "expired"}).context["cl"].result_list) == 1
    assert len(client.get(BOOKINGS, {"state": "held"}).context["cl"].result_list) == 0


def test_the_list_is_filtered():
    seller = make_staff("kassir")
    by_staff, online = sell(sold_by_id=seller.pk), sell()
    cancel(online.id, by_id=make_staff("canceller").pk)
    client = director()

    def listed(**parameters: str) -> set[object]:
        return {row.pk for row in client.get(BOOKINGS, parameters).context["cl"].result_list}

    assert listed(seller="staff") == listed(state="confirmed") == {by_staff.id}
    assert listed(seller="buyer") == listed(state="cancelled") == {online.id}
    assert listed(seller="me") == listed(state="nonsense") == set()
    assert listed(seance__id__exact=str(by_staff.seance_id)) == {by_staff.id}


def test_a_showings_bookings_are_listed_and_the_filter_says_which():
    booked, _other = sell(), sell()
    response = director().get(BOOKINGS, {"seance__id__exact": str(booked.seance_id)})
    assert [row.pk for row in response.context["cl"].result_list] == [booked.id]
    assert str(Seance.objects.get(pk=booked.seance_id)) in text(response)
    for strange in ("x", "9" * 40, ""):
        assert director().get(BOOKINGS, {"seance__id__exact": strange}).status_code in (200, 302)


def test_the_bookings_of_a_film_to_come_are_listed():
    booked = sell()
    later = sell()
    past = timezone.now() - timedelta(days=2)
    Seance.objects.filter(pk=booked.seance_id).update(starts_at=past)
    listed = director().get(BOOKINGS, {"film": str(later.movie_id)}).context["cl"].result_list
    assert [row.pk for row in listed] == [later.id]
    assert not director().get(BOOKINGS, {"film": str(booked.movie_id)}).context["cl"].result_list


def test_seats_that_are_not_for_sale_are_listed_only_when_asked_for():
    booked = sell(1)
    seance = make_seance()
    key = block_seats(
        seance_id=seance.pk, seat_ids=seat_ids(seance)[:1], reason="сломано", by_id=None
    )
    client = director()
    listed = client.get(BOOKINGS).context["cl"].result_list
    assert [row.pk for row in listed] == [booked.id]
    listed = client.get(BOOKINGS, {"state": "blocked"}).context["cl"].result_list
    assert [row.pk for row in listed] == [key]
    assert len(client.get(TICKETS).context["cl"].result_list) == 1
    response = client.get(reverse("admin:bookings_booking_change", args=[key]))
    assert "сломано" in text(response)
    assert reverse("admin:seance_block", args=[seance.pk]) in response.content.decode()
    assert Ticket.objects.get(booking=key).code not in text(response)


def test_lists_make_no_more_queries_when_they_are_longer():
    client = director()
    assert_queries_do_not_grow(client, BOOKINGS, lambda: sell(3))
    few = queries_of(client, TICKETS)
    sell(30)
    assert queries_of(client, TICKETS) == few


def test_a_booking_page_makes_no_more_queries_when_it_has_more_tickets():
    client = director()
    page(client, address(sell(1)))  # what is asked once and then remembered
    assert queries_of(client, address(sell(10))) == queries_of(client, address(sell(1)))


def test_long_lists_are_not_counted_to_their_end(monkeypatch):
    monkeypatch.setattr(BoundedPaginator, "LIMIT", 3)
    for _booking in range(5):
        sell(1)
    said = page(director(), BOOKINGS)
    assert "Показаны первые 3" in said


def test_a_booking_page_shows_tickets_and_can_not_be_edited():
    booked = sell()
    client = director()
    said = page(client, address(booked))
    for ticket in booked.tickets:
        assert ticket.code in said
    assert "Сохранить" not in said
    assert client.post(address(booked), {"email": "thief@example.org"}).status_code == 403
    assert Booking.objects.get().email == "anna@example.org"


@pytest.mark.parametrize("model", ["booking", "ticket"])
def test_nothing_sold_is_added_or_deleted_by_hand(model):
    booked = sell()
    key = booked.id if model == "booking" else booked.tickets[0].id
    client = director()
    assert client.get(reverse(f"admin:bookings_{model}_add")).status_code == 403
    delete = reverse(f"admin:bookings_{model}_delete", args=[key])
    assert client.get(delete).status_code == 403
    assert client.post(delete, {"post": "yes"}).status_code == 403
    listed = reverse(f"admin:bookings_{model}_changelist")
    client.post(listed, {"action": "delete_selected", "_selected_action": [key], "post": "yes"})
    assert Ticket.objects.count() == 2


def test_a_booking_is_cancelled_after_saying_why():
    booked = sell()
    client = director()
    assert "Отменить 1 заказ?" in page(client, address(booked, "cancel"))
    for unsaid in ({}, {"ready": "own", "words": " "}, {"ready": "99"}):
        send(client, address(booked, "cancel"), **unsaid)
        assert Booking.objects.get().status == "confirmed"
    said = send(client, address(booked, "cancel"), **WHY)
    assert "Отменён 1 заказ, его места снова в продаже." in said
    assert Booking.objects.get().status == "cancelled"
    assert Booking.objects.get().reason == "собака заболела"
    assert "собака заболела" in page(client, address(booked))
    assert not Ticket.objects.filter(released_at__isnull=True).exists()
    assert "собака заболела" in page(client, address(booked, "history"))


def test_staff_may_cancel_when_buyers_may_not_any_more():
    booked = sell()
    soon = timezone.now() + timedelta(minutes=1)
    Seance.objects.filter(pk=booked.seance_id).update(starts_at=soon)
    with pytest.raises(CancellationClosed):
        cancel(booked.id)
    send(director(), address(booked, "cancel"), **WHY)
    assert Booking.objects.get().status == "cancelled"


def test_cancelling_again_changes_nothing_and_says_so():
    booked = sell()
    cancel(booked.id, by_id=make_staff("canceller").pk)
    cancelled_at = Booking.objects.get().cancelled_at
    assert "Отменено 0 заказов" in send(director(), address(booked, "cancel"), **WHY)
    assert Booking.objects.get().cancelled_at == cancelled_at


def test_several_bookings_are_cancelled_from_the_list():
    first, second, third = sell(), sell(), sell()
    chosen = {"action": "cancel_selected", "_selected_action": [str(first.id), str(second.id)]}
    client = director()
    assert "Отменить 2 заказа?" in send(client, BOOKINGS, **chosen, index="0")
    assert not Booking.objects.filter(status="cancelled").exists()
    assert "Отменено 2 заказа" in send(client, BOOKINGS, **chosen, **WHY, confirmed="yes")
    assert set(Booking.objects.filter(status="cancelled").values_list("pk", flat=True)) == {
        first.id,
        second.id,
    }
    assert Booking.objects.get(pk=third.id).status == "confirmed"


def test_one_that_can_not_be_cancelled_does_not_keep_the_others(monkeypatch):
    first, second = sell(), sell()

    def choosy(key: object, **how: object) -> Cancelled | None:
        if key == first.id:
            raise CancellationClosed(30)
        return cancel_once(second.id, by_id=make_staff("canceller").pk)

    monkeypatch.setattr("bookings.admin.booking_cancel.cancel_once", choosy)
    asked = {"action": "cancel_selected", "_selected_action": [str(first.id), str(second.id)]}
    said = send(director(), BOOKINGS, **asked, **WHY, confirmed="yes")
    assert "не позже чем за 30 мин." in said
    assert "Отменён 1 заказ" in said


def test_who_may_only_look_can_not_cancel():
    booked = sell()
    client = clerk("view_booking")
    assert "Отменить" not in page(client, address(booked))
    assert client.get(address(booked, "cancel")).status_code == 403
    assert client.post(address(booked, "cancel"), WHY).status_code == 403
    for name in ("booking_move", "booking_resend"):
        assert client.get(reverse(f"admin:{name}", args=[booked.id])).status_code == 403
        assert client.post(reverse(f"admin:{name}", args=[booked.id])).status_code == 403
    asked = {"action": "cancel_selected", "_selected_action": [str(booked.id)], "confirmed": "yes"}
    client.post(BOOKINGS, asked | WHY)
    assert Booking.objects.get().status == "confirmed"


def test_who_may_change_bookings_may_cancel_them():
    booked = sell()
    send(clerk("view_booking", "change_booking"), address(booked, "cancel"), **WHY)
    assert Booking.objects.get().status == "cancelled"


@pytest.mark.parametrize(
    ("sale", "way"),
    [
        ({"sold_by_id": True, "paid_by": "cash"}, "in cash"),
        ({"sold_by_id": True, "paid_by": "card"}, "to the card"),
        ({"sold_by_id": True}, "at the box office"),
        ({}, "online"),
    ],
)
def test_the_money_goes_back_as_it_came(sale, way):
    if "sold_by_id" in sale:
        sale = sale | {"sold_by_id": make_staff("kassir").pk}
    booked = sell(**sale)
    client = in_english(director())
    for said in (
        page(client, address(booked, "cancel")),
        send(client, address(booked, "cancel"), **WHY),
    ):
        assert "500.00" in said
        assert way in said


def test_of_several_who_cancel_at_once_one_is_told_to_pay_back():
    booked = sell(sold_by_id=make_staff("kassir").pk, paid_by="cash")
    clients = [in_english(director()) for _ in range(3)]
    said = race(
        *[
            lambda client=client: send(client, address(booked, "cancel"), **WHY)
            for client in clients
        ]
    )
    assert sorted("To be paid back" in one for one in said) == [False, False, True]


def test_nothing_is_paid_back_for_what_was_only_held():
    held = sell(hold=timedelta(minutes=10))
    client = in_english(director())
    assert "paid back" not in page(client, address(held, "cancel"))
    assert "paid back" not in send(client, address(held, "cancel"), **WHY)
    assert Booking.objects.get().status == "cancelled"
    assert not Notice.objects.exists()


def test_a_ready_made_reason_is_written_in_the_cinemas_language():
    booked = sell()
    send(in_english(director()), address(booked, "cancel"), ready="0")
    with translation.override(settings.LANGUAGE_CODE):
        assert Booking.objects.get().reason == str(OF_BOOKING[0])


def test_a_booking_is_moved_after_its_difference_was_agreed():
    hall = make_hall(rows=1, seats=4)
    dear = hall.seats.last()
    dear.category = make_category("VIP", "100")
    dear.save()
    seance = make_seance(hall=hall)
    seats = seat_ids(seance)
    booked = book(Order(seance_id=seance.pk, seat_ids=seats[:2], email="anna@example.org"))
    move = reverse("admin:booking_move", args=[booked.id])
    client = in_english(director())
    wanted = [seats[0], seats[3]]
    assert "to collect 100.00" in send(client, move, seats=wanted)
    assert "to collect 100.00" in send(client, move, seats=wanted, agreed="50")
    assert Booking.objects.get().total == 500
    said = send(client, move, seats=wanted, agreed="100.00")
    assert "to collect 100.00" in said
    assert "exchanged for another seat" in said
    assert Booking.objects.get().total == 600
    assert "to pay back 100.00" in send(client, move, seats=seats[:2], agreed="-100")
    assert Notice.objects.filter(kind="exchanged").count() == 2


def test_who_takes_the_difference_and_how_is_noted():
    hall = make_hall(rows=1, seats=2)
    Seat.objects.filter(pk=hall.seats.last().pk).update(category=make_category("VIP", "100"))
    seance = make_seance(hall=hall)
    seats = seat_ids(seance)
    booked = book(Order(seance_id=seance.pk, seat_ids=seats[:1], email=""))
    move = reverse("admin:booking_move", args=[booked.id])
    cashier = make_member("box office")
    client = in_english(Client())
    client.force_login(cashier)
    assert [way for way, _label in client.get(move).context["ways"]] == ["", "cash", "card"]
    asked = client.post(move, {"seats": seats[1:], "paid_by": "card"})
    assert (asked.context["agreed"], asked.context["way"]) == (100, "card")
    for agreed in ("sNaN", "Infinity", "1e9"):
        assert client.post(move, {"seats": seats[1:], "agreed": agreed}).status_code == 200
    assert not Ticket.objects.filter(exchanged_at__isnull=False).exists()
    send(client, move, seats=seats[1:], paid_by="card", agreed="100")
    new = Ticket.objects.get(exchanged_at__isnull=False)
    assert (new.exchanged_by, new.exchanged_paid_by) == (cashier, "card")
    send(client, move, seats=seats[:1], paid_by="gold", agreed="-100")
    back = Ticket.objects.get(exchanged_at__isnull=False, released_at=None)
    assert back.exchanged_paid_by == ""


def test_a_move_that_is_sent_twice_is_done_once_and_asks_nothing_more():
    hall = make_hall(rows=1, seats=2)
    Seat.objects.filter(pk=hall.seats.last().pk).update(category=make_category("VIP", "100"))
    seance = make_seance(hall=hall)
    seats = seat_ids(seance)
    booked = book(Order(seance_id=seance.pk, seat_ids=seats[:1], email="anna@example.org"))
    client = in_english(director())
    move = reverse("admin:booking_move", args=[booked.id])
    for _press in range(2):
        response = client.post(move, {"seats": seats[1:], "agreed": "100"})
        assert response.url == address(booked)
    assert Notice.objects.count() == 1
    assert Booking.objects.get().total == 350


def test_seats_that_are_taken_meanwhile_are_named_and_the_choice_is_kept():
    seance = make_seance()
    seats = seat_ids(seance)
    booked = book(Order(seance_id=seance.pk, seat_ids=seats[:2], email=""))
    book(Order(seance_id=seance.pk, seat_ids=seats[3:4], email=""))
    client = in_english(director())
    move = reverse("admin:booking_move", args=[booked.id])
    response = client.post(move, {"seats": [seats[3], seats[4]]})
    assert response.status_code == 409
    assert response.context["chosen"] == {seats[3], seats[4]}
    assert f"Taken meanwhile: {Seat.objects.get(pk=seats[3])}" in response.context["refusal"]
    for strange in (["x"], ["9" * 40], [], [seats[4]]):
        assert client.post(move, {"seats": strange}).status_code == 409
    assert find(booked.id) == booked


def test_what_is_not_sold_is_neither_moved_nor_sent():
    booked = sell()
    cancel(booked.id)
    client = director()
    for name in ("booking_move", "booking_resend"):
        where = reverse(f"admin:{name}", args=[booked.id])
        assert client.get(where).status_code == 302
        assert client.post(where, {"email": "a@b.org"}).status_code == 302
        assert where not in client.get(address(booked)).content.decode()
    assert not Notice.objects.exists()


def test_tickets_are_sent_again_to_a_corrected_address():
    booked = sell()
    client = in_english(director())
    resend = reverse("admin:booking_resend", args=[booked.id])
    assert client.get(resend).context["form"].initial["email"] == "anna@example.org"
    send(client, resend, email="no address")
    assert not Notice.objects.exists()
    said = send(client, resend, email="petr@example.org")
    assert "petr@example.org" in said
    assert Booking.objects.get().email == "petr@example.org"
    assert Notice.objects.get().kind == "tickets"


def test_a_booking_page_tells_what_the_buyer_was_told():
    booked = sell()
    resend(booking_id=booked.id)
    client = in_english(director())
    assert "waiting, next attempt" in page(client, address(booked))
    Notice.objects.update(next_attempt_at=None, error="it hung up", attempts=6)
    said = page(client, address(booked))
    assert "given up" in said
    assert "it hung up" in said


def test_a_booking_page_tells_who_was_let_in_and_which_seats_were_exchanged():
    seance, door = make_seance(), make_staff("vahtyor")
    seats = seat_ids(seance)
    booked = book(Order(seance_id=seance.pk, seat_ids=seats[:2], email=""))
    check_in(code=booked.tickets[0].code, seance_ids=[seance.pk], by_id=door.pk)
    exchange(booking_id=booked.id, seat_ids=[seats[0], seats[5]])
    client = in_english(director())
    response = client.get(address(booked))
    assert response.context["own"] == {seats[0], seats[5]}
    assert response.context["seats"] == "row 1: 1; row 2: 1"
    assert "vahtyor" in text(response)
    assert f"exchanged for another seat: {Seat.objects.get(pk=seats[5])}" in text(response)


def test_notices_are_listed_by_what_became_of_them():
    waiting, sent, given_up = sell(), sell(), sell()
    for booked in (waiting, sent, given_up):
        resend(booking_id=booked.id)
    Notice.objects.filter(booking=sent.id).update(sent_at=timezone.now())
    Notice.objects.filter(booking=given_up.id).update(next_attempt_at=None, error="it hung up")
    notices = reverse("admin:bookings_notice_changelist")
    client = clerk("view_notice")

    def listed(**asked: str) -> set[object]:
        found = client.get(notices, asked).context["cl"].result_list
        return {notice.booking_id for notice in found}

    assert listed() == {waiting.id, sent.id, given_up.id}
    assert listed(state="waiting") == {waiting.id}
    assert listed(state="sent") == {sent.id}
    assert listed(state="given up") == {given_up.id}
    assert "it hung up" in page(client, notices)
    one = Notice.objects.get(booking=given_up.id)
    assert "it hung up" in page(client, reverse("admin:bookings_notice_change", args=[one.pk]))


def test_the_list_of_notices_makes_no_more_queries_when_it_is_longer():
    notices = reverse("admin:bookings_notice_changelist")
    assert_queries_do_not_grow(director(), notices, lambda: resend(booking_id=sell(1).id))


def test_a_ticket_is_found_by_its_code_however_it_is_written():
    booked = sell()
    code = booked.tickets[1].code
    client = director()
    for written in (code, code.lower(), f"{code[:4]} {code[4:8]}-{code[8:]}", code[:6]):
        listed = client.get(TICKETS, {"q": written}).context["cl"].result_list
        assert [ticket.code for ticket in listed] == [code]
    said = page(client, reverse("admin:bookings_ticket_change", args=[booked.tickets[1].id]))
    assert "действует" in said
    cancel(booked.id, by_id=make_staff("canceller").pk)
    assert "больше не действует" in page(client, TICKETS)


def test_an_account_that_has_sold_is_not_deleted():
    seller, idle = make_staff("kassir"), make_staff("stazher")
    sell(sold_by_id=seller.pk)
    client = director()
    delete = reverse("admin:auth_user_delete", args=[seller.pk])
    assert "с этой учётной записи продавали билеты" in page(client, delete)
    assert "с этой учётной записи продавали билеты" in send(client, delete, post="yes")
    send(client, reverse("admin:auth_user_delete", args=[idle.pk]), post="yes")
    assert set(User.objects.filter(username__in=["kassir", "stazher"])) == {seller}


def test_an_account_is_entered_as_before():
    form = {"username": "kassir", "password1": "correct horse 7", "password2": "correct horse 7"}
    send(director(), reverse("admin:auth_user_add"), **form, usable_password="true")
    assert User.objects.get(username="kassir").check_password("correct horse 7")
