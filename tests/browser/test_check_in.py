"""The page at the door, on a phone: a real Chromium whose camera sees a ticket's QR code."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import segno
from django.contrib.auth.models import Permission, User
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from bookings.booking import book, cancel
from bookings.models import Ticket
from movies.models import Seance
from tests.browser.conftest import CHROMIUM, DESK, FLAGS, PHONE, Opener
from tests.making import make_hall, make_movie, make_seance, make_staff, seat_ids
from tests.polling import eventually
from tests.selling import order

pytestmark = pytest.mark.django_db(transaction=True)

CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
WIDTH, HEIGHT, FRAMES_A_SECOND = 320, 240, 5
PATIENCE = 20_000


@pytest.fixture
def doorkeeper(transactional_db: None) -> User:
    """Somebody who may do nothing else."""
    user = make_staff("anna", superuser=False)
    user.user_permissions.add(Permission.objects.get(codename="check_in_ticket"))
    return user


@pytest.fixture
def seance(transactional_db: None) -> Seance:
    return make_seance(
        hall=make_hall(name="Большой зал", rows=6, seats=12),
        movie=make_movie("Броненосец «Потёмкин»", age_rating="18+"),
        starts_at=timezone.now() + timedelta(minutes=25),
    )


@pytest.fixture
def ticket(seance: Seance) -> Ticket:
    """For row 5, seat 7."""
    return sold(seance, 54)


@pytest.fixture
def browser(browser: Browser, ticket: Ticket, tmp_path: Path) -> Iterator[Browser]:
    """Whose camera sees the ticket. It is chosen when Chromium starts."""
    film = film_of(ticket.code, tmp_path / "camera.y4m")
    flags = [*FLAGS, *CAMERA, f"--use-file-for-fake-video-capture={film}"]
    phone = browser.browser_type.launch(executable_path=CHROMIUM, args=flags)
    yield phone
    phone.close()


@pytest.fixture
def page(open_page: Opener, doorkeeper: User) -> Page:
    return at_the_door(open_page, doorkeeper)


def at_the_door(open_page: Opener, user: User, door: str = "", **options: Any) -> Page:
    options = {"viewport": PHONE, "has_touch": True, **options}
    return open_page(f"/admin/check-in/{door}", user=user, locale="en-US", **options)


def sold(seance: Seance, place: int) -> Ticket:
    booked = book(order(seance, seat_ids(seance)[place : place + 1]))
    return Ticket.objects.get(booking=booked.id)


def film_of(code: str, path: Path) -> Path:
    """What a camera sees: a QR code for two seconds, nothing for four; and again."""
    blank = bytes([128]) * (WIDTH * HEIGHT)
    colourless = bytes([128]) * (WIDTH * HEIGHT // 2)
    frames = [picture_of(code)] * (2 * FRAMES_A_SECOND) + [blank] * (4 * FRAMES_A_SECOND)
    with path.open("wb") as film:
        film.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{FRAMES_A_SECOND}:1 Ip A1:1 C420\n".encode())
        for grey in frames:
            film.write(b"FRAME\n" + grey + colourless)
    return path


def picture_of(code: str) -> bytes:
    """The QR code in the middle of a grey frame."""
    modules = list(segno.make(code, micro=False, error="m").matrix_iter(scale=6, border=4))
    left, top = (WIDTH - len(modules)) // 2, (HEIGHT - len(modules)) // 2
    rows = [bytearray([128]) * WIDTH for _row in range(HEIGHT)]
    for y, row in enumerate(modules):
        rows[top + y][left : left + len(row)] = bytes(16 if dark else 235 for dark in row)
    return b"".join(rows)


def type_code(page: Page, code: str) -> None:
    page.get_by_label("Code of the ticket").fill(code)
    page.get_by_role("button", name="Check", exact=True).click()


def expect_answer(page: Page, kind: str, *parts: str) -> None:
    expect(page.locator("#check-in")).to_have_attribute("data-kind", kind, timeout=PATIENCE)
    for part in parts:
        expect(page.locator("#result")).to_contain_text(part)


def test_the_camera_admits_a_ticket_and_the_second_time_says_when_it_was_used(page, ticket):
    page.get_by_role("button", name="Scan with the camera").tap()
    expect_answer(page, "valid", "Valid", "Row 5, seat 7", "Большой зал", "18+: check the age")
    expect(page.locator("#showings")).to_contain_text("1 of 1")
    ticket.refresh_from_db()
    assert ticket.checked_in_by.username == "anna"
    # The camera looks on, and sees the same ticket once more.
    used_at = f"{timezone.localtime(ticket.checked_in_at):%H:%M}"
    expect_answer(page, "used", "Already used", f"At {used_at}", "by you")


def test_a_phone_whose_camera_was_on_starts_with_it(page):
    page.get_by_role("button", name="Scan with the camera").tap()
    expect(page.get_by_role("button", name="Camera off")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Camera off")).to_be_visible()
    page.get_by_role("button", name="Camera off").tap()
    expect(page.get_by_role("button", name="Scan with the camera")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Scan with the camera")).to_be_visible()


def test_a_browser_that_reads_codes_itself_needs_no_library(page, ticket):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(
        """code => {
            window.BarcodeDetector = class {
                static getSupportedFormats() { return Promise.resolve(["qr_code"]); }
                detect() { return Promise.resolve([{rawValue: "https://kino.example/t/" + code}]); }
            };
        }""",
        ticket.code,
    )
    page.get_by_role("button", name="Scan with the camera").tap()
    expect_answer(page, "valid", "Row 5, seat 7")
    assert not [url for url in asked if "jsqr" in url]


def test_a_camera_whose_codes_can_not_be_read_is_turned_off_and_on_again(page, ticket):
    page.evaluate(
        """code => {
            let failed = false;
            window.BarcodeDetector = class {
                static getSupportedFormats() { return Promise.resolve(["qr_code"]); }
                detect() {
                    if (failed) return Promise.resolve([{rawValue: code}]);
                    failed = true;
                    throw new Error("out of memory");
                }
            };
        }""",
        ticket.code,
    )
    page.get_by_role("button", name="Scan with the camera").tap()
    expect(page.locator("[data-problem=undecodable]")).to_be_visible()
    page.get_by_role("button", name="Scan with the camera").tap()
    expect_answer(page, "valid", "Row 5, seat 7")


def test_of_two_tickets_in_view_each_is_asked_about_once(page, seance, ticket):
    asked = []
    page.on("request", lambda request: asked.append(request.method))
    page.evaluate(
        """codes => {
            window.looked = 0;
            window.BarcodeDetector = class {
                static getSupportedFormats() { return Promise.resolve(["qr_code"]); }
                detect() { return Promise.resolve([{rawValue: codes[window.looked++ % 2]}]); }
            };
        }""",
        [ticket.code, sold(seance, 55).code],
    )
    page.get_by_role("button", name="Scan with the camera").tap()
    eventually(lambda: page.evaluate("window.looked") > 10)
    expect_answer(page, "valid", "Row 5, seat 8")
    assert asked.count("POST") == 2


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("NotAllowedError", "The camera is not allowed here."),
        ("NotFoundError", "There is no camera here."),
        ("NotReadableError", "The camera can't be opened"),
    ],
)
def test_without_a_camera_the_page_says_why_and_takes_the_typed_code(page, ticket, error, said):
    page.evaluate(
        "name => { navigator.mediaDevices.getUserMedia ="
        " () => Promise.reject(new DOMException('', name)); }",
        error,
    )
    page.get_by_role("button", name="Scan with the camera").tap()
    expect(page.get_by_text(said)).to_be_visible()
    type_code(page, ticket.code)
    expect_answer(page, "valid")


def test_a_page_without_https_says_that_the_camera_needs_it(page):
    page.evaluate("Object.defineProperty(window, 'isSecureContext', {value: false})")
    page.get_by_role("button", name="Scan with the camera").tap()
    expect(page.get_by_text("The camera works only over https.")).to_be_visible()


def test_typed_codes_are_answered_and_a_mistake_is_taken_back(page, doorkeeper, seance, ticket):
    code = ticket.code.lower()
    type_code(page, f"{code[:4]}-{code[4:8]}-{code[8:]}")
    expect_answer(page, "valid", "Row 5, seat 7")
    expect(page.get_by_label("Code of the ticket")).to_have_value("")
    page.get_by_role("button", name="Let in by mistake").click()
    expect_answer(page, "undone", "Taken back")
    expect(page.locator("#showings")).to_contain_text("0 of 1")
    type_code(page, ticket.code)
    expect_answer(page, "valid")
    type_code(page, "NOSUCHCODE22")
    expect_answer(page, "unknown", "NOSUCHCODE22")
    cancelled = sold(seance, 1)
    cancel(cancelled.booking_id, by_id=doorkeeper.pk)
    type_code(page, cancelled.code)
    expect_answer(page, "cancelled", "Cancelled")
    type_code(page, "")
    expect(page.get_by_role("alert")).to_have_text("Type or scan the code of a ticket.")


def test_a_ticket_of_another_hall_is_shown_the_way(open_page, doorkeeper, seance, ticket):
    other = make_seance(starts_at=timezone.now() + timedelta(minutes=40))
    page = at_the_door(open_page, doorkeeper, f"?hall={other.hall_id}")
    type_code(page, ticket.code)
    expect_answer(page, "elsewhere", "Another showing", "Большой зал", "Броненосец")


def test_without_an_answer_nothing_is_said_of_the_ticket_and_the_code_stays(page, ticket):
    page.route("**/check-in/**", lambda route: route.abort())
    type_code(page, ticket.code)
    expect_answer(page, "failed", "Couldn't check")
    expect(page.get_by_label("Code of the ticket")).to_have_value(ticket.code)
    page.unroute("**/check-in/**")
    page.get_by_role("button", name="Check", exact=True).click()
    expect_answer(page, "valid")


def test_whoever_is_logged_out_is_told(page, ticket):
    page.context.clear_cookies()
    type_code(page, ticket.code)
    expect(page.get_by_role("link", name="Log in again")).to_be_visible()
    ticket.refresh_from_db()
    assert ticket.checked_in_at is None


def test_a_hand_scanner_types_wherever_the_focus_is(open_page, doorkeeper, ticket):
    page = at_the_door(open_page, doorkeeper, viewport=DESK, has_touch=False)
    expect(page.get_by_label("Code of the ticket")).to_be_focused()
    page.locator("#door summary").click()
    page.keyboard.type(ticket.code)
    page.keyboard.press("Enter")
    expect_answer(page, "valid")
    page.keyboard.type(ticket.code)
    page.keyboard.press("Enter")
    expect_answer(page, "used")


def test_a_phone_keeps_what_its_door_serves(page, seance):
    make_seance(starts_at=timezone.now() + timedelta(minutes=40))
    page.reload()
    page.get_by_text("This door serves:").tap()
    page.get_by_role("checkbox", name="Большой зал").tap()
    page.get_by_role("button", name="Serve what is ticked").tap()
    expect(page.get_by_text("This door serves:")).to_contain_text("Большой зал")
    page.goto("/admin/check-in/")
    page.wait_for_url(f"**/check-in/?hall={seance.hall_id}")
    expect(page.locator("#showings li")).to_have_count(1)
    page.get_by_text("This door serves:").tap()
    page.get_by_role("link", name="Serve all showings").tap()
    expect(page.locator("#showings li")).to_have_count(2)
