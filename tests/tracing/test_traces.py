"""One request is one trace, through the site, the city's provider and its database."""

import secrets
from itertools import count
from typing import Any

import requests

from tests.polling import eventually
from tests.tracing.collector import Span
from tests.tracing.conftest import Shop

EMAIL = "anna.buyer@example.org"
_seats = count()


def caller(*, sampled: bool = True) -> tuple[str, dict[str, str]]:
    """A trace's id, and what somebody who is in it sends along."""
    trace = secrets.token_hex(16)
    return trace, {"traceparent": f"00-{trace}-00f067aa0ba902b7-0{int(sampled)}"}


def buy(shop: Shop, headers: dict[str, str]) -> dict[str, Any]:
    showing = shop.showing
    seat = list(showing.seats.values())[next(_seats)]
    path = f"/cities/kazan/movies/{showing.movie}/seances/{showing.seance}/bookings"
    bought = requests.post(
        shop.site.url + path,
        json={"email": EMAIL, "seatsIds": [seat]},
        headers=headers,
        timeout=20,
    )
    assert bought.status_code == 201, bought.text
    booking: dict[str, Any] = bought.json()["booking"]
    return booking


def collected(shop: Shop, trace: str, *names: str) -> list[Span]:
    """The trace's spans, once those with these names are among them."""
    eventually(lambda: set(names) <= {span.name for span in shop.collector.of(trace)})
    return shop.collector.of(trace)


def by_name(spans: list[Span], name: str, kind: str = "SERVER") -> Span:
    [found] = [span for span in spans if span.name == name and span.kind == kind]
    return found


BOOKINGS = "POST /movies/{movie_id}/seances/{seance_id}/bookings"
ASKED = "POST /movies/{id}/seances/{id}/bookings"
SITE = "POST /cities/{city}/movies/{id}/seances/{id}/bookings"


def test_a_purchase_is_one_trace_from_the_site_to_the_statement_that_sells(shop: Shop) -> None:
    trace, headers = caller()
    buy(shop, headers)
    spans = collected(shop, trace, SITE, ASKED, BOOKINGS)
    site = by_name(spans, SITE)
    call = by_name(spans, ASKED, "CLIENT")
    provider = by_name(spans, BOOKINGS)
    [sale] = [
        span
        for span in spans
        if "INSERT INTO bookings_booking" in span.attributes.get("db.query.text", "")
    ]
    assert site.parent == "00f067aa0ba902b7"
    assert (site.service, call.service, provider.service) == (
        "aggregator",
        "aggregator",
        "provider-backend",
    )
    assert (call.parent, provider.parent, sale.parent) == (site.id, call.id, provider.id)
    assert (sale.name, sale.kind) == ("WITH default", "CLIENT")
    assert provider.attributes["http.response.status_code"] == 201
    assert not any(span.failed for span in spans)


def test_a_page_calls_the_city_in_its_own_trace(shop: Shop) -> None:
    trace, headers = caller()
    seen = requests.get(shop.site.url + shop.showing.path, headers=headers, timeout=20)
    assert seen.status_code == 200
    page = "GET /{city}/films/{id}/seances/{id}/"
    provided = "GET /movies/{movie_id}/seances/{seance_id}"
    spans = collected(shop, trace, page, provided)
    calls = {span.id for span in spans if span.kind == "CLIENT" and span.service == "aggregator"}
    site = by_name(spans, page)
    assert {span.parent for span in spans if span.id in calls} == {site.id}
    assert by_name(spans, provided).parent in calls


def test_a_sale_that_came_too_late_is_no_failure_of_the_service(shop: Shop) -> None:
    trace, headers = caller()
    showing = shop.showing
    seat = list(showing.seats.values())[next(_seats)]
    path = f"/cities/kazan/movies/{showing.movie}/seances/{showing.seance}/bookings"
    body = {"email": EMAIL, "seatsIds": [seat]}
    requests.post(shop.site.url + path, json=body, timeout=20)
    again = requests.post(shop.site.url + path, json=body, headers=headers, timeout=20)
    assert again.status_code == 409
    spans = collected(shop, trace, SITE, BOOKINGS)
    assert not by_name(spans, SITE).failed
    [refused] = [span for span in spans if span.failed]
    assert refused.attributes["error.type"] == "IntegrityError"


def test_who_brings_no_trace_gets_one(shop: Shop) -> None:
    before = len(shop.collector.spans)
    requests.get(f"{shop.site.url}/cities/kazan/movies", timeout=20)
    name = "GET /cities/{city}/movies"

    def found() -> list[Span]:
        return [span for span in shop.collector.spans[before:] if span.name == name]

    eventually(found)
    assert found()[0].parent == ""


def test_what_the_caller_does_not_want_traced_is_not(shop: Shop) -> None:
    unwanted, headers = caller(sampled=False)
    buy(shop, headers)
    wanted, headers = caller()
    buy(shop, headers)  # sent later by the same processes
    collected(shop, wanted, SITE, BOOKINGS)
    assert not shop.collector.of(unwanted)


def test_probes_are_not_traced(shop: Shop) -> None:
    trace, headers = caller()
    for url in (shop.site.url, shop.kazan.url):
        for path in ("/health", "/health/ready", "/metrics"):
            requests.get(url + path, headers=headers, timeout=20)
    wanted, headers = caller()
    buy(shop, headers)
    collected(shop, wanted, SITE, BOOKINGS)
    assert not shop.collector.of(trace)


def test_neither_spans_nor_logs_hold_what_is_secret(shop: Shop) -> None:
    trace, headers = caller()
    booking = buy(shop, headers)
    for path in (f"/bookings/{booking['id']}", f"/bookings/{booking['id']}/tickets.pdf"):
        requests.get(shop.kazan.url + path, headers=headers, timeout=20)
        requests.get(f"{shop.site.url}/cities/kazan{path}", headers=headers, timeout=20)
    requests.get(f"{shop.site.url}/kazan/tickets/{booking['id']}/", headers=headers, timeout=20)
    token = {"Authorization": f"Token {shop.kazan.token}"}
    requests.get(f"{shop.kazan.url}/bookings?email={EMAIL}", headers=headers | token, timeout=20)
    collected(shop, trace, "GET /{city}/tickets/{id}/", "GET /bookings")
    everything = shop.collector.sent + shop.kazan.log + shop.site.log
    codes = [ticket["code"] for ticket in booking["tickets"]]
    for secret in (booking["id"], EMAIL, shop.kazan.token, *codes):
        assert secret not in everything
    assert f"/bookings/{booking['id'][:8]}…" in shop.kazan.log


def test_the_last_spans_are_sent_before_a_process_ends(shop: Shop) -> None:
    trace, headers = caller()
    buy(shop, headers)
    shop.site.stop()
    shop.kazan.stop()
    try:
        assert {SITE, ASKED, BOOKINGS} <= {span.name for span in shop.collector.of(trace)}
    finally:
        shop.kazan.start()
        shop.site.start()
