"""The ticket's page: at the door, waiting for the bank, and given back."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.storefront.cinema import Cinema
from tests.browser.storefront.conftest import Visit
from tests.browser.storefront.test_checkout import buy, checkout, reserved
from tests.browser.test_every_page import barriers, cut_off


def bought(cinema: Cinema, seats: int = 2) -> dict[str, Any]:
    showing = cinema.showing()
    return cinema.buy(showing, list(showing.seats.values())[:seats])


def path_of(cinema: Cinema, booking: dict[str, Any]) -> str:
    return f"/{cinema.id}/tickets/{booking['id']}/"


def test_each_seat_has_its_code_and_its_place(visit: Visit, kazan: Cinema) -> None:
    booking = bought(kazan, 3)
    page = visit(path_of(kazan, booking))
    expect(page.locator(".stub svg.qr")).to_have_count(3)
    for ticket in booking["tickets"]:
        code = ticket["code"]
        grouped = " ".join(code[n : n + 4] for n in range(0, len(code), 4))
        expect(page.locator(".stubs")).to_contain_text(grouped)


def test_the_address_stays_a_secret(visit: Visit, kazan: Cinema) -> None:
    page = visit(path_of(kazan, bought(kazan)))
    headers = page.request.get(page.url).headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "same-origin"
    assert "noindex" in headers["x-robots-tag"]
    expect(page.locator("main")).not_to_contain_text("other@example.org")
    expect(page.locator("main")).to_contain_text("o…@example.org")


@pytest.mark.parametrize(
    ("name", "kind"), [("tickets.pdf", "application/pdf"), ("tickets.ics", "text/calendar")]
)
def test_the_cinemas_files_are_passed_on(visit: Visit, kazan: Cinema, name: str, kind: str) -> None:
    page = visit(path_of(kazan, bought(kazan)))
    answer = page.request.get(page.url + name)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["cache-control"] == "no-store"
    assert name in answer.headers["content-disposition"]


@pytest.mark.parametrize("java_script", [True, False], ids=["script", "no-script"])
def test_tickets_can_be_cancelled_after_asking(
    visit: Visit, kazan: Cinema, java_script: bool
) -> None:
    page = visit(path_of(kazan, bought(kazan)), java_script_enabled=java_script)
    expect(page.get_by_role("button", name="Cancel all of them")).to_be_hidden()
    page.get_by_text("Cancel these tickets").click()
    page.get_by_role("button", name="Cancel all of them").click()
    expect(page.get_by_role("heading", name="The tickets are cancelled")).to_be_visible()
    expect(page.locator(".stub")).to_have_count(0)


def test_tickets_come_by_themselves_when_the_bank_is_late(visit: Visit, irkutsk: Cinema) -> None:
    page = visit(checkout(irkutsk, reserved(irkutsk, irkutsk.showing())))
    buy(page)
    page.get_by_role("button", name="10 s").click()
    expect(page.get_by_role("heading", name="being confirmed")).to_be_visible()
    expect(page.locator(".stub")).to_have_count(2, timeout=60_000)


def test_who_never_paid_is_led_back_to_paying(visit: Visit, irkutsk: Cinema) -> None:
    booking = reserved(irkutsk, irkutsk.showing())
    page = visit(f"/irkutsk/tickets/{booking}/")
    expect(page).to_have_url(re.compile(checkout(irkutsk, booking)))


def test_a_reservation_that_ended_unpaid_says_so(visit: Visit, irkutsk: Cinema) -> None:
    booking = reserved(irkutsk, irkutsk.showing())
    irkutsk.let_hold_end(booking)
    page = visit(f"/irkutsk/tickets/{booking}/")
    expect(page.get_by_role("heading", name="No tickets were bought")).to_be_visible()
    expect(page.get_by_role("link", name="Choose seats")).to_be_visible()


def test_another_citys_tickets_are_not_found(visit: Visit, kazan: Cinema, irkutsk: Cinema) -> None:
    booking = bought(kazan)
    page = visit(f"/irkutsk/tickets/{booking['id']}/", expects=(404,))
    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [{}, {"viewport": PHONE}], ids=["desk", "phone"])
def test_the_page_is_for_everybody(
    visit: Visit, kazan: Cinema, dark: bool, size: dict[str, Any]
) -> None:
    page = visit(path_of(kazan, bought(kazan)), dark=dark, bypass_csp=True, **size)
    page.get_by_text("Cancel these tickets").click()
    assert cut_off(page) <= 0
    assert barriers(page) == []
