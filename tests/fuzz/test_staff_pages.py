"""Every page and form of the staff's site, with values that no browser would send.

None fails; and what is refused, or only looked at, changes nothing.
"""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from django import forms
from django.conf import settings as configured
from django.contrib.admin.helpers import AdminErrorList
from django.forms.formsets import BaseFormSet
from django.test import Client

from bookings.booking import book
from bookings.models import Booking, Payment, Ticket
from bookings.payments import beginning
from movies.models import Hall, Movie, Seance
from tests.fuzz.forms import Form, Seen, address, seen, sent, twisted, urlencoded
from tests.fuzz.hostile import VALUES
from tests.fuzz.pages import Page, names_read, pages
from tests.fuzz.size import SEED, TIMES, asked
from tests.fuzz.stored import Stored
from tests.making import make_hall, make_seance, make_staff, seat_ids
from tests.selling import order

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # Of a filter in the address: it is taken as the cinema's local time.
    pytest.mark.filterwarnings("ignore:DateTimeField .* received a naive datetime"),
]

PATHS, QUERIES, POSTS = 1, 4, 8
"""Tries on every page."""
# Of Django's lists; `e` says that a filter was wrong.
PARAMETERS = {"p", "o", "q", "e", "all", "_popup", "_to_field", "_changelist_filters", "id__in"}


@pytest.fixture(autouse=True)
def _paid_online(settings: Any) -> None:
    settings.PAYMENTS = "sandbox"
    settings.RETURN_ORIGINS = ["https://kino.example"]


def make_cinema() -> None:
    """What pages are about: as much of it as attacks have left no longer."""
    kinds = (Movie, Hall, Seance.future(), Ticket, Payment)
    if all(getattr(kind, "objects", kind).exists() for kind in kinds):
        return
    seance = make_seance(hall=make_hall(rows=2, seats=6))
    seats = seat_ids(seance)
    book(order(seance, seats[:2]))
    held = book(order(seance, seats[2:4], hold=True))
    beginning.begin(held.id, return_url="https://kino.example/kazan/")


class Visit:
    """One page, visited again and again by somebody who may do everything."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.chance = Random(f"{SEED} {page.name}")
        self.client = Client(raise_request_exception=False)
        self.stored = Stored()
        self.names: set[str] = set()
        self.ids = ["1"]
        self.come()

    def come(self) -> None:
        """As a new member of staff: the last one may have been deleted by a form."""
        make_cinema()
        number = asked["requests to the staff's pages"]
        self.client.force_login(make_staff(f"director-{self.page.name}-{number}"))
        models = (Movie, Hall, Seance, Ticket, Booking)
        self.ids = [
            str(key) for model in models for key in model.objects.values_list("pk", flat=True)[:3]
        ]
        self.stored.changes()

    def ask(self, method: str, where: str, body: bytes = b"", kind: str = "") -> Any:
        asked["requests to the staff's pages"] += 1
        with names_read() as names:
            response = self.client.generic(method, where, body, content_type=kind)
        self.names |= {name for name in names if name not in PARAMETERS and len(name) < 60}
        told = f"{method} {where[:2000]} {body[:3000]!r} {kind}: FUZZ_SEED={SEED}"
        assert response.status_code < 500, told
        changes = self.stored.changes()
        if response.status_code >= 400 or method == "GET" or refused(response):
            assert not changes, f"changed {', '.join(changes)} by {response.status_code}: {told}"
        if (method == "POST" and changes) or configured.SESSION_COOKIE_NAME not in self.cookies:
            self.come()
        return response

    @property
    def cookies(self) -> set[str]:
        return {name for name, cookie in self.client.cookies.items() if cookie.value}


def refused(response: Any) -> bool:
    """Whether a form is shown again because it has mistakes."""
    shown = (value for part in response.context or () for value in _values(part))
    return any(
        (isinstance(value, forms.BaseForm) and value.is_bound and bool(value.errors))
        or (isinstance(value, BaseFormSet) and value.is_bound and not value.is_valid())
        or (isinstance(value, AdminErrorList) and bool(value))
        for value in shown
    )


def _values(part: Any) -> Iterator[Any]:
    for layer in getattr(part, "dicts", [part]):
        if isinstance(layer, dict):
            yield from layer.values()


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_no_value_breaks_a_page(page):
    make_cinema()
    visit = Visit(page)
    shown = looked_at(visit)
    for _time in range(PATHS * TIMES if page.kwargs else 0):
        visit.ask("GET", page.leading_nowhere(visit.chance.choice(VALUES)))
    for _time in range(QUERIES * TIMES):
        names = PARAMETERS | shown.parameters | visit.names
        fields = twisted([], names, visit.chance, visit.ids)
        visit.ask("GET", f"{page.address}?{urlencoded(fields[:6])}")
    for time in range(POSTS * TIMES):
        post(visit, shown, time)


def looked_at(visit: Visit) -> Seen:
    """The page as it is meant, and what it reads when a form is sent that has nothing."""
    response = visit.ask("GET", visit.page.address)
    visit.ask("POST", visit.page.address, b"", "application/x-www-form-urlencoded")
    is_page = response.headers.get("content-type", "").startswith("text/html")
    return seen(response.content.decode() if is_page else "")


def post(visit: Visit, shown: Seen, time: int) -> None:
    posted = [form for form in shown.forms if form.method == "post" and "logout" not in form.action]
    # A page that only takes what a script sends has no form to begin with.
    form = visit.chance.choice([*posted, *posted, Form(method="post")])
    fields = twisted(form.fields, [] if form.fields else visit.names, visit.chance, visit.ids)
    where = address(visit.page.address, form.action)
    if time % 10 == 9:
        body, kind = json.dumps(dict(fields)).encode(), "application/json"
    else:
        body, kind = sent(form, fields, visit.chance)
    visit.ask("POST", where, body, kind)
