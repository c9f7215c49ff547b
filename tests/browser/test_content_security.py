"""Every kind of page in a browser that refuses whatever the policy forbids: `open_page` fails the
test for what was refused."""

import pytest
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import expect

from bookings.booking import book
from cinema.site import PAGES
from movies.models import Seance
from tests.making import make_movie, make_seance, seat_ids
from tests.selling import order

PLAIN = [page.name for page in PAGES if "<" not in page.route]


def visit(page, address: str) -> None:
    answer = page.goto(address)
    assert answer is not None, address
    assert answer.status == 200, address
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    page.wait_for_load_state("networkidle")


def make_showing() -> Seance:
    """Of a film whose poster there is."""
    return make_seance(movie=make_movie(image_url="/static/admin/img/icon-yes.svg"))


def model_pages() -> list[str]:
    """Lists, forms and confirmations of everything, with something on them."""
    seance = make_showing()
    booked = book(order(seance, seat_ids(seance)[:2]))
    things = [seance, seance.movie, seance.hall, seance.hall.seats.all()[0]]
    pages = [reverse("admin:bookings_booking_change", args=[booked.id])]
    for model, shown in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages.append(reverse(f"{name}_changelist"))
        if type(shown).__name__ == "UserAdmin":
            pages.append(reverse(f"{name}_add"))
        for thing in filter(lambda thing: isinstance(thing, model), things):
            pages.append(reverse(f"{name}_change", args=[thing.pk]))
            pages.append(reverse(f"{name}_history", args=[thing.pk]))
            pages.append(reverse(f"{name}_delete", args=[thing.pk]))
    return pages


def test_pages_of_things_keep_to_the_policy(open_page, director):
    page = open_page("/admin/", user=director, locale="en-US")
    for address in model_pages():
        visit(page, address)


@pytest.mark.parametrize("name", PLAIN)
def test_pages_of_tasks_keep_to_the_policy(open_page, director, name):
    make_showing()
    page = open_page("/admin/", user=director, locale="en-US")
    address = reverse(f"admin:{name}")
    if page.request.get(address).status != 405:  # which only take what other pages send
        visit(page, address)


def test_widgets_work_under_the_policy(open_page, director):
    page = open_page(reverse("admin:movies_seance_add"), user=director, locale="en-US")
    for field in page.get_by_role("combobox").all():
        field.click()
        expect(page.get_by_role("searchbox").first).to_be_visible()
        page.keyboard.press("Escape")
    for shortcut in page.locator(".datetimeshortcuts a").all():
        shortcut.click()
        page.keyboard.press("Escape")


def test_changing_the_password_keeps_to_the_policy(open_page, director):
    visit(open_page("/admin/", user=director), reverse("admin:password_change"))


def test_logging_in_and_failing_to_keeps_to_the_policy(open_page, director):
    page = open_page(reverse("admin:login"), locale="en-US")
    for _time in range(5):
        page.locator("#id_username").fill(director.username)
        page.locator("#id_password").fill("wrong")
        page.locator("[type=submit]").click()
    expect(page.locator(".errornote")).to_contain_text("Try again in 15 minutes.")


def test_the_api_s_description_works_under_the_policy(open_page, live_server):
    page = open_page("/docs")
    section = page.locator(".opblock-summary").first
    section.click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".responses-inner .live-responses-table")).to_be_visible()
