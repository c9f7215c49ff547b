"""The checkout: from reserved seats to bought ones, with and without a bank."""

import re

from playwright.sync_api import Page, expect

from tests.browser.storefront.cinema import Cinema, Showing
from tests.browser.storefront.conftest import Visit

TICKET = re.compile(r"/tickets/[0-9a-f-]{36}/$")


def reserved(cinema: Cinema, showing: Showing, count: int = 2) -> str:
    """The id of a new hold of so many seats."""
    path = f"/movies/{showing.movie}/seances/{showing.seance}/bookings"
    seats = list(showing.seats.values())[:count]
    return str(cinema.ask("POST", path, json={"seatsIds": seats, "hold": True})["booking"]["id"])


def checkout(cinema: Cinema, booking: str) -> str:
    return f"/{cinema.id}/bookings/{booking}/"


def buy(page: Page, email: str = "anna@example.org") -> None:
    page.get_by_label("Email").fill(email)
    page.locator("button.buy").click()


def test_after_a_declined_payment_the_seats_are_still_there_to_try_again(
    visit: Visit, irkutsk: Cinema
) -> None:
    page = visit(checkout(irkutsk, reserved(irkutsk, irkutsk.showing())))
    buy(page)
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_role("alert")).to_contain_text("declined", timeout=20_000)
    page.locator("button.buy").click()
    page.get_by_role("button", name="Pay", exact=True).click()
    expect(page.locator(".stub")).to_have_count(2, timeout=20_000)


def test_what_is_no_address_is_said_next_to_the_field_and_kept(visit: Visit, kazan: Cinema) -> None:
    page = visit(
        checkout(kazan, reserved(kazan, kazan.showing())),
        expects=(422,),
        java_script_enabled=False,
    )
    buy(page, "anna@example")
    field = page.get_by_label("Email")
    expect(field).to_have_value("anna@example")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#email-wrong")).to_be_visible()


def test_the_countdown_ends_on_the_page(visit: Visit, kazan: Cinema) -> None:
    booking = reserved(kazan, kazan.showing())
    kazan.let_hold_end(booking, seconds=4)
    page = visit(checkout(kazan, booking))
    expect(page.get_by_role("timer")).to_have_text(re.compile("^0:0"))
    expect(page.get_by_role("heading", name="The time is up")).to_be_visible()
    expect(page.locator("button.buy")).to_be_hidden()


def test_seats_whose_time_is_up_can_be_reserved_again(visit: Visit, kazan: Cinema) -> None:
    booking = reserved(kazan, kazan.showing())
    kazan.let_hold_end(booking)
    page = visit(checkout(kazan, booking))
    page.get_by_role("button", name="Reserve them again").click()
    expect(page.get_by_role("heading", name="Your seats are reserved")).to_be_visible()
    assert booking not in page.url


def test_a_form_that_is_sent_too_late_says_so(visit: Visit, kazan: Cinema) -> None:
    booking = reserved(kazan, kazan.showing())
    page = visit(checkout(kazan, booking), expects=(409,))
    kazan.let_hold_end(booking)
    buy(page)
    expect(page.get_by_role("heading", name="The time is up")).to_be_visible()


def test_released_seats_are_free_for_others(visit: Visit, kazan: Cinema) -> None:
    showing = kazan.showing()
    page = visit(checkout(kazan, reserved(kazan, showing)))
    page.get_by_role("button", name="Release").click()
    expect(page).to_have_url(re.compile(re.escape(showing.path)))
    assert not kazan.taken(showing)


def test_what_is_bought_leads_to_its_tickets(visit: Visit, kazan: Cinema) -> None:
    showing = kazan.showing()
    bought = kazan.buy(showing, list(showing.seats.values())[:1])
    page = visit(checkout(kazan, bought["id"]))
    expect(page).to_have_url(TICKET)


def test_when_the_cinema_hangs_the_form_can_be_sent_again(
    visit: Visit, breakable_kazan: Cinema
) -> None:
    kazan = breakable_kazan
    page = visit(checkout(kazan, reserved(kazan, kazan.showing())), expects=(503,))
    page.get_by_label("Email").fill("anna@example.org")
    kazan.freeze()
    page.locator("button.buy").click()
    expect(page.locator("h1")).to_contain_text(re.compile("not answered|not selling"))
    kazan.thaw()


def test_another_citys_booking_is_not_found(visit: Visit, kazan: Cinema, irkutsk: Cinema) -> None:
    booking = reserved(kazan, kazan.showing())
    page = visit(f"/irkutsk/bookings/{booking}/", expects=(404,))
    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
