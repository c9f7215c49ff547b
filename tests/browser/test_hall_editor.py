"""Drawing a hall in a browser: the database ends up with what was drawn."""

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, Route, expect

from bookings.booking import book
from movies import halls
from movies.models import Hall, Seat
from tests.browser.conftest import TABLET
from tests.making import make_category, make_hall, make_seance
from tests.selling import order

CELL, LEFT, TOP = 32, 56, 48


@pytest.fixture
def hall(transactional_db: None) -> Hall:
    make_category("Standard")
    make_category("VIP", "250")
    return make_hall(rows=0, name="Red")


@pytest.fixture
def open_editor(open_page, director):
    def open_editor(hall: Hall, **options: Any) -> Page:
        address = reverse("admin:hall_editor", args=[hall.pk])
        page = open_page(address, user=director, locale="en-US", **options)
        expect(page.locator("#hall-editor.ready")).to_be_visible()
        return page

    return open_editor


def point(page: Page, x: int, y: int) -> tuple[float, float]:
    """The middle of a cell on the screen, scrolled into view."""
    svg = page.locator("svg.hall")
    place: dict[str, float] = svg.evaluate(
        """(svg, [x, y]) => {
            const view = svg.parentElement;
            const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
            view.scrollTo(x * scale - view.clientWidth / 2, y * scale - view.clientHeight / 2);
            view.scrollIntoView({ block: "nearest" });
            const box = svg.getBoundingClientRect();
            return { x: box.left + x * scale, y: box.top + y * scale };
        }""",
        [LEFT + (x + 0.5) * CELL, TOP + (y + 0.5) * CELL],
    )
    return place["x"], place["y"]


def drag(page: Page, start: tuple[int, int], end: tuple[int, int], *, shift: bool = False) -> None:
    if shift:
        page.keyboard.down("Shift")
    page.mouse.move(*point(page, *start))
    page.mouse.down()
    page.mouse.move(*point(page, *end), steps=3)
    page.mouse.up()
    if shift:
        page.keyboard.up("Shift")


def tap(page: Page, x: int, y: int) -> None:
    page.mouse.click(*point(page, x, y))


def press(page: Page, action: str) -> None:
    page.locator(f"[data-action={action}]").click()


def choose(page: Page, tool: str) -> None:
    page.locator(f"[data-tool={tool}]").click()


def seat_at(page: Page, x: int, y: int) -> Locator:
    return page.locator(f'.place[data-cell="{x},{y}"]')


def total(page: Page, seats: int) -> None:
    expect(page.locator(".total")).to_have_text(str(seats))


def save(page: Page) -> None:
    press(page, "save")
    expect(page.get_by_role("status")).to_contain_text("Saved", timeout=20_000)
    expect(page.locator(".unsaved")).to_be_hidden()


def cells(hall: Hall) -> dict[tuple[int, int], Seat]:
    return {(seat.x, seat.y): seat for seat in hall.seats.select_related("category")}


def test_an_irregular_hall_of_300_seats_is_drawn_and_saved(open_editor, hall):
    page = open_editor(hall)
    press(page, "shape")
    form = page.locator("#shape")
    for field, value in {
        "rows": "15",
        "seats": "20",
        "columns": "10",
        "crossings": "8",
        "first": "12",
        "full": "5",
    }.items():
        form.locator(f"[name={field}]").fill(value)
    form.get_by_role("button", name="Draw").click()
    total(page, 280)
    # A last row from wall to wall, across the aisle, and a few seats more at the sides.
    drag(page, (1, 17), (21, 17))
    total(page, 301)
    choose(page, "erase")
    tap(page, 1, 17)
    total(page, 300)

    press(page, "number")
    form = page.locator("#numbering")
    form.locator("[name=direction]").select_option("middle")
    form.locator(".row-names input").last.fill("Б1")
    form.locator("button.default").click()
    expect(form).to_be_hidden()

    page.locator(".palette").get_by_text("VIP").click()
    choose(page, "paint")
    drag(page, (5, 13), (17, 14))
    choose(page, "wheelchair")
    drag(page, (1, 16), (2, 16))
    expect(page.locator(".wheelchairs")).to_have_text("2")

    choose(page, "erase")
    drag(page, (1, 1), (21, 3))
    press(page, "undo")
    total(page, 300)
    save(page)

    drawn = cells(hall)
    assert len(drawn) == 300
    assert {xy for xy, seat in drawn.items() if seat.wheelchair} == {(1, 16), (2, 16)}
    vip = {xy for xy, seat in drawn.items() if seat.category.name == "VIP"}
    assert vip == {(x, y) for x in range(5, 18) for y in (13, 14) if x != 11}
    assert [drawn[x, 16].number for x in (1, 10, 12, 21)] == [19, 1, 2, 20]
    assert {seat.row for (_x, y), seat in drawn.items() if y == 17} == {"Б1"}
    assert [drawn[5, y].row for y in (1, 2)] == ["1", "2"]
    assert (4, 1) not in drawn
    assert (11, 5) not in drawn
    assert (5, 9) not in drawn


def test_the_editor_goes_on_after_saving_with_what_was_saved(open_editor, hall):
    page = open_editor(hall)
    drag(page, (2, 2), (5, 3))
    total(page, 8)
    save(page)
    before = cells(hall)
    choose(page, "select")
    drag(page, (2, 2), (3, 2))
    page.keyboard.press("Alt+ArrowUp")
    press(page, "copyLines")
    save(page)
    after = cells(hall)
    assert after[2, 1].pk == before[2, 2].pk
    assert [after[x, 2].row for x in (2, 3)] == ["3", "3"]
    page.reload()
    total(page, 10)


def test_sold_seats_are_locked_and_the_tools_say_why(open_editor, hall):
    make_seats(hall)
    seance = make_seance(hall=hall)
    first, second = hall.seats.order_by("x")[:2]
    book(order(seance, [first.pk, second.pk]))
    page = open_editor(hall)
    expect(seat_at(page, 1, 1).locator(".lock")).to_have_count(1)
    choose(page, "erase")
    drag(page, (1, 1), (4, 1))
    alert = page.get_by_role("alert").filter(visible=True)
    expect(alert).to_contain_text("can't be removed: row 1: 1, 2.")
    total(page, 4)
    press(page, "number")
    form = page.locator("#numbering")
    form.locator("[name=start]").fill("7")
    form.locator("button.default").click()
    expect(form.locator(".problem")).to_contain_text("row 1: 1, 2")
    form.locator("[data-close]").click()
    drag(page, (3, 1), (4, 1))
    total(page, 2)
    save(page)
    assert set(cells(hall)) == {(1, 1), (2, 1)}


def test_a_seat_sold_while_the_plan_was_drawn_is_named_and_can_be_put_back(open_editor, hall):
    make_seats(hall)
    page = open_editor(hall)
    choose(page, "erase")
    drag(page, (1, 1), (2, 1))
    choose(page, "draw")
    drag(page, (1, 2), (4, 2))
    book(order(make_seance(hall=hall), [hall.seats.get(x=2).pk]))
    press(page, "save")
    expect(page.locator(".refusal")).to_contain_text("can't be removed: row 1: 2.")
    assert hall.seats.count() == 4
    page.locator(".restore").click()
    total(page, 7)
    save(page)
    assert set(cells(hall)) == {(2, 1), (3, 1), (4, 1), *[(x, 2) for x in range(1, 5)]}


def test_a_seat_is_not_put_back_in_the_place_of_another(open_editor, hall):
    make_seats(hall)
    page = open_editor(hall)
    choose(page, "erase")
    tap(page, 1, 1)
    choose(page, "select")
    tap(page, 3, 1)
    drag(page, (3, 1), (1, 1))
    book(order(make_seance(hall=hall), [hall.seats.get(x=1).pk]))
    press(page, "save")
    page.locator(".restore").click()
    expect(page.locator(".refusal")).to_contain_text("Another seat is in the way: row 1: 3.")
    expect(page.locator(".restore")).to_be_visible()
    total(page, 3)
    tap(page, 1, 1)
    drag(page, (1, 1), (3, 2))
    press(page, "save")
    page.locator(".restore").click()
    expect(seat_at(page, 1, 1).locator(".lock.fixed")).to_have_count(1)
    save(page)
    assert {xy: seat.number for xy, seat in cells(hall).items()} == {
        (1, 1): 1,
        (2, 1): 2,
        (3, 2): 3,
        (4, 1): 4,
    }


def test_nothing_is_drawn_while_a_plan_is_saved(open_editor, hall):
    page = open_editor(hall)
    drag(page, (1, 1), (4, 1))
    asked: list[Route] = []
    page.route(
        "**/seats/",
        lambda route: asked.append(route) if route.request.method == "POST" else route.fallback(),
    )
    press(page, "save")
    drag(page, (1, 3), (4, 3))
    page.keyboard.press("Control+z")
    press(page, "save")
    expect(page.get_by_role("status")).to_have_text("Saving…")
    total(page, 4)
    (request,) = asked
    request.continue_()
    expect(page.get_by_role("status")).to_contain_text("Saved. Seats added: 4", timeout=20_000)
    drag(page, (1, 3), (4, 3))
    total(page, 8)
    expect(page.locator(".unsaved")).to_be_visible()


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(open_editor, hall):
    make_seats(hall)
    page = open_editor(hall)
    drag(page, (1, 2), (4, 2))
    halls.seat_delete(hall.seats.get(x=4).pk)
    press(page, "save")
    expect(page.locator(".refusal")).to_contain_text("Somebody else has changed")
    expect(page.locator(".compare")).to_be_visible()
    total(page, 8)
    assert hall.seats.count() == 3


def test_the_same_number_twice_is_shown_and_not_saved(open_editor, hall):
    make_seats(hall)
    page = open_editor(hall)
    drag(page, (1, 3), (4, 3))
    press(page, "number")
    form = page.locator("#numbering")
    form.locator(".row-names input").last.fill("1")
    form.locator("button.default").click()
    expect(page.locator(".twice")).to_contain_text("row 1: 1, 1")
    press(page, "save")
    expect(page.locator(".refusal")).to_be_visible()
    assert hall.seats.count() == 4


def test_a_hall_is_drawn_with_the_keyboard_alone(open_editor, hall):
    page = open_editor(hall)
    page.locator("svg.hall").focus()
    page.keyboard.press("d")
    for key in ("ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowDown", "Enter"):
        page.keyboard.press(key)
    total(page, 6)
    page.keyboard.press("Escape")
    page.keyboard.press("w")
    page.keyboard.press("Space")
    expect(page.get_by_role("status")).to_contain_text("wheelchair")
    page.keyboard.press("e")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("status")).to_contain_text("row 2, seat 2, Standard")
    page.keyboard.press("Space")
    total(page, 5)
    page.keyboard.press("Control+z")
    total(page, 6)
    page.keyboard.press("Control+Shift+z")
    total(page, 5)
    page.keyboard.press("Control+s")
    expect(page.get_by_role("status")).to_contain_text("Saved", timeout=20_000)
    assert {(x, y) for x, y in cells(hall)} == {(2, 1), (3, 1), (4, 1), (2, 2), (4, 2)}
    assert cells(hall)[4, 2].wheelchair


def test_columns_and_lines_are_put_in_and_taken_out(open_editor, hall):
    make_seats(hall)
    page = open_editor(hall)
    choose(page, "select")
    tap(page, 3, 1)
    press(page, "insertColumn")
    press(page, "insertLine")
    save(page)
    assert set(cells(hall)) == {(1, 2), (2, 2), (4, 2), (5, 2)}
    tap(page, 4, 2)
    press(page, "removeColumn")
    save(page)
    assert set(cells(hall)) == {(1, 2), (2, 2), (4, 2)}


def test_half_a_hall_is_mirrored(open_editor, hall):
    page = open_editor(hall)
    drag(page, (1, 1), (3, 1))
    drag(page, (2, 2), (3, 2))
    choose(page, "select")
    drag(page, (1, 1), (3, 2))
    press(page, "mirror")
    total(page, 10)
    save(page)
    assert {x for x, y in cells(hall) if y == 2} == {2, 3, 5, 6}


def test_seats_are_dragged_elsewhere(open_editor, hall):
    make_seats(hall)
    page = open_editor(hall)
    choose(page, "select")
    drag(page, (1, 1), (2, 1))
    drag(page, (1, 1), (1, 4))
    save(page)
    assert set(cells(hall)) == {(1, 4), (2, 4), (3, 1), (4, 1)}


def test_leaving_with_unsaved_seats_is_asked_about(open_editor, hall):
    page = open_editor(hall)
    drag(page, (1, 1), (3, 1))
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Red").click()
    expect(page.locator(".unsaved")).to_be_visible()
    assert asked == ["beforeunload"]
    save(page)
    page.get_by_role("link", name="Red").click()
    expect(page).to_have_url(re.compile(rf"/hall/{hall.pk}/change/$"))


def test_a_finger_draws_on_a_tablet(open_editor, hall):
    page = open_editor(hall, viewport=TABLET, has_touch=True)
    page.touchscreen.tap(*point(page, 3, 3))
    total(page, 1)
    save(page)
    assert set(cells(hall)) == {(3, 3)}


def test_two_fingers_draw_nothing(open_editor, hall):
    page = open_editor(hall, has_touch=True)
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *cells: tuple[int, int]) -> None:
        places = [point(page, *cell) for cell in cells]
        fingers = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(places)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    touch("touchStart", (2, 2))
    touch("touchStart", (2, 2), (8, 6))
    touch("touchMove", (3, 3), (9, 7))
    touch("touchEnd")
    tap(page, 5, 5)
    total(page, 1)


def test_escape_calls_a_drag_off_and_leaves_what_is_selected(open_editor, hall):
    make_seats(hall)
    page = open_editor(hall)
    choose(page, "select")
    drag(page, (1, 1), (2, 1))
    page.mouse.move(*point(page, 1, 1))
    page.mouse.down()
    page.mouse.move(*point(page, 1, 4), steps=3)
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(".selected")).to_have_text("2")
    expect(seat_at(page, 1, 1)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".selected")).to_have_text("0")


def test_single_keys_work_on_the_map_only(open_editor, hall):
    make_seats(hall)
    page = open_editor(hall)
    tap(page, 5, 1)
    total(page, 5)
    for elsewhere in (
        "[data-action=zoomIn]",
        ".breadcrumbs a >> nth=0",
        "[name=category] >> nth=0",
    ):
        page.locator(elsewhere).focus()
        for key in ("Backspace", "Delete", "e", "2"):
            page.keyboard.press(key)
    total(page, 5)
    expect(page.locator("[data-tool=draw]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[name=category]").first).to_be_checked()
    page.locator("svg.hall").focus()
    for key in ("e", "2", "Backspace"):
        page.keyboard.press(key)
    total(page, 4)
    expect(page.locator("[data-tool=erase]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[name=category]").nth(1)).to_be_checked()


def make_seats(hall: Hall) -> None:
    """A row of four."""
    category = make_category("Standard")
    Seat.objects.bulk_create(
        Seat(hall=hall, row="1", number=x, x=x, y=1, category=category) for x in range(1, 5)
    )
