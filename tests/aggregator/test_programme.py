"""How showings are put in order for visitors."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from aggregator import programme
from aggregator.provider_api.films import Film
from aggregator.provider_api.seances import Seance

MOSCOW = ZoneInfo("Europe/Moscow")
NOON = datetime(2026, 12, 1, 12, 0, tzinfo=MOSCOW)


def film(id: int, **fields: Any) -> Film:
    return Film.parsed(
        {
            "id": id,
            "name": f"Film {id}",
            "description": "",
            "image_url": "",
            "comingSoon": True,
            **fields,
        },
        "ru",
    )


def seance(id: int, *, after: timedelta = timedelta(hours=1), **fields: Any) -> Seance:
    known = {
        "movie_id": 1,
        "price": Decimal(300),
        "currency": "RUB",
        "ends_at": None,
        "hall": "Big",
        "format": "2D",
        "language": "ru",
        "status": "scheduled",
        "seats_total": 100,
        "seats_vacant": 50,
    }
    return Seance(id=id, starts_at=(NOON + after).astimezone(UTC), **{**known, **fields})


def ids(seances: Any) -> list[int]:
    return [one.id for one in seances]


# What is on sale


def test_what_has_begun_or_was_cancelled_is_not_on_sale() -> None:
    seances = [
        seance(1, after=timedelta(hours=-1)),
        seance(2, after=timedelta(0)),
        seance(3, after=timedelta(seconds=1)),
        seance(4, status="cancelled"),
    ]
    assert ids(programme.on_sale(seances, NOON)) == [3]


def test_what_is_sold_out_is_still_told() -> None:
    assert ids(programme.on_sale([seance(1, seats_vacant=0)], NOON)) == [1]


def test_showings_are_sorted_by_start() -> None:
    seances = [seance(1, after=timedelta(hours=3)), seance(2), seance(3, after=timedelta(hours=2))]
    assert ids(programme.on_sale(seances, NOON)) == [2, 3, 1]


# Films


def test_the_film_that_begins_first_comes_first() -> None:
    seances = [seance(1, movie_id=9), seance(2, movie_id=7, after=timedelta(hours=2))]
    shown, coming = programme.on_screen([film(7), film(8), film(9)], seances, MOSCOW)
    assert [one.film.id for one in shown] == [9, 7]
    assert [one.id for one in coming] == [8]
    assert shown[0].first.id == 1


def test_a_showing_of_a_film_that_the_city_does_not_list_is_left_out() -> None:
    shown, coming = programme.on_screen([], [seance(1)], MOSCOW)
    assert (shown, coming) == ([], [])


def test_films_of_two_cities_are_the_same_by_original_title_and_year() -> None:
    here = film(1, name="Стачка", original_title="Stachka", year=1925)
    there = film(17, name="Strike", original_title="STACHKA", year=1925)
    remake = film(3, name="Стачка", original_title="Stachka", year=2025)
    assert programme.same_film(here) == programme.same_film(there)
    assert programme.same_film(here) != programme.same_film(remake)


# Days


def test_a_showing_after_midnight_belongs_to_the_next_day_on_the_cinemas_clocks() -> None:
    late = seance(1, after=timedelta(hours=11, minutes=59))
    night = seance(2, after=timedelta(hours=12))
    days = programme.by_day([late, night], MOSCOW)
    assert [(day.date, ids(day.seances)) for day in days] == [
        (date(2026, 12, 1), [1]),
        (date(2026, 12, 2), [2]),
    ]
    irkutsk = programme.by_day([late, night], ZoneInfo("Asia/Irkutsk"))
    assert [day.date for day in irkutsk] == [date(2026, 12, 2)]


def test_tomorrow_ends_at_the_cinemas_midnight() -> None:
    evening_in_utc = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)  # 04:00 on the second in Irkutsk
    ends = programme.end_of_tomorrow(evening_in_utc, ZoneInfo("Asia/Irkutsk"))
    assert ends.isoformat() == "2026-12-04T00:00:00+08:00"


def test_a_question_about_today_is_the_same_all_day_long() -> None:
    evening_in_utc = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)
    asked = {
        programme.start_of_today(evening_in_utc + timedelta(hours=hours), ZoneInfo("Asia/Irkutsk"))
        for hours in (0, 1, 19)
    }
    assert [moment.isoformat() for moment in asked] == ["2026-12-02T00:00:00+08:00"]


def test_tomorrow_ends_at_midnight_where_the_clocks_change_too() -> None:
    """Berlin's 25 October 2026 has 25 hours."""
    before = datetime(2026, 10, 24, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    ends = programme.end_of_tomorrow(before, ZoneInfo("Europe/Berlin"))
    assert ends.isoformat() == "2026-10-26T00:00:00+01:00"


@pytest.mark.parametrize("asked", ["", "2026-12-09", "2026-12-1", "tomorrow", "\0", "9" * 5000])
def test_a_day_that_is_not_in_the_strip_shows_the_first(asked: str) -> None:
    days = programme.by_day([seance(1), seance(2, after=timedelta(days=1))], MOSCOW)
    assert programme.chosen(days, asked) == days[0]


def test_a_day_is_chosen_by_its_date() -> None:
    days = programme.by_day([seance(1), seance(2, after=timedelta(days=1))], MOSCOW)
    assert programme.chosen(days, "2026-12-02") == days[1]


def test_no_day_can_be_chosen_where_there_are_none() -> None:
    assert programme.chosen((), "2026-12-02") is None


# Halls, formats, languages


def test_showings_are_grouped_by_hall_and_by_format_and_language() -> None:
    halls = programme.by_hall(
        [
            seance(1, hall="Small", format="3D"),
            seance(2, hall="Big", format="2D", language="en"),
            seance(3, hall="Big", format="2D", language="ru"),
            seance(4, hall="Big", format="2D", language="en"),
        ]
    )
    assert [
        (hall.hall, [(kind.format, kind.language, ids(kind.seances)) for kind in hall.kinds])
        for hall in halls
    ] == [
        ("Big", [("2D", "en", [2, 4]), ("2D", "ru", [3])]),
        ("Small", [("3D", "ru", [1])]),
    ]


# How full


@pytest.mark.parametrize(
    ("vacant", "total", "word"),
    [(100, 100, "many"), (21, 100, "many"), (20, 100, "few"), (1, 100, "few"), (0, 100, "none")],
)
def test_how_full_a_showing_is(vacant: int, total: int, word: str) -> None:
    assert programme.fullness(seance(1, seats_vacant=vacant, seats_total=total)) == word


def test_nothing_is_said_about_seats_that_the_provider_does_not_count() -> None:
    assert programme.fullness(seance(1, seats_vacant=None, seats_total=None)) == ""
