"""`import_programme`: a file's films and showings, all of them or none."""

import csv
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook  # type: ignore[import-untyped]

from bookings.booking import book, cancel_seance
from movies.models import Hall, Movie, Seance
from tests.bookings.test_open_transactions import in_background
from tests.making import make_hall, make_movie, make_seance, seat_ids
from tests.polling import eventually
from tests.selling import order

pytestmark = pytest.mark.django_db

NOTHING = "films: 0 created, 0 changed; showings: 0 created, 0 changed."
NEEDED = ("name", "year", "hall", "date", "time", "price")
SHOWING = {
    "name": "Аэлита",
    "year": "1924",
    "hall": "Красный",
    "date": "01.05.2030",
    "time": "18:30",
    "price": "250,50",
}
ALONE = {"name": "Аэлита", "year": "1924"}
# 18:30 in Moscow
EVENING = datetime(2030, 5, 1, 15, 30, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "programme.csv"


@pytest.fixture
def hall() -> Hall:
    return make_hall(name="Красный", turnaround=15)


def write(file: Path, *rows: dict[str, Any], encoding: str = "utf-8", separator: str = ",") -> None:
    columns = list(dict.fromkeys((*NEEDED, *(column for row in rows for column in row))))
    if file.suffix == ".xlsx":
        book = Workbook()
        for cells in (columns, *([row.get(column) for column in columns] for row in rows)):
            book.active.append(cells)
        book.save(file)
        return
    with file.open("w", encoding=encoding, newline="") as output:
        writer = csv.DictWriter(output, columns, delimiter=separator)
        writer.writeheader()
        writer.writerows(rows)


def load(file: Path, *rows: dict[str, Any], **options: Any) -> str:
    if rows:
        write(file, *rows)
    output = StringIO()
    call_command("import_programme", file, stdout=output, **options)
    return output.getvalue().strip()


def mistakes(file: Path, *rows: dict[str, Any], **options: Any) -> list[str]:
    """What is said about the rows; and nothing is changed."""
    if rows:
        write(file, *rows)
    before = stored()
    errors = StringIO()
    with pytest.raises(CommandError, match=r"\d+ mistakes?, nothing was imported\.$"):
        call_command("import_programme", file, stderr=errors, **options)
    assert stored() == before
    return errors.getvalue().splitlines()


def refusal(file: Path) -> str:
    with pytest.raises(CommandError) as error:
        load(file)
    assert "\n" not in str(error.value)
    return str(error.value)


def stored() -> list[Any]:
    films = Movie.objects.order_by("id").values_list()
    showings = Seance.objects.order_by("id").values_list()
    return [*films, *showings]


# What a file says is entered


def test_a_row_is_a_film_and_its_showing(file, hall):
    said = load(
        file,
        SHOWING
        | {
            "original_title": "Аэлита",
            "duration_minutes": "113",
            "age_rating": "12+",
            "genres": "scifi, drama",
            "director": "Яков Протазанов",
            "description": "Марс",
            "image_url": "/static/a.svg",
            "name_en": "Aelita",
            "description_en": "Mars",
            "format": "imax",
            "language": "en",
        },
    )
    assert said == "films: 1 created, 0 changed; showings: 1 created, 0 changed."
    movie, seance = Movie.objects.get(), Seance.objects.get()
    assert (movie.name, movie.year, movie.duration_minutes) == ("Аэлита", 1924, 113)
    assert (movie.age_rating, movie.genres) == ("12+", ["scifi", "drama"])
    assert (movie.director, movie.description) == ("Яков Протазанов", "Марс")
    english = movie.translations.get()
    assert (english.language, english.name, english.description) == ("en", "Aelita", "Mars")
    assert (seance.movie, seance.hall, seance.starts_at) == (movie, hall, EVENING)
    assert (seance.price, seance.format, seance.language) == (Decimal("250.50"), "IMAX", "en")
    assert seance.hall_free_at == EVENING + timedelta(minutes=113 + 15)


def test_a_row_without_hall_date_and_time_is_a_film_alone(file):
    assert load(file, ALONE).startswith("films: 1 created")
    assert not Seance.objects.exists()


def test_rows_of_one_film_make_one_film(file, hall):
    load(file, SHOWING | {"director": "Протазанов"}, SHOWING | {"time": "21:00"})
    assert Movie.objects.get().director == "Протазанов"
    assert Seance.objects.count() == 2


def test_importing_again_changes_nothing(file, hall):
    load(file, SHOWING, ALONE)
    before = stored()
    assert load(file) == NOTHING
    assert stored() == before


def test_a_dry_run_says_what_would_happen_and_changes_nothing(file, hall):
    said = load(file, SHOWING, dry_run=True)
    assert said == "Would be: films: 1 created, 0 changed; showings: 1 created, 0 changed."
    assert stored() == []


def test_a_dry_run_locks_and_writes_nothing(file, hall):
    movie = make_movie(year=1924, duration_minutes=60)
    make_seance(hall=hall, movie=movie, starts_at=EVENING - timedelta(hours=4))
    with CaptureQueriesContext(connection) as asked:
        load(file, SHOWING | {"duration_minutes": "90"}, dry_run=True)
    others = ("SAVEPOINT", "RELEASE SAVEPOINT")
    said = [query["sql"].strip() for query in asked if not query["sql"].startswith(others)]
    assert all(sql.startswith("SELECT") and " FOR " not in sql for sql in said), said


def test_a_thousand_showings_make_as_many_statements_as_one(file, hall):
    def statements(*rows: dict[str, Any]) -> int:
        with CaptureQueriesContext(connection) as asked:
            load(file, *rows)
        return len(asked)

    load(file, ALONE | {"duration_minutes": "1"})
    one = statements(SHOWING)
    times = [f"{hour:02}:{half}" for hour in range(8, 18) for half in ("00", "30")]
    assert statements(*(SHOWING | {"time": time} for time in times)) == one
    repriced = statements(SHOWING | {"price": "300"})
    assert statements(*(SHOWING | {"time": time, "price": "300"} for time in times)) == repriced
    assert Seance.objects.filter(price=300).count() == 21


def test_a_showing_that_fits_because_a_film_got_shorter_is_planned(file, hall):
    load(file, SHOWING | {"duration_minutes": "120"})
    load(file, SHOWING | {"duration_minutes": "60"}, SHOWING | {"time": "20:00"})
    assert Seance.objects.count() == 2


def test_a_showing_into_which_a_longer_film_would_run_is_refused(file, hall):
    load(file, SHOWING | {"duration_minutes": "60"})
    [line] = mistakes(file, SHOWING | {"duration_minutes": "120"}, SHOWING | {"time": "20:00"})
    assert line.startswith("line 3, column time, “20:00”: overlaps line 2: Аэлита (1924)")


def test_a_showing_that_was_sold_at_this_moment_keeps_its_film(file, hall, monkeypatch):
    load(file, SHOWING)
    seance = Seance.objects.get()
    book(order(seance, seat_ids(seance)[:1]))
    monkeypatch.setattr("movies.programme_file.showings.is_sold", lambda seance_id: False)
    [line] = mistakes(file, SHOWING | {"name": "Стачка", "year": "1925"})
    assert line.startswith("line 2, column name, “Стачка”: Tickets have been sold or held")


@pytest.mark.django_db(transaction=True)
def test_all_halls_are_locked_in_the_order_of_everyone(file):
    """The film's other showing is in the first hall, which its new length concerns too."""

    def waits() -> bool:  # for a lock; asked of pg_locks, which a transaction sees change
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
            return bool(cursor.fetchone()[0])

    first, second = make_hall(name="Первый"), make_hall(name="Второй")
    movie = make_movie(year=1924, duration_minutes=60)
    make_seance(hall=first, movie=movie)
    write(file, SHOWING | {"hall": "Второй", "duration_minutes": "90"})
    with transaction.atomic():
        Hall.objects.select_for_update().get(pk=first.pk)
        importing = in_background(lambda: load(file))
        eventually(waits)
        Hall.objects.select_for_update(nowait=True).get(pk=second.pk)
    assert "1 created" in importing.result(30)


def test_a_showing_of_the_same_hall_and_start_is_changed(file, hall):
    load(file, SHOWING)
    seance = Seance.objects.get()
    said = load(file, SHOWING | {"price": "300", "format": "35mm"})
    assert said == "films: 0 created, 0 changed; showings: 0 created, 1 changed."
    changed = Seance.objects.get()
    assert (changed.pk, changed.price, changed.format) == (seance.pk, 300, "35mm")


def test_a_sold_showing_can_be_repriced_but_not_given_another_film(file, hall):
    load(file, SHOWING)
    seance = Seance.objects.get()
    book(order(seance, seat_ids(seance)[:1]))
    assert "1 changed." in load(file, SHOWING | {"price": "300"})
    [line] = mistakes(file, SHOWING | {"name": "Стачка", "year": "1925"})
    assert line.startswith("line 2, column name, “Стачка”: Tickets have been sold or held")


def test_an_unsold_showing_can_be_given_another_film(file, hall):
    load(file, SHOWING)
    load(file, SHOWING | {"name": "Стачка", "year": "1925"})
    assert Seance.objects.get().movie.name == "Стачка"


def test_a_cancelled_showing_is_not_brought_back_but_planned_anew(file, hall):
    load(file, SHOWING)
    cancel_seance(Seance.objects.get().pk)
    assert "showings: 1 created" in load(file)
    assert Seance.objects.count() == 2


def test_an_empty_cell_leaves_the_film_as_it_is(file):
    movie = make_movie(year=1924, director="Протазанов", genres=["drama"])
    assert load(file, ALONE | {"director": "", "genres": None, "description": " "}) == NOTHING
    movie.refresh_from_db()
    assert (movie.director, movie.genres, movie.description) == (
        "Протазанов", ["drama"], "Немой фильм",
    )  # fmt: skip


def test_a_film_is_changed_where_the_file_differs(file):
    movie = make_movie(year=1924, director="Протазанов")
    said = load(file, ALONE | {"director": "Яков Протазанов"})
    assert said.startswith("films: 0 created, 1 changed")
    movie.refresh_from_db()
    assert movie.director == "Яков Протазанов"


def test_a_changed_translation_keeps_its_other_texts_and_other_languages(file):
    texts = {"name": "Aelita", "description": "Mars", "director": "Protazanov"}
    movie = make_movie(year=1924, translations={"en": texts, "tt": {"name": "Аэлита"}})
    load(file, ALONE | {"description_en": "Red Mars"})
    english = movie.translations.get(language="en")
    assert (english.name, english.description) == ("Aelita", "Red Mars")
    assert english.director == "Protazanov"
    assert movie.translations.filter(language="tt").exists()


def test_films_of_one_name_and_different_years_are_different(file):
    make_movie(name="Фауст", year=1926)
    load(file, {"name": "Фауст", "year": "2011"})
    assert Movie.objects.filter(name="Фауст").count() == 2


# Files as people save them


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_any_usual_separator_and_a_byte_order_mark_are_read(file, hall, separator, encoding):
    write(file, SHOWING, separator=separator, encoding=encoding)
    load(file)
    assert Seance.objects.get().price == Decimal("250.50")


def test_typed_cells_of_excel_are_read(tmp_path, hall):
    file = tmp_path / "programme.xlsx"
    typed = {"year": 1924, "date": date(2030, 5, 1), "time": time(18, 30), "price": 250.5}
    load(file, SHOWING | typed)
    load(file, SHOWING | typed | {"date": datetime(2030, 5, 1), "time": timedelta(hours=21)})
    prices = Seance.objects.order_by("starts_at").values_list("starts_at", "price")
    assert list(prices) == [
        (EVENING, Decimal("250.50")),
        (EVENING + timedelta(hours=2, minutes=30), Decimal("250.50")),
    ]
    assert Movie.objects.get().year == 1924


def test_a_hall_and_a_film_named_by_numbers_are_found_in_excel(tmp_path):
    make_hall(name="3")
    load(tmp_path / "programme.xlsx", SHOWING | {"name": 1984, "year": 1956.0, "hall": 3})
    assert Seance.objects.get().movie.name == "1984"


@pytest.mark.parametrize(
    ("price", "read"),
    [("250", "250"), ("250.5", "250.5"), ("1 250,50", "1250.5"), ("1\xa0250", "1250"), ("0", "0")],
)
def test_prices_are_read_as_people_write_them(file, hall, price, read):
    load(file, SHOWING | {"price": price})
    assert Seance.objects.get().price == Decimal(read)


@pytest.mark.parametrize("day", ["1.5.2030", "2030-05-01", " 01.05.2030 "])
def test_dates_are_read_as_people_write_them(file, hall, day):
    load(file, SHOWING | {"date": day})
    assert Seance.objects.get().starts_at == EVENING


def test_columns_may_stand_in_any_order_and_case_and_rows_may_be_empty(file, hall):
    file.write_text(
        "PRICE,Time, date ,hall,year,name,,\n,,,,,,,\n"
        "250,18:30,01.05.2030,Красный,1924,Аэлита,,\n\n"
    )
    load(file)
    assert Seance.objects.get().starts_at == EVENING


def test_an_apostrophe_in_front_of_a_formula_is_taken_away(file):
    load(file, ALONE | {"description": "'=1+1", "director": "'Оскар"})
    movie = Movie.objects.get()
    assert (movie.description, movie.director) == ("=1+1", "'Оскар")


def test_times_are_those_of_the_cinema(file, hall, settings):
    settings.TIME_ZONE = "Asia/Irkutsk"
    load(file, SHOWING)
    assert Seance.objects.get().starts_at == EVENING - timedelta(hours=5)


# Rows that are wrong


def test_all_wrong_rows_are_named_with_line_column_value_and_reason(file, hall):
    found = mistakes(
        file,
        SHOWING | {"price": "-5", "description": "на двух\nстроках"},
        SHOWING | {"hall": "Синий", "date": "31.02.2030"},
        SHOWING | {"time": "12:00"},
        SHOWING | {"name": "", "time": "15:00"},
    )
    assert found == [
        "line 2, column price, “-5”: a price can't be negative",
        "line 4, column hall, “Синий”: there is no such hall; there are: Красный",
        "line 4, column date, “31.02.2030”: is not a day of the calendar",
        "line 6, column name, empty: is needed",
    ]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("year", "MCMXXIV", "is not a whole number"),
        ("year", "1700", "The year of a film lies between 1888 and 2200."),
        ("duration_minutes", "0", "A film lasts between 1 and 1440 minutes."),
        ("duration_minutes", "999999999", "A film lasts between 1 and 1440 minutes."),
        ("duration_minutes", "1,5", "is not a whole number"),
        ("age_rating", "13+", "is not one of 0+, 6+, 12+, 16+, 18+"),
        ("genres", "drama, dramma", "there is no genre dramma; known are action, "),
        ("name", "я" * 201, "Ensure this value has at most 200 characters"),
        ("director", "я" * 201, "Ensure this value has at most 200 characters"),
        ("image_url", "javascript:alert(1)", "is not an address"),
        ("name_en", "a" * 201, "Ensure this value has at most 200 characters"),
        ("description_en", "Mars", "This field cannot be"),
        ("price", "много", "is not a price like 250 or 250,50"),
        ("price", "1e3", "is not a price like"),
        ("price", "NaN", "is not a price like"),
        ("price", "250.505", "a price has at most two decimals"),
        ("price", "123456789", "is not a price like"),
        ("price", "", "is needed"),
        ("hall", "", "is needed"),
        ("date", "", "is needed"),
        ("date", "завтра", "is not a date like 31.12.2030 or 2030-12-31"),
        ("date", "01.05.1960", "is not between 1970 and 2200"),
        ("date", "31.12.9999", "is not between 1970 and 2200"),
        ("time", "", "is needed"),
        ("time", "полдень", "is not a time like 18:30"),
        ("time", "25:00", "is not a time of the day"),
        ("time", "18:30+05:00", "the cinema's clocks don't show this time"),
        ("format", "4DX", "is not one of 2D, 3D, IMAX, 35mm"),
        ("language", "по-русски", "is not a language like ru or en"),
    ],
)
def test_a_wrong_value_is_refused_with_its_reason(file, hall, column, value, reason):
    [line] = mistakes(file, SHOWING | {column: value})
    place = "name_en" if column == "description_en" else column
    assert line.startswith(f"line 2, column {place}, ")
    assert f": {reason}" in line


def test_excels_own_types_in_the_wrong_column_are_refused(tmp_path, hall):
    found = mistakes(
        tmp_path / "programme.xlsx",
        SHOWING | {"name": datetime(2030, 5, 9), "price": True, "date": 45000, "time": 0.5},
    )
    assert [line.split(", ")[1] for line in found] == [
        "column name", "column price", "column date", "column time",
    ]  # fmt: skip


def test_the_line_of_an_excel_row_is_the_one_excel_shows(tmp_path, hall):
    [line] = mistakes(tmp_path / "a.xlsx", SHOWING, {}, {}, SHOWING | {"price": -1})
    assert line.startswith("line 5, ")


@pytest.mark.parametrize("column", ["price", "format", "language"])
def test_a_film_alone_has_nothing_of_a_showing(file, column):
    [line] = mistakes(file, ALONE | {column: "2"})
    assert line.endswith("there is no showing on this line: fill hall, date and time")


def test_the_same_row_twice_is_refused(file, hall):
    found = mistakes(file, SHOWING, SHOWING | {"time": "18:30:00"}, ALONE, ALONE)
    assert found == [
        "line 3, column time, “18:30:00”: the same is on line 2",
        "line 5, column name, “Аэлита”: the same is on line 4",
    ]


def test_rows_that_disagree_about_a_film_are_refused(file, hall):
    [line] = mistakes(
        file, SHOWING | {"director": "Протазанов"}, ALONE | {"director": "Эйзенштейн"}
    )
    assert line == (
        "line 3, column director, “Эйзенштейн”: line 2 says something else about the same film"
    )


def test_an_overlap_with_a_planned_showing_names_it(file, hall):
    strike = make_movie(name="Стачка", year=1925, duration_minutes=94)
    make_seance(hall=hall, movie=strike, starts_at=EVENING + timedelta(minutes=30))
    [line] = mistakes(file, SHOWING)
    assert line == (
        "line 2, column time, “18:30”: overlaps Стачка (1925), Красный, 01.05.2030 19:00"
    )


def test_an_overlap_of_two_rows_names_the_other_line(file, hall):
    rows = [SHOWING | {"duration_minutes": "90"}, SHOWING | {"time": "20:14"}]
    [line] = mistakes(file, *rows)
    assert line == (
        "line 3, column time, “20:14”: overlaps line 2: Аэлита (1924), Красный, 01.05.2030 18:30"
    )
    load(file, rows[0], SHOWING | {"time": "20:15"})


def test_an_overlap_is_found_also_where_other_rows_are_wrong(file, hall):
    found = mistakes(
        file,
        SHOWING | {"genres": "dramma", "year": "1925"},
        SHOWING | {"time": "18:40"},
        {"name": "", "year": "1"},
        SHOWING | {"time": "18:50"},
    )
    assert [line.split(", “")[0] for line in found] == [
        "line 2, column genres",
        "line 3, column time",
        "line 4, column name, empty: is needed",
        "line 5, column time",
    ]


def test_a_film_of_unknown_length_makes_no_overlaps(file, hall):
    [line] = mistakes(
        file, SHOWING | {"duration_minutes": "two hours"}, SHOWING | {"time": "19:00"}
    )
    assert "column duration_minutes" in line


def test_a_longer_film_that_would_run_into_the_next_showing_is_refused(file, hall):
    movie = make_movie(year=1924, duration_minutes=60)
    make_seance(hall=hall, movie=movie, starts_at=EVENING)
    make_seance(hall=hall, starts_at=EVENING + timedelta(minutes=75))
    [line] = mistakes(file, ALONE | {"duration_minutes": "61"})
    assert line.startswith("line 2, column duration_minutes, “61”: The hall Красный is occupied")


def test_a_film_that_could_be_several_is_refused(file):
    make_movie(year=1924)
    assert "give its year" in mistakes(file, ALONE | {"year": ""})[0]
    make_movie(year=1924)
    assert "several films have this name and year" in mistakes(file, ALONE)[0]


@pytest.mark.parametrize(
    ("day", "clock", "reason"),
    [
        ("2030-03-31", "02:30", "the cinema's clocks don't show this time on that day"),
        (
            "2030-10-27",
            "02:30",
            "the clocks show this time twice on that day: write 02:30+02:00 or 02:30+01:00",
        ),
    ],
)
def test_a_time_that_the_clocks_skip_or_show_twice_is_refused(
    file, hall, settings, day, clock, reason
):
    settings.TIME_ZONE = "Europe/Berlin"
    [line] = mistakes(file, SHOWING | {"date": day, "time": clock})
    assert line == f"line 2, column time, “02:30”: {reason}"


@pytest.mark.parametrize(("clock", "hour"), [("02:30+02:00", 0), ("02:30 +01:00", 1)])
def test_a_time_shown_twice_is_understood_with_its_offset(file, hall, settings, clock, hour):
    settings.TIME_ZONE = "Europe/Berlin"
    load(file, SHOWING | {"date": "2030-10-27", "time": clock})
    assert Seance.objects.get().starts_at == datetime(2030, 10, 27, hour, 30, tzinfo=UTC)


def test_a_value_outside_the_named_columns_is_refused(file):
    file.write_text(",".join(NEEDED) + "\nАэлита,1924,,,,,потерялось\n")
    [line] = mistakes(file)
    assert line == (
        "line 2, column 7, “потерялось”: stands in a column that has no name in the first row"
    )


def test_wrong_rows_are_found_in_a_dry_run_too(file, hall):
    assert mistakes(file, SHOWING | {"price": "-1"}, dry_run=True)


# Files that are no table


def test_a_missing_file_is_an_error_in_one_sentence(file):
    assert refusal(file).endswith("can't be read (No such file or directory): check the name and "
                                  "its permissions.")  # fmt: skip


def test_another_extension_is_refused(tmp_path):
    file = tmp_path / "programme.xls"
    file.write_bytes(b"")
    assert refusal(file).endswith("is a .csv or an .xlsx file: save it as one of them.")


@pytest.mark.parametrize("encoding", ["cp1251", "utf-16"])
def test_a_file_that_is_not_utf8_is_refused_with_the_way_out(file, hall, encoding):
    write(file, SHOWING, encoding=encoding)
    assert refusal(file).endswith("save it in Excel as “CSV UTF-8”, or as .xlsx.")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half of a workbook", b"name,year\n"])
def test_a_damaged_workbook_is_refused(tmp_path, content):
    file = tmp_path / "programme.xlsx"
    file.write_bytes(content)
    assert refusal(file).endswith("is damaged: save it anew as .xlsx.")


def test_a_quote_that_never_ends_is_refused_with_its_line(file, hall):
    write(file, SHOWING)
    with file.open("a") as more:
        more.write('"Стачка,1925,,,,\n')
    assert "The row that begins on line 3 can't be read" in refusal(file)


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("", "no column name, year, hall, date, time, price"),
        ("name,year,hall,date,time", "no column price: start from a file that export_programme"),
        ("name,year,hall,date,time,price,prise", "The column prise is not known"),
        ("name,year,hall,date,time,price,hall", "The column hall is there twice"),
    ],
)
def test_a_wrong_first_row_is_refused_with_what_to_do(file, header, reason):
    file.write_text(header + "\n")
    assert reason in refusal(file)
