"""Today and the reports, as staff read them."""

import csv
from datetime import date, time, timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.utils import timezone

from bookings.admin.tables import download
from bookings.booking import book, cancel
from bookings.claiming import Order
from bookings.models import Booking
from movies import business_day
from movies.models import Seance
from tests.making import make_movie, make_seance, make_staff, seat_ids
from tests.office import assert_queries_do_not_grow, clerk, director, page

pytestmark = pytest.mark.django_db(transaction=True)

TODAY, REPORTS = "/admin/today/", "/admin/reports/"


def sell(film: str = "Аэлита", *, count: int = 2, **of):
    seance = make_seance(movie=make_movie(film))
    Seance.objects.filter(pk=seance.pk).update(
        starts_at=timezone.now() + timedelta(minutes=1), ends_at=timezone.now() + timedelta(hours=2)
    )
    order = Order(seance_id=seance.pk, seat_ids=seat_ids(seance)[:count], email="a@b.org", **of)
    return book(order)


def rows(client, **asked) -> list[list[str]]:
    answer = client.get(REPORTS, asked)
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.reader(StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_an_accountant_gets_tickets_refunds_and_totals_by_film_and_category():
    sell("Аэлита", paid_by="cash", sold_by_id=make_staff("cashier").pk)
    cancel(sell("Броненосец", count=3).id, by_id=make_staff("boss").pk, reason="projector")
    client = director()
    assert [row[1:] for row in rows(client, download="films")[1:]] == [
        ["2", "500.00", "0", "0", "2", "500.00"],
        ["3", "750.00", "3", "750.00", "0", "0.00"],
        ["5", "1250.00", "3", "750.00", "2", "500.00"],
    ]
    assert [row[:2] for row in rows(client, download="categories")[1:3]] == [
        ["Аэлита", "Стандарт"],
        ["Броненосец", "Стандарт"],
    ]
    assert [row[0] for row in rows(client, download="sellers")[1:3]] == ["boss", "cashier"]


def test_a_refund_is_of_the_way_that_was_paid_whoever_pays_it_back():
    cancel(sell().id, by_id=make_staff("boss").pk, reason="projector")
    client = director()
    _head, online, _total = rows(client, download="payments")
    assert online[1:] == ["2", "500.00", "2", "500.00", "0", "0.00"]
    assert [row[0] for row in rows(client, download="sellers")[1:-1]] == ["boss", "онлайн"]


def test_the_journal_hides_codes_and_the_secret_part_of_a_booking():
    booked = sell()
    said = director().get(REPORTS, {"download": "journal"}).getvalue().decode()
    assert str(booked.id)[:8] in said
    assert str(booked.id) not in said
    assert booked.tickets[0].code not in said


def test_a_spreadsheet_runs_nothing_that_somebody_typed():
    sell("=HYPERLINK(1)")
    assert rows(director(), download="films")[1][0] == "'=HYPERLINK(1)"


def test_a_file_of_many_rows_comes_in_parts_and_whole():
    rows = [[number, "Аэлита"] for number in range(2500)]
    parts = list(download("many", ["№", "Film"], iter(rows), "csv").streaming_content)
    assert len(parts) == 3
    written = list(csv.reader(StringIO(b"".join(parts).decode("utf-8-sig"))))
    assert written == [["№", "Film"], *([str(number), film] for number, film in rows)]


def test_a_journal_too_long_for_a_workbook_is_offered_as_csv(monkeypatch):
    monkeypatch.setattr("bookings.admin.reports.XLSX_LIMIT", 1)
    sell()
    answer = director().get(REPORTS, {"download": "journal", "format": "xlsx"})
    assert answer.status_code == 422
    assert "format=csv" in answer.content.decode()
    assert len(rows(director(), download="journal")) == 3


def test_what_is_sold_after_midnight_belongs_to_the_evening():
    night = business_day.at(date(2026, 3, 10), time(1, 30))
    Booking.objects.filter(pk=sell().id).update(confirmed_at=night)
    client = director()
    sold = [
        rows(client, first=day, last=day, download="films")[-1][1]
        for day in ("2026-03-10", "2026-03-11")
    ]
    assert sold == ["2", "0"]


def test_after_midnight_today_is_still_the_evening(monkeypatch):
    evening = business_day.at(date(2026, 3, 10), time(23, 30))
    Booking.objects.filter(pk=sell().id).update(confirmed_at=evening)
    night = evening + timedelta(hours=2)
    monkeypatch.setattr("bookings.admin.dashboard.timezone", SimpleNamespace(now=lambda: night))
    context = director().get(TODAY).context
    assert (context["day"], context["sold_today"].sold) == (date(2026, 3, 10), 2)


def test_a_workbook_opens():
    import tablib

    sell()
    answer = director().get(REPORTS, {"download": "films", "format": "xlsx"})
    assert tablib.Dataset().load(answer.content, format="xlsx")[0][0] == "Аэлита"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"first": "2026-12-02", "last": "2026-12-01"}, "errorlist"),
        ({"first": "2020-01-01", "last": "2026-12-01"}, "errorlist"),
        ({"first": "yesterday", "last": "\0"}, "errorlist"),
        ({"first": "0001-01-01", "last": "9999-12-31"}, "errorlist"),
        ({"first": "2026-12-01"}, "errorlist"),
    ],
)
def test_days_that_make_no_sense_are_said_so(asked, said):
    answer = director().get(REPORTS, asked)
    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_money_is_for_those_only_who_may_see_reports():
    sell()
    said = page(clerk("view_seance"), TODAY)
    assert "Аэлита" in said
    assert "500,00" not in said
    assert "500,00" in page(clerk("view_seance", "view_report"), TODAY)
    assert clerk("view_seance").get(REPORTS).status_code == 403


def test_today_has_its_showings_and_how_full_they_are():
    sell()
    said = page(director(), TODAY)
    assert "2 / 10" in said


def test_an_empty_day_is_no_failure():
    assert director().get(TODAY).status_code == 200
    assert director().get(REPORTS).status_code == 200


@pytest.mark.parametrize("address", [TODAY, REPORTS])
def test_pages_make_as_many_queries_for_many_sales_as_for_few(address):
    assert_queries_do_not_grow(director(), address, sell)
