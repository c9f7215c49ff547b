"""Planning many showings at once in the staff's site, and copying days."""

from datetime import date, time, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cinema.audit.models import Change
from movies import programme
from movies.admin import planning_table
from movies.admin.film_choice import MOST_FILMS
from movies.admin.planning_forms import next_monday
from movies.business_day import at, day_of
from movies.models import Hall, Movie, Seance
from tests.making import make_hall, make_movie, make_seance, make_staff
from tests.office import (
    assert_queries_do_not_grow,
    clerk,
    director,
    in_english,
    page,
    queries_of,
    text,
)

pytestmark = pytest.mark.django_db

PLANNING = reverse("admin:planning")
COPY = reverse("admin:planning_copy")


def monday() -> date:
    return next_monday(day_of(timezone.now()))


def asked(movie: Movie, *halls: Hall, **changes: Any) -> dict[str, Any]:
    """What the form asks for: by default a Monday, once at ten."""
    return {
        "movie": movie.pk,
        "halls": [hall.pk for hall in halls],
        "since": monday().isoformat(),
        "until": monday().isoformat(),
        "weekdays": list(range(7)),
        "times": "10:00",
        "price": "350",
        "format": "2D",
        "language": "ru",
        "preview": "1",
        **changes,
    }


def sent(response: Any, **changes: Any) -> dict[str, Any]:
    """What the page of a preview sends back."""
    offer = response.context["offer"]
    return {"wanted": offer.sealed, "left_out": offer.written_left_out, **changes}


def starts() -> list[str]:
    moments = Seance.objects.order_by("starts_at", "hall__name").values_list("starts_at", flat=True)
    return [f"{timezone.localtime(moment):%a %H:%M}" for moment in moments]


def plan(client: Client, address: str, query: dict[str, Any], **changes: Any) -> Any:
    whole = f"{address}?{urlencode(query, doseq=True)}"
    return client.post(whole, sent(client.get(whole), **changes), follow=True)


def test_a_film_is_planned_in_halls_on_days_at_times():
    movie, red, blue = make_movie(duration_minutes=100), make_hall(), make_hall()
    query = asked(
        movie,
        red,
        blue,
        until=(monday() + timedelta(days=6)).isoformat(),
        weekdays=[0, 5],
        times="00:30; 10.00,1230",
        weekend_price="450.50",
        format="3D",
        language="en",
    )
    client = director()
    said = text(plan(client, PLANNING, query))
    assert "12" in said
    times = ["Mon 10:00", "Mon 12:30", "Tue 00:30", "Sat 10:00", "Sat 12:30", "Sun 00:30"]
    assert starts() == [start for start in times for _hall in (red, blue)]
    assert {seance.hall_id for seance in Seance.objects.all()} == {red.pk, blue.pk}
    prices = Seance.objects.order_by("starts_at").values_list("price", flat=True)
    assert [float(price) for price in prices] == [350] * 6 + [450.5] * 6
    assert set(Seance.objects.values_list("format", "language")) == {("3D", "en")}


def test_a_preview_saves_nothing_and_marks_each_conflict():
    hall = make_hall()
    make_seance(hall=hall, movie=make_movie("Сталкер"), starts_at=at(monday(), time(12)))
    query = asked(make_movie(duration_minutes=60), hall, times="10 13 13:30 18")
    said = page(director(), PLANNING, **query)
    assert said.count("Сталкер» ") + said.count("“Сталкер” ") >= 2
    assert Seance.objects.count() == 1


def test_one_conflict_and_nothing_is_saved_until_it_is_left_out():
    hall, client = make_hall(), director()
    make_seance(hall=hall, starts_at=at(monday(), time(12)))
    query = asked(make_movie(duration_minutes=60), hall, times="10 13 18")
    preview = client.get(PLANNING, query)
    refused = client.post(PLANNING, sent(preview))
    assert refused.status_code == 409
    assert Seance.objects.count() == 1
    shorter = client.post(PLANNING, sent(refused, leave_out="1"))
    assert [row.is_kept for row in shorter.context["offer"].rows] == [True, False, True]
    assert Seance.objects.count() == 1
    client.post(PLANNING, sent(shorter))
    assert starts() == ["Mon 10:00", "Mon 12:00", "Mon 18:00"]


def test_what_happens_between_preview_and_saving_is_marked():
    hall, client, movie = make_hall(), director(), make_movie(duration_minutes=60)
    preview = client.get(PLANNING, asked(movie, hall, times="10 18"))
    make_seance(hall=hall, movie=make_movie("Вий"), starts_at=at(monday(), time(18)))
    refused = client.post(PLANNING, sent(preview))
    assert refused.status_code == 409
    assert "Вий" in refused.content.decode()
    assert Seance.objects.count() == 1


def test_a_film_or_a_hall_may_be_gone_by_then():
    halls, client, movie = [make_hall(), make_hall()], director(), make_movie()
    preview = client.get(PLANNING, asked(movie, *halls))
    halls[0].seats.all().delete()
    halls[0].delete()
    assert client.post(PLANNING, sent(preview)).status_code == 409
    programme.movie_delete(movie.pk)
    refused = client.post(PLANNING, sent(preview))
    assert [row.preview.showing for row in refused.context["offer"].rows] == [None, None]
    assert not Seance.objects.exists()


def test_who_planned_what_is_in_the_history():
    user = make_staff()
    client = Client()
    client.force_login(user)
    plan(client, PLANNING, asked(make_movie(), make_hall(), times="10 15"))
    recorded = Change.objects.filter(kind="movies.seance", action="insert", user_id=user.pk)
    assert {change.object_id for change in recorded} == {
        str(seance.pk) for seance in Seance.objects.all()
    }


def test_the_next_film_finds_halls_and_days_filled_in():
    hall, client = make_hall(), director()
    answer = plan(client, PLANNING, asked(make_movie(), hall))
    form = answer.context["form"]
    assert not form.is_bound
    assert form["halls"].value() == [str(hall.pk)]
    assert form["since"].value() == monday().isoformat()
    assert form["movie"].value() is None
    week = f"{reverse('admin:schedule')}?day={monday().isoformat()}&amp;view=week"
    assert week in answer.content.decode() or week.replace("&amp;", "&") in answer.content.decode()


def test_times_are_suggested():
    movie, hall = make_movie(duration_minutes=98), make_hall(turnaround=15)
    query = asked(movie, hall, times="", first="10:00", last_end="16:00", suggest="1")
    form = director().get(PLANNING, query).context["form"]
    assert form["times"].value() == "10:00, 11:55, 13:50"
    assert len(form.wanted) == 3


def test_times_of_a_short_film_are_suggested_for_a_whole_day():
    movie, hall = make_movie(duration_minutes=5), make_hall(turnaround=0)
    query = asked(movie, hall, times="", first="06:00", last_end="05:55", suggest="1")
    form = director().get(PLANNING, query).context["form"]
    assert not form.errors
    assert len(form.wanted) == 287


def test_a_film_that_does_not_fit_is_said_and_what_was_typed_stays():
    movie, hall = make_movie(duration_minutes=98), make_hall()
    for typed in ("11:15", ""):
        query = asked(movie, hall, times=typed, first="10:00", last_end="11:00", suggest="1")
        form = director().get(PLANNING, query).context["form"]
        assert form["times"].value() == typed
        assert list(form.errors) == ["last_end"]


def test_a_film_of_the_programme_is_offered_however_many_are_newer():
    old = make_movie("Аэлита")
    make_seance(movie=old)
    Movie.objects.bulk_create(Movie(name=f"Фильм {number}") for number in range(MOST_FILMS))
    assert ">Аэлита" in director().get(PLANNING).content.decode()


def test_a_week_of_many_halls_is_copied():
    movie, halls = make_movie(duration_minutes=60), [make_hall() for _number in range(12)]
    original = [
        Seance(
            movie=movie,
            hall=hall,
            starts_at=at(monday() + timedelta(days=day), time(hour)),
            ends_at=at(monday() + timedelta(days=day), time(hour + 1)),
            hall_free_at=at(monday() + timedelta(days=day), time(hour + 1, 15)),
            price=350,
        )
        for hall in halls
        for day in range(7)
        for hour in range(6, 22, 2)
    ]
    Seance.objects.bulk_create(original)
    done = plan(director(), COPY, {"from": monday().isoformat(), "days": "7"})
    assert done.status_code == 200
    assert Seance.objects.count() == 2 * len(original) == 1344


def test_a_time_that_clocks_show_twice_is_marked(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    night = date(2027, 10, 30)
    query = asked(make_movie(), make_hall(), since=night, until=night, times="20:00 02:30")
    client = director()
    preview = in_english(client).get(PLANNING, query)
    assert "The clocks show 02:30 twice in that night." in text(preview)
    assert client.post(PLANNING, sent(preview)).status_code == 409
    assert not Seance.objects.exists()


def test_a_week_is_copied_and_a_copy_of_it_conflicts():
    hall, client = make_hall(), director()
    for day, clock in ((0, time(10)), (6, time(0, 30))):
        make_seance(hall=hall, starts_at=at(monday() + timedelta(days=day), clock))
    query = {"from": monday().isoformat(), "days": "7"}
    plan(client, COPY, query)
    assert starts() == ["Mon 10:00", "Mon 00:30"] * 2
    again = client.get(COPY, query)
    assert all(row.preview.conflict for row in again.context["offer"].rows)
    assert client.post(COPY, sent(again)).status_code == 409
    assert Seance.objects.count() == 4


def test_a_day_is_copied_to_another():
    client = director()
    make_seance(hall=make_hall(), starts_at=at(monday(), time(10)))
    target = (monday() + timedelta(days=3)).isoformat()
    plan(client, COPY, {"from": monday().isoformat(), "days": "1", "to": target})
    assert starts() == ["Mon 10:00", "Thu 10:00"]


def test_an_empty_week_has_nothing_to_copy():
    client = director()
    preview = client.get(COPY, {"from": monday().isoformat(), "days": "7"})
    assert not preview.context["offer"].showings
    assert client.post(COPY, sent(preview)).status_code == 422


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("movie", "0"),
        ("movie", "9" * 30),
        ("movie", "1\x00"),
        ("halls", ["1\x00"]),
        ("halls", ["9" * 30]),
        ("halls", []),
        ("since", "0001-01-01"),
        ("since", "2026-02-31"),
        ("since", "1970-01-01"),
        ("until", "9999-12-31"),
        ("until", "2199-01-01"),
        ("until", "2020-01-01"),
        ("weekdays", ["7"]),
        ("weekdays", ["3"]),
        ("times", "25:00"),
        ("times", "10:60"),
        ("times", "noon"),
        ("times", "10:00\x00"),
        ("times", "٣:00"),
        ("times", ",;"),
        ("times", " ".join(f"{hour}:{minute:02}" for hour in range(24) for minute in range(60))),
        ("price", "-1"),
        ("price", "1e300"),
        ("price", "NaN"),
        ("price", "123456789012"),
        ("price", "1.001"),
        ("weekend_price", "x"),
        ("format", "5D"),
        ("language", "a" * 11),
        ("first", "99:99"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(field, value):
    client = director()
    query = asked(make_movie(), make_hall()) | {field: value}
    answer = client.get(PLANNING, query)
    assert answer.status_code == 200
    assert answer.context["offer"] is None
    assert answer.context["form"].errors
    assert client.get(PLANNING, query | {"suggest": "1"}).status_code == 200


def test_too_many_showings_or_days_are_refused_with_a_sentence():
    hall, movie, client = make_hall(), make_movie(), director()
    long = client.get(PLANNING, asked(movie, hall, until=monday() + timedelta(days=92)))
    assert "92" in text(long)
    times = " ".join(f"{hour}:00" for hour in range(24))
    many = client.get(
        PLANNING, asked(movie, hall, until=monday() + timedelta(days=91), times=times)
    )
    assert str(92 * 24) in text(many)
    assert many.context["offer"] is None


@pytest.mark.parametrize("wanted", ["", "x", "\x00", "eyJ:1:2", "." * 1000])
def test_a_preview_that_was_tampered_with_plans_nothing(wanted):
    answer = director().post(PLANNING, {"wanted": wanted})
    assert answer.status_code == 302
    assert not Seance.objects.exists()


def test_a_preview_is_for_who_has_asked_for_it_and_for_a_shift(monkeypatch):
    client = director()
    previewed = sent(client.get(PLANNING, asked(make_movie(), make_hall())))
    assert director().post(PLANNING, previewed).status_code == 302
    monkeypatch.setattr(planning_table, "LONGEST_WAIT", -1)
    assert client.post(PLANNING, previewed).status_code == 302
    assert not Seance.objects.exists()


def test_single_showings_are_left_out():
    client = director()
    preview = client.get(PLANNING, asked(make_movie(), make_hall(), times="10 13 16"))
    assert client.post(PLANNING, sent(preview, left_out="0,1,2")).status_code == 422
    assert not Seance.objects.exists()
    client.post(PLANNING, sent(preview, left_out="1"))
    assert starts() == ["Mon 10:00", "Mon 16:00"]


@pytest.mark.parametrize("left_out", ["-1", "x,\0,,", "9" * 10_000])
def test_what_is_not_in_the_plan_is_not_left_out(left_out):
    client = director()
    preview = client.get(PLANNING, asked(make_movie(), make_hall()))
    assert client.post(PLANNING, sent(preview, left_out=left_out)).status_code == 302
    assert starts() == ["Mon 10:00"]


@pytest.mark.parametrize(
    "query",
    [
        {"from": "x"},
        {"from": "9999-12-31"},
        {"from": "0001-01-01", "days": "7", "to": "2026-11-30"},
        {"from": "2026-11-23", "days": "1000000000"},
        {"from": "2026-11-23\x00", "days": "7"},
        {"from": "2026-11-23", "to": "never"},
    ],
)
def test_days_that_make_no_sense_are_not_copied(query):
    answer = director().get(COPY, query)
    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_planning_needs_its_permission():
    allowed = clerk("add_seance")
    plan(allowed, PLANNING, asked(make_movie(), make_hall()))
    assert Seance.objects.count() == 1
    for address in (PLANNING, COPY):
        assert clerk("view_seance", "change_seance").post(address).status_code == 403


def test_as_many_queries_for_many_films_and_for_many_showings():
    client, hall = director(), make_hall()
    assert_queries_do_not_grow(client, PLANNING, make_movie)
    movie = make_movie()

    def queries(days: int) -> int:
        query = asked(movie, hall, until=monday() + timedelta(days=days - 1), times="10 15 20")
        return queries_of(client, f"{PLANNING}?{urlencode(query, doseq=True)}")

    assert queries(1) == queries(60)


def test_without_halls_or_films_the_page_leads_to_them():
    links = director().get(PLANNING).content.decode()
    assert reverse("admin:movies_hall_add") in links
    assert reverse("admin:movies_movie_add") in links
