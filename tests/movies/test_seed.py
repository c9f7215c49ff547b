"""`seed`: a cinema to try everything with."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Max, Sum
from django.utils import timezone

from bookings import seeding
from bookings.checking import check_tickets
from bookings.models import Booking, BookingStatus, Ticket
from movies.models import Hall, Movie, MovieTranslation, Seance, Seat
from movies.seeding import repertoire
from movies.seeding.chance import chance
from movies.seeding.films import FILMS
from movies.seeding.repertoire import SIZES
from movies.seeding.timetable import LATE, MORNING, Planned, day_of, is_weekend, kind_of
from tests.making import make_hall, make_movie, make_seance

MOSCOW = ZoneInfo("Europe/Moscow")
MINUTES = {film.slug: film.duration_minutes for film in FILMS}
HALLS = [
    Hall(name="Большой", turnaround_minutes=25),
    Hall(name="Малый", turnaround_minutes=15),
    Hall(name="Гостиная", turnaround_minutes=10),
]


def seed(*, city: str = "kazan", days: int = 1, size: str = "small") -> str:
    output = StringIO()
    call_command("seed", city=city, days=days, size=size, stdout=output)
    return output.getvalue()


def plan(city: str, day: date, zone: ZoneInfo = MOSCOW) -> list[Planned]:
    return list(day_of(city, day, HALLS, MINUTES, zone))


def a_year_of(city: str) -> Iterator[tuple[date, list[Planned]]]:
    for ahead in range(0, 365, 3):
        day = date(2026, 1, 1) + timedelta(days=ahead)
        yield day, plan(city, day)


def end(showing: Planned) -> datetime:
    return showing.starts_at + timedelta(minutes=showing.film.duration_minutes)


def everything() -> dict[str, int]:
    kinds = (Movie, MovieTranslation, Hall, Seat, Seance, Booking, Ticket)
    return {kind.__name__: kind.objects.count() for kind in kinds}


def sold_seats() -> set[tuple[str, datetime, str, int]]:
    live = Ticket.objects.filter(booking__status=BookingStatus.CONFIRMED)
    return set(live.values_list("hall__name", "seance__starts_at", "seat__row", "seat__number"))


@pytest.fixture
def seeded(db: None) -> str:
    return seed(days=2)


def test_it_fills_an_empty_cinema_and_says_so_in_one_last_line(seeded):
    assert Movie.objects.count() == len(FILMS)
    assert MovieTranslation.objects.filter(language="en").count() == len(FILMS)
    assert Hall.objects.count() == SIZES["small"].halls
    counted = everything()
    assert re.fullmatch(
        rf"kazan: 24 films, 4 halls; new: {counted['Seance']} showings, "
        rf"{counted['Booking']} bookings with {counted['Ticket']} tickets in \d+\.\d s\.",
        seeded.splitlines()[-1],
    )


def test_a_film_is_told_in_russian_and_translated_to_english(seeded):
    movie = Movie.objects.get(original_title="Metropolis")
    assert movie.name == "Метрополис"
    assert movie.image_url == "/static/movies/posters/metropolis.svg"
    assert movie.translations.get(language="en").name == "Metropolis"


def test_every_day_from_two_days_ago_has_several_films_in_every_hall(seeded):
    days = defaultdict(list)
    for seance in Seance.objects.all():
        days[timezone.localdate(seance.starts_at)].append(seance)
    today = timezone.localdate()
    assert set(days) == {today + timedelta(days=ahead) for ahead in (-2, -1, 0, 1)}
    for seances in days.values():
        assert len({seance.hall_id for seance in seances}) == Hall.objects.count()
        assert len({seance.movie_id for seance in seances}) >= 5


def test_some_films_have_no_showing(seeded):
    resting = Movie.objects.filter(seances=None)
    assert 0 < resting.count() < len(FILMS)


def test_a_second_run_adds_nothing(seeded):
    before = everything()
    assert "new: 0 showings, 0 bookings" in seed(days=2)
    assert everything() == before


def test_a_later_run_adds_the_missing_days_only(seeded):
    seances = set(Seance.objects.values_list("id", flat=True))
    last = Seance.objects.aggregate(last=Max("ends_at"))["last"]
    seed(days=4)
    assert seances <= set(Seance.objects.values_list("id", flat=True))
    new = Seance.objects.exclude(pk__in=seances)
    assert {timezone.localdate(seance.starts_at) for seance in new} == {
        timezone.localdate() + timedelta(days=ahead) for ahead in (2, 3)
    }
    assert all(seance.starts_at > last for seance in new)


def test_what_people_changed_meanwhile_stays(seeded):
    Hall.objects.filter(name=Hall.objects.first().name).update(turnaround_minutes=99)
    Movie.objects.filter(original_title="Metropolis").update(name="Город будущего")
    before = everything()
    seed(days=2)
    assert everything() == before
    assert Hall.objects.filter(turnaround_minutes=99).count() == 1
    assert Movie.objects.get(original_title="Metropolis").name == "Город будущего"


@pytest.mark.parametrize("clock", [time(0, 5), time(15, 0), time(23, 50)])
def test_a_hall_in_which_something_is_planned_that_day_is_left_alone(db, clock):
    [plan, *_others] = repertoire.halls_of("kazan", SIZES["small"])
    hall = make_hall(name=plan.name)
    tomorrow = timezone.localdate() + timedelta(days=1)
    mine = make_seance(hall=hall, starts_at=datetime.combine(tomorrow, clock, MOSCOW))
    seed(days=2)
    there = [s for s in hall.seances.all() if timezone.localdate(s.starts_at) == tomorrow]
    assert there == [mine]
    assert hall.seances.count() > 1
    assert Seance.objects.filter(starts_at__date=tomorrow).count() > 4


def test_a_hall_that_is_still_occupied_when_the_day_opens_is_left_alone(db):
    [plan, *_others] = repertoire.halls_of("kazan", SIZES["small"])
    hall = make_hall(name=plan.name)
    night = datetime.combine(timezone.localdate(), time(22), MOSCOW)
    make_seance(hall=hall, movie=make_movie(duration_minutes=800), starts_at=night)
    seed(days=2)
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert not [s for s in hall.seances.all() if timezone.localdate(s.starts_at) == tomorrow]


def test_an_interrupted_run_is_taken_up_where_it_stopped(db, monkeypatch):
    sell, calls = seeding.sell, []

    def interrupted(demands):
        calls.append(demands)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return sell(demands)

    monkeypatch.setattr(seeding, "sell", interrupted)
    with pytest.raises(CommandError, match="Interrupted"):
        seed()
    assert Seance.objects.exists()
    seed()
    days = {timezone.localdate(seance.starts_at) for seance in Seance.objects.all()}
    sold = {
        timezone.localdate(starts_at)
        for starts_at in Booking.objects.values_list("seance__starts_at", flat=True)
    }
    assert len(days) == 3
    assert sold == days


def test_sales_agree_with_every_rule_of_selling(seeded, settings):
    assert check_tickets().mistakes == []
    buyers_own = {*BookingStatus.values} - {BookingStatus.BLOCKED}
    assert {*Booking.objects.values_list("status", flat=True)} == buyers_own
    assert not Booking.objects.filter(created_at__gt=timezone.now()).exists()
    assert not Booking.objects.filter(confirmed_at__gt=F("seance__starts_at")).exists()
    assert not Ticket.objects.filter(released_at__gt=timezone.now()).exists()
    assert not Ticket.objects.exclude(
        price=F("seance__price") + F("seat__category__surcharge")
    ).exists()
    largest = Booking.objects.annotate(seats=Count("tickets")).aggregate(Max("seats"))
    assert 2 <= largest["seats__max"] <= settings.BOOKING_MAX_SEATS


def test_a_hold_ends_after_now_and_within_the_time_a_hold_lasts(seeded, settings):
    for hold in Booking.objects.filter(status=BookingStatus.HELD):
        assert timezone.now() < hold.expires_at < timezone.now() + settings.HOLD_TIME
        assert hold.expires_at - hold.created_at == settings.HOLD_TIME


def test_a_third_of_the_seats_of_the_next_days_is_sold(seeded):
    ahead = Seance.future().annotate(seats=Count("hall__seats"))
    seats = ahead.aggregate(all=Sum("seats"))["all"]
    sold = Ticket.objects.filter(seance__in=Seance.future(), released_at=None).count()
    assert 0.2 < sold / seats < 0.5


def test_people_who_come_together_sit_next_to_each_other(seeded):
    for booking in Booking.objects.prefetch_related("tickets__seat")[:200]:
        seats = sorted((t.seat.y, t.seat.x) for t in booking.tickets.all())
        assert seats == [(seats[0][0], seats[0][1] + step) for step in range(len(seats))]


def test_the_same_seats_are_sold_everywhere_under_other_ids_and_codes(seeded):
    seats, codes = sold_seats(), {*Ticket.objects.values_list("code", flat=True)}
    assert all(re.fullmatch("[2-9A-HJ-NP-Z]{12}", code) for code in codes)
    for kind in (Ticket, Booking, Seance):
        kind.objects.all()._raw_delete("default")
    seed(days=2)
    assert sold_seats() == seats
    assert codes.isdisjoint(Ticket.objects.values_list("code", flat=True))


def test_a_plan_depends_on_city_and_day_alone():
    day = date(2026, 11, 24)
    assert plan("kazan", day) == plan("kazan", day)
    assert plan("kazan", day) != plan("kazan", day + timedelta(days=1))
    assert plan("kazan", day) != plan("irkutsk", day)


def test_luck_is_the_same_in_every_process():
    assert chance("kazan", date(2026, 11, 24)).getrandbits(32) == 697_174_145


def test_cities_have_films_and_halls_of_their_own_choice():
    cities = ("kazan", "irkutsk", "sochi")
    assert len({tuple(repertoire.playing(city, date(2026, 11, 24))) for city in cities}) == 3
    halls = {
        frozenset(hall.name for hall in repertoire.halls_of(city, SIZES["small"]))
        for city in cities
    }
    assert len(halls) > 1


def test_a_smaller_city_has_fewer_halls_and_each_city_its_own_prices():
    halls = {
        city: len(repertoire.halls_of(city, SIZES["small"])) for city in ("kazan", "kaliningrad")
    }
    assert halls == {"kazan": SIZES["small"].halls, "kaliningrad": SIZES["small"].halls - 1}
    cheapest = {
        city: min(
            showing.price
            for _day, showings in a_year_of(city)
            for showing in showings
            if kind_of(showing.film) != "short"
        )
        for city in ("irkutsk", "kazan", "kaliningrad")
    }
    assert cheapest["irkutsk"] < cheapest["kazan"] < cheapest["kaliningrad"]


def test_a_large_cinema_has_twelve_halls_of_different_names():
    names = {hall.name for hall in repertoire.halls_of("kazan", SIZES["large"])}
    assert len(names) == 12


@pytest.mark.parametrize("city", ["kazan", "irkutsk", "sochi"])
def test_no_showings_overlap_and_each_lies_between_ten_and_midnight(city):
    for day, showings in a_year_of(city):
        assert len(showings) > 3 * len(HALLS)
        for hall in HALLS:
            there = [showing for showing in showings if showing.hall is hall]
            assert there[0].starts_at.astimezone(MOSCOW).time() >= time(10)
            assert end(there[-1]) <= datetime.combine(day + timedelta(days=1), time(), MOSCOW)
            for earlier, later in pairwise(there):
                turnaround = timedelta(minutes=hall.turnaround_minutes)
                assert later.starts_at >= end(earlier) + turnaround
            assert all(showing.starts_at.minute % 5 == 0 for showing in there)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Berlin", date(2027, 3, 28)),
        ("Europe/Berlin", date(2027, 10, 31)),
        ("America/Santiago", date(2026, 9, 5)),
        ("Asia/Beirut", date(2026, 3, 28)),
    ],
)
def test_a_day_on_which_the_clocks_change_is_planned_by_the_clock(zone, day):
    there = ZoneInfo(zone)
    showings = plan("kazan", day, there)
    midnight = datetime.combine(day + timedelta(days=1), time(), there).astimezone(UTC)
    assert len(showings) > 10
    assert min(showing.starts_at.astimezone(there) for showing in showings).time() >= time(10)
    assert max(end(showing) for showing in showings) <= midnight


def test_children_come_in_the_morning_and_horror_late():
    hours = defaultdict(list)
    for _day, showings in a_year_of("kazan"):
        for showing in showings:
            hours[kind_of(showing.film)].append(showing.starts_at.astimezone(MOSCOW).hour)
    assert max(hours["family"]) < LATE.hour
    assert min(hours["horror"]) >= 17
    assert sum(hours["family"]) / len(hours["family"]) + 5 < sum(hours["horror"]) / len(
        hours["horror"]
    )


def test_a_matinee_is_cheaper_and_a_weekend_dearer():
    prices = defaultdict(list)
    for _day, showings in a_year_of("kazan"):
        for showing in showings:
            local = showing.starts_at.astimezone(MOSCOW)
            prices[local.hour < 13, is_weekend(local)].append(showing.price)
    average = {when: sum(these) / len(these) for when, these in prices.items()}
    assert average[True, False] < average[False, False] < average[False, True]
    assert average[True, False] < average[True, True]
    assert MORNING.price == min(part.price for part in (MORNING, LATE))


def test_formats_and_languages_vary():
    week = [showing for _day, showings in a_year_of("kazan") for showing in showings][:200]
    assert len({showing.format for showing in week}) == 4
    assert len({showing.language for showing in week}) > 2


@pytest.mark.parametrize("days", ["0", "367", "-1", "soon"])
def test_an_impossible_number_of_days_is_refused_in_one_sentence(days):
    with pytest.raises(CommandError, match="not a number of days from 1 to 366"):
        call_command("seed", f"--days={days}")
