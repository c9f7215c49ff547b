"""The page of the sandbox's bank, as its payers have it."""

import re
import uuid
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from bookings.payments.gateways.sandbox import Sandbox, bank
from tests.browser.conftest import DESK, Opener
from tests.browser.test_every_page import barriers, cut_off, keep

pytestmark = pytest.mark.django_db(transaction=True)

NARROW = {"width": 360, "height": 740}


@pytest.fixture(autouse=True)
def in_use(settings: Any, live_server: Any) -> None:
    settings.PAYMENTS = "sandbox"
    settings.PUBLIC_URL = live_server.url


def asked_for(return_url: str) -> str:
    return str(
        bank.open_payment(
            key=str(uuid.uuid4()),
            amount=Decimal("1250.50"),
            currency="RUB",
            description="«Стачка», 24 ноября, 21:15, ряд 4, места 5 и 6",
            return_url=return_url,
        ).pk
    )


def status(number: str) -> str:
    return Sandbox().look(number).status


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", [NARROW, DESK], ids=["narrow", "desk"])
def test_the_page_is_for_everybody(
    open_page: Opener, viewport: dict[str, int], dark: bool, live_server: Any
) -> None:
    undecided, decided = (asked_for(f"{live_server.url}/health") for _each in range(2))
    bank.decide(uuid.UUID(decided), bank.WAYS["decline"])
    # axe writes styles of its own into the page, which our content policy forbids.
    page = open_page(
        f"/payments/sandbox/{undecided}", viewport=viewport, dark=dark, bypass_csp=True
    )
    for number, name in ((undecided, "sandbox"), (decided, "sandbox-decided")):
        page.goto(f"/payments/sandbox/{number}")
        assert cut_off(page) <= 0
        assert barriers(page) == []
        keep(page, f"{name}-{viewport['width']}{'-dark' if dark else ''}")


@pytest.mark.parametrize(
    ("locale", "language", "other"), [("ru-RU", "ru", "English"), ("en-GB", "en", "Русский")]
)
def test_it_comes_in_the_payers_language_which_can_be_changed(
    open_page: Opener, live_server: Any, locale: str, language: str, other: str
) -> None:
    number = asked_for(f"{live_server.url}/health")
    page = open_page(f"/payments/sandbox/{number}", locale=locale)
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.get_by_role("button", name=other).click()
    expect(page.locator("html")).not_to_have_attribute("lang", language)
    expect(page).to_have_url(f"{live_server.url}/payments/sandbox/{number}")


def test_a_payer_pays_without_javascript_and_is_back(open_page: Opener, live_server: Any) -> None:
    number = asked_for(f"{live_server.url}/health")
    page = open_page(f"/payments/sandbox/{number}", locale="en-GB", java_script_enabled=False)
    page.get_by_role("button", name="Pay", exact=True).click()
    expect(page).to_have_url(f"{live_server.url}/health")
    assert status(number) == "succeeded"


def test_a_payer_declines_by_keyboard_alone(open_page: Opener, live_server: Any) -> None:
    number = asked_for(f"{live_server.url}/health")
    page = open_page(f"/payments/sandbox/{number}", locale="en-GB")
    for _stop in range(10):
        page.keyboard.press("Tab")
        if focused(page) == "Decline":
            break
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}/health")
    assert status(number) == "failed"


def test_the_way_back_may_lead_to_another_origin(browser: Browser, live_server: Any) -> None:
    """Chromium follows a form's redirect only where the page's content policy allows it."""
    elsewhere = re.sub("localhost|127.0.0.1", "0.0.0.0", live_server.url)
    number = asked_for(f"{elsewhere}/shop")
    context = browser.new_context(base_url=live_server.url, locale="en-GB")
    context.route(f"{elsewhere}/**", lambda route: route.fulfill(body="the shop"))
    page = context.new_page()
    page.goto(f"/payments/sandbox/{number}")
    page.get_by_role("button", name="10 s").click()
    expect(page).to_have_url(f"{elsewhere}/shop")
    assert status(number) == "pending"
    context.close()


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.textContent.trim()")
