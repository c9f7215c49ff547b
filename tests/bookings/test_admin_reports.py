"""Today and the reports, as staff read them."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.utils import timezone

from bookings.booking import book, cancel
from bookings.claiming import Order
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
    return list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))


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
    assert rows(client, download="sellers")[1][0] == "cashier"


def test_the_journal_hides_codes_and_the_secret_part_of_a_booking():
    booked = sell()
    said = director().get(REPORTS, {"download": "journal"}).content.decode()
    assert str(booked.id)[:8] in said
    assert str(booked.id) not in said
    assert booked.tickets[0].code not in said


def test_a_spreadsheet_runs_nothing_that_somebody_typed():
    sell("=HYPERLINK(1)")
    assert rows(director(), download="films")[1][0] == "'=HYPERLINK(1)"


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
