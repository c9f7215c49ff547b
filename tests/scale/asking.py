"""Everything that visitors, buyers, staff and chores ask again and again, by name."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bookings import holds, idempotency, measuring, notices
from bookings.checkin import check_in
from bookings.models import Booking, Ticket
from bookings.payments import reconciling
from movies.models import Hall, Seance, Seat
from tests.office import director

Work = Callable[[], object]

CHOICES = 8  # of one filter


def everything() -> dict[str, Work]:
    return visitors() | buyers() | staff() | chores()


def visitors() -> dict[str, Work]:
    seance = coming()
    of_film = f"/movies/{seance.movie_id}/seances"
    day = timezone.localdate().isoformat()
    asked = {
        "films": "/movies?max_results=10",
        "films that are shown": "/movies?with_seances=true",
        "a film": f"/movies/{seance.movie_id}",
        "showings of a film": of_film,
        "showings of a film on a day": f"{of_film}?date={day}",
        "showings of a film by time": f"{of_film}?ordering=datetime&max_results=10",
        "showings of a day": f"/seances?date={day}",
        "showings from now on": f"/seances?from={day}T00:00:00Z&ordering=datetime",
        "seat map": f"{of_film}/{seance.pk}",
        "best seats": f"{of_film}/{seance.pk}/best-seats?count=2",
        "a booking": f"/bookings/{sold().pk}",
        "a calendar file": f"/bookings/{sold().pk}/tickets.ics",
    }
    return {name: opened(Client(), address) for name, address in asked.items()}


def buyers() -> dict[str, Work]:
    """In the order in which they come: what one has bought, the next can't."""
    seance = coming()
    address = f"/movies/{seance.movie_id}/seances/{seance.pk}/bookings"
    free = list(
        Seat.objects.filter(hall=seance.hall_id)
        .exclude(
            pk__in=Ticket.objects.filter(seance=seance, released_at__isnull=True).values("seat")
        )
        .values_list("pk", flat=True)[:6]
    )
    made: list[str] = []

    def book(seats: list[int], status: int, **more: Any) -> Work:
        def work() -> None:
            body = {"email": "buyer@example.org", "seatsIds": seats, **more}
            answer = Client().post(address, json.dumps(body), "application/json")
            assert answer.status_code == status, answer.content
            if status == 201:
                made.append(answer.json()["booking"]["id"])

        return work

    def confirm() -> None:
        body = json.dumps({"status": "confirmed"})
        answer = Client().patch(f"/bookings/{made[-1]}", body, "application/json")
        assert answer.status_code == 200, answer.content

    def cancel() -> None:
        answer = Client().delete(f"/bookings/{made[-1]}")
        assert answer.status_code == 200, answer.content

    return {
        "buying": book(free[:2], 201),
        "buying what is taken": book(free[:2], 409),
        "holding": book(free[2:4], 201, hold=True),
        "confirming": confirm,
        "cancelling": cancel,
    }


def staff() -> dict[str, Work]:
    client, seance, booking = director(), coming(), sold()
    today = timezone.localdate()
    week_ago = (today - timedelta(days=6)).isoformat()
    pages = ("today", "box_office", "check_in", "schedule", "planning", "audit", "shift")
    asked = {name: reverse(f"admin:{name}") for name in pages}
    for model in admin.site._registry:
        asked |= lists_of(client, model)
    bookings = reverse("admin:bookings_booking_changelist")
    asked |= {
        "a hall at the box office": f"{reverse('admin:box_office')}?seance={seance.pk}",
        "a search at the box office": f"{reverse('admin:box_office')}?q=nothing",
        "reports of a week": f"{reverse('admin:reports')}?first={week_ago}&last={today}",
        "a search by email": f"{bookings}?q={booking.email}",
        "a search by code": f"{bookings}?q={booking.tickets.all()[0].code}",
        "a search by number": f"{bookings}?q={str(booking.pk)[:8]}",
        "a search by payment": f"{reverse('admin:bookings_payment_changelist')}?q=12-34",
        "bookings of a showing": f"{bookings}?seance__id__exact={seance.pk}",
    }
    for thing in (seance, seance.movie, Hall.objects.all()[0], booking):
        name = f"{thing._meta.app_label}_{thing._meta.model_name}"
        asked[f"page of {name}"] = reverse(f"admin:{name}_change", args=[thing.pk])
    ticket, user = booking.tickets.all()[0], User.objects.latest("id")
    return {name: opened(client, address) for name, address in asked.items()} | {
        "checking in": lambda: check_in(
            code=ticket.code, seance_ids=[ticket.seance_id], by_id=user.pk
        )
    }


def lists_of(client: Client, model: type[Model]) -> dict[str, str]:
    """The list of all, and with each of its filters; a search where there is one."""
    name = model._meta.model_name
    address = reverse(f"admin:{model._meta.app_label}_{name}_changelist")
    listed = client.get(address).context["cl"]
    found = {f"list of {name}": address}
    if listed.search_fields:
        found[f"search of {name}"] = f"{address}?q=nothing"
    for kind in listed.filter_specs:
        for choice in list(kind.choices(listed))[:CHOICES]:
            if set(choice["query_string"]) & set("0123456789"):
                continue  # of one hall, film or day: alike
            found[f"list of {name}{choice['query_string']}"] = address + choice["query_string"]
    return found


def chores() -> dict[str, Work]:
    return {
        "tidying holds": holds.release_expired,
        "the next email": notices._claim,
        "the next payment": reconciling._next,
        "measuring": measuring.measure,
        "forgetting keys": idempotency.forget_old,
    }


def opened(client: Client, address: str) -> Work:
    def work() -> None:
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, (address, answer.status_code, answer.content[:500])

    return work


def coming() -> Seance:
    """The first showing after tomorrow begins."""
    later = timezone.now() + timedelta(days=1)
    return Seance.objects.filter(starts_at__gt=later).order_by("starts_at", "id")[0]


def sold() -> Booking:
    """For a showing that is to come."""
    return Booking.objects.filter(seance=coming(), status="confirmed").order_by("id")[0]
