"""Every page of the staff's site, of a cinema full of films and sales: nothing is missing, nothing
is cut off, and axe finds nothing that keeps somebody out. With SCREENSHOTS=DIRECTORY (`make
screenshots`) each is kept as a picture."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Page as BrowserPage

from bookings.models import Booking, BookingStatus
from cinema.roles import ROLES
from cinema.site import PAGES
from movies.models import Seance
from tests.browser.conftest import DESK, PHONE, TABLET, Opener
from tests.making import make_staff
from tests.office import make_member

pytestmark = pytest.mark.django_db(transaction=True)

PICTURES = os.environ.get("SCREENSHOTS")
AXE = Path(__file__).with_name("axe-4.14.1.min.js").read_text()
# Django labels the search of a list by a picture and its alternative text only.
NOT_OURS = ("label-title-only",)


def addresses() -> dict[str, str]:
    """A page of every kind by a name for its picture."""
    seance = Seance.future().order_by("starts_at")[3]
    booking = Booking.objects.filter(seance=seance, status=BookingStatus.CONFIRMED)[0]
    keys = {
        "seance_id": seance.pk,
        "movie_id": seance.movie_id,
        "hall_id": seance.hall_id,
        "booking_id": booking.pk,
        "key": booking.pk,
    }
    found = {}
    for page in PAGES:
        names = re.findall(r"<\w+:(\w+)>", page.route)
        if set(names) <= keys.keys():
            address = reverse(f"admin:{page.name}", kwargs={name: keys[name] for name in names})
            found[page.name] = address
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        found[f"{name}_list"] = reverse(f"admin:{name}_changelist")
    for thing in (seance, seance.movie, seance.hall, booking):
        name = f"{thing._meta.app_label}_{thing._meta.model_name}"
        found[name] = reverse(f"admin:{name}_change", args=[thing.pk])
    del found["box_office_taken"]  # figures for a script
    return found | {
        "box_office_hall": f"{reverse('admin:box_office')}?seance={seance.pk}",
        "schedule_week": f"{reverse('admin:schedule')}?view=week",
        "booking_cancel": reverse("admin:bookings_booking_cancel", args=[booking.pk]),
        "seance_cancel": reverse("admin:movies_seance_cancel", args=[seance.pk]),
    }


def cut_off(page: BrowserPage) -> int:
    """How many pixels of the page are beyond its right edge."""
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def barriers(page: BrowserPage) -> list[str]:
    """What axe calls serious or critical, each with the first place where it is."""
    page.evaluate(AXE)
    found = page.evaluate(
        """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
            .filter((one) => ["serious", "critical"].includes(one.impact))
            .map(({ id, nodes: [node] }) => ({ id, place: node.html, why: node.failureSummary }))"""
    )
    return [
        f"{one['id']} at {one['place'][:200]}: {one['why']}"
        for one in found
        if one["id"] not in NOT_OURS
    ]


def keep(page: BrowserPage, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def visited(page: BrowserPage, wrong: list[str]) -> Iterator[str]:
    """Opens one page after the other; the name of each that is there to be seen."""
    for name, address in addresses().items():
        status = page.request.get(address).status
        if status == 405:  # takes only what another page sends
            continue
        if status != 200:
            wrong.append(f"{name}: {status}")
            continue
        page.goto(address)
        yield name


@pytest.mark.parametrize("viewport", [DESK, TABLET], ids=["desk", "tablet"])
def test_every_page_shows_all_of_itself(open_page: Opener, viewport: dict[str, int]) -> None:
    call_command("seed", days=2, verbosity=0)
    page = open_page("/admin/", user=make_staff("director"), viewport=viewport)
    wrong: list[str] = []
    for name in visited(page, wrong):
        if (pixels := cut_off(page)) > 0:
            wrong.append(f"{name}: {pixels} pixels cut off")
        keep(page, f"{name}-{viewport['width']}")
    assert wrong == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_page_keeps_anybody_out(open_page: Opener, dark: bool) -> None:
    call_command("seed", days=2, verbosity=0)
    # axe writes styles of its own into the page, which our content policy forbids.
    page = open_page("/admin/", user=make_staff("director"), dark=dark, bypass_csp=True)
    wrong: list[str] = []
    for name in visited(page, wrong):
        wrong += [f"{name}: {barrier}" for barrier in barriers(page)]
        if dark:
            keep(page, f"{name}-dark")
    assert wrong == [], "\n".join(wrong)


def test_an_empty_cinema_has_pages_too(open_page: Opener) -> None:
    page = open_page("/admin/", user=make_staff("director"))
    for name in ("today", "box_office", "check_in", "schedule", "planning", "reports"):
        answer = page.goto(reverse(f"admin:{name}"))
        assert answer
        assert answer.status == 200, name
        keep(page, f"{name}-empty")


@pytest.mark.parametrize("role", ROLES)
def test_every_link_that_a_role_sees_opens(open_page: Opener, role: str) -> None:
    call_command("seed", days=2, verbosity=0)
    page = open_page("/admin/", user=make_member(role), viewport=PHONE if role == "door" else DESK)
    keep(page, f"home-{role.replace(' ', '-')}")
    waiting, seen, wrong = [page.url], set(), []
    while waiting and len(seen) < 60:
        address = waiting.pop(0)
        answer = page.request.get(address)
        if answer.status != 200:
            wrong.append(f"{answer.status}: {address}")
            continue
        if "text/html" not in answer.headers["content-type"]:
            continue
        page.goto(address)
        for link in page.eval_on_selector_all(
            "main a[href], nav a[href]", "a => a.map(a => a.href)"
        ):
            kind = re.sub(r"\d+|[0-9a-f-]{36}|[?#].*", "", link)
            if kind not in seen and "/admin/" in link and "#" not in link:
                seen.add(kind)
                waiting.append(link)
    assert wrong == []
