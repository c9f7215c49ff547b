"""A booking in a browser: cancelled, moved, its showing's seats blocked."""

import pytest
from playwright.sync_api import Page, expect

from bookings.blocking import block_seats
from bookings.booked import Booked
from bookings.booking import book
from bookings.claiming import Order
from bookings.models import Booking, BookingStatus, Notice, Ticket
from movies.models import Seance
from tests.making import make_category, make_hall, make_movie, make_seance, seat_ids
from tests.selling import order

ENGLISH = {"locale": "en-US"}


@pytest.fixture
def seance(director) -> Seance:
    """Its second row costs 100 more."""
    hall = make_hall(rows=2, seats=6, name="Great")
    hall.seats.filter(row="2").update(category=make_category("Comfort", "100"))
    return make_seance(movie=make_movie("Aelita"), hall=hall)


@pytest.fixture
def booked(seance, director) -> Booked:
    """The first two seats, paid in cash."""
    sale = Order(
        seance_id=seance.pk,
        seat_ids=seat_ids(seance)[:2],
        email="anna@example.org",
        sold_by_id=director.pk,
        paid_by="cash",
    )
    return book(sale)


def at(booked: Booked, verb: str = "change") -> str:
    return f"/admin/bookings/booking/{booked.id}/{verb}/"


def seat(page: Page, row: int, number: int):
    return page.locator(f"input[name=seats][data-row='{row}'][data-number='{number}']")


def live_seats(booking: Booked) -> list[int]:
    live = Ticket.objects.filter(booking=booking.id, released_at=None)
    return sorted(live.values_list("seat", flat=True))


def test_a_booking_is_cancelled_with_a_reason_and_its_seats_are_free(
    open_page, director, seance, booked
):
    page = open_page(at(booked), user=director, **ENGLISH)
    expect(page.locator(".seat-map .own")).to_have_count(2)
    page.get_by_role("link", name="Cancel the booking").click()
    page.locator("form input[type=submit]").last.click()  # no reason yet: the browser says so
    assert Booking.objects.get().status == BookingStatus.CONFIRMED
    expect(page.locator(".refunds")).to_contain_text("500.00")
    expect(page.locator(".refunds")).to_contain_text("in cash")
    page.get_by_label("Another reason").check()
    page.locator("#id_words").fill("the dog is ill")
    page.locator("form input[type=submit]").last.click()
    expect(page.locator(".status")).to_have_text("cancelled")
    expect(page.locator(".messagelist")).to_contain_text("500.00")
    expect(page.locator(".notices tbody tr")).to_have_count(1)
    assert Booking.objects.get().reason == "the dog is ill"
    page.goto(f"/admin/box-office/?seance={seance.pk}")
    expect(page.locator("input[name=seats]")).to_have_count(12)


def test_a_booking_moves_once_the_difference_was_seen(open_page, director, seance, booked):
    page = open_page(f"/admin/bookings/{booked.id}/move/", user=director, **ENGLISH)
    submit = page.locator("#move [type=submit]")
    expect(submit).to_be_disabled()
    page.locator("label.seat", has=seat(page, 1, 1)).click()
    expect(page.locator(".costs")).to_contain_text("1 of 2")
    expect(submit).to_be_disabled()
    page.locator("label.seat", has=seat(page, 2, 1)).click()
    expect(page.locator(".costs")).to_contain_text("to collect 100.00")
    expect(page.get_by_role("radio", name="Cash")).to_be_checked()
    page.get_by_role("radio", name="Card").check()
    submit.click()
    expect(page.locator(".messagelist")).to_contain_text("to collect 100.00")
    seats = seat_ids(seance)
    assert live_seats(booked) == [seats[1], seats[6]]
    assert Booking.objects.get().total == 600
    new = Ticket.objects.get(exchanged_at__isnull=False)
    assert (new.exchanged_by, new.exchanged_paid_by) == (director, "card")
    expect(page.locator("tr.exchanged")).to_have_count(1)
    expect(page.locator(".seat-map .own")).to_have_count(2)


def test_a_seat_lost_meanwhile_is_named_and_the_choice_kept(open_page, director, seance, booked):
    page = open_page(f"/admin/bookings/{booked.id}/move/", user=director, **ENGLISH)
    seats = seat_ids(seance)
    seat(page, 1, 4).focus()
    page.keyboard.press("Space")
    book(order(seance, seats[3:4]))
    page.locator("#move [type=submit]").click()
    expect(page.locator(".errornote")).to_contain_text("4")
    assert live_seats(booked) == seats[:2]
    expect(seat(page, 1, 2)).to_be_checked()
    expect(seat(page, 1, 1)).not_to_be_checked()


def test_a_price_that_has_changed_since_is_asked_about_once_more(
    open_page, director, seance, booked
):
    # After the sale, which keeps the price of its own seats.
    seance.hall.seats.filter(row="1").update(category=make_category("Dear", "900"))
    page = open_page(f"/admin/bookings/{booked.id}/move/", user=director, **ENGLISH)
    page.locator("label.seat", has=seat(page, 1, 1)).click()
    page.locator("label.seat", has=seat(page, 2, 1)).click()
    expect(page.locator(".costs")).to_contain_text("to pay back")
    page.locator("#move [type=submit]").click()
    seats = seat_ids(seance)
    expect(page.locator(".errornote")).to_contain_text("to collect 100.00")
    expect(page.locator(".costs")).to_contain_text("to collect 100.00")
    assert live_seats(booked) == seats[:2]
    page.locator("#move [type=submit]").click()
    expect(page.locator(".messagelist")).to_contain_text("to collect 100.00")
    assert live_seats(booked) == [seats[1], seats[6]]


def test_without_scripts_the_difference_is_asked_about_first(open_page, director, seance, booked):
    page = open_page(
        f"/admin/bookings/{booked.id}/move/",
        user=director,
        java_script_enabled=False,
        **ENGLISH,
    )
    seat(page, 1, 1).uncheck(force=True)
    seat(page, 2, 1).check(force=True)
    page.locator("#move [type=submit]").click()
    expect(page.locator(".errornote")).to_contain_text("100.00")
    assert Booking.objects.get().total == 500
    page.locator("#move [type=submit]").click()
    expect(page.locator(".messagelist")).to_contain_text("100.00")
    assert Booking.objects.get().total == 600


def test_seats_are_blocked_and_put_back(open_page, director, seance):
    page = open_page(f"/admin/movies/seance/{seance.pk}/change/", user=director, **ENGLISH)
    page.get_by_role("link", name="Block seats").click()
    for number in (2, 3):
        page.locator("label.seat", has=seat(page, 1, number)).click()
    page.get_by_label("The seat is broken").check()
    page.get_by_role("button", name="Take out of the sale").click()
    expect(page.locator(".blocks tbody tr")).to_have_count(1)
    expect(page.locator("label.seat.blocked")).to_have_count(2)
    assert Booking.objects.get().status == BookingStatus.BLOCKED
    page.locator("label.seat", has=seat(page, 1, 2)).click()
    page.get_by_role("button", name="Put the chosen back").click()
    expect(page.locator("label.seat.blocked")).to_have_count(1)
    page.locator(".blocks button").click()
    expect(page.locator(".blocks")).to_have_count(0)
    assert not Ticket.objects.filter(released_at=None).exists()


def test_a_whole_showing_is_cancelled_and_its_buyers_are_told(open_page, director, seance, booked):
    block_seats(seance_id=seance.pk, seat_ids=seat_ids(seance)[4:5], reason="", by_id=director.pk)
    page = open_page(f"/admin/movies/seance/{seance.pk}/change/", user=director, **ENGLISH)
    expect(page.locator(".revenue dd")).to_contain_text("500.00")
    page.get_by_role("link", name="Cancel the showing").click()
    expect(page.locator(".refunds")).to_contain_text("500.00")
    page.get_by_label("The hall can't be used").check()
    page.locator("form input[type=submit]").last.click()
    expect(page.locator("strong.cancelled")).to_be_visible()
    booking = Booking.objects.get(pk=booked.id)
    assert (booking.status, booking.cancelled_by) == (BookingStatus.CANCELLED, director)
    assert Notice.objects.get().booking == booking
    assert not Ticket.objects.filter(released_at=None).exists()
