"""How often one address may book over the pass-through API: what limits pages must not be got
around by it."""

import pytest

from aggregator.limits import Limit
from tests.aggregator.clock import Clock
from tests.aggregator.doubles import provider
from tests.aggregator.serving import Got, Served, serving

SEANCE = "/cities/kazan/movies/1/seances/2/bookings"
A_MINUTE = 2


def book(site: Served, where: str = SEANCE, *, visitor: str = "192.0.2.1") -> Got:
    headers = (f"X-Forwarded-For: 198.51.100.9, {visitor}", "Content-Type: application/json")
    return site.ask(where, "POST", *headers, body=b'{"hold": true}')


@pytest.fixture
def limited():
    limit = Limit(lambda: A_MINUTE, clock=Clock())
    with provider() as kazan, serving(kazan.city(), bookings=limit, proxies=1) as site:
        yield kazan, site


@pytest.mark.parametrize(
    "where",
    [SEANCE, f"{SEANCE}/", "/cities/kazan/bookings", "/cities/kazan/movies/1/seances/2/%62ookings"],
)
def test_more_than_so_many_a_minute_are_refused_and_the_city_is_not_asked(limited, where):
    kazan, site = limited
    assert [book(site, where).status for _booking in range(A_MINUTE)] == [200, 200]
    refused = book(site, where)
    assert (refused.status, refused.title) == (429, "Too many requests")
    assert int(refused.header("Retry-After") or 0) == 30
    assert refused.header("Access-Control-Allow-Origin") == "*"
    assert len(kazan.asked) == A_MINUTE


def test_other_visitors_and_everything_else_go_on(limited):
    _kazan, site = limited
    for _booking in range(A_MINUTE + 1):
        book(site)
    assert book(site, visitor="192.0.2.2").status == 200
    assert site.ask("/cities/kazan/movies").status == 200
    assert book(site, "/cities/kazan/bookings/0193a1b2/confirm").status == 200


def test_without_a_limit_there_is_none():
    limit = Limit(lambda: 0)
    with provider() as kazan, serving(kazan.city(), bookings=limit, proxies=1) as site:
        assert {book(site).status for _booking in range(100)} == {200}
