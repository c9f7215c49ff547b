"""The page at the door: what it says of each ticket, to whom, and in which form."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from bookings.booked import Booked
from bookings.booking import book, cancel
from bookings.checkin import UNDO_TIME, check_in
from bookings.exchanging import exchange
from bookings.models import Ticket
from movies.models import Seance
from tests.making import make_hall, make_movie, make_seance, make_staff, seat_ids
from tests.office import clerk, director, member_of, queries_of, text
from tests.selling import order

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:check_in")
JSON = {"accept": "application/json"}
JSQR = settings.BASE_DIR / "bookings/static/bookings/vendor/jsqr-1.4.0.js"


@pytest.fixture(autouse=True)
def english() -> Any:
    """The sentences of the code itself."""
    with translation.override("en"):
        yield


def soon(minutes: int = 30, **fields: Any) -> Seance:
    """A showing whose doors are open."""
    return make_seance(starts_at=timezone.now() + timedelta(minutes=minutes), **fields)


def sold(seance: Seance, place: int = 0) -> Ticket:
    return _first(book(order(seance, seat_ids(seance)[place : place + 1])))


def _first(booked: Booked) -> Ticket:
    return Ticket.objects.get(booking=booked.id)


def doorkeeper() -> Client:
    """Somebody who may do nothing else."""
    return speaking_english(clerk("check_in_ticket"))


def speaking_english(client: Client) -> Client:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def user_of(client: Client) -> User:
    return User.objects.get(pk=client.session["_auth_user_id"])


def read(response: Any) -> str:
    return " ".join(text(response).split())


def scan(client: Client, code: str, **door: Any) -> dict[str, Any]:
    """As the page's script asks."""
    response = client.post(PAGE, {"code": code}, query_params=door or None, headers=JSON)
    assert response.status_code == 200, response.content
    return response.json()


def undo(client: Client, ticket: Ticket) -> dict[str, Any]:
    address = reverse("admin:check_in_undo", args=[ticket.pk])
    return client.post(address, headers=JSON).json()


def test_a_good_ticket_is_let_in_with_its_seat_hall_and_time():
    hall = make_hall(name="Синий")
    seance = soon(hall=hall, movie=make_movie("Стачка", age_rating="12+"))
    ticket = sold(seance, place=3)
    client = doorkeeper()
    answer = scan(client, ticket.code)
    assert answer["kind"] == "valid"
    starts = timezone.localtime(seance.starts_at)
    for part in ("Valid", "Row 1, seat 4", "Синий", f"{starts:%H:%M}", "Стачка", "Стандарт", "12+"):
        assert part in answer["card"]
    assert "check the age" not in answer["card"]
    assert "wheelchair" not in answer["card"]
    ticket.refresh_from_db()
    assert ticket.checked_in_by == user_of(client)


def test_the_door_is_told_of_adults_films_and_wheelchairs():
    seance = soon(movie=make_movie(age_rating="18+"))
    ticket = sold(seance)
    seance.hall.seats.filter(pk=ticket.seat_id).update(wheelchair=True)
    card = scan(doorkeeper(), ticket.code)["card"]
    assert "18+: check the age" in card
    assert "wheelchair place" in card


def test_a_used_ticket_says_when_and_by_whom():
    ticket, anna = sold(soon()), make_staff("anna")
    check_in(code=ticket.code, seance_ids=[ticket.seance_id], by_id=anna.pk)
    used_at = timezone.now() - timedelta(minutes=3, seconds=5)
    Ticket.objects.filter(pk=ticket.pk).update(checked_in_at=used_at)
    answer = scan(doorkeeper(), ticket.code)
    assert answer["kind"] == "used"
    assert (
        answer["said"]
        == (f"Already used. At {timezone.localtime(used_at):%H:%M}, 3 min ago, by anna.")
        or timezone.localtime(used_at).date() != timezone.localdate()
    )
    assert "Row 1, seat 1" in answer["card"]


def test_the_same_scan_sent_twice_is_said_to_be_perhaps_the_same():
    client, ticket = doorkeeper(), sold(soon())
    scan(client, ticket.code)
    said = scan(client, ticket.code)["said"]
    assert "s ago, by you. Perhaps it is the same scan" in said
    long_ago = timezone.now() - timedelta(hours=2)
    Ticket.objects.filter(pk=ticket.pk).update(checked_in_at=long_ago)
    said = scan(client, ticket.code)["said"]
    assert "2 h ago, by you." in said
    assert "same scan" not in said


def test_a_ticket_of_another_hall_is_sent_to_its_own():
    here, there = soon(), soon(45, movie=make_movie("Метрополис"))
    answer = scan(doorkeeper(), sold(there).code, hall=here.hall_id)
    assert answer["kind"] == "elsewhere"
    assert "Another showing" in answer["card"]
    assert str(there.hall) in answer["card"]
    assert "Метрополис" in answer["card"]
    assert Ticket.objects.get().checked_in_at is None


def test_a_ticket_for_tomorrow_is_told_the_day():
    seance = make_seance(starts_at=timezone.now() + timedelta(days=1))
    answer = scan(doorkeeper(), sold(seance).code)
    assert answer["kind"] == "elsewhere"
    assert f"{timezone.localtime(seance.starts_at):%H:%M}" in answer["card"]
    assert ", " in answer["card"].split("showing")[1].split("</strong>")[0]  # the day, too


def test_a_cancelled_ticket_is_refused():
    ticket = sold(soon(50))
    cancel(ticket.booking_id)
    answer = scan(doorkeeper(), ticket.code)
    assert answer["kind"] == "cancelled"
    assert "This ticket was cancelled." in answer["card"]


def test_an_exchanged_ticket_names_the_new_seat():
    seance = soon()
    ticket = sold(seance)
    exchange(booking_id=ticket.booking_id, seat_ids=seat_ids(seance)[4:5])
    answer = scan(doorkeeper(), ticket.code)
    assert answer["kind"] == "exchanged"
    assert "row 1, seat 5" in answer["said"]
    assert "Ask for the new ticket." in answer["said"]


def test_a_held_seat_is_not_paid():
    held = book(order(seance := soon(), seat_ids(seance)[:1], hold=True))
    answer = scan(doorkeeper(), _first(held).code)
    assert answer["kind"] == "unpaid"


def test_an_unknown_code_is_shown_as_it_was_read():
    answer = scan(doorkeeper(), "<b>abcd</b>")
    assert answer["kind"] == "unknown"
    assert "&lt;B&gt;ABCD&lt;/B&gt;" in answer["card"]


@pytest.mark.parametrize("form", ["{}", " {} ", "https://kazan.example/tickets/{}"])
def test_a_code_may_be_typed_or_be_in_an_address(form):
    ticket = sold(soon())
    assert scan(doorkeeper(), form.format(ticket.code.lower()))["kind"] == "valid"


@pytest.mark.parametrize("fields", [{}, {"code": ""}, {"code": "  "}, {"code": "A" * 501}])
def test_what_is_no_question_is_refused(fields):
    client = doorkeeper()
    response = client.post(PAGE, fields, headers=JSON)
    assert response.status_code == 422
    assert response.json()["refused"]
    assert client.post(PAGE, fields).status_code == 422


def test_strange_bytes_are_an_unknown_code():
    assert scan(doorkeeper(), "ABCD☃кодABCD")["kind"] == "unknown"
    response = doorkeeper().post(PAGE, {"code": "AB\0CD"}, headers=JSON)
    assert response.status_code == 422


def test_a_lost_database_says_neither_yes_nor_no(monkeypatch):
    def lost(**question: Any) -> None:
        raise OperationalError

    monkeypatch.setattr("bookings.admin.check_in.check_in", lost)
    client = doorkeeper()
    client.raise_request_exception = False
    response = client.post(PAGE, {"code": "ABCDEFGHJKLM"}, headers=JSON)
    assert response.status_code == 503
    assert "application/json" not in response["content-type"]


def test_without_scripts_the_typed_form_shows_the_same():
    client, ticket = doorkeeper(), sold(soon())
    shown = read(client.post(PAGE, {"code": ticket.code}))
    assert "Valid" in shown
    assert "Row 1, seat 1" in shown
    assert "1 of 1" in shown
    shown = read(client.post(reverse("admin:check_in_undo", args=[ticket.pk])))
    assert "Taken back" in shown
    assert "0 of 1" in shown


def test_the_counts_follow_each_scan():
    client, seance = doorkeeper(), soon()
    tickets = [sold(seance, place) for place in range(3)]
    book(order(seance, seat_ids(seance)[5:6], hold=True))
    assert "0 of 3" in read(client.get(PAGE))
    shown = scan(client, tickets[1].code)["showings"]
    assert "1 of 3" in shown
    assert client.get(PAGE, headers=JSON).json() == {"showings": shown}


def test_a_door_serves_what_is_chosen():
    blue, red = soon(hall=make_hall(name="Синий")), soon(hall=make_hall(name="Красный"))
    client = doorkeeper()

    def served(**door: Any) -> set[Seance]:
        return set(client.get(PAGE, door).context["door"].served)

    assert served() == served(all=1) == {blue, red}
    assert served(hall=blue.hall_id) == {blue}
    assert served(seance=red.pk) == {red}
    assert served(hall=[blue.hall_id], seance=[red.pk]) == {blue, red}
    assert served(hall="nonsense") == {blue, red}
    assert served(hall="9" * 18) == set()


def test_the_choice_stays_in_the_address_of_every_question():
    seance = soon()
    content = doorkeeper().get(PAGE, {"hall": seance.hall_id}).content.decode()
    assert f'action="{PAGE}?hall={seance.hall_id}"' in content
    card = scan(doorkeeper(), sold(seance).code, hall=seance.hall_id)["card"]
    assert f"/?hall={seance.hall_id}" in card


def test_a_door_whose_showings_are_over_says_so_and_admits_nobody():
    seance, over = soon(), soon(60)
    Seance.objects.filter(pk=over.pk).update(
        starts_at=timezone.now() - timedelta(hours=3), ends_at=timezone.now() - timedelta(minutes=1)
    )
    client, ticket = doorkeeper(), sold(seance)
    assert "Choose again below" in read(client.get(PAGE, {"seance": over.pk}))
    assert scan(client, ticket.code, seance=over.pk)["kind"] == "elsewhere"


def test_when_nothing_is_shown_the_page_says_when_doors_open():
    make_seance()
    assert "No showing has its doors open now" in read(doorkeeper().get(PAGE))


def test_what_was_let_in_by_mistake_is_taken_back():
    client, ticket = doorkeeper(), sold(soon())
    card = scan(client, ticket.code)["card"]
    assert reverse("admin:check_in_undo", args=[ticket.pk]) in card
    answer = undo(client, ticket)
    assert answer["kind"] == "undone"
    assert "0 of 1" in answer["showings"]
    assert undo(client, ticket)["kind"] == "failed"
    assert scan(client, ticket.code)["kind"] == "valid"


def test_only_ones_own_last_is_taken_back_unless_one_may_change_bookings():
    anna, boris, ticket = doorkeeper(), doorkeeper(), sold(soon())
    scan(anna, ticket.code)
    assert "/undo/" not in scan(boris, ticket.code)["card"]
    assert undo(boris, ticket)["kind"] == "failed"
    Ticket.objects.filter(pk=ticket.pk).update(checked_in_at=timezone.now() - UNDO_TIME)
    assert undo(anna, ticket)["kind"] == "failed"
    manager = speaking_english(clerk("check_in_ticket", "change_booking"))
    assert "/undo/" in scan(manager, ticket.code)["card"]
    assert undo(manager, ticket)["kind"] == "undone"


@pytest.mark.parametrize("key", [0, 10**30])
def test_nothing_is_taken_back_from_a_ticket_that_is_not_there(key):
    address = reverse("admin:check_in_undo", args=[key])
    assert doorkeeper().post(address, headers=JSON).json()["kind"] == "failed"


def test_only_who_may_see_bookings_is_led_to_them():
    seance = soon()
    booking = reverse("admin:bookings_booking_change", args=[sold(seance).booking_id])
    code = Ticket.objects.get().code
    assert booking not in scan(doorkeeper(), code)["card"]
    assert booking in scan(clerk("check_in_ticket", "view_booking"), code)["card"]


def test_door_staff_need_no_other_permission_and_others_are_refused():
    ticket = sold(soon())
    assert member_of("door").get(PAGE).status_code == 200
    others = clerk("view_ticket", "view_booking", "change_booking")
    undoing = reverse("admin:check_in_undo", args=[ticket.pk])
    assert others.get(PAGE).status_code == 403
    for address in (PAGE, undoing):
        assert others.post(address, {"code": ticket.code}, headers=JSON).status_code == 403
        stranger = Client().post(address, {"code": ticket.code}, headers=JSON)
        assert stranger.url.startswith(reverse("admin:login"))
    assert doorkeeper().get(undoing).status_code == 405
    ticket.refresh_from_db()
    assert ticket.checked_in_at is None


def test_another_site_checks_nobody_in():
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = director().cookies
    ticket = sold(soon())
    assert strict.post(PAGE, {"code": ticket.code}, headers=JSON).status_code == 403
    ticket.refresh_from_db()
    assert ticket.checked_in_at is None


def test_looking_checks_nobody_in():
    ticket = sold(soon())
    doorkeeper().get(PAGE, {"code": ticket.code})
    ticket.refresh_from_db()
    assert ticket.checked_in_at is None


def test_neither_the_page_nor_a_scan_asks_more_when_more_is_shown():
    client, seance = doorkeeper(), soon()
    page, question = queries_of(client, PAGE), queries_of_a_scan(client, sold(seance))
    for _number in range(10):
        sold(soon())
    assert queries_of(client, PAGE) == page
    assert queries_of_a_scan(client, sold(seance, 1)) == question


def queries_of_a_scan(client: Client, ticket: Ticket) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert scan(client, ticket.code)["kind"] == "valid"
    return len(captured)


def test_the_vendored_decoder_is_the_published_one():
    """`npm pack jsqr@1.4.0`, dist/jsQR.js."""
    assert hashlib.sha256(JSQR.read_bytes()).hexdigest() == (
        "bc40c8a15196236b2314db0856f72ca0b49980cd5413b8c852a7349f5fee0859"
    )
    licence = Path(JSQR).with_name("jsqr-1.4.0.LICENSE.txt").read_text()
    assert "Apache License" in licence
