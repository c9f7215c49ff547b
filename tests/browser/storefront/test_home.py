"""What is on: choosing a city, its films and their next showings, and a city that fails."""

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
import requests
from playwright.sync_api import expect

from tests.aggregator.site import Site
from tests.browser.conftest import DESK, PHONE
from tests.browser.storefront.cinema import Cinema
from tests.browser.storefront.conftest import Visit
from tests.polling import eventually

NARROW = {"width": 360, "height": 740}


# Choosing a city


def test_a_new_visitor_is_asked_for_a_city_and_the_answer_is_remembered(visit: Visit) -> None:
    page = visit("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Which city are you in?")
    page.get_by_role("region", name="All cities").get_by_role("link", name="Irkutsk").click()
    expect(page).to_have_url(re.compile(r"/irkutsk/$"))
    page.goto("/")
    expect(page).to_have_url(re.compile(r"/irkutsk/$"))


def test_seeing_all_the_cities_posters_chooses_none(visit: Visit) -> None:
    page = visit("/")
    page.wait_for_load_state("networkidle")
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Which city are you in?")


def test_a_remembered_city_can_be_changed(visit: Visit) -> None:
    page = visit("/kazan/")
    page.get_by_role("link", name="City: Kazan").click()
    page.get_by_role("region", name="All cities").get_by_role("link", name="Irkutsk").click()
    expect(page).to_have_url(re.compile(r"/irkutsk/$"))


@pytest.mark.parametrize(
    ("zone", "city"), [("Asia/Irkutsk", "Irkutsk"), ("Europe/Moscow", "Kazan")]
)
def test_the_city_of_the_visitors_time_zone_is_suggested(
    visit: Visit, zone: str, city: str
) -> None:
    page = visit("/", timezone_id=zone)
    suggestion = page.get_by_role("link", name=re.compile("^Show what is on in"))
    expect(suggestion).to_have_text(f"Show what is on in {city}")
    suggestion.click()
    expect(page).to_have_url(re.compile(f"/{city.lower()}/$"))


def test_the_cities_page_changes_the_city_without_scripts(visit: Visit) -> None:
    page = visit("/kazan/", java_script_enabled=False)
    cities = page.get_by_role("navigation", name="City", exact=True)
    expect(cities.get_by_role("link", name="Kazan")).to_have_attribute("aria-current", "page")
    cities.get_by_role("link", name="Irkutsk").click()
    expect(page).to_have_url(re.compile(r"/irkutsk/$"))


def test_the_choice_of_city_is_on_the_right_on_a_desk_and_above_the_films_on_a_phone(
    visit: Visit,
) -> None:
    for viewport, on_the_right in ((DESK, True), (PHONE, False)):
        page = visit("/kazan/", viewport=viewport)
        cities = page.get_by_role("navigation", name="City", exact=True).bounding_box()
        films = page.get_by_role("heading", name="Films and showings").bounding_box()
        assert cities
        assert films
        assert (cities["x"] > films["x"] + 300) is on_the_right
        assert (cities["y"] + cities["height"] <= films["y"]) is not on_the_right


# The films of a city


def test_a_showing_is_one_click_from_its_hall(visit: Visit, kazan: Cinema) -> None:
    soon = (datetime.now(UTC) + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    [next_one] = kazan.ask("GET", f"/seances?from={soon}&ordering=datetime&max_results=1")["data"]
    hall = f"/kazan/films/{next_one['movie_id']}/seances/{next_one['id']}/"
    chip = visit("/kazan/", java_script_enabled=False).locator(f'a[href="{hall}"]')
    expect(chip).to_contain_text(next_one["hall"]["name"])


def test_films_are_told_in_the_readers_language(visit: Visit, kazan: Cinema) -> None:
    film = kazan.film()
    english = film["translations"]["en"]["name"]
    expect(visit("/kazan/").get_by_role("link", name=english).first).to_be_visible()
    russian = visit("/kazan/", locale="ru-RU")
    expect(russian.get_by_role("link", name=film["name"]).first).to_be_visible()


def test_the_posters_can_be_scrolled_by_keyboard_without_scripts(visit: Visit) -> None:
    page = visit("/kazan/", viewport=NARROW, java_script_enabled=False)
    posters = page.get_by_role("list", name="On screen soon")
    posters.get_by_role("link").last.focus()
    expect(posters.get_by_role("link").last).to_be_in_viewport()


# A city that fails


def test_a_city_that_hangs_is_marked_and_keeps_nobody_waiting(
    visit: Visit, breakable_irkutsk: Cinema
) -> None:
    page = visit("/")
    breakable_irkutsk.freeze()
    cities = page.get_by_role("region", name="All cities")

    def told() -> bool:
        """What is less than a second old is still shown as it is."""
        began = time.monotonic()
        page.reload()
        assert time.monotonic() - began < 3
        return "temporarily not selling" in cities.get_by_role("link", name="Irkutsk").inner_text()

    eventually(told, within=10)
    expect(cities.get_by_role("link", name="Kazan")).not_to_contain_text("not selling")


def test_a_city_that_fails_shows_what_was_known_and_says_so(
    visit: Visit, site: Site, breakable_irkutsk: Cinema
) -> None:
    for _worker in range(12):  # each keeps what it knows for itself, and chance leads to them
        assert requests.get(f"{site.url}/irkutsk/", timeout=20).ok
    page = visit("/irkutsk/", expects=(503,))  # posters that nobody has looked at before
    films = page.get_by_role("article").count()
    assert films > 0
    breakable_irkutsk.kill()

    def told() -> bool:
        page.reload()  # an answer less than a second old is still shown as it is
        return page.get_by_role("status").count() > 0

    eventually(told, within=10)
    expect(page.get_by_role("status")).to_contain_text("Irkutsk is not selling at the moment")
    expect(page.get_by_role("article")).to_have_count(films)


# For everybody


def test_nothing_moves_while_the_page_loads(visit: Visit) -> None:
    page = visit("/kazan/")
    page.wait_for_load_state("networkidle")
    moved = page.evaluate(
        """() => new Promise((done) => new PerformanceObserver((list) =>
            done(list.getEntries().reduce((sum, one) => sum + one.value, 0))
        ).observe({ type: "layout-shift", buffered: true }) || setTimeout(() => done(0), 300))"""
    )
    assert moved < 0.02
