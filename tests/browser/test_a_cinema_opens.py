"""From an empty cinema to a seat that is sold, used, paid back and free again: each task by the
person whose task it is, all of it in a browser."""

from datetime import date, time, timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from bookings.models import Booking
from movies import business_day
from movies.models import Hall, Movie, Seance
from tests.browser.conftest import PHONE, Opener
from tests.browser.test_hall_editor import choose, drag, save
from tests.making import make_category, make_seance
from tests.office import make_member

ENGLISH = {"locale": "en-US"}


def next_week() -> date:
    today = business_day.day_of(timezone.now())
    return today + timedelta(days=7 - today.weekday())


def enter_film(page: Page) -> None:
    page.goto("/admin/movies/movie/add/")
    page.locator("#id_name").fill("Aelita")
    page.locator("#id_year").fill("1924")
    page.locator("#id_duration_minutes").fill("113")
    page.locator("[name=_save]").click()
    expect(page.locator("#result_list")).to_contain_text("Aelita")


def draw_hall(page: Page) -> None:
    page.goto("/admin/movies/hall/add/")
    page.locator("#id_name").fill("Great")
    page.locator("[name=_save]").click()
    expect(page.locator("#hall-editor.ready")).to_be_visible()
    choose(page, "draw")
    drag(page, (0, 0), (7, 2))
    save(page)


def plan(page: Page, times: str) -> None:
    page.goto("/admin/planning/")
    page.get_by_label("Find a film").fill("aelita")
    page.locator("#halls").get_by_label("Great", exact=True).check()
    page.locator("#id_times").fill(times)
    page.locator("#id_price").fill("350")
    page.get_by_role("button", name="Preview").click()


def sell(page: Page, seance: Seance) -> list[str]:
    page.goto(f"/admin/box-office/?seance={seance.pk}")
    page.locator("#quick").fill("2 3-4")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.locator("#id_given").fill("1000")
    page.keyboard.press("Enter")
    expect(page.locator(".sold-change")).to_contain_text("300.00")
    return page.locator(".codes code").all_inner_texts()


def let_in(page: Page, code: str) -> None:
    page.get_by_label("Code of the ticket").fill(code)
    page.get_by_role("button", name="Check", exact=True).click()


def test_a_cinema_opens(open_page: Opener, transactional_db: None) -> None:
    make_category("Standard")
    manager, cashier, door = (make_member(role) for role in ("manager", "box office", "door"))

    office = open_page("/admin/", user=manager, **ENGLISH)
    enter_film(office)
    draw_hall(office)
    hall = Hall.objects.get()
    assert hall.seats.count() == 24

    plan(office, "10:00 14:00 19:30")
    office.locator("#save").click()
    expect(office.locator(".messagelist")).to_contain_text("21 showings are planned.")

    # What overlaps is shown before anything is saved, and refused.
    plan(office, "11:00")
    expect(office.locator("#preview tr.conflict")).to_have_count(7)
    office.locator("#save").click()
    expect(office.get_by_role("alert")).to_contain_text("Nothing was planned")
    assert Seance.objects.count() == 21
    assert Seance.objects.earliest("starts_at").starts_at == business_day.at(next_week(), time(10))

    # Tonight's, which the door is open for.
    movie = Movie.objects.get()
    soon = timezone.now() + timedelta(minutes=30)
    seance = make_seance(hall=hall, movie=movie, starts_at=soon, price="350")

    till = open_page("/admin/box-office/", user=cashier, **ENGLISH)
    codes = sell(till, seance)
    assert len(codes) == 2
    assert Booking.objects.get().sold_by == cashier

    entrance = open_page("/admin/check-in/", user=door, viewport=PHONE, has_touch=True, **ENGLISH)
    let_in(entrance, codes[0])
    expect(entrance.locator("#check-in")).to_have_attribute("data-kind", "valid")
    let_in(entrance, codes[0])
    expect(entrance.locator("#check-in")).to_have_attribute("data-kind", "used")

    booking = Booking.objects.get()
    office.goto(f"/admin/bookings/booking/{booking.pk}/change/")
    office.get_by_role("link", name="Cancel the booking").click()
    office.locator("form [type=radio]").first.check()
    office.locator("form input[type=submit]").last.click()
    expect(office.locator(".status")).to_have_text("cancelled")
    till.goto(f"/admin/box-office/?seance={seance.pk}")
    expect(till.locator("input[name=seats]")).to_have_count(24)
    let_in(entrance, codes[1])
    expect(entrance.locator("#check-in")).to_have_attribute("data-kind", "cancelled")
