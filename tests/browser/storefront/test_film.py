"""A film's page: its days, and its showings by hall."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.browser.storefront.cinema import Cinema, Showing
from tests.browser.storefront.conftest import Visit
from tests.polling import eventually


def planned(cinema: Cinema, *, hours: int, price: int = 300) -> tuple[Showing, str]:
    """A showing so many hours ahead, and the address of its film's page on that day."""
    start = datetime.now(UTC) + timedelta(hours=hours)
    showing = cinema.showing(starts_at=start, price=price)
    day = start.astimezone(ZoneInfo(cinema.time_zone)).date()
    return showing, f"/{cinema.id}/films/{showing.movie}/?date={day}"


def test_a_day_of_the_strip_shows_its_showings_without_scripts(visit: Visit, kazan: Cinema) -> None:
    showing, path = planned(kazan, hours=50, price=333)
    page = visit(path.partition("?")[0], java_script_enabled=False)
    day = path.partition("date=")[2]
    strip = page.get_by_role("navigation", name="Days")
    strip.locator(f'a[href*="{day}"]').click()
    expect(strip.locator("[aria-current]")).to_have_attribute("href", re.compile(day))
    expect(page.locator(f'a[href="{showing.path}"]')).to_contain_text("333")


@pytest.mark.parametrize("asked", ["2020-01-01", "yesterday", "2026-02-31", "%00", "1" * 3000])
def test_a_day_without_showings_leads_to_the_first(visit: Visit, kazan: Cinema, asked: str) -> None:
    page = visit(f"/kazan/films/{kazan.film()['id']}/?date={asked}")
    first = page.get_by_role("navigation", name="Days").get_by_role("link").first
    expect(first).to_have_attribute("aria-current", "date")


def test_a_sold_out_showing_is_told_in_words(visit: Visit, kazan: Cinema) -> None:
    showing, path = planned(kazan, hours=51)
    page = visit(path)
    link = page.locator(f'a[href="{showing.path}"]')

    def told(words: str) -> bool:
        page.reload()  # what it shows may be a second old
        return link.filter(has_text=words).count() == 1

    eventually(lambda: told("plenty of seats"))
    seats = list(showing.seats.values())
    for first in range(0, len(seats), 10):
        kazan.buy(showing, seats[first : first + 10])
    eventually(lambda: told("sold out"))


def test_times_are_the_cinemas_and_say_so_to_visitors_whose_clocks_differ(
    visit: Visit, kazan: Cinema
) -> None:
    path = f"/kazan/films/{kazan.film()['id']}/"
    own = visit(path, timezone_id="Europe/Moscow")
    expect(own.get_by_text("on your clock")).to_have_count(0)
    other = visit(path, timezone_id="Asia/Vladivostok")
    expect(other.get_by_text("Times are by the cinema's clocks in Kazan")).to_be_visible()
    times = own.locator(".showing .clock").all_inner_texts()
    assert times == other.locator(".showing .clock").all_inner_texts()


def test_the_film_is_described_in_the_readers_language(visit: Visit, kazan: Cinema) -> None:
    film = kazan.film()
    for locale, texts in (("ru-RU", film), ("en-US", film["translations"]["en"])):
        page = visit(f"/kazan/films/{film['id']}/", locale=locale)
        expect(page.get_by_role("heading", level=1)).to_have_text(texts["name"])
        expect(page.get_by_text(texts["description"][:40])).to_be_visible()
        expect(page.get_by_text(texts["director"])).to_be_visible()


def test_a_film_that_there_is_not_has_a_page_that_says_so(visit: Visit) -> None:
    page = visit("/kazan/films/987654/")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here")
