"""Bookings and tickets in the staff's site."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from bookings.booked import Booked
from bookings.booking import book, cancel
from bookings.claiming import Order
from bookings.models import Booking, Ticket
from bookings.refusals import CancellationClosed
from cinema.admin import BoundedPaginator
from movies.models import Seance
from tests.making import make_hall, make_seance, make_staff, seat_ids
from tests.office import assert_queries_do_not_grow, clerk, director, page, queries_of, send
from tests.selling import expire

pytestmark = pytest.mark.django_db

BOOKINGS = reverse("admin:bookings_booking_changelist")
TICKETS = reverse("admin:bookings_ticket_changelist")


def address(booked: Booked, verb: str = "change") -> str:
    return reverse(f"admin:bookings_booking_{verb}", args=[booked.id])


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
    assert director().get(BOOKINGS, {"q": term}).status_code == 200


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


def test_lists_make_no_more_queries_when_they_are_longer():
    client = director()
    assert_queries_do_not_grow(client, BOOKINGS, lambda: sell(3))
    few = queries_of(client, TICKETS)
    sell(30)
    assert queries_of(client, TICKETS) == few


def test_a_booking_page_makes_no_more_queries_when_it_has_more_tickets():
    client = director()
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


def test_a_booking_is_cancelled_after_one_more_question():
    booked = sell()
    client = director()
    assert "Отменить 1 заказ?" in page(client, address(booked, "cancel"))
    assert Booking.objects.get().status == "confirmed"
    said = send(client, address(booked, "cancel"))
    assert "Отменён 1 заказ, его места снова в продаже." in said
    assert Booking.objects.get().status == "cancelled"
    assert not Ticket.objects.filter(released_at__isnull=True).exists()
    assert "Заказ отменён." in page(client, address(booked, "history"))


def test_staff_may_cancel_when_buyers_may_not_any_more():
    booked = sell()
    soon = timezone.now() + timedelta(minutes=1)
    Seance.objects.filter(pk=booked.seance_id).update(starts_at=soon)
    with pytest.raises(CancellationClosed):
        cancel(booked.id)
    send(director(), address(booked, "cancel"))
    assert Booking.objects.get().status == "cancelled"


def test_cancelling_again_changes_nothing_and_says_so():
    booked = sell()
    cancel(booked.id, by_id=make_staff("canceller").pk)
    cancelled_at = Booking.objects.get().cancelled_at
    assert "Отменено 0 заказов" in send(director(), address(booked, "cancel"))
    assert Booking.objects.get().cancelled_at == cancelled_at


def test_several_bookings_are_cancelled_from_the_list():
    first, second, third = sell(), sell(), sell()
    chosen = {"action": "cancel_selected", "_selected_action": [str(first.id), str(second.id)]}
    client = director()
    assert "Отменить 2 заказа?" in send(client, BOOKINGS, **chosen, index="0")
    assert not Booking.objects.filter(status="cancelled").exists()
    assert "Отменено 2 заказа" in send(client, BOOKINGS, **chosen, confirmed="yes")
    assert set(Booking.objects.filter(status="cancelled").values_list("pk", flat=True)) == {
        first.id,
        second.id,
    }
    assert Booking.objects.get(pk=third.id).status == "confirmed"


def test_one_that_can_not_be_cancelled_does_not_keep_the_others(monkeypatch):
    first, second = sell(), sell()

    def choosy(key: object, **how: object) -> Booked:
        if key == first.id:
            raise CancellationClosed(30)
        return cancel(second.id, by_id=make_staff("canceller").pk)

    monkeypatch.setattr("bookings.admin.booking.cancel", choosy)
    chosen = [str(first.id), str(second.id)]
    said = send(
        director(), BOOKINGS, action="cancel_selected", _selected_action=chosen, confirmed="yes"
    )
    assert "не позже чем за 30 мин." in said
    assert "Отменён 1 заказ" in said


def test_who_may_only_look_can_not_cancel():
    booked = sell()
    client = clerk("view_booking")
    assert "Отменить" not in page(client, address(booked))
    assert client.get(address(booked, "cancel")).status_code == 403
    assert client.post(address(booked, "cancel")).status_code == 403
    chosen = [str(booked.id)]
    client.post(
        BOOKINGS, {"action": "cancel_selected", "_selected_action": chosen, "confirmed": "yes"}
    )
    assert Booking.objects.get().status == "confirmed"


def test_who_may_change_bookings_may_cancel_them():
    booked = sell()
    send(clerk("view_booking", "change_booking"), address(booked, "cancel"))
    assert Booking.objects.get().status == "cancelled"


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
