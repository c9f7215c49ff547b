"""API3: what is sent along with a request, and was not asked for, changes nothing."""

import json
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bookings.booking import book
from bookings.models import Booking, Ticket
from movies.models import Hall, Movie, Seance, Seat, SeatCategory
from tests.making import make_hall, make_movie, make_seance, make_staff, make_token, seat_ids
from tests.office import make_member
from tests.selling import order

pytestmark = pytest.mark.django_db

# Every column that there is, and every name that an answer has, with what somebody would like.
WISHES: dict[str, Any] = {
    "id": 1, "total": 0, "price": 0, "surcharge": -250, "currency": "XXX", "status": "confirmed",
    "paid_by": "cash", "payment": {"status": "succeeded"}, "payment_required": False,
    "sold_by": 1, "sold_by_id": 1, "expires_at": "2199-01-01T00:00:00Z", "expires_in": 10**9,
    "confirmed_at": "2020-01-01T00:00:00Z", "cancellable_until": "2199-01-01T00:00:00Z",
    "code": "AAAAAAAAAAAA", "codes": ["AAAAAAAAAAAA"], "tickets": [{"price": 0}], "paid": True,
    "blocked": True, "reason": "mine", "mailed": False, "is_staff": True, "by_id": 1,
    "seance": 1, "movie": 1, "movie_id": 1, "hall_id": 1, "held_until": "2199-01-01T00:00:00Z",
}  # fmt: skip


def staff() -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Token {make_token(make_staff())}"}


def send(method: str, where: str, body: dict[str, Any], **headers: str) -> Any:
    text = json.dumps(body)
    return getattr(Client(), method)(where, text, content_type="application/json", **headers)


@pytest.mark.parametrize("hold", [False, True])
def test_an_order_is_for_seats_and_an_address_and_for_nothing_else(hold):
    seance = make_seance(price="250")
    body = WISHES | {"email": "a@b.org", "seatsIds": seat_ids(seance)[:1], "hold": hold}
    where = f"/movies/{seance.movie_id}/seances/{seance.pk}/bookings"
    assert send("post", where, body).status_code == 201
    booking, ticket = Booking.objects.get(), Ticket.objects.get()
    assert (booking.total, ticket.price, ticket.surcharge) == (250, 250, 0)
    assert booking.status == ("held" if hold else "confirmed")
    assert (booking.sold_by, booking.paid_by, booking.reason) == (None, "", "")
    assert booking.seance == seance
    assert ticket.code != "AAAAAAAAAAAA"
    if hold:
        assert booking.expires_at < timezone.now() + timedelta(minutes=11)


def test_a_hold_gets_an_address_and_nothing_else():
    seance = make_seance()
    held = book(order(seance, seat_ids(seance)[:1], hold=True))
    before = Booking.objects.values().get()
    body = WISHES | {"email": "new@b.org", "seatsIds": seat_ids(seance)[1:3]}
    assert send("patch", f"/bookings/{held.id}", body).status_code == 200
    assert Booking.objects.values().get() == before | {"email": "new@b.org"}
    assert Ticket.objects.count() == 1


def test_a_film_keeps_its_number_whatever_staff_send():
    known = make_movie()
    body = WISHES | {"name": "A", "description": "", "image_url": "", "comingSoon": True}
    assert send("post", "/movies", body | {"id": known.pk}, **staff()).status_code == 201
    assert Movie.objects.count() == 2


def test_a_showing_is_of_the_film_in_its_address():
    movie, other, hall = make_movie(), make_movie("Other"), make_hall()
    start = (timezone.now() + timedelta(days=2)).isoformat()
    body = WISHES | {"datetime": start, "price": 250, "hall": hall.pk, "movie_id": other.pk}
    body |= {"status": "cancelled", "ends_at": start}
    answer = send("post", f"/movies/{movie.pk}/seances", body, **staff())
    assert answer.status_code == 201
    seance = Seance.objects.get()
    assert (seance.movie, seance.status) == (movie, "scheduled")
    assert seance.ends_at > seance.starts_at


class Offered(HTMLParser):
    """The fields of a page's forms, with what stands in them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._select = self._text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attrs}
        name, is_box = have.get("name", ""), have.get("type") in ("checkbox", "radio")
        if tag == "select":
            self._select = name
        elif tag == "option" and "selected" in have:
            self.fields.setdefault(self._select, []).append(have.get("value", ""))
        elif tag == "textarea":
            self._text = name
            self.fields[name] = [""]
        elif tag == "input" and name and (not is_box or "checked" in have):
            self.fields.setdefault(name, []).append(have.get("value", "on" if is_box else ""))

    def handle_data(self, data: str) -> None:
        if self._text:
            self.fields[self._text][0] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = ""


# Forms that can be sent: here they were stored, so what came along would have been, too.
STORED = {
    "manager": [User, Hall, Movie, Seance, Seat, SeatCategory],
    "scheduler": [Hall, Movie, Seance, Seat, SeatCategory],
    "box office": [],
    "read-only": [],
}
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.mark.parametrize("role", STORED)
def test_a_form_of_the_staff_takes_no_field_that_it_does_not_offer(role):
    """Sent along: every column of the object, with another value."""
    seance = make_seance()
    book(order(seance, seat_ids(seance)[:1]))
    client = Client()
    client.force_login(make_member(role))
    stored = []
    for model in MODELS:
        thing = model._default_manager.order_by("pk").first()
        if thing is None:
            continue
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        where = reverse(f"admin:{name}_change", args=[thing.pk])
        page = client.get(where)
        if page.status_code != 200:
            continue
        offered = Offered(page.content.decode()).fields
        form = page.context["adminform"].form
        hidden = [f for f in model._meta.concrete_fields if f.name not in form.fields]
        wanted = {field.name: another(field, thing) for field in hidden}
        before = columns(model, hidden)
        answer = client.post(where, wanted | offered)
        assert columns(model, hidden) == before, model
        if answer.status_code == 302:
            stored.append(model)
    assert stored == STORED[role]


def columns(model: type[Model], fields: list[Any]) -> list[tuple[Any, ...]]:
    names = [field.attname for field in fields]
    return list(model._default_manager.order_by("pk").values_list(*names))


def another(field: Any, thing: Model) -> str:
    now = getattr(thing, field.attname)
    if isinstance(now, bool):
        return "" if now else "on"
    return {"int": "7", "Decimal": "7", "datetime": "2001-01-01 00:00:00"}.get(
        type(now).__name__, "confirmed" if field.name != "password" else "stolen"
    )


@pytest.mark.parametrize("role", ["manager", "scheduler", "box office", "door", "read-only"])
def test_nobody_makes_themselves_more_by_the_form_of_their_password(role):
    member = make_member(role)
    client = Client()
    client.force_login(member)
    more = {"is_superuser": "on", "is_staff": "on", "user_permissions": ["1"], "groups": ["1"]}
    client.post(
        reverse("admin:password_change"),
        {
            "old_password": "correct horse",
            "new_password1": "Vom Mars 42",
            "new_password2": "Vom Mars 42",
        }
        | more,
    )
    changed = User.objects.get(pk=member.pk)
    assert changed.check_password("Vom Mars 42")
    assert not changed.is_superuser
    assert [group.name for group in changed.groups.all()] == [role]
    assert not changed.user_permissions.exists()
