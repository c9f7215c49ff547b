"""What is told to those who watch the site."""

import pytest

from aggregator import draining
from aggregator.cities import City
from tests.aggregator.serving import serving

KAZAN = City("kazan", "Казань", "http://127.0.0.1:1", "Europe/Moscow")


@pytest.mark.parametrize("path", ["/health", "/health/serving", "/health/ready", "/health/ready/"])
def test_a_site_that_is_up_is_healthy_serves_and_is_ready(path: str) -> None:
    with serving(KAZAN) as site:
        got = site.ask(path)
    assert (got.status, got.json()) == (200, {"result": "ok"})


def test_it_serves_until_it_is_asked_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draining, "draining", True)
    with serving(KAZAN) as site:
        got = site.ask("/health/serving")
        assert (got.status, got.title, got.header("Retry-After")) == (
            503,
            "Service unavailable",
            "1",
        )
        assert site.ask("/health").status == 200
