"""The demonstration programme's films, posters and halls, before they reach a database."""

import re
from typing import get_args
from xml.etree import ElementTree

import pytest

from movies.seeding import posters
from movies.seeding.films import FILMS, AgeRating, Film, Genre
from movies.seeding.halls import CATEGORIES, HallPlan, load_halls, parse

HALLS = load_halls()
SMALL_HALL = """\
name_ru: Зал
turnaround: 15

1|.ss.w.
 |......
2|cc..vv
"""

each_film = pytest.mark.parametrize("film", FILMS, ids=lambda film: film.slug)
each_hall = pytest.mark.parametrize("hall", HALLS, ids=lambda hall: hall.slug)


def places(hall: HallPlan) -> dict[tuple[str, int], int]:
    return {(seat.row, seat.number): seat.x for seat in hall.seats}


def test_there_are_24_films_with_a_slug_each():
    assert len({film.slug for film in FILMS}) == len(FILMS) == 24
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", film.slug) for film in FILMS)


@each_film
def test_a_films_facts_are_possible(film: Film):
    assert 1895 <= film.year <= 1968
    assert 10 <= film.duration_minutes <= 180
    assert film.country
    assert all(re.fullmatch(r"[A-Z]{2}", code) for code in film.country)
    assert film.genres
    assert len(set(film.genres)) == len(film.genres)
    assert set(film.genres) <= set(get_args(Genre))
    assert film.age_rating in get_args(AgeRating)
    assert film.language in {"ru", "en", "de", "fr"}


@each_film
def test_a_film_is_told_in_both_languages(film: Film):
    assert film.original_title
    for russian in (film.name_ru, film.director_ru, film.description_ru):
        assert re.search("[а-яё]", russian)
    for english in (film.name_en, film.director_en, film.description_en):
        assert english
        assert not re.search("[а-яё]", english)
    for description in (film.description_ru, film.description_en):
        assert 100 < len(description) < 600
        assert description.endswith(".")


def test_every_film_and_no_other_has_a_poster():
    slugs = {film.slug for film in FILMS}
    assert set(posters.POSTERS) == slugs
    assert {file.stem for file in posters.FOLDER.iterdir()} == slugs


@each_film
def test_a_poster_on_disk_is_the_one_that_is_drawn(film: Film):
    drawn = posters.draw(film)
    assert (posters.FOLDER / f"{film.slug}.svg").read_bytes() == drawn.encode()
    assert len(drawn.encode()) < 12_000


@each_film
def test_a_poster_spells_the_films_title(film: Film):
    letters = re.sub("[^а-яё]", "", "".join(posters.POSTERS[film.slug].title).lower())
    assert letters == re.sub("[^а-яё]", "", film.name_ru.lower())


@each_film
def test_a_poster_is_an_image_that_needs_nothing_else(film: Film):
    root = ElementTree.fromstring(posters.draw(film))  # noqa: S314 our own drawing
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    names = {name for element in root.iter() for name in element.attrib}
    assert root.get("viewBox") == "0 0 600 900"
    assert root.get("role") == "img"
    assert root.findtext("{http://www.w3.org/2000/svg}title")
    assert not tags & {"script", "style", "image", "use", "a", "foreignObject"}
    assert not any("href" in name or name.startswith("on") for name in names)
    assert "url(" not in posters.draw(film)


def test_there_are_six_halls_of_different_names():
    assert len({hall.name for hall in HALLS}) == len({hall.slug for hall in HALLS}) == 6


@each_hall
def test_a_hall_is_of_a_likely_size(hall: HallPlan):
    assert 60 <= len(hall.seats) <= 450
    assert 5 <= hall.turnaround_minutes <= 60


@each_hall
def test_a_hall_has_no_two_seats_in_one_place(hall: HallPlan):
    assert len({(seat.x, seat.y) for seat in hall.seats}) == len(hall.seats)
    assert len(places(hall)) == len(hall.seats)


@each_hall
def test_a_hall_has_a_place_for_a_wheelchair_at_the_standard_price(hall: HallPlan):
    wheelchair = [seat for seat in hall.seats if seat.wheelchair]
    assert wheelchair
    assert {seat.category for seat in wheelchair} == {"standard"}


@each_hall
def test_a_halls_categories_are_known(hall: HallPlan):
    assert {seat.category for seat in hall.seats} <= {category.key for category in CATEGORIES}


def test_a_category_has_names_a_colour_and_a_surcharge():
    assert [(category.key, category.surcharge) for category in CATEGORIES] == [
        ("standard", 0),
        ("comfort", 100),
        ("vip", 250),
    ]
    for category in CATEGORIES:
        assert category.name_ru
        assert category.name_en
        assert re.fullmatch("#[0-9a-f]{6}", category.colour)


def test_a_drawing_becomes_seats_on_a_grid():
    hall = parse(SMALL_HALL, "small")
    assert (hall.slug, hall.name, hall.turnaround_minutes) == ("small", "Зал", 15)
    assert [(s.row, s.number, s.x, s.y, s.category, s.wheelchair) for s in hall.seats] == [
        ("1", 1, 1, 0, "standard", False),
        ("1", 2, 2, 0, "standard", False),
        ("1", 3, 4, 0, "standard", True),
        ("2", 1, 0, 2, "comfort", False),
        ("2", 2, 1, 2, "comfort", False),
        ("2", 3, 4, 2, "vip", False),
        ("2", 4, 5, 2, "vip", False),
    ]


@pytest.mark.parametrize(
    ("numbering", "expected"),
    [
        ("left", {1: 0, 2: 1, 3: 4, 4: 5}),
        ("right", {4: 0, 3: 1, 2: 4, 1: 5}),
        ("middle", {3: 0, 1: 1, 2: 4, 4: 5}),
    ],
)
def test_seats_are_numbered_from_the_side_the_header_names(
    numbering: str, expected: dict[int, int]
):
    drawing = SMALL_HALL.replace("15\n", f"15\nnumbering: {numbering}\n")
    row = {n: x for (label, n), x in places(parse(drawing, "small")).items() if label == "2"}
    assert row == expected


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("name_ru: Зал", "name: Зал", "line 1: expected one of name_ru, turnaround, numbering"),
        ("name_ru: Зал\n", "", "line 2: the header has no name_ru"),
        ("15", "soon", "line 3: turnaround should be a whole number of minutes"),
        ("15\n", "15\nturnaround: 15\n", "line 3: turnaround is given twice"),
        ("15\n", "15\nnumbering: up\n", "line 4: numbering should be one of left, right, middle"),
        ("\n\n", "\n", "line 3: expected one of"),
        (".ss.w.", ".ss.x.", r"line 4: unknown letter 'x' \(LATIN SMALL LETTER X\) in column 5"),
        ("cc..vv", "сc..vv", r"line 6: unknown letter .* \(CYRILLIC SMALL LETTER ES\) in column 1"),
        ("2|", "1|", "line 6: row '1' is already on line 4"),
        ("cc..vv", "cc..v", "line 6: 5 cells where the first row has 6"),
        ("2|cc", "2cc", r"line 6: a row of the drawing needs '\|' before its cells"),
        ("2|cc", " |cc", "line 6: row '' has a label without seats or the reverse"),
        (" |......", "3|......", "line 5: row '3' has a label without seats or the reverse"),
    ],
)
def test_a_wrong_drawing_is_refused_with_its_line_and_the_reason(
    right: str, wrong: str, message: str
):
    drawing = SMALL_HALL.replace(right, wrong, 1)
    with pytest.raises(ValueError, match=rf"^small\.txt, {message}.*\.$"):
        parse(drawing, "small")


def test_a_header_without_a_drawing_is_refused():
    with pytest.raises(ValueError, match="a drawing should follow the header"):
        parse("name_ru: Зал\nturnaround: 15\n", "small")


def test_a_drawing_without_seats_is_refused():
    with pytest.raises(ValueError, match="line 4: the hall has no seats"):
        parse("name_ru: Зал\nturnaround: 15\n\n |...\n", "small")
