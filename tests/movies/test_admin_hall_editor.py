"""The page of the seat-map editor and what it answers to what is sent to it."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from bookings.blocking import block_seats
from bookings.booking import book
from cinema.audit.models import Change
from movies import halls
from movies.models import Hall
from tests.making import make_category, make_hall, make_seance, make_staff, seat_ids
from tests.office import clerk, director, page, queries_of
from tests.selling import order

pytestmark = pytest.mark.django_db


def editor(hall: Hall) -> str:
    return reverse("admin:hall_editor", args=[hall.pk])


def loaded(client: Client, hall: Hall) -> dict[str, Any]:
    """What the page draws."""
    plan: dict[str, Any] = client.get(editor(hall)).context["plan"]
    return plan


def sent(plan: dict[str, Any]) -> dict[str, Any]:
    """What the editor sends of it."""
    names = ("id", "row", "number", "x", "y", "category_id", "wheelchair")
    seats = [{name: seat[name] for name in names} for seat in plan["seats"]]
    return {"version": plan["version"], "seats": seats}


def save(client: Client, hall: Hall, body: Any) -> Any:
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(editor(hall), text, content_type="application/json")


def test_a_plan_is_loaded_changed_and_saved():
    hall, client = make_hall(rows=2, seats=3), director()
    body = sent(loaded(client, hall))
    body["seats"][0] |= {"number": 3, "wheelchair": True}
    body["seats"][2] |= {"number": 1}
    body["seats"].pop()
    body["seats"].append(body["seats"][0] | {"id": None, "row": " Б1 ", "x": 7, "y": 7})
    answer = save(client, hall, body)
    assert answer.status_code == 200, answer.content
    fresh = answer.json()["plan"]
    assert answer.json()["ok"]
    assert fresh == json.loads(json.dumps(loaded(client, hall)))
    assert fresh["version"] != body["version"]
    first = hall.seats.get(pk=body["seats"][0]["id"])
    assert (first.number, first.wheelchair) == (3, True)
    assert hall.seats.filter(row="Б1", number=3, x=7, y=7).count() == 1
    assert hall.seats.count() == 6
    recorded = Change.objects.filter(kind="movies.hall", object_id=str(hall.pk), part="seats")
    made = recorded.exclude(user_id=None).order_by("action").values_list("action", flat=True)
    assert list(made) == ["delete", "insert", "update", "update"]


def test_sold_seats_are_marked_from_the_start():
    seance = make_seance()
    ids = seat_ids(seance)
    book(order(seance, ids[:1]))
    seats = {seat["id"]: seat for seat in loaded(director(), seance.hall)["seats"]}
    assert (seats[ids[0]]["taken"], seats[ids[0]]["fixed"]) == (True, True)
    assert (seats[ids[1]]["taken"], seats[ids[1]]["fixed"]) == (False, False)


def test_sold_seats_are_refused_and_named():
    seance, client = make_seance(), director()
    ids = seat_ids(seance)
    book(order(seance, ids[:2]))
    block_seats(seance_id=seance.pk, seat_ids=ids[2:3], reason="broken", by_id=None)
    body = sent(loaded(client, seance.hall))
    without = [seat for seat in body["seats"] if seat["id"] not in {ids[0], ids[2]}]
    answer = save(client, seance.hall, body | {"seats": without})
    assert answer.status_code == 409
    assert (answer.json()["seats"], answer.json()["fixed"]) == ([ids[0], ids[2]], [ids[0]])
    assert "1: 1, 3." in answer.json()["refusal"]
    body["seats"][1]["number"] = 99
    answer = save(client, seance.hall, body)
    assert (answer.status_code, answer.json()["seats"]) == (409, [ids[1]])
    assert seance.hall.seats.count() == 10


def test_an_outdated_plan_is_refused():
    hall, client = make_hall(), director()
    body = sent(loaded(client, hall))
    halls.seat_delete(body["seats"][0]["id"])
    answer = save(client, hall, body)
    assert (answer.status_code, answer.json()["outdated"]) == (409, True)


def test_a_number_given_twice_is_refused_with_its_cells():
    hall, client = make_hall(rows=1, seats=3), director()
    body = sent(loaded(client, hall))
    body["seats"][1]["number"] = 1
    answer = save(client, hall, body)
    assert answer.status_code == 422
    assert answer.json()["cells"] == [[0, 0], [1, 0]]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        b"\xff\xfe",
        "[]",
        "null",
        "NaN",
        "[" * 100_000,
        '{"version": 1, "seats": []}',
        '{"version": "", "seats": {}}',
        '{"version": "", "seats": [1]}',
        '{"version": "", "seats": [{}]}',
        '{"version": ""}',
        '{"version": "", "seats": [' + "9" * 5000 + "]}",
    ],
    ids=lambda body: str(body[:30]),
)
def test_what_is_no_plan_is_refused_with_a_sentence(body: str | bytes):
    hall, client = make_hall(rows=1, seats=1), director()
    answer = save(client, hall, body)
    assert answer.status_code == 400
    assert answer.json()["refusal"]
    assert hall.seats.count() == 1


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"number": "1"}, 400),
        ({"number": 1.5}, 400),
        ({"number": True}, 400),
        ({"number": None}, 400),
        ({"row": 5}, 400),
        ({"wheelchair": 1}, 400),
        ({"id": "1"}, 400),
        ({"category_id": None}, 400),
        ({"colour": "red"}, 400),
        ({"row": "1\x00"}, 422),
        ({"row": "\ud800"}, 422),
        ({"row": "   "}, 422),
        ({"number": 10**40}, 422),
        ({"number": 0}, 422),
        ({"x": -1}, 422),
        ({"y": 200}, 422),
        ({"id": 10**40}, 422),
        ({"category_id": -(10**40)}, 422),
    ],
    ids=str,
)
def test_a_wrong_seat_is_refused_with_a_sentence(wrong: dict[str, Any], status: int):
    hall, client = make_hall(rows=1, seats=1), director()
    body = sent(loaded(client, hall))
    body["seats"][0] |= wrong
    answer = save(client, hall, body)
    assert answer.status_code == status, answer.content
    assert answer.json()["refusal"]


def test_a_plan_of_megabytes_is_refused_with_a_sentence():
    hall, client = make_hall(rows=1, seats=1), director()
    answer = save(client, hall, " " * (settings.REQUEST_MAX_BYTES + 1))
    assert (answer.status_code, answer.json()["ok"]) == (413, False)


RIGHTS = ("change_hall", "add_seat", "change_seat", "delete_seat")


@pytest.mark.parametrize("missing", RIGHTS)
def test_who_may_not_do_all_that_a_plan_does_draws_none(missing: str):
    hall = make_hall()
    body = sent(loaded(director(), hall)) | {"seats": []}
    looker = clerk("view_hall", "view_seat", *(right for right in RIGHTS if right != missing))
    assert looker.get(editor(hall)).status_code == 403
    assert save(looker, hall, body).status_code == 403
    assert hall.seats.exists()
    address = reverse("admin:movies_hall_change", args=[hall.pk])
    assert editor(hall) not in looker.get(address).content.decode()


def test_only_who_may_change_halls_and_seats_draws_them():
    hall = make_hall()
    body = sent(loaded(director(), hall))
    address = reverse("admin:movies_hall_change", args=[hall.pk])
    planner = clerk("view_hall", *RIGHTS)
    assert editor(hall) in planner.get(address).content.decode()
    assert planner.get(editor(hall)).status_code == 200
    assert save(planner, hall, body).status_code == 200
    assert Client().get(editor(hall)).status_code == 302


def test_who_may_not_draw_seats_is_not_led_to_them_from_a_new_hall():
    form = {"name": "Красный", "turnaround_minutes": 15}
    answer = clerk("add_hall", "view_hall", "change_hall").post(
        reverse("admin:movies_hall_add"), form
    )
    assert answer["Location"] == reverse("admin:movies_hall_changelist")


def test_a_plan_from_another_site_is_refused():
    hall = make_hall()
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_staff("forged"))
    assert save(client, hall, {"version": "", "seats": []}).status_code == 403
    assert hall.seats.exists()


def test_a_hall_that_does_not_exist_has_no_editor():
    client = director()
    for key in ("0", "9" * 30):
        assert client.get(f"/admin/halls/{key}/seats/").status_code == 404


def test_a_new_hall_leads_to_its_editor():
    client = director()
    form = {"name": "Красный", "turnaround_minutes": 15}
    answer = client.post(reverse("admin:movies_hall_add"), form)
    assert answer["Location"] == editor(Hall.objects.get())
    form = {"name": "Синий", "turnaround_minutes": 15, "_addanother": "1"}
    answer = client.post(reverse("admin:movies_hall_add"), form)
    assert answer["Location"] == reverse("admin:movies_hall_add")


def test_without_categories_the_page_says_so():
    hall, client = make_hall(rows=0), director()
    link = f'<a href="{reverse("admin:movies_seatcategory_add")}">'
    make_category()
    assert link not in client.get(editor(hall)).content.decode()
    make_category().delete()
    assert link in client.get(editor(hall)).content.decode()


def test_a_large_hall_needs_no_more_queries():
    small, large, client = make_hall(rows=1, seats=2), make_hall(rows=30, seats=40), director()
    for hall in (small, large):
        seance = make_seance(hall=hall)
        book(order(seance, seat_ids(seance)[:2]))
    assert queries_of(client, editor(large)) == queries_of(client, editor(small))


def test_the_editor_says_the_hall_it_draws():
    assert "Красный" in page(director(), editor(make_hall(name="Красный")))
