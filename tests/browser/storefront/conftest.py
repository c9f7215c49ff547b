"""The real thing for people who buy tickets: two cities' providers with PostgreSQL, the site in
front of them, and a browser.

`kazan` sells without payment, `irkutsk` takes it online through the sandbox. Both keep what a test
did to them, so a test makes its own showing (`kazan.showing()`), and whoever breaks a city uses the
fixtures `breakable_kazan` or `breakable_irkutsk`, which mend it afterwards.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page

from cinema.embedded.processes import eventually
from tests.aggregator.site import Site
from tests.browser.conftest import DESK, watch
from tests.browser.storefront.cinema import Cinema

Visit = Callable[..., Page]

# All the tests' visitors live at one address.
UNLIMITED = {
    "HOLDS_PER_MINUTE": "0",
    "PURCHASES_PER_MINUTE": "0",
    "UNKNOWN_BOOKINGS_PER_MINUTE": "0",
}


@pytest.fixture(scope="session")
def _opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Cinema, Cinema, Site]]:
    directory: Path = tmp_path_factory.mktemp("storefront")
    site = Site(cities=[], directory=tmp_path_factory.mktemp("site"), workers=2, **UNLIMITED)
    kazan = Cinema(
        directory,
        id="kazan",
        name="Казань",
        english="Kazan",
        time_zone="Europe/Moscow",
        site_url=site.url,
    )
    irkutsk = Cinema(
        directory,
        id="irkutsk",
        name="Иркутск",
        english="Irkutsk",
        time_zone="Asia/Irkutsk",
        site_url=site.url,
        PAYMENTS="sandbox",
    )
    kazan.manage("collectstatic", "--noinput", "--verbosity", "0")
    with ThreadPoolExecutor() as both:
        list(both.map(Cinema.prepare, (kazan, irkutsk)))
    site.set_cities([kazan.entry, irkutsk.entry])
    started: list[Any] = []
    try:
        for part in (kazan, irkutsk, site):
            started.append(part)
            part.start()
        yield kazan, irkutsk, site
    finally:
        for part in reversed(started):
            part.stop()
    for part in started:
        assert "Traceback" not in part.log, part.log[part.log.index("Traceback") :][:5000]


@pytest.fixture
def kazan(_opened: tuple[Cinema, Cinema, Site]) -> Cinema:
    return _opened[0]


@pytest.fixture
def irkutsk(_opened: tuple[Cinema, Cinema, Site]) -> Cinema:
    return _opened[1]


@pytest.fixture
def site(_opened: tuple[Cinema, Cinema, Site]) -> Site:
    return _opened[2]


def _mended(cinema: Cinema, site: Site) -> None:
    cinema.stop()
    cinema.start()

    def sells() -> bool:
        """As far as every worker of the site knows."""
        address = f"{site.url}/cities/{cinema.id}/health/ready"
        return all(requests.get(address, timeout=20).ok for _attempt in range(6))

    assert eventually(sells, within=60), "not selling after the test"


@pytest.fixture
def breakable_kazan(kazan: Cinema, site: Site) -> Iterator[Cinema]:
    yield kazan
    _mended(kazan, site)


@pytest.fixture
def breakable_irkutsk(irkutsk: Cinema, site: Site) -> Iterator[Cinema]:
    yield irkutsk
    _mended(irkutsk, site)


@pytest.fixture
def visit(browser: Browser, site: Site, irkutsk: Cinema) -> Iterator[Visit]:
    """`visit("/kazan/")`: a visitor with a browser of their own opens a page of the site.

    Keywords: `viewport`, `dark`, `locale` (default "en-US"), `timezone_id` (default Moscow's),
    `expects` (server errors that are what the test is about, e.g. (503,)), and what a browser
    context takes (`java_script_enabled=False`, `has_touch=True`, …).
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []
    bank = (f"{irkutsk.url}/payments/", f"{irkutsk.url}/static/")

    def visit(
        path: str,
        *,
        viewport: dict[str, int] = DESK,
        dark: bool = False,
        expects: tuple[int, ...] = (),
        **options: Any,
    ) -> Page:
        context = browser.new_context(
            base_url=site.url,
            viewport=viewport,
            color_scheme="dark" if dark else "light",
            locale=options.pop("locale", "en-US"),
            timezone_id=options.pop("timezone_id", "Europe/Moscow"),
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        heard: list[str] = []
        watch(page, (site.url, *bank), heard)
        page.on("close", lambda _page: complaints.extend(_unexpected(heard, expects)))
        page.goto(path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


def _unexpected(heard: list[str], expects: tuple[int, ...]) -> list[str]:
    known = tuple(f"{status} for " for status in expects)
    return [complaint for complaint in heard if not (known and complaint.startswith(known))]
