"""The schedule in a browser: dragging, typing and moving by keys."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, expect

from bookings.booking import book
from movies.business_day import day_of
from movies.models import Hall, Seance
from tests.making import make_hall, make_movie, make_seance, seat_ids
from tests.selling import order


def tomorrow(hour: int, minute: int = 0) -> datetime:
    local = timezone.localtime() + timedelta(days=1)
    return local.replace(hour=hour, minute=minute, second=0, microsecond=0)


@pytest.fixture
def halls(transactional_db: None) -> tuple[Hall, Hall]:
    return make_hall(name="A", turnaround=15), make_hall(name="B", turnaround=30)


@pytest.fixture
def seance(halls: tuple[Hall, Hall]) -> Seance:
    """In hall A from 12:00 to 14:00, and the hall until 14:15."""
    return make_seance(hall=halls[0], movie=make_movie("Aelita"), starts_at=tomorrow(12))


@pytest.fixture
def board(open_page, director: User):
    def board(view: str = "day", **options) -> Page:
        day = f"{tomorrow(12):%Y-%m-%d}"
        page = open_page(
            f"/admin/schedule/?day={day}&view={view}", user=director, locale="en-US", **options
        )
        expect(page.locator("#schedule")).to_contain_class("on-axis")
        return page

    return board


def block(page: Page, seance: Seance):
    return page.locator(f".block[data-seance='{seance.pk}']")


def spot(page: Page, hall: Hall, moment: datetime) -> tuple[float, float]:
    """Where a moment of a hall is on the screen."""
    lane = page.locator(f".day[data-day='{moment:%Y-%m-%d}'] .lane[data-hall='{hall.pk}']")
    box = lane.bounding_box()
    assert box
    opens = float(lane.locator("xpath=ancestor::section").get_attribute("data-opens") or 0)
    hours = float(page.locator("#schedule").get_attribute("data-hours") or 0)
    part = (moment.timestamp() - opens) / (hours * 3600)
    return box["x"] + part * box["width"], box["y"] + box["height"] / 2


def drag(page: Page, seance: Seance, hall: Hall, moment: datetime) -> None:
    """Takes the showing ten minutes after its start and holds it over a place."""
    grip = timedelta(minutes=10)
    page.mouse.move(*spot(page, seance.hall, timezone.localtime(seance.starts_at) + grip))
    page.mouse.down()
    page.mouse.move(*spot(page, hall, moment + grip), steps=4)


def fill(page: Page, hall: Hall, moment: datetime, film: str) -> None:
    page.locator("#plan").click()
    page.locator("#find-film").fill(film)
    page.locator("[name=hall]").select_option(str(hall.pk))
    page.locator("#new-showing [name=day]").fill(f"{moment:%Y-%m-%d}")
    page.locator("[name=time]").fill(f"{moment:%H:%M}")
    page.locator("[name=price]").fill("350")


def test_a_showing_dragged_to_a_free_place_is_moved_and_taken_back(board, seance, halls):
    page = board()
    drag(page, seance, halls[1], tomorrow(18, 30))
    expect(page.locator(".ghost .times")).to_have_text("18:30–20:30")
    expect(page.locator(".ghost")).not_to_contain_class("conflict")
    page.mouse.up()
    expect(page.locator("#toast.good")).to_contain_text("Aelita")
    seance.refresh_from_db()
    assert (seance.hall, seance.starts_at) == (halls[1], tomorrow(18, 30))
    assert seance.hall_free_at == tomorrow(21)

    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#toast.good")).to_contain_text("Taken back")
    seance.refresh_from_db()
    assert (seance.hall, seance.starts_at) == (halls[0], tomorrow(12))


def test_a_conflict_shows_while_dragging_and_is_refused(board, seance, halls):
    other = make_seance(hall=halls[1], movie=make_movie("Strike"), starts_at=tomorrow(18))
    page = board()
    # The film ends in time, but hall B needs half an hour before the next one.
    drag(page, seance, halls[1], tomorrow(15, 45))
    expect(page.locator(".ghost.conflict .note")).to_contain_text("Strike")
    expect(page.get_by_role("status").first).to_contain_text("Overlaps “Strike”")
    page.mouse.up()
    expect(page.locator("#toast.bad")).to_contain_text("The hall B is occupied then")
    expect(page.locator(".ghost")).to_have_count(0)
    expect(page.locator(f".lane[data-hall='{halls[0].pk}'] .block")).to_have_count(1)
    assert Seance.objects.get(pk=seance.pk).starts_at == tomorrow(12)
    assert Seance.objects.get(pk=other.pk).starts_at == tomorrow(18)


def test_what_was_planned_meanwhile_is_refused_and_then_shown(board, seance, halls):
    page = board()
    other = make_seance(hall=halls[1], starts_at=tomorrow(18))
    drag(page, seance, halls[1], tomorrow(18))
    expect(page.locator(".ghost")).not_to_contain_class("conflict")
    page.mouse.up()
    expect(page.locator("#toast.bad")).to_contain_text("The hall B is occupied then")
    expect(block(page, other)).to_be_visible()


def test_escape_lets_go(board, seance, halls):
    page = board()
    drag(page, seance, halls[1], tomorrow(18))
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(".ghost")).to_have_count(0)
    assert Seance.objects.get().starts_at == tomorrow(12)


def test_a_sold_showing_can_not_be_dragged_and_says_why(board, seance, halls):
    book(order(seance, seat_ids(seance)[:1]))
    page = board()
    drag(page, seance, halls[1], tomorrow(18))
    expect(page.locator("#toast.bad")).to_contain_text("film, hall and time are fixed")
    page.mouse.up()
    expect(page.locator(".ghost")).to_have_count(0)
    assert Seance.objects.get().starts_at == tomorrow(12)


def test_a_showing_is_dragged_to_another_day_of_the_week(board, seance, halls):
    page = board("week", viewport={"width": 1280, "height": 1200})
    weekday = tomorrow(12).isoweekday()
    target = tomorrow(20) + timedelta(days=1 if weekday < 7 else -1)
    drag(page, seance, halls[0], target)
    page.mouse.up()
    expect(page.locator("#toast.good")).to_be_visible()
    assert Seance.objects.get().starts_at == target


def test_a_showing_is_moved_by_keys(board, seance, halls):
    page = board()
    block(page, seance).focus()
    page.keyboard.press("m")
    expect(page.get_by_role("status").first).to_contain_text("Moving “Aelita”")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("status").first).to_contain_text("13:10–15:10, B: free.")
    page.keyboard.press("Enter")
    expect(page.locator("#toast.good")).to_be_visible()
    seance.refresh_from_db()
    assert (seance.hall, seance.starts_at) == (halls[1], tomorrow(13, 10))
    expect(block(page, seance)).to_be_focused()


def test_escape_restores_what_keys_have_moved(board, seance):
    page = board()
    block(page, seance).focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".ghost")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("status").first).to_contain_text("stays where it was")
    expect(page.locator(".ghost")).to_have_count(0)
    assert Seance.objects.get().starts_at == tomorrow(12)


def test_enter_opens_a_showing(board, seance):
    page = board()
    block(page, seance).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/movies/seance/{seance.pk}/change/")


def test_a_showing_is_typed_in_and_a_conflict_refused(board, seance, halls):
    page = board()
    fill(page, halls[0], tomorrow(14), "aeli")
    expect(page.locator("#preview")).to_contain_text("Overlaps “Aelita”")
    page.locator("#new-showing button.default").click()
    expect(page.locator("#new-showing .errornote")).to_contain_text("The hall A is occupied then")
    assert Seance.objects.count() == 1

    page.locator("[name=time]").fill("14:15")
    expect(page.locator("#preview")).to_contain_text("14:15–16:15, A: free.")
    page.locator("#new-showing button.default").click()
    expect(page.locator("#toast.good")).to_contain_text("Aelita")
    new = Seance.objects.latest("id")
    assert (new.hall, new.starts_at, new.price) == (halls[0], tomorrow(14, 15), 350)
    expect(block(page, new)).to_be_visible()


def test_a_click_on_a_free_place_fills_in_hall_and_time(board, seance, halls):
    page = board()
    page.mouse.click(*spot(page, halls[1], tomorrow(18, 35)))
    expect(page.locator("[name=hall]")).to_have_value(str(halls[1].pk))
    expect(page.locator("#new-showing [name=day]")).to_have_value(f"{tomorrow(12):%Y-%m-%d}")
    expect(page.locator("[name=time]")).to_have_value("18:35")
    expect(page.locator("#find-film")).to_be_focused()


def test_keys_turn_the_days(board, seance):
    page = board()
    page.keyboard.press("]")
    page.wait_for_url(f"**day={tomorrow(12) + timedelta(days=1):%Y-%m-%d}")
    page.keyboard.press("t")
    page.wait_for_url(f"**day={day_of(timezone.now()):%Y-%m-%d}")


def test_keys_turn_no_days_while_a_showing_is_moved_or_a_button_has_the_focus(board, seance):
    page = board()
    block(page, seance).focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("t")
    expect(page.locator(".ghost .times")).to_have_text("12:05–14:05")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("t")
    expect(page.locator("#toast.good")).to_be_visible()
    assert Seance.objects.get().starts_at == tomorrow(12, 5)


def test_enter_opens_a_showing_that_was_dragged(board, seance, halls):
    page = board()
    drag(page, seance, halls[1], tomorrow(18))
    page.mouse.up()
    expect(page.locator("#toast.good")).to_be_visible()
    block(page, seance).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/movies/seance/{seance.pk}/change/")


def test_a_day_is_typed(board, seance):
    page = board()
    field = page.locator("#go [name=day]")
    field.click(position={"x": 8, "y": 8})
    field.press_sequentially("12242027")
    expect(field).to_have_value("2027-12-24")
    expect(block(page, seance)).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**day=2027-12-24")


def test_without_a_network_it_is_said_that_nothing_was_done(board, seance, halls):
    page = board()
    drag(page, seance, halls[1], tomorrow(18))
    page.mouse.up()
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    page.context.set_offline(True)
    undo.click()
    expect(page.locator("#toast.bad")).to_contain_text("No answer that makes sense came back")
    drag(page, Seance.objects.get(), halls[0], tomorrow(20))
    page.mouse.up()
    expect(page.locator(".ghost")).to_have_count(0)
    expect(page.locator("#toast.bad")).to_contain_text("No answer that makes sense came back")
    fill(page, halls[0], tomorrow(21), "Aelita")
    page.locator("#new-showing button.default").click()
    expect(page.locator("#new-showing .errornote")).to_contain_text("No answer that makes sense")
    page.context.set_offline(False)
    page.locator("#new-showing button.default").click()
    expect(page.locator("#toast.good")).to_contain_text("Planned")


def test_a_time_after_midnight_is_the_night_after_the_day(board, seance, halls):
    page = board()
    night = tomorrow(0, 30) + timedelta(days=1)
    fill(page, halls[0], tomorrow(12), "Aelita")
    page.locator("[name=time]").fill("00:30")
    expect(page.locator("#preview")).to_contain_text("00:30–02:30, A: free.")
    page.locator("#new-showing button.default").click()
    expect(page.locator("#toast.good")).to_contain_text("Planned")
    new = Seance.objects.latest("id")
    assert new.starts_at == night
    expect(block(page, new)).to_be_visible()
    page.mouse.click(*spot(page, halls[1], tomorrow(23)))
    expect(page.locator("#new-showing [name=day]")).to_have_value(f"{tomorrow(12):%Y-%m-%d}")


@pytest.mark.parametrize("path", ["schedule", "planning"])
def test_a_film_is_found_by_its_words_and_with_e_for_yo(open_page, director, halls, path):
    make_movie("Ёлки и звёзды")
    make_movie("Aelita")
    page = open_page(f"/admin/{path}/", user=director, locale="en-US")
    if path == "schedule":
        page.locator("#plan").click()
    page.locator("#find-film").fill("звезды елки")
    expect(page.locator("#id_movie option")).to_have_count(1)
    expect(page.locator("#id_movie")).not_to_have_value("")
    page.locator("#find-film").fill("xyz")
    expect(page.locator("#no-films")).to_contain_text("No film is called that.")


def test_a_film_is_highlighted(board, seance, halls):
    other = make_seance(hall=halls[1], movie=make_movie("Strike"), starts_at=tomorrow(18))
    page = board()
    page.locator("#highlight").fill("stri")
    expect(block(page, seance)).to_contain_class("dim")
    expect(block(page, other)).not_to_contain_class("dim")


def test_a_finger_drags_too(board, seance, halls):
    page = board(viewport={"width": 820, "height": 1180}, has_touch=True)
    x, y = spot(page, halls[0], tomorrow(12, 10))
    to_x, to_y = spot(page, halls[1], tomorrow(14, 10))
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: dict[str, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    send("touchStart", {"x": x, "y": y})
    send("touchMove", {"x": (x + to_x) / 2, "y": (y + to_y) / 2})
    send("touchMove", {"x": to_x, "y": to_y})
    send("touchEnd")
    expect(page.locator("#toast.good")).to_be_visible()
    seance.refresh_from_db()
    assert (seance.hall, seance.starts_at) == (halls[1], tomorrow(14))


def test_a_block_is_as_long_as_its_film_and_the_turnaround(board, seance, halls):
    page = board()
    film = block(page, seance).locator(".film").bounding_box()
    tail = block(page, seance).locator(".tail").bounding_box()
    assert film
    assert tail
    assert film["x"] == pytest.approx(spot(page, halls[0], tomorrow(12))[0], abs=1)
    assert tail["x"] == pytest.approx(spot(page, halls[0], tomorrow(14))[0], abs=1)
    end = spot(page, halls[0], tomorrow(14, 15))[0]
    assert tail["x"] + tail["width"] == pytest.approx(end, abs=1)
