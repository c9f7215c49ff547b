"""Pages of the staff's site: named where they are written, in the menu of who may open them."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from cinema.site import PAGES
from tests.office import clerk, director

pytestmark = pytest.mark.django_db

# Pages about one thing need its key; each has tests of its own. One about oneself is for all staff.
PLAIN = [page for page in PAGES if "<" not in page.route and page.permission]


def menu(client: Client) -> list[str]:
    return [entry["url"] for entry in client.get(reverse("admin:index")).context["menu"]]


def test_the_site_is_ours():
    assert type(admin.site._wrapped).__name__ == "StaffSite"


@pytest.mark.parametrize("page", PLAIN, ids=lambda page: page.name)
def test_a_page_needs_its_permission(page):
    address = reverse(f"admin:{page.name}")
    assert clerk().get(address).status_code == 403
    assert Client().get(address).status_code == 302
    assert director().get(address).status_code in (200, 302, 405)  # some only take a form


def test_who_may_see_today_sees_it_first():
    assert "tiles" in director().get(reverse("admin:index")).content.decode()
    assert clerk("check_in_ticket").get(reverse("admin:index")).status_code == 200


@pytest.mark.parametrize("page", PLAIN, ids=lambda page: page.name)
def test_who_may_open_a_page_has_it_in_the_menu(page):
    address = reverse(f"admin:{page.name}")
    permitted = clerk(page.permission.partition(".")[2])
    assert (address in menu(permitted)) == (page.menu is not None)
    assert address not in menu(clerk())


def test_the_menu_keeps_its_order():
    places = [page.menu for page in PAGES if page.menu is not None]
    assert len(places) == len(set(places)), "two pages want the same place in the menu"
