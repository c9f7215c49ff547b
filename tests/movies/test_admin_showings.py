"""Showings in the staff's site."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from bookings.booking import book, cancel_seance
from bookings.models import Booking, BookingStatus, Ticket
from movies import schedule
from movies.models import Seance, SeanceStatus
from movies.refusals import SoldAlready
from tests.making import make_hall, make_movie, make_seance, seat_ids
from tests.office import assert_queries_do_not_grow, clerk, director, page, queries_of, send
from tests.selling import expire, order

pytestmark = pytest.mark.django_db

SHOWINGS = reverse("admin:movies_seance_changelist")
NEW = reverse("admin:movies_seance_add")


def address(seance: Seance, verb: str = "change") -> str:
    return reverse(f"admin:movies_seance_{verb}", args=[seance.pk])


def form(starts_at: datetime, **fields: Any) -> dict[str, Any]:
    """What the form sends: times as the cinema's clock shows them."""
    local = timezone.localtime(starts_at)
    return {
        "starts_at_0": f"{local:%d.%m.%Y}",
        "starts_at_1": f"{local:%H:%M:%S}",
        "price": "350",
        "format": "2D",
        "language": "ru",
        **fields,
    }


def form_of(seance: Seance, **changes: Any) -> dict[str, Any]:
    return (
        form(seance.starts_at, movie=seance.movie_id, hall=seance.hall_id, price=seance.price)
        | changes
    )


def tomorrow(hour: int) -> datetime:
    local = timezone.localtime() + timedelta(days=1)
    return local.replace(hour=hour, minute=0, second=0, microsecond=0)


def test_a_showing_is_planned_in_the_cinemas_time():
    movie, hall = make_movie(duration_minutes=113), make_hall(turnaround=15)
    send(director(), NEW, **form(tomorrow(18), movie=movie.pk, hall=hall.pk, format="35mm"))
    seance = Seance.objects.get()
    assert seance.starts_at == tomorrow(18)
    assert seance.ends_at == tomorrow(18) + timedelta(minutes=113)
    assert (seance.movie, seance.hall, seance.price, seance.format) == (movie, hall, 350, "35mm")


def test_without_a_hall_the_first_that_is_free_is_taken():
    movie, busy, free = make_movie(), make_hall(), make_hall()
    make_seance(hall=busy, starts_at=tomorrow(18))
    client = director()
    assert "первый свободный" in page(client, NEW)
    send(client, NEW, **form(tomorrow(18), movie=movie.pk, hall=""))
    assert Seance.objects.latest("id").hall == free
    said = send(client, NEW, **form(tomorrow(18), movie=movie.pk, hall=""))
    assert "не свободен ни один зал" in said


def test_an_occupied_hall_is_refused_on_the_form():
    hall = make_hall(name="Синий")
    seance = make_seance(hall=hall, starts_at=tomorrow(18))
    said = send(director(), NEW, **form(tomorrow(19), movie=seance.movie_id, hall=hall.pk))
    assert "Зал «Синий» занят в это время; выберите другое время или другой зал." in said
    assert Seance.objects.count() == 1


def test_the_refusal_comes_in_english_too():
    hall = make_hall(name="Blue")
    seance = make_seance(hall=hall, starts_at=tomorrow(18))
    fields = form(tomorrow(19), movie=seance.movie_id, hall=hall.pk)
    fields["starts_at_0"] = f"{tomorrow(19):%Y-%m-%d}"
    response = director().post(NEW, fields, headers={"accept-language": "en"})
    assert "The hall Blue is occupied then" in response.content.decode()


def test_an_absurd_time_is_refused():
    seance = make_seance()
    fields = form_of(seance, starts_at_0="31.12.9999", starts_at_1="23:00:00")
    assert "между 1970 и 2200" in send(director(), address(seance), **fields)


def test_a_showing_is_moved_and_repriced():
    seance, hall, movie = make_seance(), make_hall(), make_movie("Стачка", duration_minutes=94)
    client = director()
    changes = form(tomorrow(10), movie=movie.pk, hall=hall.pk, price="400")
    send(client, address(seance), **form_of(seance) | changes)
    seance.refresh_from_db()
    assert (seance.movie, seance.hall, seance.price) == (movie, hall, 400)
    assert seance.ends_at == tomorrow(10) + timedelta(minutes=94)


def test_a_sold_showing_stays_where_it_is_but_may_be_repriced():
    seance = make_seance(starts_at=tomorrow(18))
    book(order(seance, seat_ids(seance)[:1]))
    client = director()
    said = send(client, address(seance), **form_of(seance, starts_at_1="19:00:00"))
    assert "фильм, зал и время менять нельзя" in said
    send(client, address(seance), **form_of(seance, price="400"))
    seance.refresh_from_db()
    assert (seance.starts_at, seance.price) == (tomorrow(18), 400)


def test_a_showing_deleted_meanwhile_is_told(monkeypatch):
    seance = make_seance()

    def vanish(key: int, **changes: object) -> Seance:
        raise SoldAlready("Сеанс", 1)

    monkeypatch.setattr(schedule, "seance_change", vanish)
    assert "Сеанс: удалить нельзя" in send(director(), address(seance), **form_of(seance))


def test_the_page_shows_when_it_ends_and_how_full_the_hall_is():
    seance = make_seance(hall=make_hall(rows=1, seats=6), starts_at=tomorrow(18))
    seats = seat_ids(seance)
    sold = book(order(seance, seats[:2]))
    book(order(seance, seats[2:3], hold=True))
    expire(book(order(seance, seats[3:4], hold=True)))
    response = director().get(address(seance))
    states = [place.state for place in response.context["map"].places]
    assert states == ["sold", "sold", "held", "free", "free", "free"]
    content = response.content.decode()
    assert "Продано: 2, забронировано: 1, свободно: 3" in content
    assert reverse("admin:bookings_booking_change", args=[sold.id]) in content
    assert f"{timezone.localtime(seance.ends_at):%H:%M}".lstrip("0") in content


def test_the_list_counts_sold_and_vacant_seats():
    seance = make_seance(hall=make_hall(rows=1, seats=6))
    seats = seat_ids(seance)
    book(order(seance, seats[:2]))
    book(order(seance, seats[2:3], hold=True))
    expire(book(order(seance, seats[3:4], hold=True)))
    [row] = director().get(SHOWINGS).context["cl"].result_list
    assert (row.seats_sold, row.seats_held, row.seats_vacant, row.seats_total) == (2, 1, 3, 6)


def test_the_list_begins_today_unless_asked_otherwise():
    today = make_seance(starts_at=timezone.now() + timedelta(seconds=1))
    later = make_seance(starts_at=tomorrow(18) + timedelta(days=1))
    past = make_seance(starts_at=timezone.now() - timedelta(days=400))
    year = timezone.localtime(past.starts_at).year
    client = director()

    def listed(parameters: str = "") -> list[int]:
        return [seance.pk for seance in client.get(SHOWINGS + parameters).context["cl"].result_list]

    assert listed() == [today.pk, later.pk]
    assert listed("?when=today") == [today.pk]
    assert listed("?when=past") == [past.pk]
    assert listed("?when=all") == [later.pk, today.pk, past.pk]
    assert listed(f"?starts_at__year={year}") == [past.pk]
    assert listed(f"?film={later.movie_id}") == [later.pk]
    assert listed(f"?hall__id__exact={later.hall_id}") == [later.pk]
    assert listed("?status__exact=cancelled") == []
    assert listed(f"?movie__id__exact={past.movie_id}&when=all") == [past.pk]
    assert listed("?film=nonsense") == listed(f"?film={'9' * 30}") == [today.pk, later.pk]


def test_days_begin_at_the_cinemas_midnight():
    late = tomorrow(0) + timedelta(minutes=30)  # yesterday still, by UTC
    seance = make_seance(starts_at=late)
    day = f"?starts_at__year={late.year}&starts_at__month={late.month}&starts_at__day={late.day}"
    assert [row.pk for row in director().get(SHOWINGS + day).context["cl"].result_list] == [
        seance.pk
    ]


def test_the_list_makes_no_more_queries_when_it_is_longer():
    def make() -> None:
        seance = make_seance()
        book(order(seance, seat_ids(seance)[:2]))

    assert_queries_do_not_grow(director(), SHOWINGS, make)


def test_a_showing_page_makes_no_more_queries_when_more_is_sold():
    empty, full = make_seance(), make_seance(hall=make_hall(rows=5, seats=10))
    book(order(full, seat_ids(full)[:30]))
    client = director()
    assert queries_of(client, address(full)) == queries_of(client, address(empty))


def test_a_showing_is_cancelled_with_its_bookings_after_one_more_question():
    seance = make_seance()
    seats = seat_ids(seance)
    book(order(seance, seats[:2]))
    book(order(seance, seats[2:3], hold=True))
    client = director()
    asked = page(client, address(seance, "cancel"))
    assert "будут отменены заказы: 2, проданных и забронированных билетов в них: 3" in asked
    seance.refresh_from_db()
    assert seance.status == SeanceStatus.SCHEDULED
    said = send(client, address(seance, "cancel"))
    assert "Сеанс отменён, и вместе с ним 2 заказа." in said
    seance.refresh_from_db()
    assert seance.status == SeanceStatus.CANCELLED
    assert set(Booking.objects.values_list("status", flat=True)) == {BookingStatus.CANCELLED}


def test_a_cancelled_showing_can_only_be_looked_at():
    seance = make_seance()
    cancel_seance(seance.pk)
    client = director()
    said = page(client, address(seance))
    assert "Сохранить" not in said
    assert "Отменить сеанс" not in said
    assert f"sell/?seance={seance.pk}" not in client.get(address(seance)).content.decode()
    assert client.post(address(seance), form_of(seance)).status_code == 403
    assert client.post(address(seance, "cancel")).status_code == 403


def test_cancelling_a_showing_needs_the_right_to_cancel_bookings():
    seance = make_seance()
    planner = clerk("view_seance", "change_seance")
    assert "Отменить сеанс" not in page(planner, address(seance))
    assert planner.post(address(seance, "cancel")).status_code == 403
    seance.refresh_from_db()
    assert seance.status == SeanceStatus.SCHEDULED


def test_a_showing_that_is_not_there_can_not_be_cancelled():
    assert "Сеансы" in page(director(), SHOWINGS)
    assert director().get("/admin/movies/seance/1/cancel/").status_code == 302


def test_an_unsold_showing_is_deleted_and_a_sold_one_is_not():
    unsold, sold = make_seance(), make_seance()
    expire(book(order(unsold, seat_ids(unsold)[:1], hold=True)))
    book(order(sold, seat_ids(sold)[:1]))
    client = director()
    send(client, address(unsold, "delete"), post="yes")
    assert not Seance.objects.filter(pk=unsold.pk).exists()
    why = "удалить нельзя, продан или забронирован 1 билет"
    assert why in page(client, address(sold, "delete"))
    assert why in send(client, address(sold, "delete"), post="yes")
    assert Ticket.objects.filter(seance=sold).exists()


def test_who_may_only_look_sees_the_map_and_no_buttons():
    seance = make_seance()
    said = page(clerk("view_seance"), address(seance))
    assert "Экран" in said
    for button in ("Сохранить", "Продать билеты", "Отменить сеанс", "Заказы"):
        assert button not in said
