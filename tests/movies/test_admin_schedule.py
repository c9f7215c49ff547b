"""The schedule's page in the staff's site."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bookings.booking import book, cancel, cancel_seance
from cinema.audit.models import Change
from movies import business_day, schedule
from movies.admin.board import board_of
from movies.models import Seance
from tests.making import make_hall, make_movie, make_seance, seat_ids
from tests.office import assert_queries_do_not_grow, clerk, director, page, send
from tests.selling import order

pytestmark = pytest.mark.django_db

SCHEDULE = reverse("admin:schedule")
MOVE = reverse("admin:schedule_move")
ENGLISH = {"accept-language": "en"}
BY_SCRIPT = {"accept": "application/json", **ENGLISH}


def tomorrow(hour: int, minute: int = 0) -> datetime:
    local = timezone.localtime() + timedelta(days=1)
    return local.replace(hour=hour, minute=minute, second=0, microsecond=0)


def day_of(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d}"


def form(starts_at: datetime, **fields: Any) -> dict[str, Any]:
    return {
        "day": business_day.day_of(starts_at).isoformat(),
        "time": f"{timezone.localtime(starts_at):%H:%M}",
        "price": "350",
        "format": "2D",
        "language": "ru",
        **fields,
    }


def move(client: Client, moved: Seance, **to: Any) -> Any:
    fields = {
        "seance": moved.pk,
        "hall": moved.hall_id,
        "starts_at": moved.starts_at.isoformat(),
        "from_hall": moved.hall_id,
        "from_starts_at": moved.starts_at.isoformat(),
        **to,
    }
    return client.post(MOVE, fields, headers=ENGLISH)


def shown(day: str, view: str = "day") -> list[int]:
    response = director().get(SCHEDULE, {"day": day, "view": view})
    board = response.context["board"]
    return [block.seance.pk for day in board.days for lane in day.lanes for block in lane.blocks]


def test_a_day_shows_its_showings_with_hall_film_price_and_what_is_sold():
    hall = make_hall(name="Синий", turnaround=20)
    seance = make_seance(
        hall=hall, movie=make_movie("Стачка", duration_minutes=94), starts_at=tomorrow(18)
    )
    book(order(seance, seat_ids(seance)[:3]))
    said = page(director(), SCHEDULE, day=day_of(tomorrow(18)))
    assert "Синий" in said
    assert "Стачка" in said
    assert "18:00 –19:34" in said
    assert "3/10" in said
    assert "250 RUB · 2D" in said
    content = director().get(SCHEDULE, {"day": day_of(tomorrow(18))}).content.decode()
    assert f'data-free="{int((tomorrow(18) + timedelta(minutes=114)).timestamp())}"' in content


def test_what_starts_after_midnight_belongs_to_the_evening_before():
    hall = make_hall()
    late = make_seance(hall=hall, starts_at=tomorrow(0, 30) + timedelta(days=1))
    early = make_seance(hall=hall, starts_at=tomorrow(6) + timedelta(days=1))
    assert shown(day_of(tomorrow(12))) == [late.pk]
    assert shown(day_of(early.starts_at)) == [early.pk]


def test_a_showing_that_runs_into_the_next_day_is_shown_there_too():
    hall = make_hall(turnaround=15)
    marathon = make_seance(
        hall=hall,
        movie=make_movie(duration_minutes=600),
        starts_at=tomorrow(23),
    )
    next_day = day_of(tomorrow(12) + timedelta(days=1))
    assert shown(next_day) == [marathon.pk]
    content = director().get(SCHEDULE, {"day": next_day}).content.decode()
    assert "continued" in content
    assert "data-movable" not in content


def test_a_week_begins_on_monday_and_has_seven_days():
    monday = timezone.localtime().date() + timedelta(days=7)
    monday -= timedelta(days=monday.weekday())
    at = timezone.make_aware(datetime.combine(monday, datetime.min.time())) + timedelta(hours=12)
    hall = make_hall()
    seances = [
        make_seance(hall=hall, starts_at=at + timedelta(days=number)) for number in (-1, 0, 6, 7)
    ]
    wednesday = str(monday + timedelta(days=2))
    assert shown(wednesday, "week") == [seances[1].pk, seances[2].pk]
    board = director().get(SCHEDULE, {"day": wednesday, "view": "week"}).context["board"]
    assert [day.date.isoweekday() for day in board.days] == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("date", "labels"),
    [
        ("2026-03-28", ["01:00", "03:00", "04:00"]),  # clocks go forward that night
        ("2026-10-24", ["01:00", "02:00", "02:00", "03:00"]),  # and back
    ],
)
def test_on_a_night_when_clocks_change_an_hour_is_still_an_hour(settings, date, labels):
    settings.TIME_ZONE = "Europe/Berlin"
    day = datetime.fromisoformat(date).date()
    late = timezone.make_aware(datetime.combine(day, datetime.min.time())) + timedelta(hours=23)
    make_seance(starts_at=late, movie=make_movie(duration_minutes=300))
    hours = board_of([day]).days[0].hours
    assert {later - hour for hour, later in pairwise(hours)} == {timedelta(hours=1)}
    written = [f"{timezone.localtime(hour):%H:%M}" for hour in hours]
    assert written[written.index("01:00") :][: len(labels)] == labels
    assert day == board_of([day]).days[0].date


def test_the_axis_begins_with_an_early_bird():
    hall = make_hall()
    make_seance(hall=hall, starts_at=tomorrow(6, 30))
    day = board_of([tomorrow(12).date()]).days[0]
    assert timezone.localtime(day.hours[0]).hour == 6
    assert timezone.localtime(day.hours[-1]).hour == 0


@pytest.mark.parametrize("day", ["", "nonsense", "0001-01-01", "9999-12-31", "2026-02-31", "\0"])
@pytest.mark.parametrize("view", ["day", "week", "year"])
def test_a_day_that_there_is_not_does_no_harm(day, view):
    page(director(), SCHEDULE, day=day, view=view)


def test_a_film_that_ends_before_the_axis_begins_is_left_out():
    hall, film = make_hall(), make_movie(duration_minutes=240)
    night = make_seance(hall=hall, movie=film, starts_at=tomorrow(2, 30))
    assert shown(day_of(tomorrow(12))) == []
    assert shown(day_of(tomorrow(12) - timedelta(days=1))) == [night.pk]


@pytest.mark.parametrize(("view", "days"), [("day", 1), ("week", 7)])
def test_what_is_shown_is_one_click_from_its_copy_for_who_may_plan(view, days):
    asked = {"day": "2027-01-20", "view": view}
    first = "2027-01-20" if days == 1 else "2027-01-18"
    copy = f"{reverse('admin:planning_copy')}?from={first}&amp;days={days}"
    planner = clerk("view_seance", "add_seance").get(SCHEDULE, asked).content.decode()
    assert copy in planner
    assert reverse("admin:planning_copy") not in clerk("view_seance").get(SCHEDULE).content.decode()


def test_a_cinema_without_halls_is_told():
    response = director().get(SCHEDULE, headers=ENGLISH)
    assert "There is no hall yet." in response.content.decode()


@pytest.mark.parametrize("view", ["day", "week"])
def test_the_page_makes_as_many_queries_for_many_showings(view):
    day = day_of(tomorrow(12))
    assert_queries_do_not_grow(
        director(),
        f"{SCHEDULE}?day={day}&view={view}",
        lambda: book(order((seance := make_seance(starts_at=tomorrow(12))), seat_ids(seance)[:1])),
    )


def test_who_may_only_look_drags_and_plans_nothing():
    seance = make_seance(starts_at=tomorrow(18))
    reader = clerk("view_seance")
    address = f"{SCHEDULE}?day={day_of(seance.starts_at)}"
    content = reader.get(address).content.decode()
    assert f'data-seance="{seance.pk}"' in content
    assert "data-movable" not in content
    assert "new-showing" not in content
    assert move(reader, seance, starts_at=tomorrow(20).isoformat()).status_code == 403
    fields = form(tomorrow(10), movie=seance.movie_id, hall=seance.hall_id)
    assert reader.post(address, fields).status_code == 403
    assert Seance.objects.get().starts_at == tomorrow(18)


def test_each_right_opens_what_it_is_for():
    seance = make_seance(starts_at=tomorrow(18))
    address = f"{SCHEDULE}?day={day_of(seance.starts_at)}"
    mover = clerk("view_seance", "change_seance").get(address).content.decode()
    assert "data-movable" in mover
    assert "new-showing" not in mover
    planner = clerk("view_seance", "add_seance").get(address).content.decode()
    assert "data-movable" not in planner
    assert "new-showing" in planner
    assert clerk().get(SCHEDULE).status_code == 403
    assert Client().get(SCHEDULE).status_code == 302


def test_a_showing_is_moved_to_another_time_and_hall_and_its_history_says_so():
    seance, hall = make_seance(starts_at=tomorrow(18)), make_hall(turnaround=30)
    answer = move(director(), seance, hall=hall.pk, starts_at=tomorrow(20, 5).isoformat())
    assert answer.json()["ok"] is True
    seance.refresh_from_db()
    assert (seance.hall, seance.starts_at) == (hall, tomorrow(20, 5))
    assert seance.hall_free_at == seance.ends_at + timedelta(minutes=30)
    change = Change.objects.filter(kind="movies.seance", object_id=str(seance.pk)).latest("id")
    assert change.after["hall_id"] == hall.pk


def test_an_occupied_hall_is_refused_with_the_services_sentence():
    hall = make_hall(name="Blue")
    make_seance(hall=hall, starts_at=tomorrow(18))
    seance = make_seance(hall=hall, starts_at=tomorrow(22))
    answer = move(director(), seance, starts_at=tomorrow(19).isoformat())
    assert answer.status_code == 409
    assert "The hall Blue is occupied then" in answer.json()["refused"]
    seance.refresh_from_db()
    assert seance.starts_at == tomorrow(22)


def test_a_cancelled_showing_stays_and_leaves_its_place_to_others():
    hall = make_hall()
    cancelled = make_seance(hall=hall, starts_at=tomorrow(18))
    cancel_seance(cancelled.pk)
    seance = make_seance(hall=hall, starts_at=tomorrow(22))
    client = director()
    assert move(client, cancelled, starts_at=tomorrow(20).isoformat()).status_code == 409
    assert move(client, seance, starts_at=tomorrow(18).isoformat()).status_code == 200


def test_a_sold_showing_is_fixed_and_says_why():
    seance = make_seance(starts_at=tomorrow(18))
    book(order(seance, seat_ids(seance)[:1]))
    address = f"{SCHEDULE}?day={day_of(seance.starts_at)}"
    content = director().get(address, headers=ENGLISH).content.decode()
    assert "data-movable" not in content
    assert "its film, hall and time are fixed" in content
    answer = move(director(), seance, starts_at=tomorrow(20).isoformat())
    assert answer.status_code == 409
    assert "Tickets have been sold or held" in answer.json()["refused"]


def test_a_showing_is_fixed_also_by_a_ticket_that_came_back():
    seance = make_seance(starts_at=tomorrow(18))
    cancel(book(order(seance, seat_ids(seance)[:1])).id)
    address = f"{SCHEDULE}?day={day_of(seance.starts_at)}"
    assert "data-movable" not in director().get(address).content.decode()
    assert move(director(), seance, starts_at=tomorrow(20).isoformat()).status_code == 409


def test_nothing_is_planned_or_moved_where_nobody_could_buy_it():
    seance, bare = make_seance(starts_at=tomorrow(18)), make_hall(rows=0)
    yesterday = timezone.now() - timedelta(days=1)
    client = director()
    for hall, starts_at, sentence in (
        (seance.hall_id, yesterday, "That time is over already."),
        (bare.pk, tomorrow(12), "has no seats yet."),
    ):
        fields = form(starts_at, movie=seance.movie_id, hall=hall)
        planned = client.post(SCHEDULE, fields, headers=BY_SCRIPT)
        moved = move(client, seance, hall=hall, starts_at=starts_at.isoformat())
        for answer in (planned, moved):
            assert answer.status_code == 409
            assert sentence in answer.json()["refused"]
    assert Seance.objects.get().starts_at == tomorrow(18)


def test_what_somebody_else_has_moved_meanwhile_is_not_moved_back():
    seance = make_seance(starts_at=tomorrow(18))
    schedule.seance_change(seance.pk, starts_at=tomorrow(20))
    answer = move(director(), seance, starts_at=tomorrow(21).isoformat())
    assert (answer.status_code, answer.json()["refused"]) == (
        409,
        "Somebody else has moved this showing meanwhile.",
    )
    seance.refresh_from_db()
    assert seance.starts_at == tomorrow(20)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"seance": 2**62}, 404),
        ({"seance": 2**70}, 422),
        ({"seance": "\0"}, 422),
        ({"seance": ""}, 422),
        ({"hall": 2**62}, 422),
        ({"hall": "-1"}, 422),
        ({"hall": "1e400"}, 422),
        ({"starts_at": "nonsense"}, 422),
        ({"starts_at": "2026-11-24T18:00"}, 422),
        ({"starts_at": "9999-12-31T23:59:59Z"}, 422),
        ({"starts_at": "2026-11-24T18:00:00Z\0"}, 422),
        ({"from_starts_at": "x" * 100_000}, 422),
    ],
)
def test_a_senseless_move_gets_a_sentence(fields, status):
    answer = move(director(), make_seance(), **fields)
    assert answer.status_code == status
    assert answer.json()["refused"]


def test_a_body_that_is_no_form_gets_a_sentence():
    answer = director().post(MOVE, b'{"seance": [[[', content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["refused"]


def test_a_move_needs_its_csrf_token():
    client = director()
    client.handler.enforce_csrf_checks = True
    assert move(client, make_seance()).status_code == 403


def test_a_showing_is_planned_by_the_form_without_scripts():
    movie, hall = make_movie(duration_minutes=113), make_hall()
    said = send(director(), SCHEDULE, **form(tomorrow(18), movie=movie.pk, hall=hall.pk))
    seance = Seance.objects.get()
    assert (seance.movie, seance.hall, seance.starts_at) == (movie, hall, tomorrow(18))
    assert "18:00 –19:53" in said


def test_what_is_typed_for_the_night_is_planned_after_that_day():
    fields = form(tomorrow(12), movie=make_movie().pk, hall=make_hall().pk, time="00:30")
    answer = director().post(SCHEDULE, fields)
    assert answer.url.endswith(f"day={day_of(tomorrow(12))}")
    assert Seance.objects.get().starts_at == tomorrow(0, 30) + timedelta(days=1)


def test_a_typed_conflict_is_refused_and_what_was_typed_is_kept():
    hall = make_hall(name="Blue")
    seance = make_seance(hall=hall, starts_at=tomorrow(18))
    fields = form(tomorrow(19), movie=seance.movie_id, hall=hall.pk, price="777")
    answer = director().post(SCHEDULE, fields, headers=ENGLISH)
    assert answer.status_code == 409
    content = answer.content.decode()
    assert "The hall Blue is occupied then" in content
    assert 'value="777"' in content
    assert Seance.objects.count() == 1


def test_scripts_get_the_same_as_json():
    hall, movie = make_hall(name="Blue"), make_movie()
    client = director()
    fields = form(tomorrow(18), movie=movie.pk, hall=hall.pk)
    answer = client.post(SCHEDULE, fields, headers=BY_SCRIPT)
    assert answer.json()["seance"] == Seance.objects.get().pk
    answer = client.post(SCHEDULE, fields, headers=BY_SCRIPT)
    assert answer.status_code == 409
    assert "The hall Blue is occupied then" in answer.json()["refused"]
    answer = client.post(SCHEDULE, fields | {"price": ""}, headers=BY_SCRIPT)
    assert (answer.status_code, answer.json()["refused"]) == (
        422,
        "Base price: This field is required.",
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"movie": 2**70},
        {"movie": "\0"},
        {"hall": 2**62},
        {"price": "NaN"},
        {"price": "-1"},
        {"price": "1e99"},
        {"day": "0001-01-01"},
        {"day": "9999-12-31", "time": "23:59"},
        {"time": "25:00"},
        {"format": "8D"},
        {"language": "r\0"},
    ],
)
def test_a_senseless_showing_gets_a_sentence(fields):
    asked = form(tomorrow(18), movie=make_movie().pk, hall=make_hall().pk) | fields
    answer = director().post(SCHEDULE, asked, headers=BY_SCRIPT)
    assert answer.status_code == 422
    assert answer.json()["refused"]
    assert not Seance.objects.exists()


@pytest.mark.parametrize("evening", ["2027-03-27", "2027-10-30"])
def test_a_time_that_clocks_skip_or_repeat_is_refused(settings, evening):
    settings.TIME_ZONE = "Europe/Berlin"
    fields = form(tomorrow(18), movie=make_movie().pk, hall=make_hall().pk)
    typed = {"day": evening, "time": "02:30"}
    answer = director().post(SCHEDULE, fields | typed, headers=BY_SCRIPT)
    assert answer.status_code == 422
    assert "Time" in answer.json()["refused"]


def test_a_move_reaches_either_of_two_equal_times(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    seance = make_seance(starts_at=datetime(2027, 10, 30, 18, tzinfo=UTC))
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)  # 02:30 for the second time
    assert move(director(), seance, starts_at=second.isoformat()).status_code == 200
    seance.refresh_from_db()
    assert seance.starts_at == second
    assert shown("2027-10-30") == [seance.pk]
