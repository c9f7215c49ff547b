"""Selling at the box office."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bookings.booking import book, cancel_seance
from bookings.models import Booking, Ticket
from movies.models import Seance
from tests.making import make_hall, make_movie, make_seance, seat_ids
from tests.office import clerk, director, page, queries_of, send, text
from tests.selling import expire, order

pytestmark = pytest.mark.django_db

CHOOSE = reverse("admin:bookings_booking_sell")


def at(seance: Seance) -> str:
    return f"{CHOOSE}?seance={seance.pk}"


def begun() -> Seance:
    return make_seance(starts_at=timezone.now() - timedelta(minutes=5))


def test_tickets_are_sold_for_chosen_seats():
    seance = make_seance(hall=make_hall(rows=1, seats=3))
    seats = seat_ids(seance)
    client = director()
    response = client.post(at(seance), {"seats": seats[:2], "email": ""})
    booking = Booking.objects.get()
    assert response.url == reverse("admin:bookings_booking_change", args=[booking.pk])
    assert (booking.status, booking.email, booking.total) == ("confirmed", "", 500)
    assert str(booking.sold_by_id) == client.session["_auth_user_id"]
    said = page(client, response.url)
    assert "Продано 2 билета за 500,00 RUB" in said
    for code in booking.tickets.values_list("code", flat=True):
        assert code in said
    assert LogEntry.objects.get().object_id == str(booking.pk)


def test_the_buyers_email_is_kept():
    seance = make_seance()
    send(director(), at(seance), seats=seat_ids(seance)[:1], email="anna@example.org")
    assert Booking.objects.get().email == "anna@example.org"


def test_the_map_offers_free_seats_with_price_and_shows_the_others():
    seance = make_seance(hall=make_hall(rows=1, seats=4))
    seats = seat_ids(seance)
    seance.hall.seats.filter(pk=seats[0]).update(wheelchair=True)
    book(order(seance, seats[1:2]))
    book(order(seance, seats[2:3], hold=True))
    expire(book(order(seance, seats[3:4], hold=True)))
    content = director().get(at(seance)).content.decode()
    assert [f'name="seats" value="{seat}"' in content for seat in seats] == [
        True,
        False,
        False,
        True,
    ]
    assert 'title="ряд 1, место 1, Стандарт, место для кресла-коляски, 250,00' in content
    assert "ряд 1, место 2, Стандарт, 250,00\u00a0RUB, продан" in content
    assert "ряд 1, место 3, Стандарт, 250,00\u00a0RUB, забронирован" in content


def test_seats_taken_meanwhile_are_named_and_the_rest_stays_chosen():
    seance = make_seance(hall=make_hall(rows=1, seats=4))
    seats = seat_ids(seance)
    book(order(seance, seats[1:2]))
    response = director().post(at(seance), {"seats": seats[:3], "email": "anna@example.org"})
    assert "Тем временем уже заняты: ряд 1, место 2." in text(response)
    content = response.content.decode()
    assert content.count(" checked>") == 2
    assert 'value="anna@example.org"' in content
    assert Booking.objects.count() == 1


def test_the_same_sale_sent_twice_leads_to_the_first():
    seance = make_seance()
    sale = {"seats": seat_ids(seance)[:2], "email": ""}
    client = director()
    first = client.post(at(seance), sale)
    second = client.post(at(seance), sale)
    assert second.url == first.url
    assert "Второй раз ничего не продано" in page(client, second.url)
    assert Booking.objects.count() == 1
    assert "уже заняты" in text(director().post(at(seance), sale))  # somebody else's


@pytest.mark.django_db(transaction=True)
def test_a_seat_whose_hold_ran_out_is_sold():
    seance = make_seance()
    seat = seat_ids(seance)[:1]
    held = book(order(seance, seat, hold=True))
    expire(held)
    said = send(director(), at(seance), seats=seat, email="")
    assert "Продан 1 билет" in said
    assert Booking.objects.get(pk=held.id).status == "expired"


@pytest.mark.parametrize(
    ("sale", "why"),
    [
        ({}, "Выберите хотя бы одно место."),
        ({"seats": ["nonsense"]}, "Выберите корректный вариант"),
        ({"seats": ["99999999999999999999"]}, "Выберите корректный вариант"),
        ({"email": "nonsense"}, "правильный адрес"),
    ],
)
def test_what_makes_no_sense_is_refused(sale, why):
    seance = make_seance()
    sale = (
        {"email": ""}
        | ({} if "seats" in sale or not sale else {"seats": seat_ids(seance)[:1]})
        | sale
    )
    assert why in send(director(), at(seance), **sale)
    assert not Booking.objects.exists()


def test_a_seat_of_another_hall_is_refused():
    seance, other = make_seance(), make_seance()
    send(director(), at(seance), seats=seat_ids(other)[:1], email="")
    assert not Booking.objects.exists()


def test_a_booking_has_no_more_seats_than_anybodys(settings):
    settings.BOOKING_MAX_SEATS = 2
    seance = make_seance()
    said = send(director(), at(seance), seats=seat_ids(seance)[:3], email="")
    assert "не больше 2 мест" in said
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    ("close", "why"),
    [
        (lambda seance: cancel_seance(seance.pk), "Кинотеатр отменил этот сеанс."),
        (
            lambda seance: Seance.objects.filter(pk=seance.pk).update(
                starts_at=timezone.now() - timedelta(seconds=1)
            ),
            "Сеанс начался, продажа закрыта.",
        ),
    ],
)
def test_what_is_not_on_sale_is_not_sold(close, why):
    seance = make_seance()
    close(seance)
    client = director()
    said = page(client, CHOOSE, seance=str(seance.pk))
    assert why in said
    assert 'type="checkbox"' not in client.get(at(seance)).content.decode()
    assert why in send(client, at(seance), seats=seat_ids(seance)[:1], email="")
    assert not Booking.objects.exists()


@pytest.mark.parametrize("key", ["1", "nonsense", "", "9" * 30, "-1", "１"])
def test_a_showing_that_is_not_there_leads_back_to_the_choice(key):
    assert "Такого сеанса нет." in text(director().get(CHOOSE, {"seance": key}, follow=True))


def test_one_chooses_among_coming_showings_by_film_and_hall():
    make_seance(movie=make_movie("Стачка"), hall=make_hall(name="Синий"))
    make_seance(movie=make_movie("Метрополис"), hall=make_hall(name="Красный"))
    begun()
    client = director()
    shown = client.get(CHOOSE).context["shown"]
    assert {seance.movie.name for seance in shown} == {"Стачка", "Метрополис"}
    assert "10 свободных мест" in page(client, CHOOSE)
    for term in ("стач", "СИН"):
        [found] = client.get(CHOOSE, {"q": term}).context["shown"]
        assert found.movie.name == "Стачка"
    assert "не нашлось" in page(client, CHOOSE, q="нет такого")
    assert client.get(CHOOSE, {"q": "\x00"}).status_code == 200


def test_showings_come_by_pages(monkeypatch):
    monkeypatch.setattr("bookings.admin.selling.BoxOffice.SHOWINGS_PER_PAGE", 2)
    for day in range(3):
        make_seance(starts_at=timezone.now() + timedelta(days=day + 1))
    client = director()
    assert "1 / 2" in page(client, CHOOSE)
    assert len(client.get(CHOOSE, {"p": "2"}).context["shown"]) == 1
    assert len(client.get(CHOOSE, {"p": "nonsense"}).context["shown"]) == 2


def test_no_page_makes_more_queries_when_there_is_more_to_show():
    client = director()
    small, big = make_seance(), make_seance(hall=make_hall(rows=10, seats=30))
    book(order(big, seat_ids(big)[:10]))
    assert queries_of(client, at(big)) == queries_of(client, at(small))
    few = queries_of(client, CHOOSE)
    for _seance in range(20):
        make_seance()
    assert queries_of(client, CHOOSE) == few


@pytest.mark.parametrize("permissions", [[], ["view_booking"], ["change_booking", "view_seance"]])
def test_who_may_not_sell_can_not(permissions):
    seance = make_seance()
    client = clerk(*permissions)
    assert "Продать билеты" not in page(client, reverse("admin:index"))
    assert client.get(CHOOSE).status_code == 403
    assert client.get(at(seance)).status_code == 403
    sale: dict[str, Any] = {"seats": seat_ids(seance)[:1], "email": ""}
    assert client.post(at(seance), sale).status_code == 403
    assert not Ticket.objects.exists()


def test_who_may_sell_but_not_look_learns_the_codes():
    seance = make_seance()
    client = clerk("add_booking")
    assert "Продать билеты" in page(client, reverse("admin:index"))
    said = send(client, at(seance), seats=seat_ids(seance)[:1], email="")
    assert Ticket.objects.get().code in said


def test_a_visitor_is_led_to_the_login():
    seance = make_seance()
    response = Client().post(at(seance), {"seats": seat_ids(seance)[:1], "email": ""})
    assert response.url.startswith(reverse("admin:login"))
    assert not Booking.objects.exists()


def test_a_sale_from_another_site_is_refused():
    seance = make_seance()
    trusting = director()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = trusting.cookies
    assert strict.get(at(seance)).status_code == 200
    sale = {"seats": seat_ids(seance)[:1], "email": ""}
    assert strict.post(at(seance), sale).status_code == 403
    assert not Booking.objects.exists()


def test_looking_sells_nothing():
    seance = make_seance()
    director().get(f"{at(seance)}&seats={seat_ids(seance)[0]}&email=")
    assert not Booking.objects.exists()
