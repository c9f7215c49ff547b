"""Tickets on paper, and a cashier's shift."""

import html
import re
import uuid
from datetime import timedelta

import pytest
import segno
from django.test import Client
from django.urls import reverse

from bookings.booking import book, cancel
from bookings.claiming import Order
from bookings.exchanging import exchange
from bookings.models import Booking, Ticket
from movies.business_day import bounds, day_of
from movies.models import Seat
from tests.making import make_category, make_hall, make_movie, make_seance, make_staff, seat_ids
from tests.office import assert_queries_do_not_grow, clerk, director, page
from tests.selling import order

pytestmark = pytest.mark.django_db

SHIFT = reverse("admin:shift")


def printed(booking_id: uuid.UUID) -> str:
    address = reverse("admin:print_tickets", args=[booking_id])
    response = clerk("add_booking").get(address)
    assert response.status_code == 200
    return response.content.decode()


def drawing(code: str) -> str:
    """What a picture of exactly this code draws."""
    svg = segno.make(code, error="m", micro=False).svg_inline()
    return re.search(r' d="([^"]+)"', svg)[1]


def sold(*, by: int | None = None, paid_by: str = "cash", seats: int = 1, price: str = "250"):
    seance = make_seance(price=price)
    return book(
        Order(
            seance_id=seance.pk,
            seat_ids=seat_ids(seance)[:seats],
            email="",
            sold_by_id=by,
            paid_by=paid_by,
        )
    )


def figures(client: Client) -> dict[str, list[str]]:
    return {line.payment: line.written for line in client.get(SHIFT).context["lines"]}


def test_each_seat_has_a_ticket_with_its_code_as_text_and_picture():
    hall = make_hall(rows=1, seats=3, name="Большой")
    hall.seats.update(category=make_category("Диван", "50"))
    seance = make_seance(hall=hall, movie=make_movie("Стачка", age_rating="12+"))
    booked = book(order(seance, seat_ids(seance)[:2]))
    content = printed(booked.id)
    assert content.count('class="ticket"') == 2
    drawings = re.findall(r'<svg[^>]*class="picture"[^>]*><path[^>]* d="([^"]+)"', content)
    codes = [ticket.code for ticket in booked.tickets]
    assert drawings == [drawing(code) for code in codes]
    said = html.unescape(content)
    for wanted in ("Казань", "Стачка", "12+", "Большой", "Диван", "300,00\u00a0RUB", *codes):
        assert wanted in said
    assert str(booked.id)[:8] in said
    assert str(booked.id) not in said
    assert "style=" not in content


def test_a_ticket_names_the_category_that_was_sold():
    booked = sold()
    Seat.objects.update(category=make_category("VIP", "100"))
    assert "Стандарт" in printed(booked.id)
    Ticket.objects.update(category="")  # sold before categories were kept
    assert "VIP" in printed(booked.id)


def test_a_ticket_says_who_sold_it():
    seller = make_staff("marina")
    assert "marina" in printed(sold(by=seller.pk).id)


def test_only_what_is_valid_is_printed():
    seance = make_seance()
    seats = seat_ids(seance)
    booked = book(order(seance, seats[:1]))
    moved = exchange(booking_id=booked.id, seat_ids=seats[1:2])
    content = printed(booked.id)
    assert booked.tickets[0].code not in content
    assert moved.tickets[0].code in content
    cancel(booked.id)
    content = printed(booked.id)
    assert 'class="ticket"' not in content
    assert 'class="nothing"' in content
    held = book(order(seance, seats[2:3], hold=True))
    content = printed(held.id)
    assert held.tickets[0].code not in content
    assert 'class="nothing"' in content


def test_a_booking_that_is_not_there_leads_to_the_box_office():
    address = reverse("admin:print_tickets", args=[uuid.uuid4()])
    assert director().get(address).url == reverse("admin:box_office")


@pytest.mark.parametrize("permissions", [[], ["view_booking"], ["check_in_ticket"]])
def test_who_may_not_sell_prints_nothing(permissions):
    address = reverse("admin:print_tickets", args=[sold().id])
    assert clerk(*permissions).get(address).status_code == 403


def test_a_shift_has_the_cashiers_own_sales_and_refunds():
    client = director()
    me, other = int(client.session["_auth_user_id"]), make_staff("other").pk
    sold(by=me, seats=2)
    sold(by=me, paid_by="card", price="400.50")
    returned = sold(by=me, price="100")
    sold(by=other, seats=3)
    theirs = sold(by=other, price="70")
    online = sold(paid_by="")
    cancel(returned.id, by_id=me)
    cancel(theirs.id, by_id=me)
    cancel(online.id, by_id=me)
    rub = "\u00a0RUB"
    assert figures(client) == {
        "cash": ["3", f"600,00{rub}", "2", f"170,00{rub}", f"430,00{rub}"],
        "card": ["1", f"400,50{rub}", "0", f"0,00{rub}", f"400,50{rub}"],
    }
    said = page(client, SHIFT)
    assert "830,50 RUB" in said
    assert str(returned.id)[:8] in said
    assert str(theirs.id)[:8] not in said


def test_a_shift_ends_with_the_day():
    client = director()
    booked = sold(by=int(client.session["_auth_user_id"]))
    confirmed = Booking.objects.get(pk=booked.id).confirmed_at
    begins, _ends = bounds(day_of(confirmed))
    Booking.objects.update(confirmed_at=begins - timedelta(seconds=1))
    assert figures(client)["cash"][0] == "0"
    Booking.objects.update(confirmed_at=begins)
    assert figures(client)["cash"][0] == "1"


def test_a_seat_exchanged_is_not_sold_twice():
    client = director()
    booked = sold(by=int(client.session["_auth_user_id"]))
    seats = seat_ids(Booking.objects.get().seance)
    exchange(booking_id=booked.id, seat_ids=seats[1:2])
    assert Ticket.objects.count() == 2
    assert figures(client)["cash"][:3:2] == ["1", "0"]


def test_the_difference_of_an_exchange_is_in_the_till_of_who_took_it():
    seller, other = director(), director()
    by = int(other.session["_auth_user_id"])
    booked = sold(by=int(seller.session["_auth_user_id"]), paid_by="card")
    dear = Seat.objects.last()
    Seat.objects.filter(pk=dear.pk).update(category=make_category("VIP", "100"))
    exchange(booking_id=booked.id, seat_ids=[dear.pk], by_id=by, paid_by="cash")
    rub = "\u00a0RUB"
    assert figures(other) == {
        "cash": ["1", f"350,00{rub}", "1", f"250,00{rub}", f"100,00{rub}"],
        "card": ["0", f"0,00{rub}", "0", f"0,00{rub}", f"0,00{rub}"],
    }
    assert figures(seller)["card"] == ["1", f"250,00{rub}", "0", f"0,00{rub}", f"250,00{rub}"]
    cancel(booked.id, by_id=by)  # it goes back as the booking was paid, all of it
    assert figures(other)["card"][2:] == ["1", f"350,00{rub}", f"-350,00{rub}"]


def test_a_long_shift_needs_no_more_queries():
    client = director()
    me = int(client.session["_auth_user_id"])
    assert_queries_do_not_grow(client, SHIFT, lambda: sold(by=me))
