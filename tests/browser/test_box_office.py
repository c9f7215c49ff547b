"""A customer at the box office, in a browser."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from bookings.booking import book
from bookings.models import Booking
from movies.business_day import day_of
from movies.models import Seance, Seat
from tests.making import make_hall, make_movie, make_seance, seat_ids
from tests.selling import order

ENGLISH = {"locale": "en-US"}


@pytest.fixture
def seance(director) -> Seance:
    """In a moment, at 250 a seat; another one beside it."""
    soon = timezone.now() + timedelta(minutes=20)
    make_seance(movie=make_movie("Strike"), hall=make_hall(name="Small"), starts_at=soon)
    hall = make_hall(rows=6, seats=9, name="Great")
    return make_seance(movie=make_movie("Aelita"), hall=hall, starts_at=soon)


def at(seance: Seance) -> str:
    return f"/admin/box-office/?seance={seance.pk}"


def day_of_it(seance: Seance) -> str:
    """The list with this showing; at six in the morning it is tomorrow's."""
    return f"/admin/box-office/?day={day_of(seance.starts_at)}"


def press(page: Page, *keys: str) -> int:
    """Types like a cashier, into whatever has the focus. Returns how many presses that were."""
    pressed = 0
    for key in keys:
        if key in ("Enter", "Escape", "Space", "Home", "End", "F2", "F8") or "Arrow" in key:
            page.keyboard.press(key)
            pressed += 1
        else:
            page.keyboard.type(key)
            pressed += len(key)
    return pressed


def impatient(page: Page) -> Page:
    """Waits for an answer for two seconds only."""
    page.evaluate(
        "const timeout = AbortSignal.timeout.bind(AbortSignal);"
        "AbortSignal.timeout = (length) => timeout(length / 5);"
    )
    return page


def chosen(page: Page) -> list[int]:
    ticked = page.locator("input[name=seats]:checked")
    return sorted(int(seat.get_attribute("value") or 0) for seat in ticked.all())


def seat(page: Page, row: int, number: int):
    return page.locator(f"input[name=seats][data-row='{row}'][data-number='{number}']")


def test_a_sale_by_keyboard_alone(open_page, director, seance):
    page = open_page(day_of_it(seance), user=director, **ENGLISH)
    # A real dialog would swallow what is typed meanwhile.
    page.context.add_init_script(
        "window.print = () => { document.documentElement.dataset.printed = true }"
    )
    expect(page.locator("#id_q")).to_be_focused()
    presses = press(page, "aeli", "Enter")
    expect(page.locator("#quick")).to_be_focused()
    presses += press(page, "5 4-6", "Enter")
    expect(page.locator(".total")).to_contain_text("750.00")
    presses += press(page, "Enter")
    expect(page.locator("#id_given")).to_be_focused()
    presses += press(page, "1000,50")
    expect(page.locator(".change")).to_contain_text("250.50")
    presses += press(page, "Enter")
    expect(page.locator(".sold-change")).to_contain_text("250.50")
    booking = Booking.objects.get()
    assert (booking.total, booking.paid_by, booking.sold_by) == (750, "cash", director)
    expect(page.locator(".codes code")).to_have_text(
        list(booking.tickets.order_by("id").values_list("code", flat=True))
    )
    expect(page.locator(".print")).to_be_focused()
    with page.context.expect_page() as printing:
        presses += press(page, "Enter")
    expect(printing.value.locator(".ticket")).to_have_count(3)
    expect(printing.value.locator("[data-printed]")).to_be_attached()
    printing.value.close()
    presses += press(page, "Escape")
    expect(page.locator(f"#showing-{seance.pk} a")).to_be_focused()
    assert presses <= 26, "a customer takes less than 15 seconds"
    press(page, "Enter", "2")  # the hall need not be there yet
    expect(page.locator("#quick")).to_have_value("2")
    press(page, "Enter", "F8")
    expect(page.locator("[type=submit].default")).to_be_focused()
    press(page, "Enter")
    expect(page.locator(".print")).to_be_focused()
    assert Booking.objects.get(paid_by="card").tickets.count() == 2


def test_seats_are_chosen_on_the_map_with_arrows(open_page, director, seance):
    page = open_page(at(seance), user=director, **ENGLISH)
    book(order(seance, [seat_ids(seance)[1]]))
    page.reload()
    seat(page, 1, 1).focus()
    press(page, "ArrowRight", "Space")  # over the seat that is taken
    press(page, "ArrowDown", "ArrowRight", "Space", "ArrowUp", "End")
    ticked = Seat.objects.filter(pk__in=chosen(page)).values_list("row", "number")
    assert set(ticked) == {("1", 3), ("2", 4)}
    press(page, "Enter")
    expect(page.locator("#id_given")).to_be_focused()
    assert not Booking.objects.filter(sold_by=director).exists()


def test_a_sale_with_the_mouse(open_page, director, seance):
    page = open_page(day_of_it(seance), user=director, **ENGLISH)
    page.locator(f"#showing-{seance.pk} a").click()
    page.locator(".best-seats[data-number='2']").click()
    expect(page.locator(".count")).to_have_text("2")
    page.locator("label.seat", has=seat(page, 1, 1)).click()
    expect(page.locator(".sum")).to_contain_text("750.00")
    page.get_by_text("Card").click()
    expect(page.locator("#id_given")).to_be_hidden()
    page.locator("[type=submit].default").click()
    expect(page.locator(".sold-total")).to_contain_text("750.00")
    page.locator(".next").click()
    expect(page.locator(".no-sale")).to_be_visible()
    expect(page.locator(f"#showing-{seance.pk}")).to_contain_text("51")


def test_a_seat_that_somebody_else_buys_is_named_and_the_rest_stays(open_page, director, seance):
    page = open_page(at(seance), user=director, **ENGLISH)
    press(page, "1 1-3", "Enter")
    book(order(seance, seat_ids(seance)[1:2]))
    expect(page.locator(".refusals")).to_contain_text("row 1, seat 2")
    assert chosen(page) == [seat_ids(seance)[0], seat_ids(seance)[2]]
    expect(page.locator(".count")).to_have_text("2")


def test_a_seat_lost_in_the_last_moment_is_named(open_page, director, seance):
    page = open_page(at(seance), user=director, **ENGLISH)
    page.route("**/taken/", lambda route: route.abort())  # it is not told beforehand
    press(page, "1 1-3", "Enter", "Enter", "900")
    book(order(seance, seat_ids(seance)[1:2]))
    press(page, "Enter")
    expect(page.locator(".refusals")).to_contain_text("row 1, seat 2")
    assert chosen(page) == [seat_ids(seance)[0], seat_ids(seance)[2]]
    expect(page.locator("#id_given")).to_have_value("900")
    page.locator("[type=submit].default").click()
    expect(page.locator(".sold-total")).to_contain_text("500.00")


def test_a_sale_whose_answer_is_lost_is_made_once(open_page, director, seance):
    page = open_page(at(seance), user=director, **ENGLISH)

    sent: list[str] = []

    def lose_the_first_answer(route):
        if route.request.method != "POST" or sent:
            route.fallback()
            return
        sent.append(route.request.url)
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/box-office/?*", lose_the_first_answer)
    press(page, "5 4-6", "Enter", "Enter", "Enter")
    expect(page.locator(".refusals")).to_contain_text("nothing is sold twice")
    assert Booking.objects.count() == 1
    assert len(chosen(page)) == 3
    expect(page.locator("[type=submit].default")).to_be_focused()
    press(page, "Enter")
    expect(page.locator(".sold-total")).to_contain_text("750.00")
    assert Booking.objects.count() == 1


def test_a_sale_that_nobody_answers_can_be_sent_again(open_page, director, seance):
    page = impatient(open_page(at(seance), user=director, **ENGLISH))
    # Before anything is typed: a request may slip through in the moment in which this begins.
    page.route("**/box-office/?*", lambda _route: None)  # not even refused
    press(page, "5 4-6", "Enter", "Enter", "Enter")
    expect(page.locator(".refusals")).to_contain_text("nothing is sold twice")
    page.unroute("**/box-office/?*")
    expect(page.locator("[type=submit].default")).to_be_focused()
    press(page, "Enter")
    expect(page.locator(".sold-total")).to_contain_text("750.00")
    assert Booking.objects.count() == 1


def test_a_network_without_a_word_is_said(open_page, director, seance):
    page = impatient(open_page(at(seance), user=director, **ENGLISH))
    page.route("**/taken/", lambda _route: None)
    expect(page.locator(".refusals")).to_contain_text("No connection")
    page.unroute("**/taken/")
    expect(page.locator(".refusals")).to_be_empty()


def test_a_hall_that_does_not_come_is_given_up_by_escape(open_page, director, seance):
    page = open_page(day_of_it(seance), user=director, **ENGLISH)
    page.route("**part=sale*", lambda _route: None)
    press(page, "aeli", "Enter", "2", "Escape", "strike")
    expect(page.locator("#id_q")).to_have_value("strike")
    page.unroute("**part=sale*")
    press(page, "Enter", "2")
    expect(page.locator("#quick")).to_have_value("2")
    expect(page.locator(".sale-head h2")).to_have_text("Strike")


def test_nothing_is_sold_for_another_price_than_the_page_has_shown(open_page, director, seance):
    page = open_page(at(seance), user=director, **ENGLISH)
    press(page, "5 4-6", "Enter")
    expect(page.locator(".total")).to_contain_text("750.00")
    Seance.objects.filter(pk=seance.pk).update(price=300)
    press(page, "Enter", "Enter")
    expect(page.locator(".refusals")).to_contain_text("900.00")
    expect(page.locator(".total")).to_contain_text("900.00")
    assert not Booking.objects.exists()
    page.locator("[type=submit].default").click()
    expect(page.locator(".sold-total")).to_contain_text("900.00")


def test_whoever_is_logged_out_is_led_to_the_login(open_page, director, seance):
    page = open_page(at(seance), user=director, **ENGLISH)
    page.context.clear_cookies()
    expect(page).to_have_url(re.compile("/login/"))


def test_what_is_typed_wrong_is_said(open_page, director, seance):
    page = open_page(at(seance), user=director, **ENGLISH)
    book(order(seance, seat_ids(seance)[:1]))
    expect(seat(page, 1, 1)).to_have_count(0)
    for typed, said in (
        ("nonsense", "Type a row and seats"),
        ("1 1,2", "Not free: row 1, seat 1"),
        ("9 1", "Not free: row 9, seat 1"),
        ("70", "at most 10"),
    ):
        page.locator("#quick").fill(typed)
        press(page, "Enter")
        expect(page.locator(".refusals")).to_contain_text(said)
    assert chosen(page) == seat_ids(seance)[1:2]


def test_the_list_is_filtered_and_walked_by_keys(open_page, director, seance):
    page = open_page(day_of_it(seance), user=director, **ENGLISH)
    press(page, f"{timezone.localtime(seance.starts_at):%H:%M}"[:4])
    expect(page.locator(".showing:visible")).to_have_count(2)
    press(page, " strike")
    expect(page.locator(".showing:visible")).to_have_count(1)
    page.locator("#id_q").fill("")
    press(page, "ArrowDown", "ArrowDown", "ArrowUp", "ArrowDown", "Enter")
    expect(page.locator("#quick")).to_be_focused()
    press(page, "Escape")
    expect(page.locator("#id_q")).to_be_focused()
    press(page, "nothing like it")
    expect(page.locator(".elsewhere")).to_be_visible()
    press(page, "Enter")  # looks on the days to come
    expect(page.locator(".nothing")).to_be_visible()
    expect(page.locator(".elsewhere")).to_have_count(0)


def test_without_scripts_it_is_links_and_a_form(open_page, director, seance):
    page = open_page(day_of_it(seance), user=director, java_script_enabled=False, **ENGLISH)
    page.locator(f"#showing-{seance.pk} a").click()
    page.locator(".best-seats[data-number='3']").click()
    page.locator("#id_given").fill("1000")
    page.locator("[type=submit].default").click()
    expect(page.locator(".sold-change")).to_contain_text("250.00")
    page.locator(".next").click()
    expect(page.locator(".no-sale")).to_be_visible()
    assert Booking.objects.get().tickets.count() == 3


def test_tickets_are_printed_with_one_picture_each(open_page, director, seance):
    booked = book(order(seance, seat_ids(seance)[:3]))
    page = open_page(f"/admin/box-office/{booked.id}/print/", user=director, **ENGLISH)
    page.emulate_media(media="print")
    expect(page.locator(".ticket svg.picture")).to_have_count(3)
    expect(page.locator("nav")).to_be_hidden()
    page.set_viewport_size({"width": 300, "height": 800})  # 80 mm
    assert page.evaluate("document.documentElement.scrollWidth") <= 300
