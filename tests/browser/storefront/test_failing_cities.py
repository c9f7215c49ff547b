"""One city stops, hangs or talks nonsense: its visitors are told, the others notice nothing, and
it sells again by itself. Cities come and go with the list of them."""

import re
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
import requests
from playwright.sync_api import expect

from tests.aggregator.doubles import answering, provider
from tests.aggregator.site import Site
from tests.browser.storefront.cinema import Cinema
from tests.browser.storefront.conftest import Visit
from tests.browser.storefront.test_checkout import TICKET, buy, checkout, reserved
from tests.polling import eventually

NONSENSE = answering(200, b"<!doctype html><h1>It works!</h1>", kind="text/html")
LONGEST_WAIT = 5.0 + 1.5
"""A page waits for its city as long as PAGE_DEADLINE_SECONDS; the rest is for a busy machine."""
REQUESTS = 40


class Failing:
    """Kazan, and how it fails: "stopped", "hanging" or "talking nonsense"."""

    def __init__(self, how: str, kazan: Cinema, irkutsk: Cinema, site: Site) -> None:
        self.how, self.kazan, self.irkutsk, self.site = how, kazan, irkutsk, site
        self.showing = kazan.showing()
        self.booking = reserved(kazan, self.showing)
        self._double = ExitStack()

    def fail(self) -> None:
        if self.how == "stopped":
            self.kazan.kill()
        elif self.how == "hanging":
            self.kazan.freeze()
        else:
            url = self._double.enter_context(provider(NONSENSE)).url
            self.site.set_cities([{**self.kazan.entry, "url": url}, self.irkutsk.entry])
            eventually(lambda: self.hall_answers(503), within=30)

    def mend(self) -> None:
        """Returns when the city itself works again."""
        if self.how == "stopped":
            self.kazan.start()
        elif self.how == "hanging":
            self.kazan.thaw()
        else:
            self.close()

    def close(self) -> None:
        """What is not mended by starting the cinema again."""
        self.site.set_cities([self.kazan.entry, self.irkutsk.entry])
        self._double.close()

    def hall_answers(self, status: int) -> bool:
        """From every process of the site, as far as chance tells."""
        address = self.site.url + self.showing.path
        return all(requests.get(address, timeout=20).status_code == status for _ask in range(6))


@pytest.fixture(params=["stopped", "hanging", "talking nonsense"])
def failing(
    request: pytest.FixtureRequest, breakable_kazan: Cinema, irkutsk: Cinema, site: Site
) -> Iterator[Failing]:
    it = Failing(request.param, breakable_kazan, irkutsk, site)
    yield it
    it.close()


# Who wants the city that fails


def test_its_visitors_are_told_in_time_and_offered_other_cities(
    visit: Visit, failing: Failing
) -> None:
    page = visit("/?choose=1", expects=(503,))
    failing.fail()
    booking = failing.booking
    for path in (
        failing.showing.path,
        checkout(failing.kazan, booking),
        f"/kazan/tickets/{booking}/",
    ):
        began = time.monotonic()
        answer = page.goto(path)
        assert time.monotonic() - began < LONGEST_WAIT
        assert answer
        assert answer.status == 503
        assert answer.headers["retry-after"]
        expect(page.get_by_role("heading", level=1)).to_have_text(
            "Kazan is not selling at the moment"
        )
        expect(page.locator("main").get_by_role("link", name="Irkutsk")).to_be_visible()
    cities = page.get_by_role("region", name="All cities")

    def told() -> bool:
        """What is less than a second old is still shown as it is."""
        began = time.monotonic()
        page.goto("/?choose=1")
        assert time.monotonic() - began < LONGEST_WAIT
        return "temporarily not selling" in cities.get_by_role("link", name="Kazan").inner_text()

    eventually(told, within=20)
    expect(cities.get_by_role("link", name="Irkutsk")).not_to_contain_text("not selling")
    cities.get_by_role("link", name="Irkutsk").click()
    expect(page).to_have_url(re.compile(r"/irkutsk/$"))


def test_it_sells_again_soon_after_it_works_again(visit: Visit, failing: Failing) -> None:
    failing.fail()
    eventually(lambda: failing.hall_answers(503), within=40)
    failing.mend()
    eventually(lambda: failing.hall_answers(200), within=10)
    page = visit(checkout(failing.kazan, failing.booking))
    buy(page)
    expect(page).to_have_url(TICKET)
    expect(page.locator(".stub")).to_have_count(2)


# Who wants another one


def test_the_other_city_sells_on_its_pages_and_to_programs(visit: Visit, failing: Failing) -> None:
    irkutsk, site = failing.irkutsk, failing.site
    showing = irkutsk.showing()
    failing.fail()
    with visitors_of(failing):
        page = visit(showing.path)
        seats = list(showing.seats.values())
        seat = page.locator(f'input[name="seat"][value="{seats[0]}"]')
        page.locator("label.seat").filter(has=seat).click()
        page.get_by_role("button", name="Reserve", exact=True).click()
        buy(page)
        page.locator("button.pay").click()
        expect(page.locator(".stub")).to_have_count(1, timeout=20_000)
        booking = bought_by_a_program(f"{site.url}/cities/irkutsk", irkutsk, showing.path, seats[1])
    assert irkutsk.booking(booking)["status"] == "confirmed"
    assert irkutsk.taken(showing) == set(seats[:2])


def test_the_other_city_is_as_fast_as_before(failing: Failing) -> None:
    site = failing.site.url
    addresses = [f"{site}/irkutsk/", f"{site}/cities/irkutsk/movies"]
    with visitors_of(failing):
        before = [median_seconds(address) for address in addresses]
    failing.fail()
    with visitors_of(failing):
        during = [median_seconds(address) for address in addresses]
    for slow, fast in zip(during, before, strict=True):
        assert slow <= 2 * fast + 0.05, (before, during)


@contextmanager
def visitors_of(failing: Failing, number: int = 4) -> Iterator[None]:
    """They go on asking for Kazan, each again a moment after the answer."""
    over = threading.Event()
    address = failing.site.url + failing.showing.path

    def keep_asking() -> None:
        while not over.wait(0.1):
            requests.get(address, timeout=20)

    threads = [threading.Thread(target=keep_asking) for _one in range(number)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def median_seconds(address: str) -> float:
    def seconds() -> float:
        began = time.perf_counter()
        assert requests.get(address, timeout=20).ok
        return time.perf_counter() - began

    return statistics.median(seconds() for _request in range(REQUESTS))


def bought_by_a_program(api: str, irkutsk: Cinema, hall: str, seat: int) -> str:
    """A whole sale over the city's part of the site; the payer decides at the bank's own page."""
    _irkutsk, _films, movie, _seances, seance = hall.strip("/").split("/")
    held = requests.post(
        f"{api}/movies/{movie}/seances/{seance}/bookings",
        json={"seatsIds": [seat], "email": "program@example.org", "hold": True},
        timeout=20,
    ).json()["booking"]
    ticket_page = f"{api.partition('/cities')[0]}/irkutsk/tickets/{held['id']}/"
    payment = requests.post(
        f"{api}/bookings/{held['id']}/payments", json={"return_url": ticket_page}, timeout=20
    ).json()["data"]
    with requests.Session() as payer:
        form = payer.get(payment["redirect_url"], timeout=20).text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
        assert token
        fields = {"csrfmiddlewaretoken": token[1], "way": "pay"}
        payer.post(payment["redirect_url"], data=fields, allow_redirects=False, timeout=20)

    def confirmed() -> bool:
        found = requests.get(f"{api}/bookings/{held['id']}", timeout=20).json()["booking"]
        return bool(found["status"] == "confirmed")

    eventually(confirmed, within=20)
    return str(held["id"])


# Cities come and go


def test_cities_appear_and_disappear_with_the_list_without_a_restart(
    visit: Visit, kazan: Cinema, irkutsk: Cinema, site: Site
) -> None:
    tomsk = {**kazan.entry, "id": "tomsk", "name": "Томск", "names": {"en": "Tomsk"}}
    address = f"{site.url}/tomsk/"

    def answers(status: int) -> bool:
        return all(requests.get(address, timeout=20).status_code == status for _ask in range(6))

    assert answers(404)
    try:
        site.set_cities([kazan.entry, irkutsk.entry, tomsk])
        eventually(lambda: answers(200), within=10)
        page = visit("/")
        page.get_by_role("region", name="All cities").get_by_role("link", name="Tomsk").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Tomsk")
    finally:
        site.set_cities([kazan.entry, irkutsk.entry])
    eventually(lambda: answers(404), within=10)
    page = visit("/")
    cities = page.get_by_role("region", name="All cities")
    expect(cities.get_by_role("link", name="Irkutsk")).to_be_visible()
    expect(cities.get_by_role("link", name="Tomsk")).to_have_count(0)
