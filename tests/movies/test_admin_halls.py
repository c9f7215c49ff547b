"""Halls, seats and their categories in the staff's site."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from bookings.booking import book, cancel
from movies import halls
from movies.models import Hall, Seat, SeatCategory
from tests.making import make_category, make_hall, make_movie, make_seance, make_staff, seat_ids
from tests.office import (
    assert_queries_do_not_grow,
    clerk,
    director,
    in_english,
    page,
    queries_of,
    send,
)
from tests.selling import expire, order

pytestmark = pytest.mark.django_db

SEATS = reverse("admin:movies_seat_changelist")


def address(subject: Hall | Seat | SeatCategory, verb: str = "change") -> str:
    return reverse(f"admin:movies_{subject._meta.model_name}_{verb}", args=[subject.pk])


def seat_form(seat: Seat, **changes: Any) -> dict[str, Any]:
    names = ("row", "number", "x", "y")
    form = {name: getattr(seat, name) for name in names} | {"category": seat.category_id}
    return form | changes


def sold_seat() -> Seat:
    seance = make_seance()
    book(order(seance, seat_ids(seance)[:1]))
    return seance.hall.seats.order_by("id")[0]


def test_a_hall_is_made_and_filled_with_seats():
    client = director()
    send(client, reverse("admin:movies_hall_add"), name="Синий", turnaround_minutes="20")
    hall = Hall.objects.get()
    assert (hall.name, hall.turnaround_minutes) == ("Синий", 20)
    fields = {"hall": hall.pk, "row": "Б1", "number": "7", "x": "3", "y": "0", "wheelchair": "on"}
    send(client, reverse("admin:movies_seat_add"), **fields, category=make_category().pk)
    seat = hall.seats.get()
    assert (seat.row, seat.number, seat.x, seat.y, seat.wheelchair) == ("Б1", 7, 3, 0, True)


def test_two_halls_of_one_name_are_refused_also_when_both_are_entered_at_once(monkeypatch):
    make_hall(name="Синий")
    form = {"name": "Синий", "turnaround_minutes": "20"}
    client, new = director(), reverse("admin:movies_hall_add")
    assert "уже существует" in send(client, new, **form)

    def lose(**fields: object) -> Hall:
        raise IntegrityError("somebody else was quicker")

    monkeypatch.setattr(halls, "hall_create", lose)
    said = send(client, new, **form | {"name": "Красный"})
    assert "то же самое изменил кто-то другой" in said


def test_a_longer_turnaround_may_not_run_into_the_next_showing():
    hall, movie = make_hall(name="Синий", turnaround=15), make_movie(duration_minutes=100)
    first = make_seance(hall=hall, movie=movie)
    make_seance(hall=hall, movie=movie, starts_at=first.hall_free_at)
    said = send(director(), address(hall), name="Голубой", turnaround_minutes="30")
    assert "Зал «Синий» занят" in said or "Зал «Голубой» занят" in said
    hall.refresh_from_db()
    assert (hall.name, hall.turnaround_minutes) == ("Синий", 15)


def test_a_hall_page_draws_its_seats_and_leads_to_their_list():
    hall = make_hall(rows=2, seats=3)
    response = director().get(address(hall))
    assert [
        [place and place.seat.number for place in row.cells] for row in response.context["map"].rows
    ] == [
        [1, 2, 3],
        [1, 2, 3],
    ]
    assert f"{SEATS}?hall__id__exact={hall.pk}" in response.content.decode()


def test_aisles_stay_empty_on_the_map():
    hall = make_hall(rows=3, seats=3)
    hall.seats.filter(x=1).delete()
    hall.seats.filter(y=1).delete()
    rows = director().get(address(hall)).context["map"].rows
    assert [[bool(place) for place in row.cells] for row in rows] == [
        [True, False, True],
        [False, False, False],
        [True, False, True],
    ]
    assert [row.label for row in rows] == ["1", "", "3"]


def test_a_hall_without_showings_is_deleted_with_its_seats():
    hall = make_hall(rows=2, seats=3)
    client = director()
    assert "Места: 6" in page(client, address(hall, "delete"))
    send(client, address(hall, "delete"), post="yes")
    assert not Hall.objects.exists()
    assert not Seat.objects.exists()


def test_a_hall_with_showings_or_sales_is_not_deleted():
    seance = make_seance()
    client = director()
    assert "в нём запланированы сеансы" in page(client, address(seance.hall, "delete"))
    book(order(seance, seat_ids(seance)[:1]))
    said = send(client, address(seance.hall, "delete"), post="yes")
    assert "продан или забронирован 1 билет" in said
    assert Hall.objects.exists()


def test_a_seat_is_moved_and_changed():
    seat = make_hall(seats=5).seats.first()
    vip = make_category("VIP", "250")
    send(director(), address(seat), **seat_form(seat, x=9, number=77, category=vip.pk))
    seat.refresh_from_db()
    assert (seat.x, seat.number, seat.category) == (9, 77, vip)


def test_a_seat_is_not_put_where_another_is():
    first, second = make_hall(rows=1, seats=2).seats.order_by("x")
    client = director()
    said = send(client, address(first), **seat_form(first, x=second.x))
    assert "В этой клетке зала уже есть место" in said
    said = send(client, address(first), **seat_form(first, number=second.number))
    assert "уже есть место с таким рядом и номером" in said


def test_a_seat_sold_for_a_coming_showing_keeps_its_name_but_not_its_price():
    seat, vip = sold_seat(), make_category("VIP", "250")
    client = director()
    said = send(client, address(seat), **seat_form(seat, row="99", category=vip.pk))
    assert "его ряд и номер менять нельзя" in said
    send(client, address(seat), **seat_form(seat, category=vip.pk))
    seat.refresh_from_db()
    assert (seat.row, seat.category) == ("1", vip)


def test_a_seat_may_be_renamed_once_nobody_holds_a_ticket_for_it():
    seance = make_seance()
    seat = seance.hall.seats.order_by("id")[0]
    sold = book(order(seance, [seat.pk]))
    cancel(sold.id, by_id=make_staff().pk)
    expire(book(order(seance, [seat.pk], hold=True)))
    send(director(), address(seat), **seat_form(seat, row="99"))
    seat.refresh_from_db()
    assert seat.row == "99"


def test_a_sold_seat_is_not_deleted():
    seat = sold_seat()
    client = in_english(director())
    refusal = "sold, held or blocked before, so they can't be removed: row 1: 1."
    assert refusal in page(client, address(seat, "delete"))
    chosen = {"action": "delete_selected", "_selected_action": [seat.pk], "post": "yes"}
    assert refusal in send(client, SEATS, **chosen)
    assert Seat.objects.filter(pk=seat.pk).exists()


def test_many_seats_get_another_category_at_once():
    hall, vip = make_hall(rows=1, seats=4), make_category("VIP 100%", "250")
    chosen = list(hall.seats.values_list("pk", flat=True))[:2]
    action = {"action": f"make_category_{vip.pk}", "_selected_action": chosen, "index": "0"}
    client = director()
    assert "Сделать выбранные места типом «VIP 100%»" in page(client, SEATS)
    assert "Теперь 2 места типа «VIP 100%»." in send(client, SEATS, **action)
    assert hall.seats.filter(category=vip).count() == 2
    looker = clerk("view_seat")
    assert "VIP 100%»" not in page(looker, SEATS)
    looker.post(SEATS, action | {"_selected_action": list(hall.seats.values_list("pk", flat=True))})
    assert hall.seats.filter(category=vip).count() == 2


def test_seats_are_filtered_and_searched():
    hall = make_hall(rows=2, seats=3)
    make_hall(rows=1, seats=1)
    client = director()
    listed = client.get(SEATS, {"hall__id__exact": hall.pk, "q": "2"}).context["cl"].result_list
    assert {(seat.hall_id, seat.row) for seat in listed} == {(hall.pk, "2")}


def test_a_category_is_made_changed_and_colours_the_maps():
    client = director()
    form = {"name": "VIP", "colour": "#D1495b", "surcharge": "250"}
    send(client, reverse("admin:movies_seatcategory_add"), **form)
    category = SeatCategory.objects.get()
    send(client, address(category), **form | {"surcharge": "300"})
    category.refresh_from_db()
    assert category.surcharge == 300
    sheet = client.get(reverse("admin:movies_seatcategory_colours"))
    assert sheet["Content-Type"] == "text/css"
    assert f".category-{category.pk} {{ --category: #D1495b; }}" in sheet.content.decode()


def test_a_colour_that_is_none_never_reaches_the_stylesheet():
    SeatCategory.objects.create(name="VIP", colour="red;}b{")
    sheet = director().get(reverse("admin:movies_seatcategory_colours"))
    assert sheet.content == b""


def test_a_category_with_seats_is_not_deleted():
    category = make_hall().seats.first().category
    said = send(director(), address(category, "delete"), post="yes")
    assert "есть места этого типа" in said
    assert SeatCategory.objects.exists()
    unused = make_category("Диван")
    send(director(), address(unused, "delete"), post="yes")
    assert not SeatCategory.objects.filter(pk=unused.pk).exists()


@pytest.mark.parametrize("model", ["hall", "seat", "seatcategory"])
def test_lists_make_no_more_queries_when_they_are_longer(model):
    def make() -> None:
        hall = make_hall(rows=1, seats=1)
        if model == "seatcategory":
            make_category(hall.name)

    assert_queries_do_not_grow(director(), reverse(f"admin:movies_{model}_changelist"), make)


def test_a_hall_page_makes_no_more_queries_when_the_hall_is_bigger():
    client = director()
    small, big = make_hall(rows=1, seats=3), make_hall(rows=10, seats=30)
    assert queries_of(client, address(big)) == queries_of(client, address(small))


def test_seats_of_past_showings_may_be_renamed():
    seat = sold_seat()
    seance = seat.hall.seances.get()
    past = timezone.now() - timedelta(days=1)
    type(seance).objects.filter(pk=seance.pk).update(
        starts_at=past, ends_at=past + timedelta(hours=2), hall_free_at=past + timedelta(hours=2)
    )
    send(director(), address(seat), **seat_form(seat, row="99"))
    seat.refresh_from_db()
    assert seat.row == "99"
