"""Choosing seats: with everything that people choose with, and while others do the same."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.storefront.cinema import Cinema, Showing
from tests.browser.storefront.conftest import Visit
from tests.browser.test_every_page import barriers, cut_off

NARROW = {"width": 360, "height": 640}
CHECKOUT = re.compile(r"/kazan/bookings/[0-9a-f-]{36}/$")
TWO_SECONDS = 2_000


@pytest.fixture
def showing(kazan: Cinema) -> Showing:
    return kazan.showing()


def seat(page: Page, number: int) -> Locator:
    return page.locator(f'input[name="seat"][value="{number}"]')


def place(page: Page, number: int) -> Locator:
    """Where a seat is drawn, for who points at it."""
    return page.locator("label.seat").filter(has=seat(page, number))


def bar(page: Page) -> Locator:
    return page.locator("#chosen")


def reserve(page: Page) -> None:
    page.get_by_role("button", name="Reserve", exact=True).click()


def ready(page: Page) -> None:
    """The scripts have begun: they show the buttons that change the map's size."""
    expect(page.get_by_role("button", name="Larger")).to_be_visible()


def neighbours(showing: Showing, number: int) -> list[int]:
    """Ids of so many seats of one row, from its first on."""
    rows: dict[str, list[int]] = {}
    for (row, _number), id in sorted(showing.seats.items()):
        rows.setdefault(row, []).append(id)
    return next(ids for ids in rows.values() if len(ids) >= number)[:number]


def called(showing: Showing, id: int) -> str:
    row, number = next(spot for spot, one in showing.seats.items() if one == id)
    return f"Row {row}, seat {number}"


# All the ways to choose


def test_seats_are_chosen_by_mouse_and_the_bar_counts(visit: Visit, showing: Showing) -> None:
    page = visit(showing.path)
    ready(page)
    one, other = neighbours(showing, 2)
    place(page, one).click()
    place(page, other).click()
    expect(bar(page)).to_contain_text("2 seats")
    expect(bar(page)).to_contain_text(called(showing, other))
    page.get_by_role("button", name=f"Remove: {called(showing, one)}").click()
    expect(seat(page, one)).not_to_be_checked()
    expect(bar(page)).to_contain_text("1 seat")
    reserve(page)
    expect(page).to_have_url(CHECKOUT)


def test_seats_are_chosen_by_touch_on_a_narrow_phone(visit: Visit, showing: Showing) -> None:
    page = visit(showing.path, viewport=NARROW, has_touch=True)
    ready(page)
    [id] = neighbours(showing, 1)
    place(page, id).scroll_into_view_if_needed()
    place(page, id).tap()
    expect(seat(page, id)).to_be_checked()
    expect(bar(page)).to_be_in_viewport()
    page.get_by_role("button", name="Reserve", exact=True).tap()
    expect(page).to_have_url(CHECKOUT)


def test_seats_are_chosen_by_keyboard_alone(visit: Visit, showing: Showing) -> None:
    page = visit(showing.path)
    ready(page)
    first = page.locator('input[name="seat"]').first
    page.get_by_role("button", name="Larger").focus()
    page.keyboard.press("Tab")
    expect(first).to_be_focused()
    page.keyboard.press("ArrowRight")
    second = page.locator('input[name="seat"]').nth(1)
    expect(second).to_be_focused()
    expect(second).to_be_in_viewport()
    page.keyboard.press("Space")
    expect(second).to_be_checked()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-y]").nth(1).locator(":focus")).to_have_count(1)
    page.keyboard.press("Control+End")
    expect(page.locator('input[name="seat"]').last).to_be_focused()
    expect(page.locator('input[name="seat"]').last).to_be_in_viewport()
    button = page.get_by_role("button", name="Reserve", exact=True)
    for _step in range(4):
        page.keyboard.press("Tab")
        if button.evaluate("one => one === document.activeElement"):
            break
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(CHECKOUT)


def test_arrows_pass_what_is_taken(visit: Visit, kazan: Cinema, showing: Showing) -> None:
    one, taken, next_one = neighbours(showing, 3)
    kazan.buy(showing, [taken])
    page = visit(showing.path)
    ready(page)
    expect(seat(page, taken)).to_be_disabled()
    seat(page, one).focus()
    page.keyboard.press("ArrowRight")
    expect(seat(page, next_one)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(seat(page, one)).to_be_focused()


def test_everything_is_sold_without_scripts(visit: Visit, kazan: Cinema, showing: Showing) -> None:
    page = visit(showing.path, java_script_enabled=False)
    reserve(page)
    expect(page.locator("#notices")).to_contain_text("Choose at least one seat.")
    page.get_by_role("button", name="Choose the best: 3 seats").click()
    expect(page).to_have_url(re.compile(r"\?people=3$"))
    expect(page.locator('input[name="seat"]:checked')).to_have_count(3)
    expect(bar(page)).to_contain_text("3 seats")
    chosen = {int(one.input_value()) for one in page.locator('input[name="seat"]:checked').all()}
    reserve(page)
    expect(page).to_have_url(CHECKOUT)
    assert kazan.taken(showing) == chosen


def test_the_best_seats_are_one_click_away(visit: Visit, showing: Showing) -> None:
    page = visit(showing.path)
    ready(page)
    page.get_by_role("button", name="Choose the best: 4 seats").click()
    expect(page.locator('input[name="seat"]:checked')).to_have_count(4)
    expect(bar(page).get_by_role("status")).to_contain_text("The best seats are chosen")
    assert "people" not in page.url


def test_a_seat_says_all_about_itself(visit: Visit, kazan: Cinema, showing: Showing) -> None:
    free, taken = neighbours(showing, 2)
    kazan.buy(showing, [taken])
    page = visit(showing.path)
    expect(seat(page, free)).to_have_accessible_name(
        re.compile(rf"^{called(showing, free)}, .+, \d+\s₽, free$")
    )
    expect(seat(page, taken)).to_have_accessible_name(re.compile(r", taken$"))


def test_no_more_seats_than_one_may_buy(visit: Visit, showing: Showing) -> None:
    page = visit(showing.path)
    ready(page)
    ids = list(showing.seats.values())
    for id in ids[:11]:
        seat(page, id).press("Space")
    expect(page.locator('input[name="seat"]:checked')).to_have_count(10)
    expect(bar(page).get_by_role("alert")).to_contain_text("No more than 10 seats")


# While others buy


def test_what_others_buy_is_seen_within_two_seconds(
    visit: Visit, kazan: Cinema, showing: Showing
) -> None:
    page = visit(showing.path)
    ready(page)
    [id] = neighbours(showing, 1)
    expect(seat(page, id)).to_be_enabled()
    kazan.buy(showing, [id])
    expect(seat(page, id)).to_be_disabled(timeout=TWO_SECONDS)
    expect(seat(page, id)).to_have_accessible_name(re.compile(r", taken$"))


def test_a_chosen_seat_that_others_buy_is_told_and_the_rest_is_kept(
    visit: Visit, kazan: Cinema, showing: Showing
) -> None:
    page = visit(showing.path)
    ready(page)
    lost, kept = neighbours(showing, 2)
    seat(page, kept).press("Space")
    seat(page, lost).press("Space")
    kazan.buy(showing, [lost])
    notice = page.locator("#notices .notice.bad")
    expect(notice).to_contain_text(called(showing, lost), timeout=TWO_SECONDS)
    expect(bar(page).get_by_role("alert")).to_contain_text(called(showing, lost))
    expect(seat(page, lost)).not_to_be_checked()
    expect(seat(page, kept)).to_be_checked()
    expect(seat(page, lost)).to_be_focused()
    notice.get_by_role("button", name="Best seats instead").click()
    expect(page.locator('input[name="seat"]:checked')).to_have_count(2)


def test_two_visitors_want_one_seat(visit: Visit, kazan: Cinema, showing: Showing) -> None:
    wanted, kept = neighbours(showing, 2)
    # Without scripts, so that the slower one can't be warned before sending.
    slower = visit(showing.path, java_script_enabled=False)
    for id in (wanted, kept):
        place(slower, id).click()
    faster = visit(showing.path)
    ready(faster)
    place(faster, wanted).click()
    reserve(faster)
    expect(faster).to_have_url(CHECKOUT)
    reserve(slower)
    expect(slower.locator("#notices")).to_contain_text(called(showing, wanted))
    expect(seat(slower, wanted)).to_be_disabled()
    expect(seat(slower, kept)).to_be_checked()
    reserve(slower)
    expect(slower).to_have_url(CHECKOUT)
    assert kazan.taken(showing) == {wanted, kept}


def test_who_goes_back_finds_the_own_reservation_and_can_choose_others(
    visit: Visit, kazan: Cinema, showing: Showing
) -> None:
    page = visit(showing.path)
    ready(page)
    own, other = neighbours(showing, 2)
    place(page, own).click()
    reserve(page)
    expect(page).to_have_url(CHECKOUT)
    page.go_back()
    expect(page.locator("#notices")).to_contain_text("reserved for you already")
    expect(page.locator("#notices")).not_to_contain_text("somebody")
    expect(seat(page, own)).to_have_accessible_name(re.compile("reserved for you$"))
    place(page, other).click()
    expect(bar(page)).to_contain_text("1 seat")
    reserve(page)
    expect(page).to_have_url(CHECKOUT)
    assert kazan.taken(showing) == {own, other}


def test_released_seats_that_others_take_are_not_called_ones_own(
    visit: Visit, kazan: Cinema, showing: Showing
) -> None:
    page = visit(showing.path)
    ready(page)
    [id] = neighbours(showing, 1)
    place(page, id).click()
    reserve(page)
    page.get_by_role("button", name="Release").click()
    expect(seat(page, id)).to_be_enabled()
    ready(page)
    kazan.buy(showing, [id])
    expect(seat(page, id)).to_have_accessible_name(re.compile(", taken$"), timeout=TWO_SECONDS)
    expect(page.locator("#notices")).not_to_contain_text("reserved for you")


def test_a_form_sent_twice_reserves_once(visit: Visit, kazan: Cinema, showing: Showing) -> None:
    page = visit(showing.path, java_script_enabled=False)
    [id] = neighbours(showing, 1)
    hidden = page.locator('#hall input[type="hidden"]').all()
    form = {one.get_attribute("name"): one.input_value() for one in hidden}
    answers = [
        page.request.post(showing.path, form={**form, "seat": str(id)}, max_redirects=0)
        for _time in range(2)
    ]
    assert [answer.status for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert kazan.taken(showing) == {id}


def test_a_showing_that_begins_is_not_sold_and_others_are_shown(
    visit: Visit, kazan: Cinema, showing: Showing
) -> None:
    other = kazan.showing()
    page = visit(showing.path, java_script_enabled=False)
    place(page, neighbours(showing, 1)[0]).click()
    kazan.execute(
        "UPDATE movies_seance SET starts_at = starts_at - interval '20 years', "
        "ends_at = ends_at - interval '20 years', "
        "hall_free_at = hall_free_at - interval '20 years' WHERE id = %(id)s",
        id=showing.seance,
    )
    reserve(page)
    expect(page.get_by_role("alert")).to_contain_text("has begun")
    expect(page.get_by_role("heading", name="Other showings of this film")).to_be_visible()
    assert page.locator(f'main a[href$="/films/{other.movie}/"]').count() >= 1


def test_a_city_that_fails_does_not_lose_the_choice(
    visit: Visit, breakable_kazan: Cinema, showing: Showing
) -> None:
    page = visit(showing.path, java_script_enabled=False, expects=(503,))
    place(page, neighbours(showing, 1)[0]).click()
    breakable_kazan.kill()
    reserve(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("The cinema has not answered")
    breakable_kazan.start()
    button = page.get_by_role("button", name="Send again")
    for _attempt in range(20):
        button.click()
        if CHECKOUT.search(page.url):
            break
    expect(page).to_have_url(CHECKOUT)


# For everybody


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_hall_keeps_nobody_out(
    visit: Visit, kazan: Cinema, showing: Showing, dark: bool
) -> None:
    kazan.buy(showing, neighbours(showing, 2))
    page = visit(showing.path, dark=dark, bypass_csp=True)
    ready(page)
    page.get_by_role("button", name="Choose the best: 3 seats").click()
    expect(page.locator('input[name="seat"]:checked')).to_have_count(3)
    assert barriers(page) == []


def test_a_narrow_page_never_scrolls_sideways_and_seats_can_be_hit(
    visit: Visit, showing: Showing
) -> None:
    page = visit(showing.path, viewport=NARROW)
    ready(page)
    assert cut_off(page) <= 0
    smaller = page.get_by_role("button", name="Smaller")
    while smaller.is_enabled():
        smaller.click()
    box = page.locator("label.seat").first.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 24
    larger = page.get_by_role("button", name="Larger")
    while larger.is_enabled():
        larger.click()
    assert cut_off(page) <= 0
    expect(bar(page)).to_be_in_viewport()


def test_the_hall_speaks_russian(visit: Visit, showing: Showing) -> None:
    page = visit(showing.path, locale="ru-RU")
    page.get_by_role("button", name="Выбрать лучшие: 3 места").click()
    expect(bar(page)).to_contain_text("3 места")
    expect(page.locator('input[name="seat"]:checked').first).to_have_accessible_name(
        re.compile(r"^Ряд \S+, место \d+, .+, свободно$")
    )
