"""The whole way, from choosing a city to tickets and the email with them: in both languages, with
and without scripts, by keyboard alone and on a phone; and what may go wrong while paying."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.storefront.cinema import Cinema, Showing
from tests.browser.storefront.conftest import Visit
from tests.browser.storefront.test_checkout import TICKET, buy, checkout, reserved
from tests.browser.test_every_page import cut_off
from tests.polling import eventually

PHONE = {"width": 360, "height": 780}
Press = Callable[[Locator], None]

_hours = count(50, 2)
_buyers = count(1)


@pytest.fixture
def address() -> str:
    """Of a buyer whom nobody has written to yet."""
    return f"buyer-{next(_buyers)}@example.org"


def shown_soon(cinema: Cinema) -> Showing:
    """A new showing on one of the days that the film's page offers."""
    return cinema.showing(starts_at=datetime.now(UTC) + timedelta(hours=next(_hours)), price=450)


def day_of(cinema: Cinema, showing: Showing) -> str:
    """As addresses have it, by the cinema's clocks."""
    found = cinema.ask("GET", f"/movies/{showing.movie}/seances/{showing.seance}")["data"]
    start = datetime.fromisoformat(found["datetime"])
    return start.astimezone(ZoneInfo(cinema.time_zone)).date().isoformat()


def steps_to_the_hall(cinema: Cinema, showing: Showing) -> list[str]:
    """What is pressed from the start page on."""
    film = f"/{cinema.id}/films/{showing.movie}/"
    return [
        f'a.showcase[href="/{cinema.id}/"]',
        f'main a[href="{film}"]:not([aria-hidden])',
        f'.days a[href*="{day_of(cinema, showing)}"]',
        f'main a[href="{showing.path}"]',
    ]


def go_to_the_hall(page: Page, cinema: Cinema, showing: Showing, press: Press) -> None:
    for step in steps_to_the_hall(cinema, showing):
        press(page.locator(step).first)
    expect(page).to_have_url(re.compile(f"{re.escape(showing.path)}$"))


def choose(page: Page, showing: Showing, press: Press, seats: int = 2) -> list[int]:
    """The first ones of the hall."""
    chosen = list(showing.seats.values())[:seats]
    for id in chosen:
        seat = page.locator(f'input[name="seat"][value="{id}"]')
        press(page.locator("label.seat").filter(has=seat))
        expect(seat).to_be_checked()
    return chosen


def has_tickets(page: Page, cinema: Cinema, showing: Showing, seats: list[int]) -> str:
    """The booking's id; the page shows it and the cinema has sold exactly these seats."""
    expect(page).to_have_url(TICKET)
    expect(page.locator(".stub svg.qr")).to_have_count(len(seats), timeout=20_000)
    assert cinema.taken(showing) == set(seats)
    return page.url.rstrip("/").rpartition("/")[2]


def letter_with_tickets(cinema: Cinema, address: str) -> EmailMessage:
    eventually(lambda: cinema.letters_to(address), within=30)
    [letter] = cinema.letters_to(address)
    return letter


def assert_mailed(cinema: Cinema, address: str, page: Page) -> None:
    """The link to the tickets' page, and the files that it offers."""
    letter = letter_with_tickets(cinema, address)
    text = letter.get_body(("plain",))
    assert text
    assert page.url in text.get_content()
    files = {part.get_content_type(): part for part in letter.iter_attachments()}
    assert files["application/pdf"].get_payload(decode=True)[:5] == b"%PDF-"
    assert "BEGIN:VEVENT" in files["text/calendar"].get_content()


# The whole way


def test_the_whole_way_in_russian_with_a_payment(
    visit: Visit, irkutsk: Cinema, address: str
) -> None:
    showing = shown_soon(irkutsk)
    page = visit("/", locale="ru-RU")
    expect(page.get_by_role("heading", level=1)).to_have_text("В каком вы городе?")
    go_to_the_hall(page, irkutsk, showing, Locator.click)
    seats = choose(page, showing, Locator.click)
    page.get_by_role("button", name="Забронировать", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Места за вами")
    page.get_by_label("Электронная почта").fill(address)
    page.get_by_role("button", name=re.compile(r"^Оплатить 900\s₽$")).click()
    page.locator("button.pay").click()
    has_tickets(page, irkutsk, showing, seats)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ваши билеты")
    assert_mailed(irkutsk, address, page)


def test_the_whole_way_in_english(visit: Visit, kazan: Cinema, address: str) -> None:
    showing = shown_soon(kazan)
    page = visit("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Which city are you in?")
    go_to_the_hall(page, kazan, showing, Locator.click)
    seats = choose(page, showing, Locator.click)
    page.get_by_role("button", name="Reserve", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your seats are reserved")
    page.get_by_label("Email").fill(address)
    page.get_by_role("button", name="Buy", exact=True).click()
    has_tickets(page, kazan, showing, seats)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your tickets")
    assert_mailed(kazan, address, page)


@pytest.mark.parametrize("city", ["kazan", "irkutsk"])
def test_the_whole_way_without_scripts(
    visit: Visit, request: pytest.FixtureRequest, city: str, address: str
) -> None:
    cinema: Cinema = request.getfixturevalue(city)
    showing = shown_soon(cinema)
    page = visit("/", java_script_enabled=False)
    go_to_the_hall(page, cinema, showing, Locator.click)
    seats = choose(page, showing, Locator.click)
    page.get_by_role("button", name="Reserve", exact=True).click()
    buy(page, address)
    if city == "irkutsk":
        page.locator("button.pay").click()
    has_tickets(page, cinema, showing, seats)
    assert_mailed(cinema, address, page)


def test_the_whole_way_on_a_phone(visit: Visit, irkutsk: Cinema, address: str) -> None:
    showing = shown_soon(irkutsk)
    page = visit("/", viewport=PHONE, has_touch=True, is_mobile=True)

    def tap(place: Locator) -> None:
        place.scroll_into_view_if_needed()
        assert cut_off(page) <= 0, page.url
        place.tap()

    go_to_the_hall(page, irkutsk, showing, tap)
    seats = choose(page, showing, tap)
    tap(page.get_by_role("button", name="Reserve", exact=True))
    page.get_by_label("Email").fill(address)
    tap(page.locator("button.buy"))
    tap(page.locator("button.pay"))
    has_tickets(page, irkutsk, showing, seats)
    assert cut_off(page) <= 0


def test_the_whole_way_by_keyboard_alone(visit: Visit, kazan: Cinema, address: str) -> None:
    showing = shown_soon(kazan)
    page = visit("/")
    for step in steps_to_the_hall(kazan, showing):
        tab_to(page, step)
        page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Larger")).to_be_visible()
    tab_to(page, 'input[name="seat"]')
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.locator("#chosen")).to_contain_text("2 seats")
    seats = [int(one.input_value()) for one in page.locator('input[name="seat"]:checked').all()]
    tab_to(page, "#chosen button.button")
    page.keyboard.press("Enter")
    tab_to(page, 'input[type="email"]')
    page.keyboard.type(address)
    page.keyboard.press("Enter")
    has_tickets(page, kazan, showing, seats)


def tab_to(page: Page, selector: str, most: int = 150) -> None:
    """As often as it takes to come to it."""
    expect(page.locator(selector).first).to_be_visible()
    for _step in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"no way by keyboard to {selector} at {page.url}")


# A reservation that ends


def test_seats_that_others_took_after_the_time_was_up_are_told_of_and_others_can_be_chosen(
    visit: Visit, kazan: Cinema, address: str
) -> None:
    showing = kazan.showing()
    booking = reserved(kazan, showing)
    kazan.let_hold_end(booking)
    lost, *rest = list(showing.seats.values())[:4]
    kazan.buy(showing, [lost])
    page = visit(checkout(kazan, booking))
    expect(page.get_by_role("heading", level=1)).to_have_text("The time is up")
    expect(page.locator("main")).to_contain_text("Somebody else has taken at least one of them.")
    expect(page.get_by_role("button", name="Reserve them again")).to_have_count(0)
    page.get_by_role("link", name="Choose other seats").click()
    expect(page.locator(f'input[name="seat"][value="{lost}"]')).to_be_disabled()
    seat = page.locator(f'input[name="seat"][value="{rest[-1]}"]')
    page.locator("label.seat").filter(has=seat).click()
    page.get_by_role("button", name="Reserve", exact=True).click()
    buy(page, address)
    expect(page.locator(".stub")).to_have_count(1)
    assert kazan.taken(showing) == {lost, rest[-1]}


# A payment that doesn't go as it should


def at_the_bank(visit: Visit, irkutsk: Cinema, showing: Showing, address: str) -> tuple[Page, str]:
    """The bank's page in front of who pays two seats, and the booking's id."""
    booking = reserved(irkutsk, showing)
    page = visit(checkout(irkutsk, booking))
    buy(page, address)
    expect(page.locator("button.pay")).to_be_visible()
    return page, booking


def test_a_payment_that_is_never_decided_is_waited_for_until_the_reservation_ends(
    visit: Visit, irkutsk: Cinema, address: str
) -> None:
    showing = irkutsk.showing()
    page, booking = at_the_bank(visit, irkutsk, showing, address)
    page.get_by_role("button", name="Go back without deciding").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The payment is being confirmed")
    irkutsk.let_hold_end(booking)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "No tickets were bought", timeout=20_000
    )
    expect(page.locator("[data-status]")).to_contain_text("all of it goes back to you by itself")
    page.get_by_role("link", name="Choose seats").click()
    expect(page).to_have_url(re.compile(f"{re.escape(showing.path)}$"))
    assert not irkutsk.taken(showing)


def test_who_pays_after_the_reservation_ended_gets_the_tickets_if_the_seats_are_free(
    visit: Visit, irkutsk: Cinema, address: str
) -> None:
    showing = irkutsk.showing()
    page, booking = at_the_bank(visit, irkutsk, showing, address)
    irkutsk.let_hold_end(booking)
    page.locator("button.pay").click()
    has_tickets(page, irkutsk, showing, list(showing.seats.values())[:2])
    assert irkutsk.booking(booking)["payment"] == {"status": "succeeded"}
    assert_mailed(irkutsk, address, page)


def test_who_pays_for_seats_that_were_sold_meanwhile_gets_the_money_back(
    visit: Visit, irkutsk: Cinema, address: str
) -> None:
    showing = irkutsk.showing()
    page, booking = at_the_bank(visit, irkutsk, showing, address)
    irkutsk.let_hold_end(booking)
    wanted = next(iter(showing.seats.values()))
    other = irkutsk.buy(showing, [wanted])
    page.locator("button.pay").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No tickets were bought")
    notice = page.locator(".notice.good")
    expect(notice).to_contain_text("go back to the card or account", timeout=30_000)
    expect(notice).to_contain_text("somebody else has the seats")
    assert irkutsk.booking(booking)["payment"] == {"status": "refunded"}
    eventually(lambda: paid_back(irkutsk, booking), within=30)
    assert irkutsk.booking(other["id"])["status"] == "confirmed"
    assert irkutsk.taken(showing) == {wanted}


def paid_back(irkutsk: Cinema, booking: str) -> bool:
    """The bank has really done it."""
    [(at,)] = irkutsk.execute(
        "SELECT refunded_at FROM bookings_sandboxpayment "
        "WHERE key = (SELECT id::text FROM bookings_payment WHERE booking_id = %(booking)s)",
        booking=booking,
    )
    return at is not None


def told_all(irkutsk: Cinema, booking: str) -> bool:
    """The bank has nothing left to tell of the booking's payment, and has told something."""
    [(told, left)] = irkutsk.execute(
        "SELECT count(sent_at), count(next_attempt_at) FROM bookings_sandboxnotification "
        "WHERE payment_id = (SELECT gateway_id::uuid FROM bookings_payment "
        "WHERE booking_id = %(booking)s)",
        booking=booking,
    )
    return told > 1 and not left


@pytest.mark.parametrize("way", ["Pay, and notify twice", "Pay, and notify out of order"])
def test_a_bank_that_tells_more_than_once_sells_once(
    visit: Visit, irkutsk: Cinema, address: str, way: str
) -> None:
    showing = irkutsk.showing()
    page, booking = at_the_bank(visit, irkutsk, showing, address)
    page.get_by_role("button", name=way).click()
    seats = list(showing.seats.values())[:2]
    has_tickets(page, irkutsk, showing, seats)
    eventually(lambda: told_all(irkutsk, booking), within=40)
    page.reload()
    has_tickets(page, irkutsk, showing, seats)
    assert irkutsk.booking(booking)["payment"] == {"status": "succeeded"}
    assert_mailed(irkutsk, address, page)


def test_a_bank_that_never_tells_is_asked(visit: Visit, irkutsk: Cinema, address: str) -> None:
    showing = irkutsk.showing()
    page, _booking = at_the_bank(visit, irkutsk, showing, address)
    page.get_by_role("button", name="Pay, and never notify").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The payment is being confirmed")
    expect(page.locator(".stub")).to_have_count(2, timeout=60_000)
