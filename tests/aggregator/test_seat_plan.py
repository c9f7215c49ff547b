"""The hall as visitors see it, from what the provider says of its seats."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from aggregator.provider_api.seances import Category, Seance, Seat, SeatMap
from aggregator.seat_plan import SHAPES, seat_plan, visible

SEANCE = Seance(
    id=5,
    movie_id=2,
    price=Decimal(400),
    currency="RUB",
    starts_at=datetime(2026, 12, 1, 18, tzinfo=UTC),
    ends_at=None,
    hall="Red",
    format="",
    language="",
    status="scheduled",
    seats_total=None,
    seats_vacant=None,
)
CATEGORIES = (
    Category(1, "Standard", "#4f7cac", Decimal(400)),
    Category(2, "VIP", "#d1495b", Decimal(650)),
)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def seat(number: int, x: int, y: int = 0, *, row: str = "1", **other: object) -> Seat:
    known = Seat(
        id=number,
        vacant=True,
        row=row,
        number=number,
        x=x,
        y=y,
        wheelchair=False,
        category="Standard",
        price=Decimal(400),
    )
    return replace(known, **other)  # type: ignore[arg-type]


def hall(*seats: Seat, categories: tuple[Category, ...] = CATEGORIES) -> SeatMap:
    return SeatMap(SEANCE, categories, seats)


def test_a_place_is_called_by_all_that_can_be_seen() -> None:
    [place] = seat_plan(
        hall(seat(14, 3, row="8", category="VIP", price=Decimal("650.50"), wheelchair=True))
    ).places
    assert place.spot == "Row 8, seat 14"
    assert place.name == "Row 8, seat 14, VIP, wheelchair place, 650.50\xa0₽"
    assert place.cents == 65050


@pytest.mark.parametrize(
    ("vacant", "own", "state"),
    [(True, (), "free"), (False, (), "taken"), (False, (1,), "reserved for you")],
)
def test_a_state_is_said_in_words(vacant: bool, own: tuple[int, ...], state: str) -> None:
    [place] = seat_plan(hall(seat(1, 0, vacant=vacant)), own=own).places
    assert place.state == state


def test_rows_are_drawn_from_the_screen_back_and_aisles_stay_empty() -> None:
    plan = seat_plan(hall(seat(3, 4, y=3, row="2"), seat(2, 5, y=1), seat(1, 4, y=1)))
    assert [row.name for row in plan.rows] == ["1", "", "2"]
    assert [[place.number for place in row.places] for row in plan.rows] == [[1, 2], [], [3]]


def test_the_map_begins_where_the_first_seat_is() -> None:
    plan = seat_plan(hall(seat(1, 10), seat(2, 13)))
    assert [place.column for place in plan.places] == [1, 4]
    assert (plan.columns, plan.beyond) == (4, 5)


def test_a_row_called_otherwise_at_its_other_side_has_both_names() -> None:
    plan = seat_plan(hall(seat(1, 0, row="A"), seat(2, 1, row="A"), seat(3, 5, row="B")))
    assert [row.name for row in plan.rows] == ["A/B"]


def test_a_taken_seat_is_not_chosen() -> None:
    plan = seat_plan(hall(seat(1, 0, vacant=False), seat(2, 1)), chosen=[1, 2])
    assert [place.id for place in plan.chosen] == [2]
    assert plan.total == 400


def test_a_seat_of_ones_own_that_is_free_again_is_like_any_other() -> None:
    [place] = seat_plan(hall(seat(1, 0)), own=[1]).places
    assert place.free
    assert not place.own


def test_the_legend_has_what_there_is_with_prices_and_what_is_left() -> None:
    plan = seat_plan(
        hall(
            seat(1, 0, category="VIP", price=Decimal(650), vacant=False),
            seat(2, 1, price=Decimal(450)),
            seat(3, 2),
        )
    )
    assert [(kind.name, kind.price, kind.free) for kind in plan.legend] == [
        ("Standard", 400, 1),
        ("Standard", 450, 1),
        ("VIP", 650, 0),
    ]


def test_categories_differ_by_shape_and_share_shapes_when_there_are_many() -> None:
    many = tuple(Category(n, f"C{n}", "#808080", Decimal(1)) for n in range(SHAPES + 1))
    seats = [seat(n, n, category=f"C{n}") for n in range(SHAPES + 1)]
    shapes = [place.shape for place in seat_plan(hall(*seats, categories=many)).places]
    assert shapes == [*range(SHAPES), 0]


def test_a_category_that_is_not_listed_is_drawn_all_the_same() -> None:
    plan = seat_plan(hall(seat(1, 0, category="Sofa")))
    assert [kind.name for kind in plan.legend] == ["Sofa"]
    assert plan.places[0].shape == 0


def test_a_hall_without_seats_is_an_empty_plan() -> None:
    plan = seat_plan(hall())
    assert (plan.rows, plan.legend, plan.free) == ((), (), 0)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colour", ["#ffff00", "#000000", "#ffffff", "#00ff00", "#0000ff"])
@pytest.mark.parametrize("paper", ["#f7f2e8", "#fffdf8", "#0f1220", "#191e30"])
def test_every_colour_can_be_seen_on_light_and_on_dark(colour: str, paper: str) -> None:
    assert contrast(visible(colour), paper) >= 3


def test_a_colour_that_can_be_seen_stays_and_nonsense_is_grey() -> None:
    assert visible("#4f7cac") == "#4f7cac"
    assert visible("red") == "#808080"
