"""`export_programme` writes what `import_programme` reads."""

import csv
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook  # type: ignore[import-untyped]

from bookings.booking import cancel_seance
from movies.models import Movie, MovieTranslation, Seance
from movies.programme_file.exporting import export_programme
from movies.programme_file.importing import Imported, import_programme
from movies.programme_file.text import plain
from tests.making import make_hall, make_movie, make_seance

pytestmark = pytest.mark.django_db

EVENING = datetime(2030, 5, 1, 15, 30, tzinfo=UTC)
each_kind = pytest.mark.parametrize("name", ["programme.csv", "programme.xlsx"])
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)


def export(file: Path) -> str:
    output = StringIO()
    call_command("export_programme", file, stdout=output)
    return output.getvalue().strip()


def rows(file: Path) -> list[dict[str, Any]]:
    with file.open(encoding="utf-8-sig", newline="") as content:
        return list(csv.DictReader(content))


def stored() -> list[Any]:
    kinds = (Movie, MovieTranslation, Seance)
    return [row for kind in kinds for row in kind.objects.order_by("id").values_list()]


def test_a_showing_is_a_row_with_its_film_in_local_time(tmp_path):
    movie = make_movie(
        year=1924,
        genres=["scifi", "drama"],
        translations={"en": {"name": "Aelita", "description": "Mars", "director": ""}},
    )
    make_seance(movie=movie, hall=make_hall(name="Красный"), starts_at=EVENING)
    file = tmp_path / "programme.csv"
    assert export(file) == f"Wrote 1 row to {file}."
    [row] = rows(file)
    assert row == {
        "name": "Аэлита",
        "original_title": "",
        "year": "1924",
        "duration_minutes": "120",
        "age_rating": "",
        "genres": "scifi, drama",
        "director": "",
        "description": "Немой фильм",
        "image_url": "/static/a.svg",
        "name_en": "Aelita",
        "description_en": "Mars",
        "director_en": "",
        "hall": "Красный",
        "date": "2030-05-01",
        "time": "18:30",
        "price": "250.00",
        "format": "2D",
        "language": "ru",
    }


def test_a_film_without_showings_is_a_row_too_and_a_cancelled_showing_is_none(tmp_path):
    make_movie(name="Стачка")
    cancel_seance(make_seance().pk)
    export(tmp_path / "a.csv")
    assert [(row["name"], row["hall"]) for row in rows(tmp_path / "a.csv")] == [
        ("Аэлита", ""),
        ("Стачка", ""),
    ]


def test_excel_gets_dates_and_numbers_as_such(tmp_path):
    make_seance(starts_at=EVENING)
    export(tmp_path / "a.xlsx")
    header, row = load_workbook(tmp_path / "a.xlsx").active.values
    cells = dict(zip(header, row, strict=True))
    assert cells["date"].date() == date(2030, 5, 1)
    assert cells["price"] == 250
    assert cells["duration_minutes"] == 120


@each_kind
def test_nothing_that_is_written_is_a_formula(tmp_path, name):
    for text in ("=1+1", "+1", "-1", "@sum", "＝1"):
        make_movie(name=text, description=f"{text}\nx", director=f"'{text}")
    file = tmp_path / name
    export(file)
    if file.suffix == ".csv":
        cells = [cell for row in rows(file) for cell in row.values()]
    else:
        [sheet] = load_workbook(file).worksheets
        assert not any(cell.data_type == "f" for row in sheet for cell in row)
        cells = [str(cell.value or "") for row in sheet for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "＝"))]
    assert import_programme(*_exported(name)) == Imported()


@each_kind
def test_what_was_exported_imports_without_a_change(name):
    hall = make_hall(name="  Синий ")
    movie = make_movie(
        name=" Аэлита\t",
        year=1924,
        description="Две\r\nстроки\x0b\n",
        genres=["scifi"],
        age_rating="0+",
        translations={"en": {"name": "Aelita", "director": "P."}, "tt": {"name": "Аэлита"}},
    )
    make_seance(movie=movie, hall=hall, starts_at=EVENING)
    make_seance(movie=movie, price="0.01")  # starts at some microsecond
    make_movie(name="Без года", genres=[], description="")
    before = stored()
    assert import_programme(*_exported(name)) == Imported()
    assert stored() == before


@each_kind
def test_what_was_exported_makes_the_same_programme_elsewhere(name):
    hall = make_hall()
    make_seance(hall=hall, starts_at=EVENING)
    content, file_name = _exported(name)
    Seance.objects.all().delete()
    Movie.objects.all().delete()
    imported = import_programme(content, file_name)
    assert imported == Imported(films_created=1, showings_created=1)
    assert _exported("programme.csv")[0] == content or name.endswith("xlsx")
    assert Seance.objects.get().starts_at == EVENING


@each_kind
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name_=texts.filter(plain), description=texts, director=texts)
def test_any_text_survives(name, name_, description, director):
    Movie.objects.all().delete()
    make_movie(name=name_, description=description, director=director)
    before = stored()
    try:
        imported = import_programme(*_exported(name))
    except Exception as error:
        raise AssertionError([str(one) for one in getattr(error, "mistakes", [error])]) from error
    assert imported == Imported()
    assert stored() == before


@each_kind
def test_an_hour_that_the_clocks_show_twice_survives(name, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    hall = make_hall()
    movie = make_movie(duration_minutes=30)
    for hour in (0, 1):
        starts_at = datetime(2030, 10, 27, hour, 30, tzinfo=UTC)
        make_seance(hall=hall, movie=movie, starts_at=starts_at)
    assert import_programme(*_exported(name)) == Imported()


def test_writing_asks_the_database_a_fixed_number_of_questions(django_assert_max_num_queries):
    hall = make_hall()
    for day in range(1, 8):
        make_seance(hall=hall, starts_at=datetime(2030, 5, day, tzinfo=UTC))
    with django_assert_max_num_queries(3):
        _exported("programme.csv")


def test_another_extension_is_refused_and_nothing_written(tmp_path):
    with pytest.raises(CommandError, match=r"is a \.csv or an \.xlsx file"):
        export(tmp_path / "programme.ods")
    assert not list(tmp_path.iterdir())


def test_a_place_that_cant_be_written_is_an_error_in_one_sentence(tmp_path):
    with pytest.raises(CommandError, match=r"can't be written \(No such file or directory\): "):
        export(tmp_path / "nowhere" / "programme.csv")


def _exported(name: str) -> tuple[bytes, str]:
    return export_programme(name)[0], name
