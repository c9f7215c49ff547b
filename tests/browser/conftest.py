"""A real browser in front of a real server. Every page is watched: what it logs as an error, what
it asks of other hosts and what the Content-Security-Policy had to refuse fails the test."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.making import make_staff

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
DESK = {"width": 1280, "height": 800}
TABLET = {"width": 820, "height": 1180}
PHONE = {"width": 390, "height": 844}

# Playwright runs an event loop in the test's own thread, where Django would refuse its database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

Opener = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(
                pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt install chromium")
            )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, live_server: Any) -> Iterator[Opener]:
    """`open_page("/admin/", user=…)`: a page of the site, as a member of staff or a stranger."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(
        path: str,
        *,
        user: User | None = None,
        viewport: dict[str, int] = DESK,
        dark: bool = False,
        **options: Any,
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport=viewport,
            color_scheme="dark" if dark else "light",
            locale=options.pop("locale", "ru-RU"),
            timezone_id=settings.TIME_ZONE,
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        if user:
            context.add_cookies([_session_cookie(user, live_server.url)])
        page = context.new_page()
        watch(page, (live_server.url,), complaints)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def director(transactional_db: None) -> User:
    """Somebody who may do everything."""
    return make_staff("director")


def _session_cookie(user: User, url: str) -> dict[str, str]:
    client = Client()
    client.force_login(user)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": url,
    }


def watch(page: Page, homes: tuple[str, ...], complaints: list[str]) -> None:
    """Notes what is wrong with a page. `homes`: how the addresses begin that it may ask."""

    def heard(message: ConsoleMessage) -> None:
        # An answer that a page expects and shows (409, 422, …) is logged by the browser as well.
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(f"console: {message.text}")

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((*homes, "data:", "blob:"))
            else complaints.append(f"asked another host: {request.url}")
        ),
    )
    page.on(
        "response",
        lambda response: (
            complaints.append(f"{response.status} for {response.url}")
            if response.status >= 500 or (response.status == 404 and "/static/" in response.url)
            else None
        ),
    )
