"""Showings in the staff's site."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from bookings.blocking import block_seats
from bookings.booking import book, cancel, cancel_seance
from bookings.checkin import check_in
from bookings.claiming import Order
from bookings.models import Booking, BookingStatus, Notice, Ticket
from cinema.admin import money
from movies import schedule
from movies.models import Seance, SeanceStatus, Seat
from movies.refusals import SoldAlready
from tests.making import make_hall, make_movie, make_seance, make_staff, seat_ids
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

pytestmark = pytest.mark.django_db(transaction=True)  # blocking commits between its attempts

SHOWINGS = reverse("admin:movies_seance_changelist")
NEW = reverse("admin:movies_seance_add")
WHY = {"ready": "own", "words": "сломан проектор"}


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
    counts = [count.split() for count in re.findall(r"<dd>(.*?)</dd>", content)]
    assert counts[:4] == [["2"], ["1"], ["0"], ["3"]]
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
    quiet, full = make_seance(), make_seance(hall=make_hall(rows=5, seats=10))
    book(order(quiet, seat_ids(quiet)[:1]))
    for seat in seat_ids(full)[:30]:
        book(order(full, [seat]))
    client = director()
    page(client, address(quiet))  # what is asked once and then remembered
    assert queries_of(client, address(full)) == queries_of(client, address(quiet))


def test_the_page_says_what_a_showing_brings_and_who_comes():
    seance, door = make_seance(), make_staff("vahtyor")
    seats = seat_ids(seance)
    sold = book(order(seance, seats[:2]))
    cancel(book(order(seance, seats[2:3])).id)
    block_seats(seance_id=seance.pk, seat_ids=seats[3:5], reason="", by_id=None)
    expire(book(order(seance, seats[5:6], hold=True)))
    held = book(order(seance, seats[6:7], hold=True))
    check_in(code=sold.tickets[0].code, seance_ids=[seance.pk], by_id=door.pk)
    context = director().get(address(seance)).context
    assert (context["revenue"], context["inside"]) == (money(500), 1)
    assert [buyer.pk for buyer in context["buyers"]] == [held.id, sold.id]
    assert not context["more_buyers"]
    assert context["original"].seats_blocked == 2


def test_the_list_of_buyers_has_an_end_and_a_way_on(monkeypatch):
    monkeypatch.setattr("movies.admin.seance_page.MOST_BUYERS", 2)
    seance = make_seance()
    for seat in seat_ids(seance)[:3]:
        book(order(seance, [seat]))
    response = director().get(address(seance))
    assert len(response.context["buyers"]) == 2
    every = f"{reverse('admin:bookings_booking_changelist')}?seance__id__exact={seance.pk}"
    assert response.content.decode().count(every) == 2  # among the tools and below the list


def test_revenue_and_buyers_are_for_who_may_see_them():
    seance = make_seance()
    book(order(seance, seat_ids(seance)[:2]))
    planner = clerk("view_seance", "change_seance")
    said = page(planner, address(seance))
    assert "500,00 RUB" not in said
    assert "a@b.org" not in said
    content = planner.get(address(seance)).content.decode()
    assert "/bookings/" not in content
    assert reverse("admin:seance_block", args=[seance.pk]) not in content
    assert "500,00 RUB" in page(clerk("view_seance", "view_report"), address(seance))


def test_a_sold_showing_says_what_is_fixed_and_what_to_do_instead():
    seance = make_seance()
    client = in_english(director())
    assert "Tickets were sold" not in page(client, address(seance))
    cancel(book(order(seance, seat_ids(seance)[:1])).id)
    assert page(client, address(seance)).count("Tickets were sold") == 3


def test_seats_are_taken_out_of_the_sale_for_a_reason_and_put_back():
    seance = make_seance()
    seats = seat_ids(seance)
    block = reverse("admin:seance_block", args=[seance.pk])
    client = in_english(clerk("block_seats"))
    send(client, block, do="block", seats=seats[:3])
    send(client, block, do="block", seats=seats[:3], ready="own")
    assert not Booking.objects.exists()
    said = send(client, block, do="block", seats=seats[:3], ready="own", words="для гостей")
    assert "3 seats are not for sale now" in said
    assert "row 1: 1, 2, 3" in said
    assert "для гостей" in said
    assert Booking.objects.get().reason == "для гостей"
    assert "1 seat is on sale again" in send(client, block, do="unblock", seats=seats[:1])
    assert "row 1: 2, 3" in page(client, block)
    whole = str(Booking.objects.get().pk)
    assert "2 seats are on sale again" in send(client, block, block=whole)
    assert Booking.objects.get().status == BookingStatus.CANCELLED


def test_seats_that_can_not_be_blocked_are_named_and_the_choice_is_kept():
    seance = make_seance()
    seats = seat_ids(seance)
    sold = book(order(seance, seats[1:2]))
    block = reverse("admin:seance_block", args=[seance.pk])
    client = in_english(director())
    response = client.post(block, {"do": "block", "seats": seats[:3], "ready": "0"})
    assert response.status_code == 409
    assert f"Sold or held: {Seat.objects.get(pk=seats[1])}." in response.context["refusal"]
    assert response.context["chosen"] == set(seats[:3])
    for nothing in (
        {"do": "block", "ready": "0"},
        {"do": "unblock", "seats": seats[:3]},
        {"block": str(sold.id)},
        {"block": "nonsense"},
        {"do": "unblock", "seats": ["x", "9" * 40]},
    ):
        assert client.post(block, nothing).status_code == 409
    assert Booking.objects.get().status == BookingStatus.CONFIRMED


def test_a_showing_that_has_begun_only_puts_seats_back():
    seance = make_seance()
    seats = seat_ids(seance)
    block_seats(seance_id=seance.pk, seat_ids=seats[:1], reason="", by_id=None)
    Seance.objects.filter(pk=seance.pk).update(starts_at=timezone.now())
    block = reverse("admin:seance_block", args=[seance.pk])
    client = in_english(director())
    assert "not on sale any more" in page(client, block)
    refused = client.post(block, {"do": "block", "seats": seats[1:2], "ready": "0"})
    assert "Sales closed" in refused.context["refusal"]
    assert "on sale again" in send(client, block, do="unblock", seats=seats[:1])


def test_blocking_needs_its_right_and_a_showing():
    seance = make_seance()
    block = reverse("admin:seance_block", args=[seance.pk])
    assert clerk("view_seance", "change_seance").get(block).status_code == 403
    for number in (0, 2**70):
        assert director().get(reverse("admin:seance_block", args=[number])).status_code == 302


def test_cancelling_a_showing_says_first_what_it_costs_and_who_is_told():
    seance, till = make_seance(), make_staff("kassir")
    seats = seat_ids(seance)
    sales = [("a@b.org", "cash"), ("", "card"), ("", ""), ("c@d.org", "cash")]
    for seat, (email, paid_by) in zip(seats, sales, strict=False):
        book(
            Order(
                seance_id=seance.pk,
                seat_ids=[seat],
                email=email,
                sold_by_id=till.pk if paid_by else None,
                paid_by=paid_by,
            )
        )
    block_seats(seance_id=seance.pk, seat_ids=seats[5:7], reason="", by_id=None)
    client = in_english(director())
    said = page(client, address(seance, "cancel"))
    for known in (
        "To be paid back: 1,000.00",
        "500.00 RUB: in cash",
        "250.00 RUB: to the card",
        "250.00 RUB: by the way it was paid online",
        "2 buyers are told by email",
        "2 buyers have left no email",
    ):
        assert known in said
    for unsaid in ({}, {"ready": "own"}):
        send(client, address(seance, "cancel"), **unsaid)
        assert not Notice.objects.exists()
    send(client, address(seance, "cancel"), **WHY)
    assert Notice.objects.count() == 2
    sold = Booking.objects.exclude(total=0)
    assert set(sold.values_list("status", "reason")) == {("cancelled", "сломан проектор")}
    assert sold.filter(cancelled_by__isnull=False).count() == 4


def test_a_showing_is_cancelled_with_its_bookings_after_saying_why():
    seance = make_seance()
    seats = seat_ids(seance)
    book(order(seance, seats[:2]))
    book(order(seance, seats[2:3], hold=True))
    client = director()
    asked = page(client, address(seance, "cancel"))
    assert "будут отменены заказы: 2, проданных и забронированных билетов в них: 3" in asked
    seance.refresh_from_db()
    assert seance.status == SeanceStatus.SCHEDULED
    said = send(client, address(seance, "cancel"), **WHY)
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
    assert f"box-office/?seance={seance.pk}" not in client.get(address(seance)).content.decode()
    assert client.post(address(seance), form_of(seance)).status_code == 403
    assert client.post(address(seance, "cancel"), WHY).status_code == 403


def test_cancelling_a_showing_needs_the_right_to_cancel_bookings():
    seance = make_seance()
    planner = clerk("view_seance", "change_seance")
    assert "Отменить сеанс" not in page(planner, address(seance))
    assert planner.post(address(seance, "cancel"), WHY).status_code == 403
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
