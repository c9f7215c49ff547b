"""Every page of the storefront, on a desk, a tablet and a narrow phone, by day and by night:
nothing is cut off, axe finds nothing that keeps somebody out, and there is one main heading. With
SCREENSHOTS=DIRECTORY (`make screenshots`) each is kept as a picture."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.aggregator.doubles import closed_port
from tests.aggregator.site import Site, city
from tests.browser.conftest import DESK, TABLET
from tests.browser.storefront.cinema import Cinema, Showing
from tests.browser.storefront.conftest import Visit
from tests.browser.storefront.test_checkout import buy, checkout, reserved
from tests.browser.test_every_page import barriers, cut_off, keep

NARROW = {"width": 360, "height": 780}
SIZES = [DESK, TABLET, NARROW]


@pytest.fixture
def perm(site: Site, kazan: Cinema, irkutsk: Cinema) -> Iterator[str]:
    """The address of a page of a city that never answers."""
    url = f"http://127.0.0.1:{closed_port()}"
    away = city("perm", "Пермь", url, names={"en": "Perm"}, time_zone="Asia/Yekaterinburg")
    site.set_cities([kazan.entry, irkutsk.entry, away])
    yield "/perm/"
    site.set_cities([kazan.entry, irkutsk.entry])


@pytest.fixture
def showing(irkutsk: Cinema) -> Showing:
    """With some seats taken by others."""
    made = irkutsk.showing()
    irkutsk.buy(made, list(made.seats.values())[10:14])
    return made


def addresses(cinema: Cinema, showing: Showing, away: str) -> dict[str, str]:
    """Pages that have an address, by names for their pictures."""
    seats = list(showing.seats.values())
    bought, cancelled = (cinema.buy(showing, seats[at : at + 2])["id"] for at in (20, 22))
    cinema.ask("DELETE", f"/bookings/{cancelled}", staff=True)
    over = reserved(cinema, showing, 2)
    cinema.let_hold_end(over)
    return {
        "start": "/?choose=1",
        "city": f"/{cinema.id}/",
        "film": f"/{cinema.id}/films/{showing.movie}/",
        "hall": showing.path,
        "hall-chosen": f"{showing.path}?people=3",
        "checkout-over": checkout(cinema, over),
        "checkout": checkout(cinema, reserved(cinema, showing, 2)),
        "ticket": f"/{cinema.id}/tickets/{bought}/",
        "ticket-cancelled": f"/{cinema.id}/tickets/{cancelled}/",
        "unavailable": away,
        "not-found": f"/{cinema.id}/films/987654/",
    }


def visited(page: Page, cinema: Cinema, showing: Showing, away: str) -> Iterator[str]:
    """Opens one page after the other and tells the name of each, and at last the way to the bank,
    which has no address of its own."""
    pages = addresses(cinema, showing, away)
    for name, address in pages.items():
        page.goto(address)
        yield name
    # It goes on at once; an answer without content leaves the browser where it is.
    page.route("**/payments/sandbox/**", lambda route: route.fulfill(status=204))
    page.goto(pages["checkout"])
    buy(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("to the bank's page")
    yield "to-bank"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", SIZES, ids=["desk", "tablet", "narrow"])
def test_every_page_is_whole_and_for_everybody(
    visit: Visit,
    irkutsk: Cinema,
    showing: Showing,
    perm: str,
    viewport: dict[str, int],
    dark: bool,
) -> None:
    # axe writes styles of its own into the page, which the content policy forbids.
    page = visit("/", viewport=viewport, dark=dark, bypass_csp=True, expects=(503,))
    wrong: list[str] = []
    for name in visited(page, irkutsk, showing, perm):
        keep(page, f"site-{name}-{viewport['width']}{'-dark' if dark else ''}")
        if (pixels := cut_off(page)) > 0:
            wrong.append(f"{name}: {pixels} pixels cut off")
        if (headings := page.locator("h1:visible").count()) != 1:
            wrong.append(f"{name}: {headings} main headings")
        wrong += [f"{name}: {barrier}" for barrier in barriers(page)]
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("locale", ["ru-RU", "en-US"])
def test_letters_twice_as_large_cut_nothing_off(
    visit: Visit, irkutsk: Cinema, showing: Showing, perm: str, locale: str
) -> None:
    page = visit("/", viewport=NARROW, locale=locale, expects=(503,))
    wrong: list[str] = []
    for name, address in addresses(irkutsk, showing, perm).items():
        page.goto(address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        keep(page, f"site-{name}-large-letters-{locale[:2]}")
        if (pixels := cut_off(page)) > 0:
            wrong.append(f"{name}: {pixels} pixels cut off")
    assert wrong == [], "\n".join(wrong)


def test_no_film_s_longest_word_is_cut_off(visit: Visit, irkutsk: Cinema) -> None:
    page = visit(f"/{irkutsk.id}/", viewport=NARROW, locale="ru-RU")
    links = page.locator(f"a[href*='/{irkutsk.id}/films/']").evaluate_all(
        "links => [...new Set(links.map(link => new URL(link.href).pathname))]"
    )
    films = [link for link in links if "/seances/" not in link]
    assert len(films) > 3
    wrong: list[str] = []
    for film in films:
        page.goto(film)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        if (pixels := cut_off(page)) > 0:
            wrong.append(f"{film}: {pixels} pixels cut off")
    assert wrong == [], "\n".join(wrong)
