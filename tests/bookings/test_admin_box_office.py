"""Selling at the box office."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bookings import booking as selling
from bookings.booking import book, cancel_seance
from bookings.models import Booking, Notice, Ticket
from bookings.refusals import KeyInProgress, SeatsTaken
from movies.business_day import day_of
from movies.models import Seance
from tests.making import make_category, make_hall, make_movie, make_seance, seat_ids
from tests.office import (
    assert_queries_do_not_grow,
    clerk,
    director,
    member_of,
    page,
    queries_of,
    send,
    text,
)
from tests.racing import race
from tests.selling import expire, order

pytestmark = pytest.mark.django_db

BOX_OFFICE = reverse("admin:box_office")


def at(seance: Seance) -> str:
    return f"{BOX_OFFICE}?seance={seance.pk}"


def taken_at(seance: Seance) -> str:
    return reverse("admin:box_office_taken", args=[seance.pk])


def sale(seats: list[int], **fields: Any) -> dict[str, Any]:
    """A form as the page makes it."""
    return {"key": str(uuid.uuid4()), "seats": seats, "paid_by": "cash", "email": ""} | fields


def listed(client: Client, **asked: str) -> list[str]:
    """The films that the list has."""
    choice = client.get(BOX_OFFICE, asked).context["choice"]
    return [showing.seance.movie.name for showing in choice.showings]


def begun() -> Seance:
    return make_seance(starts_at=timezone.now() - timedelta(minutes=5))


def test_tickets_are_sold_for_chosen_seats():
    seance = make_seance(hall=make_hall(rows=1, seats=3))
    client = director()
    response = client.post(at(seance), sale(seat_ids(seance)[:2], given="1 000,50"))
    booking = Booking.objects.get()
    assert (booking.status, booking.email, booking.total) == ("confirmed", "", 500)
    assert (booking.paid_by, str(booking.sold_by_id)) == ("cash", client.session["_auth_user_id"])
    result = client.get(response.url)
    assert result.context["booking"] == booking
    assert result.context["change"] == "500,50\u00a0RUB"
    said = text(result)
    assert "500,00 RUB" in said
    for code in booking.tickets.values_list("code", flat=True):
        assert code in said
    assert not Notice.objects.exists()


def test_a_buyer_with_an_email_gets_the_tickets_there_too():
    seance = make_seance()
    fields = sale(seat_ids(seance)[:1], email="anna@example.org", paid_by="card")
    send(director(), at(seance), **fields)
    booking = Booking.objects.get()
    assert (booking.email, booking.paid_by) == ("anna@example.org", "card")
    assert (Notice.objects.get().booking, Notice.objects.get().kind) == (booking, "tickets")


def test_the_map_offers_free_seats_with_price_and_shows_the_others():
    seance = make_seance(hall=make_hall(rows=1, seats=4))
    seats = seat_ids(seance)
    seance.hall.seats.filter(pk=seats[0]).update(wheelchair=True)
    book(order(seance, seats[1:2]))
    book(order(seance, seats[2:3], hold=True))
    expire(book(order(seance, seats[3:4], hold=True)))
    content = director().get(at(seance)).content.decode()
    offered = [f'name="seats" value="{seat}"' in content for seat in seats]
    assert offered == [True, False, False, True]
    assert 'title="ряд 1, место 1, Стандарт, место для кресла-коляски, 250,00' in content
    assert "ряд 1, место 2, Стандарт, 250,00\u00a0RUB, продан" in content
    assert "ряд 1, место 3, Стандарт, 250,00\u00a0RUB, забронирован" in content


def test_a_seat_that_is_not_free_is_a_picture_with_a_name():
    """Or a screen reader would come to a bare number."""
    seance = make_seance(hall=make_hall(rows=1, seats=1))
    book(order(seance, seat_ids(seance)))
    content = clerk("add_booking").get(at(seance)).content.decode()
    assert 'role="img" aria-label="ряд 1, место 1, Стандарт, 250,00\u00a0RUB, продан"' in content


def test_seats_taken_meanwhile_are_named_and_the_rest_stays_chosen():
    seance = make_seance(hall=make_hall(rows=1, seats=4))
    seats = seat_ids(seance)
    book(order(seance, seats[1:2]))
    fields = sale(seats[:3], email="anna@example.org", given="900")
    response = director().post(at(seance), fields)
    assert "Тем временем уже заняты: ряд 1, место 2." in text(response)
    content = response.content.decode()
    assert response.context["chosen"] >= {seats[0], seats[2]}
    assert 'value="anna@example.org"' in content
    assert 'value="900"' in content
    assert Booking.objects.count() == 1
    assert str(response.context["key"]) != fields["key"], "the next try is another sale"


def test_the_same_form_sent_again_leads_to_its_sale():
    seance = make_seance()
    fields = sale(seat_ids(seance)[:2], email="anna@example.org")
    client = director()
    first, second = client.post(at(seance), fields), client.post(at(seance), fields)
    booking = Booking.objects.get()
    assert client.get(first.url).context["booking"] == booking
    again = client.get(second.url)
    assert again.context["booking"] == booking
    assert again.context["again"]
    assert Notice.objects.count() == 1


def test_going_back_and_selling_once_more_leads_to_the_first_sale():
    seance = make_seance()
    seats = seat_ids(seance)[:2]
    client = director()
    client.post(at(seance), sale(seats))
    second = client.post(at(seance), sale(seats), follow=True)
    assert "Второй раз ничего не продано" in text(second)
    assert Booking.objects.count() == 1
    assert "уже заняты" in text(director().post(at(seance), sale(seats)))  # somebody else's


@pytest.mark.parametrize(
    ("other", "minutes"),
    [({"email": "anna@example.org"}, 0), ({"paid_by": "card"}, 0), ({}, 11)],
    ids=["email", "payment", "later"],
)
def test_another_sale_of_the_same_seats_was_not_made(other, minutes):
    seance = make_seance()
    seats = seat_ids(seance)[:2]
    client = director()
    client.post(at(seance), sale(seats))
    Booking.objects.update(created_at=timezone.now() - timedelta(minutes=minutes))
    assert "уже заняты" in text(client.post(at(seance), sale(seats, **other)))
    assert Booking.objects.count() == 1


def test_a_seat_that_is_sent_twice_is_sold_once():
    seance = make_seance()
    seat = seat_ids(seance)[0]
    director().post(at(seance), sale([seat, seat]))
    assert Ticket.objects.get().seat_id == seat


def test_seats_that_others_take_again_and_again_are_named(monkeypatch):
    """Each time an expired hold was in the way, and then somebody else: nobody's error."""
    seance = make_seance()
    seats = seat_ids(seance)

    def taken(*_request):
        raise SeatsTaken(seats[:1])

    monkeypatch.setattr("bookings.admin.selling.once_for", taken)
    response = director().post(at(seance), sale(seats[:2]))
    assert response.status_code == 200
    assert response.context["chosen"] == set(seats[:2])
    assert not Booking.objects.exists()


def test_nothing_is_sold_for_another_price_than_was_shown():
    seance = make_seance(price="250")
    fields = sale(seat_ids(seance)[:2], total="500.00", email="anna@example.org")
    Seance.objects.filter(pk=seance.pk).update(price="300")
    client = director()
    response = client.post(at(seance), fields)
    assert "600,00 RUB" in text(response)
    assert response.context["chosen"] == set(fields["seats"])
    assert not Booking.objects.exists()
    assert not Notice.objects.exists()
    client.post(at(seance), fields | {"total": "600.00"})
    assert Booking.objects.get().total == 600


def test_a_form_that_was_sent_with_other_seats_sells_nothing_more():
    seance = make_seance()
    fields = sale(seat_ids(seance)[:1])
    client = director()
    client.post(at(seance), fields)
    response = client.post(at(seance), fields | {"seats": seat_ids(seance)[1:2]})
    assert response.context["form"].non_field_errors()
    assert response.context["chosen"] == {seat_ids(seance)[1]}
    assert Booking.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_at_once_sells_once():
    seance = make_seance()
    fields = sale(seat_ids(seance)[:2], email="anna@example.org")
    first = director()
    second = Client()
    second.cookies = first.cookies
    answers = race(*[lambda client=c: client.post(at(seance), fields) for c in (first, second)])
    booking = Booking.objects.get()
    assert [first.get(answer.url).context["booking"] for answer in answers] == [booking, booking]
    assert sum("again=1" in answer.url for answer in answers) == 1
    assert Notice.objects.count() == 1


def test_a_form_whose_first_sending_is_still_running_is_kept_as_it_is(monkeypatch):
    def still_running(*_request):
        raise KeyInProgress

    monkeypatch.setattr("bookings.admin.selling.once_for", still_running)
    seance = make_seance()
    fields = sale(seat_ids(seance)[:2])
    response = director().post(at(seance), fields)
    assert response.context["form"].non_field_errors()
    assert str(response.context["key"]) == fields["key"]
    assert response.context["chosen"] == set(fields["seats"])


@pytest.mark.django_db(transaction=True)
def test_the_database_goes_away_before_the_answer(monkeypatch):
    """Nothing is kept of the first try, and the same form sells on the second."""
    seance = make_seance()
    fields = sale(seat_ids(seance)[:1])
    client = director()
    client.raise_request_exception = False

    def sells_and_is_lost(order):
        selling.book(order)
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as lost:
        lost.setattr("bookings.admin.selling.book", sells_and_is_lost)
        assert client.post(at(seance), fields).status_code == 503
    assert not Booking.objects.exists()
    client.post(at(seance), fields)
    assert Booking.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_seat_whose_hold_ran_out_is_sold():
    seance = make_seance()
    seat = seat_ids(seance)[:1]
    held = book(order(seance, seat, hold=True))
    expire(held)
    client = director()
    response = client.post(at(seance), sale(seat, email="anna@example.org"))
    assert client.get(response.url).context["booking"].status == "confirmed"
    assert Booking.objects.get(pk=held.id).status == "expired"
    assert Notice.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"seats": []}, "Выберите хотя бы одно место."),
        ({"seats": ["nonsense"]}, "Выберите корректный вариант"),
        ({"seats": ["99999999999999999999"]}, "Выберите корректный вариант"),
        ({"email": "nonsense"}, "правильный адрес"),
        ({"paid_by": "shells"}, "Выберите корректный вариант"),
        ({"given": "much"}, "Введите число."),
        ({"given": "-1"}, "больше либо равно 0"),
        ({"given": "249.99"}, "250,00"),
        ({"total": "much"}, "Введите число."),
        ({"given": "NaN"}, "Введите число."),
    ],
)
def test_what_makes_no_sense_is_refused(wrong, why):
    seance = make_seance()
    assert why in send(director(), at(seance), **(sale(seat_ids(seance)[:1]) | wrong))
    assert not Booking.objects.exists()


def test_a_form_without_its_key_gets_another():
    seance = make_seance()
    response = director().post(at(seance), sale(seat_ids(seance)[:1]) | {"key": "nonsense"})
    assert response.context["key"]
    assert response.context["form"].errors["key"][0] in text(response)
    assert not Booking.objects.exists()


def test_what_was_given_counts_only_for_cash():
    seance = make_seance()
    client = director()
    response = client.post(at(seance), sale(seat_ids(seance)[:1], paid_by="card", given="1"))
    assert client.get(response.url).context["change"] == ""


def test_a_seat_of_another_hall_is_refused():
    seance, other = make_seance(), make_seance()
    send(director(), at(seance), **sale(seat_ids(other)[:1]))
    assert not Booking.objects.exists()


def test_a_booking_has_no_more_seats_than_anybodys(settings):
    settings.BOOKING_MAX_SEATS = 2
    seance = make_seance()
    said = send(director(), at(seance), **sale(seat_ids(seance)[:3]))
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
    assert why in page(client, BOX_OFFICE, seance=str(seance.pk))
    assert 'type="checkbox"' not in client.get(at(seance)).content.decode()
    assert why in send(client, at(seance), **sale(seat_ids(seance)[:1]))
    assert not Booking.objects.exists()
    assert client.get(taken_at(seance)).json()["on_sale"] is False


@pytest.mark.parametrize("key", ["1", "nonsense", "", "9" * 30, "-1", "１"])
def test_a_showing_that_is_not_there_leads_back_to_the_choice(key):
    assert "Такого сеанса нет." in text(director().get(BOX_OFFICE, {"seance": key}, follow=True))


def test_the_best_seats_are_chosen_by_their_number():
    hall = make_hall(rows=3, seats=9)
    hall.seats.filter(row="2", number=5).update(wheelchair=True)
    seance = make_seance(hall=hall)
    client = director()
    best = client.get(f"{at(seance)}&best=2").context["chosen"]
    chosen = hall.seats.filter(pk__in=best).order_by("number")
    assert [(seat.row, seat.number) for seat in chosen] == [("3", 4), ("3", 5)]
    assert not client.get(f"{at(seance)}&best=nonsense").context["chosen"]
    book(order(seance, [seat for seat in seat_ids(seance) if seat not in best]))
    assert not client.get(f"{at(seance)}&best=3").context["chosen"]


def test_the_showings_of_a_day_are_listed_and_those_that_began_are_closed():
    make_seance(movie=make_movie("Аэлита"), starts_at=timezone.now() + timedelta(seconds=5))
    begun()
    client = director()
    shown = client.get(BOX_OFFICE, {"day": day_of(timezone.now()).isoformat()}).context["choice"]
    assert sorted(showing.seance.on_sale for showing in shown.showings) == [False, True]
    tomorrow = make_seance(movie=make_movie("Стачка"))
    assert "Стачка" in listed(client, day=day_of(tomorrow.starts_at).isoformat())
    assert client.get(BOX_OFFICE, {"day": "nonsense"}).status_code == 200
    assert listed(client, day="0001-01-01") == listed(client, day="9999-12-31") == listed(client)


def test_a_list_without_links_can_be_scrolled_by_keyboard():
    """Late in the evening, when all have begun."""

    def markup(day):
        return director().get(BOX_OFFICE, {"day": day.isoformat()}).content.decode()

    scrollable = '<ol class="showings" tabindex="0">'
    begun()
    assert scrollable in markup(day_of(timezone.now()))
    assert scrollable not in markup(day_of(make_seance().starts_at))


def test_one_finds_showings_by_time_film_and_hall():
    first = make_seance(movie=make_movie("Стачка"), hall=make_hall(name="Синий"))
    make_seance(movie=make_movie("Метрополис"), hall=make_hall(name="Красный"))
    client = director()
    day = day_of(first.starts_at).isoformat()
    assert sorted(listed(client, day=day)) == ["Метрополис", "Стачка"]
    time = f"{timezone.localtime(first.starts_at):%H:%M}"
    assert sorted(listed(client, day=day, q=time[:4])) == ["Метрополис", "Стачка"]
    for term in ("стач", "СИН", f"{time} стач"):
        assert listed(client, day=day, q=term) == ["Стачка"]
    assert listed(client, q="стач") == ["Стачка"], "not today, so on the days to come"
    assert "не нашлось" in page(client, BOX_OFFICE, q="нет такого")
    assert client.get(BOX_OFFICE, {"q": "\x00"}).status_code == 200


def test_a_line_has_the_free_seats_and_the_lowest_price():
    hall = make_hall(rows=1, seats=4)
    hall.seats.update(category=make_category("VIP", "100.50"))
    seance = make_seance(hall=hall)
    book(order(seance, seat_ids(seance)[:1]))
    day = day_of(seance.starts_at).isoformat()
    [line] = director().get(BOX_OFFICE, {"day": day}).context["choice"].showings
    assert (line.seance.seats_vacant, line.cheapest) == (3, "350,50\u00a0RUB")


def test_what_others_take_is_told():
    seance = make_seance()
    seats = seat_ids(seance)
    client = director()
    assert client.get(taken_at(seance)).json() == {"taken": [], "on_sale": True}
    book(order(seance, seats[1:3]))
    expire(book(order(seance, seats[4:5], hold=True)))
    assert client.get(taken_at(seance)).json()["taken"] == seats[1:3]
    assert client.get(at(seance)).context["taken"] == seats[1:3]


def test_scripts_get_the_page_by_parts():
    seance = make_seance()
    client = director()
    assert "<html" in client.get(at(seance)).content.decode()
    part = client.get(f"{at(seance)}&part=sale").content.decode()
    assert "<html" not in part
    assert 'class="sale"' in part
    assert "<html" not in client.get(f"{BOX_OFFICE}?part=showings").content.decode()
    sold = client.post(f"{at(seance)}&part=sale", sale(seat_ids(seance)[:1]), follow=True)
    assert "<html" not in sold.content.decode()
    assert Ticket.objects.get().code in text(sold)


def test_no_page_makes_more_queries_when_there_is_more_to_show():
    client = director()
    small, big = make_seance(), make_seance(hall=make_hall(rows=10, seats=30))
    book(order(big, seat_ids(big)[:10]))
    assert queries_of(client, at(big)) == queries_of(client, at(small))
    assert queries_of(client, taken_at(big)) == queries_of(client, taken_at(small))
    tomorrow = f"{BOX_OFFICE}?day={day_of(small.starts_at).isoformat()}"
    assert_queries_do_not_grow(client, tomorrow, make_seance)


def test_what_somebody_else_sold_is_not_shown():
    seance = make_seance()
    sold = director().post(at(seance), sale(seat_ids(seance)[:1])).url
    assert "booking" not in clerk("add_booking").get(sold).context
    assert director().get(f"{at(seance)}&sold=nonsense").status_code == 200


@pytest.mark.parametrize("permissions", [[], ["view_booking"], ["change_booking", "view_seance"]])
def test_who_may_not_sell_can_not(permissions):
    seance = make_seance()
    client = clerk(*permissions)
    assert BOX_OFFICE not in client.get(reverse("admin:index")).content.decode()
    for address in (BOX_OFFICE, at(seance), taken_at(seance)):
        assert client.get(address).status_code == 403
    assert client.post(at(seance), sale(seat_ids(seance)[:1])).status_code == 403
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("role", "status"),
    [("box office", 200), ("manager", 200), ("door", 403), ("scheduler", 403), ("read-only", 403)],
)
def test_the_box_office_is_for_those_who_sell(role, status):
    client = member_of(role)
    for address in (BOX_OFFICE, at(make_seance()), reverse("admin:shift")):
        assert client.get(address).status_code == status


def test_who_may_sell_but_not_look_learns_the_codes():
    seance = make_seance()
    client = clerk("add_booking")
    assert BOX_OFFICE in client.get(reverse("admin:index")).content.decode()
    said = send(client, at(seance), **sale(seat_ids(seance)[:1]))
    assert Ticket.objects.get().code in said


def test_a_visitor_is_led_to_the_login():
    seance = make_seance()
    response = Client().post(at(seance), sale(seat_ids(seance)[:1]))
    assert response.url.startswith(reverse("admin:login"))
    assert not Booking.objects.exists()


def test_a_sale_from_another_site_is_refused():
    seance = make_seance()
    trusting = director()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = trusting.cookies
    assert strict.get(at(seance)).status_code == 200
    assert strict.post(at(seance), sale(seat_ids(seance)[:1])).status_code == 403
    assert not Booking.objects.exists()


def test_looking_sells_nothing():
    seance = make_seance()
    director().get(f"{at(seance)}&seats={seat_ids(seance)[0]}&email=&paid_by=cash")
    assert not Booking.objects.exists()


def test_a_form_of_somebody_else_sells_nothing():
    seance = make_seance()
    fields = sale(seat_ids(seance)[:1])
    director().post(at(seance), fields)
    assert director().post(at(seance), fields).context["form"].non_field_errors()
    assert Booking.objects.count() == 1
