"""The site's workers are replaced under load, and no visitor gets an error."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.aggregator.doubles import provider
from tests.aggregator.site import Site, city
from tests.polling import eventually
from tests.restarting import PATIENCE, clients

RELOADS = 4


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with (
        provider() as kazan,
        Site(cities=[city("kazan", "Казань", kazan.url)], directory=tmp_path, workers=2) as running,
    ):
        yield running


def test_reloading_the_workers_again_and_again_fails_no_request(site: Site) -> None:
    def look(session: requests.Session) -> int:
        return session.get(f"{site.url}/cities/kazan/movies", timeout=PATIENCE).status_code

    with clients(look) as seen:
        for _ in range(RELOADS):
            before, answered = set(site.workers()), len(seen.statuses)
            site.reload()
            eventually(lambda before=before: before.isdisjoint(site.workers()), within=60)
            eventually(lambda answered=answered: len(seen.statuses) > answered + 50, within=30)
    assert not seen.failures, f"{len(seen.failures)}, the first: {seen.failures[0]}"
    assert set(seen.statuses) == {200}
