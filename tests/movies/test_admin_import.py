"""Films and showings as files, in the staff's site."""

import csv
import io
import random
import re
import time
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook  # type: ignore[import-untyped]

from cinema.audit.models import Change
from movies.admin import carried
from movies.admin.carried import CarriedFile
from movies.models import Movie, Seance
from movies.programme_file import tables
from movies.programme_file.exporting import export_programme
from movies.programme_file.mistakes import FileUnusable
from tests.making import make_hall, make_movie, make_seance, make_staff
from tests.office import clerk, director, text

pytestmark = pytest.mark.django_db

IMPORT = reverse("admin:film_import")
FILMS = reverse("admin:movies_movie_changelist")
MAY_IMPORT = ("add_movie", "change_movie", "add_seance", "change_seance")
COLUMNS = "name,year,hall,date,time,price"
SHOWING = "Аэлита,1924,Красный,2030-05-01,18:30,250"


def upload(client: Client, content: str | bytes, name: str = "programme.csv") -> Any:
    """The first step's answer."""
    written = content.encode() if isinstance(content, str) else content
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, written)})


def table(*rows: str) -> str:
    return "\n".join((COLUMNS, *rows))


def packed(response: Any) -> str:
    found = re.search(r'name="packed" value="([^"]+)"', response.content.decode())
    assert found, text(response)
    return found[1]


def confirm(client: Client, response: Any) -> Any:
    return client.post(IMPORT, {"packed": packed(response)}, follow=True)


def offers_import(response: Any) -> bool:
    return 'name="packed"' in response.content.decode()


@pytest.fixture
def hall():
    return make_hall(name="Красный")


# Two steps


def test_the_first_step_shows_what_would_be_and_changes_nothing(hall):
    make_movie(name="Стачка", year=1925, director="Эйзен")
    response = upload(
        director(),
        f"{COLUMNS},director,genres\n{SHOWING},,\nСтачка,1925,,,,,Эйзенштейн,drama;war\n",
    )
    said = " ".join(text(response).split())
    assert "Аэлита (1924), Красный, 01.05.2030 18:30" in said
    assert "[" not in said
    assert "director: Эйзен → Эйзенштейн" in said
    assert "→ drama, war" in said
    preview = response.context["preview"].imported
    assert (preview.films_created, preview.films_changed) == (1, 1)
    assert preview.showings_created == 1
    assert Movie.objects.count() == 1


def test_the_second_step_imports_the_file_and_the_history_says_who(hall):
    changed = make_movie(name="Стачка", year=1925)
    client = director()
    first = upload(client, f"{COLUMNS},director\n{SHOWING},\nСтачка,1925,,,,,Эйзенштейн\n")
    confirm(client, first)
    created, seance = Movie.objects.get(name="Аэлита"), Seance.objects.get()
    assert Movie.objects.get(pk=changed.pk).director == "Эйзенштейн"
    recorded = Change.objects.filter(context__file="programme.csv", user_id=User.objects.get().pk)
    assert set(recorded.values_list("kind", "object_id", "action")) == {
        ("movies.movie", str(created.pk), "insert"),
        ("movies.movie", str(changed.pk), "update"),
        ("movies.seance", str(seance.pk), "insert"),
    }


def test_every_mistake_is_named_with_its_line_and_nothing_can_be_imported(hall):
    response = upload(director(), table(SHOWING, "Стачка,никогда,Зелёный,32.01.2030,18:30,-1"))
    mistakes = response.context["preview"].mistakes
    assert {(one.line, one.column) for one in mistakes} == {
        (3, "year"),
        (3, "hall"),
        (3, "date"),
        (3, "price"),
    }
    said = text(response)
    assert all(one.reason in said for one in mistakes)
    assert not offers_import(response)
    assert not Movie.objects.exists()


def test_what_became_wrong_between_the_steps_is_told_and_changes_nothing(hall):
    client = director()
    first = upload(client, table(SHOWING, "Новая,2020,,,,"))
    hall.name = "Синий"
    hall.save()
    response = confirm(client, first)
    assert [one.column for one in response.context["preview"].mistakes] == ["hall"]
    assert not Movie.objects.exists()


def test_a_lost_race_is_told(monkeypatch, hall):
    def lose(*args: object, **options: object) -> None:
        raise IntegrityError("somebody else was quicker")

    client = director()
    first = upload(client, table(SHOWING))
    monkeypatch.setattr("movies.admin.exchange.import_programme", lose)
    assert "изменил кто-то другой" in text(confirm(client, first))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_imports_without_a_change(kind):
    make_seance(movie=make_movie(translations={"en": {"name": "=Aelita"}}))
    client = director()
    exported = client.get(reverse("admin:film_export", args=[kind]))
    response = upload(client, exported.content, f"programme.{kind}")
    imported = response.context["preview"].imported
    assert (imported.films_unchanged, imported.showings_unchanged) == (1, 1)
    assert not imported.entered
    assert not offers_import(response)


# What travels between the steps


def test_a_file_that_was_not_looked_at_is_not_imported():
    for strange in ("", "nonsense", "a:b:c", "\0", "я" * 100):
        response = director().post(IMPORT, {"packed": strange})
        assert response.status_code == 200
        assert response.context["preview"].refusal
    assert not Movie.objects.exists()


def test_a_file_that_somebody_else_looked_at_is_not_imported():
    first = upload(director(), table("Аэлита,1924,,,,"))
    assert confirm(director(), first).context["preview"].refusal
    assert not Movie.objects.exists()


def test_a_file_that_no_form_has_room_for_is_refused(settings):
    settings.REQUEST_MAX_BYTES = 17 * 1024
    noise = "".join(f"{number * 7919 % 1000003:x}" for number in range(4000))
    response = upload(director(), f"{COLUMNS},description\nАэлита,1924,,,,,{noise[:9000]}\n")
    assert response.context["preview"].refusal
    assert not offers_import(response)


# Bad files


def workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    for cells in rows:
        book.active.append(cells)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b" " * (tables.MOST_UNPACKED + 1))
    return content.getvalue()


def workbook_with(**parts: bytes) -> bytes:
    """A good workbook with more in these of its elements; `sst`: its table of texts."""
    good = io.BytesIO(workbook(COLUMNS.split(",")))
    content = io.BytesIO()
    with (
        zipfile.ZipFile(good) as before,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            written = before.read(name)
            for tag, more in parts.items():
                end = f"</{tag}>".encode()
                if name.startswith("xl/"):
                    written = written.replace(end, more + end)
            after.writestr(name, written)
        after.writestr("xl/sharedStrings.xml", b"<sst>%s</sst>" % parts.get("sst", b""))
    return content.getvalue()


def wide() -> bytes:
    """Few bytes, and yet millions of cells."""
    book = Workbook()
    for row in range(1, 200):
        book.active.cell(row=row, column=16384, value="x")
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (bytes(range(256)) * 50, "a.csv"),
        (bytes(range(256)) * 50, "a.xlsx"),
        ("Аэлита".encode("cp1251"), "a.csv"),
        (table("Аэлита,1924,,,,").encode("utf-16"), "a.csv"),
        (b"\0\0\0", "a.csv"),
        (b"PK\x03\x04 and nothing more", "a.xlsx"),
        (table("Аэлита,1924,,,,").encode(), "a.ods"),
        (table("Аэлита,1924,,,,").encode(), "no-extension"),
        (b'name,year,hall,date,time,price\n"open', "a.csv"),
        (b"\n" * 10_000, "a.csv"),
        (bomb(), "a.xlsx"),
        (workbook(), "a.xlsx"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_a_sentence(content, name):
    response = upload(director(), content, name)
    assert response.status_code == 200
    assert response.context["preview"].refusal.endswith(".")
    assert not offers_import(response)


def test_a_workbook_that_unfolds_into_millions_of_cells_is_refused():
    response = upload(director(), wide(), "a.xlsx")
    assert response.context["preview"].refusal
    assert not response.context["preview"].mistakes


@pytest.mark.parametrize(
    "parts",
    [
        {"sheetData": b'<row r="3000000"/>'},
        {"sheetData": b'<row r="10000000000000"/>'},
        {"sheetData": b"<row>" + b"<c/>" * tables.MOST_ELEMENTS + b"</row>"},
        {"cellXfs": b"<xf/>" * 400_000},
        {"sst": b"<si/>" * tables.MOST_ELEMENTS},
        {"workbook": b"<definedNames/>" * tables.MOST_OTHER_ELEMENTS},
        {"sheetData": b"<mergeCell/>" * tables.MOST_OTHER_ELEMENTS},
    ],
)
def test_a_workbook_that_would_take_long_to_read_is_refused_at_once(parts):
    began = time.process_time()
    with pytest.raises(FileUnusable):
        tables.read_table(workbook_with(**parts), "a.xlsx")
    assert time.process_time() - began < 5


def test_a_workbook_that_declares_its_own_words_is_refused():
    good = io.BytesIO(workbook(COLUMNS.split(",")))
    with zipfile.ZipFile(good, "a") as parts:
        for kind in ("utf-8", "utf-16"):
            parts.writestr(kind, '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode(kind))
    with pytest.raises(FileUnusable):
        tables.read_table(good.getvalue(), "a.xlsx")


def test_values_in_columns_without_a_name_are_told_up_to_some_number(monkeypatch):
    monkeypatch.setattr(tables, "MOST_STRAYS", 3)
    for strays, mistakes in ((3, 3), (4, 0)):
        response = upload(director(), table("Аэлита,1924,,,,," + "x," * strays))
        assert response.context["preview"].refusal
        assert len(response.context["preview"].mistakes) == mistakes


def test_a_first_row_that_repeats_itself_for_long_is_refused_at_once():
    response = upload(director(), COLUMNS + ",name" * 200_000)
    assert "name" in response.context["preview"].refusal


def test_a_file_of_too_many_rows_is_refused(monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    films = [f"Фильм {number},2020,,,," for number in range(3)]
    assert "2" in upload(director(), table(*films)).context["preview"].refusal
    assert not upload(director(), table(*films[:2])).context["preview"].refusal


def test_more_than_a_request_has_time_for_is_refused(monkeypatch):
    monkeypatch.setattr("movies.admin.exchange.MOST_CHANGES", 2)
    films = [f"Фильм {number},2020,,,," for number in range(3)]
    assert upload(director(), table(*films)).context["preview"].refusal
    assert not upload(director(), table(*films[:2])).context["preview"].refusal


def test_a_nul_in_a_cell_does_no_harm():
    client = director()
    confirm(client, upload(client, table("Аэ\0лита,1924,,,,")))
    assert Movie.objects.get().name == "Аэлита"


def test_nothing_in_an_empty_file_and_no_file_are_told():
    client = director()
    for response in (upload(client, b""), client.post(IMPORT), client.post(IMPORT, {"file": "x"})):
        assert response.status_code == 422
        assert response.context["form"].errors["file"]


def test_a_huge_file_is_refused():
    response = upload(director(), b"x" * 10 * 1024 * 1024)
    assert response.status_code == 422
    assert response.context["form"].errors["file"]


# Who may


@pytest.mark.parametrize("missing", MAY_IMPORT)
def test_who_may_not_plan_may_not_import(missing):
    client = clerk(*(name for name in MAY_IMPORT if name != missing))
    assert client.get(IMPORT).status_code == 403
    assert upload(client, table("Аэлита,1924,,,,")).status_code == 403
    assert not Movie.objects.exists()


def test_who_may_plan_may_import():
    client = clerk(*MAY_IMPORT)
    assert client.get(IMPORT).status_code == 200
    client.post(IMPORT, {"packed": packed(upload(client, table("Аэлита,1924,,,,")))})
    assert Movie.objects.exists()


def test_an_export_is_what_the_command_writes_and_named_by_its_day():
    make_seance(movie=make_movie(name="=1+1"))
    response = director().get(reverse("admin:film_export", args=["csv"]))
    assert response.content == export_programme("a.csv", coming=True)[0]
    [row] = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))
    assert row["name"] == "'=1+1"
    disposition = response["Content-Disposition"]
    assert re.search(r'filename="programme-[a-z]+-\d{4}-\d\d-\d\d\.csv"', disposition)


def test_an_export_has_every_film_and_coming_showings_only():
    begun = make_seance(movie=make_movie(name="Стачка"))
    Seance.objects.filter(pk=begun.pk).update(starts_at=timezone.now() - timedelta(minutes=1))
    make_seance(hall=make_hall(name="Красный"))
    response = director().get(reverse("admin:film_export", args=["csv"]))
    written = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))
    assert [(row["name"], row["hall"]) for row in written] == [
        ("Аэлита", "Красный"),
        ("Стачка", ""),
    ]


def test_the_page_names_the_size_that_any_file_may_have(settings):
    settings.REQUEST_MAX_BYTES = 1024 * 1024
    assert "754,5" in text(director().get(IMPORT))
    fits, largest = random.Random(1).randbytes, carried.largest()
    user = make_staff("somebody")
    assert CarriedFile(f"{'я' * 195}.xlsx", fits(largest)).packed(user)
    with pytest.raises(FileUnusable, match="754,5"):
        CarriedFile("programme.xlsx", fits(largest + 4096)).packed(user)


def test_who_may_see_films_only_may_not_export_showings():
    address = reverse("admin:film_export", args=["xlsx"])
    assert clerk("view_movie").get(address).status_code == 403
    assert clerk("view_movie", "view_seance").get(address).status_code == 200
    assert director().get(reverse("admin:film_export", args=["ods"])).status_code == 404
