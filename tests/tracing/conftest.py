"""A city and the site as they are deployed, which send their traces to a collector and write their
logs for programs."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.aggregator.site import Site
from tests.browser.storefront.cinema import Cinema, Showing
from tests.tracing.collector import Collector, collecting


@dataclass(frozen=True)
class Shop:
    kazan: Cinema
    site: Site
    collector: Collector
    showing: Showing


@pytest.fixture(scope="package")
def shop(
    django_db_setup: None, django_db_blocker: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    with collecting() as collector:
        told = {"TRACES_URL": collector.url, "LOG_FORMAT": "json"}
        site = Site(cities=[], directory=tmp_path_factory.mktemp("site"), **told)
        directory = tmp_path_factory.mktemp("kazan")
        (directory / "static").mkdir()  # empty: nobody looks at the staff's pages
        kazan = Cinema(
            directory,
            id="kazan",
            name="Казань",
            english="Kazan",
            time_zone="Europe/Moscow",
            site_url=site.url,
            **told,
        )
        kazan.prepare()
        site.set_cities([kazan.entry])
        started: list[Cinema | Site] = []
        try:
            for part in (kazan, site):
                started.append(part)
                part.start()
            yield Shop(kazan, site, collector, kazan.showing())
        finally:
            for part in reversed(started):
                part.stop()
