"""The files of a sold booking: tickets to print, an entry for a calendar."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import segno
from django.utils import translation
from icalendar import Calendar, Event

from bookings.blocking import block_seats
from bookings.booked import Booked
from bookings.booking import book, cancel
from bookings.checkin import scanned_code
from bookings.exchanging import exchange
from bookings.models import Booking
from bookings.tickets_file.contents import amount, grouped
from cinema.logging import TextLine
from movies.models import Seance
from tests.making import make_category, make_hall, make_movie, make_seance, make_staff, seat_ids
from tests.pdf_reading import Pdf, read_pdf
from tests.selling import order

pytestmark = pytest.mark.django_db

WINTER = datetime(2036, 12, 1, 16, 30, tzinfo=UTC)
SUMMER = datetime(2036, 7, 1, 16, 30, tzinfo=UTC)
AGAIN = datetime(2036, 10, 26, 1, 30, tzinfo=UTC)


def sell(*, seats: int = 2, starts_at: datetime = WINTER, price: str = "250", **film) -> Booked:
    hall = make_hall(rows=1, seats=10, name="Красный зал")
    movie = make_movie(**{"name": "Стачка", "age_rating": "12+"} | film)
    seance = make_seance(hall=hall, movie=movie, starts_at=starts_at, price=price)
    return book(order(seance, seat_ids(seance)[:seats]))


def get(api, booked: Booked | uuid.UUID, name: str, query: str = "", **headers: str):
    key = booked.id if isinstance(booked, Booked) else booked
    return api.get(f"/bookings/{key}/tickets.{name}{query}", headers=headers)


def printed(api, booked: Booked, query: str = "") -> Pdf:
    answer = get(api, booked, "pdf", query)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    return read_pdf(answer.content)


def event(api, booked: Booked, query: str = "") -> Event:
    answer = get(api, booked, "ics", query)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    [found] = Calendar.from_ical(answer.content).walk("VEVENT")
    return found


def dark(code: str) -> set[tuple[int, int]]:
    """The modules of the picture that a door reads this code from."""
    matrix = segno.make(code, error="m", micro=False).matrix
    return {(x, y) for y, row in enumerate(matrix) for x, module in enumerate(row) if module}


# The PDF


def test_a_ticket_says_everything_that_its_buyer_and_the_door_need(api):
    booked = sell(seats=1)
    [page] = printed(api, booked).pages
    code = booked.tickets[0].code
    for said in (
        "Казань",
        "Стачка",
        "12+",
        "Понедельник, 1 декабря 2036",
        "19:30",
        "Красный зал",
        "Стандарт · 2D",
        "250 ₽",
        f"{code[:4]} {code[4:8]} {code[8:]}",
    ):
        assert said in page
    places = page[page.index("19:30") + 1 :][:6]
    assert places == ["Зал", "Красный зал", "Ряд", "1", "Место", "1"]


def test_each_seat_has_a_picture_of_its_code_and_of_nothing_else(api):
    booked = sell(seats=3)
    assert printed(api, booked).pictures == [dark(ticket.code) for ticket in booked.tickets]


@pytest.mark.parametrize(("seats", "pages"), [(1, [1]), (4, [4]), (5, [4, 1]), (10, [4, 4, 2])])
def test_a_ticket_is_never_cut_by_the_end_of_a_page(api, seats, pages):
    found = printed(api, sell(seats=seats)).pages
    assert [texts.count("Стачка") for texts in found] == pages
    numbers = [texts[-1] for texts in found]
    if len(pages) > 1:
        assert numbers == [f"{page + 1} / {len(pages)}" for page in range(len(pages))]


def test_the_file_names_itself_by_the_film_and_not_by_the_secret(api):
    booked = sell()
    answer = get(api, booked, "pdf")
    found = read_pdf(answer.content)
    assert found.title == "Ваши билеты: Стачка"
    assert found.language == "ru"
    short = str(booked.id)[:8]
    assert answer["Content-Disposition"] == f'attachment; filename="tickets-{short}.pdf"'
    assert f"Заказ {short}" in found.pages[0]
    assert str(booked.id).encode() not in answer.content


def test_the_same_booking_gives_the_same_file(api):
    booked = sell()
    assert get(api, booked, "pdf").content == get(api, booked, "pdf").content


def test_a_ticket_carries_its_fonts_and_only_what_it_uses_of_them(api):
    content = get(api, sell(seats=10), "pdf").content
    assert b"Helvetica" not in content
    assert content.count(b"/FontFile2") == 2
    assert len(content) < 60_000


@pytest.mark.parametrize(
    "name",
    [
        "大都會",
        "Metropolis 🎬",
        "مترو",
        "Е\u0308лка",
        "Стачка\u200b\u0007",
        "Ж" * 200,
        "Жизнь " * 33,
        "() \\ <b>&amp;</b> %s {film}",
    ],
)
def test_any_title_can_be_printed(api, name):
    booked = sell(name=name)
    [page] = printed(api, booked).pages
    assert "Красный зал" in page
    assert event(api, booked)["LOCATION"] == "Казань, Красный зал"


def test_a_letter_that_the_font_lacks_is_seen_to_be_missing(api):
    assert "\ufffd\ufffd Metropolis" in printed(api, sell(name="電影 Metropolis")).pages[0]


def test_a_letter_and_its_accent_are_printed_as_one(api):
    assert "Ёлка" in printed(api, sell(name="Е\u0308лка")).pages[0]


def test_a_long_title_takes_two_lines_and_says_that_it_goes_on(api):
    name = "Необычайные приключения мистера Веста в стране большевиков " * 3
    [page] = printed(api, sell(name=name.strip(), seats=1)).pages
    first = page.index("12+") + 1
    assert name.startswith(page[first])
    assert name.startswith(f"{page[first]} {page[first + 1].removesuffix('…')}")
    assert page[first + 1].endswith("…")


def test_the_category_is_what_was_sold(api):
    booked = sell(seats=1)
    Seance.objects.get().hall.seats.update(category=make_category("Диван", "50"))
    assert "Стандарт · 2D" in printed(api, booked).pages[0]


# What is valid


@pytest.mark.parametrize("name", ["pdf", "ics"])
def test_only_what_is_sold_has_files(api, name):
    seance = make_seance()
    held = book(order(seance, seat_ids(seance)[:1], hold=True))
    cancelled = book(order(seance, seat_ids(seance)[1:2]))
    cancel(cancelled.id)
    for booked in (held, cancelled):
        answer = get(api, booked, name)
        assert answer.status_code == 409
        [error] = answer.json()["errors"]
        assert error["title"] == "Not sold"


@pytest.mark.parametrize("name", ["pdf", "ics"])
def test_who_does_not_know_a_booking_gets_nothing(api, name):
    for key in (uuid.uuid4(), "17", "x"):
        answer = get(api, key, name)
        assert answer.status_code == 404
        assert answer.json()["errors"][0]["detail"] == f"booking_id {key} not found"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["pdf", "ics"])
def test_seats_that_are_not_for_sale_have_no_tickets(api, name):
    seance = make_seance()
    block_seats(
        seance_id=seance.pk,
        seat_ids=seat_ids(seance)[:1],
        reason="камера",
        by_id=make_staff().pk,
    )
    assert get(api, Booking.objects.get().pk, name).status_code == 404


def test_after_an_exchange_only_the_new_tickets_are_printed(api):
    booked = sell()
    seats = seat_ids(Seance.objects.get())
    moved = exchange(booking_id=booked.id, seat_ids=[seats[0], seats[5]])
    found = printed(api, booked)
    assert found.pictures == [dark(ticket.code) for ticket in moved.tickets]
    assert dark(booked.tickets[1].code) not in found.pictures


@pytest.mark.parametrize("name", ["pdf", "ics"])
def test_nobody_on_the_way_keeps_the_files(api, name):
    assert get(api, sell(), name)["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["pdf", "ics"])
def test_the_log_does_not_tell_whose_files_they_are(api, caplog, name):
    caplog.set_level("INFO", "cinema.requests")
    booked = sell()
    get(api, booked, name)
    told = "\n".join(map(TextLine().format, caplog.records))
    assert f"/bookings/{str(booked.id)[:8]}…/tickets.{name}" in told
    assert str(booked.id) not in told


@pytest.mark.parametrize("name", ["pdf", "ics"])
def test_more_seats_take_no_more_queries(api, name, django_assert_num_queries):
    seance = make_seance(hall=make_hall(rows=1, seats=11))
    seats = seat_ids(seance)
    for chosen in (seats[:1], seats[1:]):
        booked = book(order(seance, chosen))
        with django_assert_num_queries(2):
            get(api, booked, name)


# Whose language


@pytest.mark.parametrize(
    ("query", "accepted", "said"),
    [
        ("", "", "Место"),
        ("", "en", "Seat"),
        ("", "en-GB,ru;q=0.5", "Seat"),
        ("", "de, en;q=0.3", "Seat"),
        ("", "de", "Место"),
        ("", "*", "Место"),
        ("", "\xff;;;q=x", "Место"),
        ("?language=en", "ru", "Seat"),
        ("?language=ru", "en", "Место"),
    ],
)
def test_the_language_is_the_one_asked_for_else_the_reader_s_else_the_cinema_s(
    api, query, accepted, said
):
    booked = sell()
    headers = {"accept-language": accepted} if accepted else {}
    answer = get(api, booked, "pdf", query, **headers)
    assert said in read_pdf(answer.content).pages[0]


@pytest.mark.parametrize("name", ["pdf", "ics"])
def test_a_language_that_the_cinema_does_not_speak_is_refused(api, name):
    booked = sell()
    for language in ("de", ""):
        answer = get(api, booked, name, f"?language={language}")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["source"] == {"parameter": "language"}


def test_film_and_day_come_in_the_language_too(api):
    booked = sell(translations={"en": {"name": "Strike", "description": "", "director": ""}})
    [page] = printed(api, booked, "?language=en").pages
    assert "Strike" in page
    assert "Monday, 1 December 2036" in page
    assert "Стачка" not in page
    assert event(api, booked, "?language=en")["SUMMARY"] == "Strike"


@pytest.mark.parametrize(
    ("currency", "price", "written"),
    [
        ("RUB", "1250", "1\u00a0250\u00a0₽"),
        ("KZT", "12.50", "12,50\u00a0₸"),
        ("XYZ", "0", "0\u00a0XYZ"),
    ],
)
def test_money_has_the_sign_of_its_currency(settings, currency, price, written):
    settings.CURRENCY = currency
    with translation.override("ru"):
        assert amount(Decimal(price)) == written


def test_the_door_takes_a_code_as_it_is_printed():
    assert scanned_code(grouped("K7M2XW9QRT2H")) == "K7M2XW9QRT2H"


# The calendar


@pytest.mark.parametrize(
    ("zone", "starts_at", "written"),
    [
        ("Europe/Moscow", WINTER, "DTSTART;TZID=Europe/Moscow:20361201T193000"),
        ("Europe/Berlin", WINTER, "DTSTART;TZID=Europe/Berlin:20361201T173000"),
        ("Europe/Berlin", SUMMER, "DTSTART;TZID=Europe/Berlin:20360701T183000"),
        ("Asia/Irkutsk", WINTER, "DTSTART;TZID=Asia/Irkutsk:20361202T003000"),
        # It is half past two for the second time that night, and only UTC can say so.
        ("Europe/Berlin", AGAIN, "DTSTART:20361026T013000Z"),
    ],
)
def test_the_event_is_at_the_cinema_s_time(api, settings, zone, starts_at, written):
    settings.TIME_ZONE = zone
    booked = sell(starts_at=starts_at)
    assert written in get(api, booked, "ics").content.decode().splitlines()
    found, seance = event(api, booked), Seance.objects.get()
    assert found["DTSTART"].dt.astimezone(UTC) == seance.starts_at
    assert found["DTEND"].dt.astimezone(UTC) == seance.ends_at


@pytest.mark.parametrize("zone", ["Europe/Moscow", "Europe/Berlin"])
def test_the_time_zone_comes_along_as_it_is_around_the_showing(api, settings, zone):
    settings.TIME_ZONE = zone
    content = get(api, sell(), "ics").content
    [found] = Calendar.from_ical(content).walk("VTIMEZONE")
    assert found["TZID"] == zone
    carried = found.to_tz(lookup_tzid=False)
    for month in range(1, 13):
        noon = datetime(2036, month, 15, 12)
        assert carried.utcoffset(noon) == ZoneInfo(zone).utcoffset(noon)


def test_the_event_says_what_where_and_which_seats(api, settings):
    settings.SITE_URL = "https://tickets.example"
    booked = sell()
    found = event(api, booked)
    assert found["SUMMARY"] == "Стачка"
    assert found["LOCATION"] == "Казань, Красный зал"
    assert found["STATUS"] == "CONFIRMED"
    page = f"https://tickets.example/kazan/tickets/{booked.id}/"
    codes = [grouped(ticket.code) for ticket in booked.tickets]
    assert found["DESCRIPTION"].splitlines() == [
        f"ряд 1, место 1 · код {codes[0]}",
        f"ряд 1, место 2 · код {codes[1]}",
        "",
        page,
    ]
    assert found["URL"] == page


def test_without_a_storefront_there_is_no_link_and_no_secret(api, settings):
    settings.SITE_URL = ""
    booked = sell()
    content = get(api, booked, "ics").content
    assert b"URL" not in content
    assert str(booked.id).encode() not in content.replace(b"\r\n ", b"")


def test_a_reminder_comes_two_hours_before(api):
    [alarm] = event(api, sell()).walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(hours=-2)


def test_an_exchange_makes_it_a_later_version_of_the_same_event(api):
    booked = sell()
    first = event(api, booked)
    assert first["SEQUENCE"] == 0
    seats = seat_ids(Seance.objects.get())
    exchange(booking_id=booked.id, seat_ids=seats[4:6])
    moved = event(api, booked)
    assert moved["UID"] == first["UID"]
    assert moved["SEQUENCE"] == 1
    assert moved["DTSTAMP"].dt >= first["DTSTAMP"].dt
    assert "место 5" in moved["DESCRIPTION"]
    assert "место 1 " not in moved["DESCRIPTION"]


def test_the_event_s_name_is_its_own_and_gives_the_booking_away_to_nobody(api):
    booked = sell()
    name = str(event(api, booked)["UID"])
    assert str(booked.id) not in name
    assert booked.id.hex not in name
    other = book(order(Seance.objects.get(), seat_ids(Seance.objects.get())[5:6]))
    assert str(event(api, other)["UID"]) != name
