"""Every page and form of the storefront, with values that no browser would send. Nothing fails,
and what is refused, or only looked at, changes nothing in the city."""

from random import Random
from typing import Any

import pytest
import requests

from bookings.booking import book
from movies.models import Seance
from tests.aggregator.site import Site
from tests.fuzz.attack import make_programme
from tests.fuzz.forms import Form, address, seen, sent, twisted, urlencoded
from tests.fuzz.hostile import VALUES, headers_of_strangers
from tests.fuzz.pages import Page, storefront
from tests.fuzz.size import SEED, TIMES, asked
from tests.fuzz.stored import Stored
from tests.making import seat_ids
from tests.selling import order

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_connections_for_long"),
]

PATHS, QUERIES, POSTS = 1, 3, 5
"""Tries on every page."""


class Visitor:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.chance = Random(SEED)
        self.session = requests.Session()
        self.stored = Stored()

    def ask(self, method: str, where: str, body: bytes = b"", kind: str = "") -> Any:
        asked["requests to the storefront's pages"] += 1
        headers = headers_of_strangers(self.chance, {"cookie": "", "content-type": ""})
        if kind:
            token = self.session.cookies.get("csrftoken", "")
            headers |= {"Content-Type": kind, "X-CSRFToken": token, "Origin": self.site.url}
        response = self.session.request(
            method,
            self.site.url + where,
            data=body,
            headers={name: value.encode("latin-1") for name, value in headers.items()},
            allow_redirects=False,
            timeout=20,
        )
        told = f"{method} {where[:2000]} {headers} {body[:3000]!r}: FUZZ_SEED={SEED}"
        assert response.status_code < 500, told
        assert b"Traceback" not in response.content, told
        changes = self.stored.changes()
        if method == "GET" or response.status_code >= 400:
            assert not changes, f"changed {', '.join(changes)} by {response.status_code}: {told}"
        return response


def test_no_value_breaks_a_page_of_the_storefront(site):
    make_programme()
    hold()
    visitor = Visitor(site)
    forms: list[Form] = []
    parameters: set[str] = set()
    for page in storefront():  # what there is to be sent, from everywhere
        response = visitor.ask("GET", page.address)
        if "text/html" in response.headers.get("content-type", ""):
            shown = seen(response.text)
            parameters |= shown.parameters
            forms += [
                Form(address(page.address, form.action), form.method, form.fields)
                for form in shown.forms
                if form.method == "post"
            ]
    assert forms
    for page in storefront():
        attack(visitor, page, forms, parameters)


def attack(visitor: Visitor, page: Page, forms: list[Form], parameters: set[str]) -> None:
    chance = visitor.chance
    for _time in range(PATHS * TIMES if page.kwargs else 0):
        visitor.ask("GET", page.leading_nowhere(chance.choice(VALUES)))
    for _time in range(QUERIES * TIMES):
        fields = twisted([], parameters | {"next", "seats"}, chance, ["1"])
        visitor.ask("GET", f"{page.address}?{urlencoded(fields[:6])[:8000]}")
    own = [form for form in forms if form.action.partition("?")[0] == page.address]
    for _time in range(POSTS * TIMES):
        form = chance.choice(own or forms)
        fields = twisted(form.fields, [], chance, [str(key) for key in own_seats()])
        where = form.action if own else page.address
        visitor.ask("POST", where, *sent(form, fields, chance))
        if not own_seats():
            hold()


def hold() -> None:
    """Something to buy, and something that is being bought."""
    seance = Seance.objects.order_by("-pk")[0]
    if free := own_seats():
        book(order(seance, free[:1], hold=True))
    else:
        make_programme()


def own_seats() -> list[int]:
    seance = Seance.objects.order_by("-pk")[0]
    taken = set(seance.tickets.filter(released_at__isnull=True).values_list("seat_id", flat=True))
    return [seat for seat in seat_ids(seance) if seat not in taken]
