"""A city that is stopped, hangs, breaks off or talks nonsense, and the others meanwhile."""

import asyncio
import statistics
import time
from http.client import IncompleteRead

import pytest

from aggregator.cities import City
from aggregator.relay import bodies
from tests.aggregator.doubles import (
    Asked,
    answering,
    bytes_of,
    closed_port,
    hanging,
    one_after_another,
    provider,
    resetting,
)
from tests.aggregator.serving import Served, serving
from tests.polling import eventually

BOOKING = b'{"seatsIds": [1]}'


def _stopped() -> City:
    return City("perm", "Пермь", f"http://127.0.0.1:{closed_port()}", "Asia/Yekaterinburg")


def test_a_stopped_city_is_said_to_be_out_of_reach() -> None:
    with serving(_stopped()) as site:
        got = site.ask("/cities/perm/movies", "GET", "X-Request-ID: mine")
    assert (got.status, got.title) == (503, "Failed to connect")
    assert got.header("Retry-After")
    assert got.header("X-Request-ID") == "mine"
    assert got.header("Access-Control-Allow-Origin") == "*"
    assert got.header("Content-Type") == "application/json; charset=utf-8"


def test_one_that_hangs_is_answered_for_within_the_deadline() -> None:
    with provider(hanging) as kazan, serving(kazan.city(), seconds=0.4) as site:
        started = time.monotonic()
        got = site.ask("/cities/kazan/bookings", "POST", body=BOOKING)
        assert time.monotonic() - started < 1
    assert (got.status, got.title) == (503, "Request timeout exceeded")
    assert len(kazan.asked) == 1


def test_a_visitor_who_is_slow_to_send_is_not_the_city_s_fault() -> None:
    with provider() as kazan, serving(kazan.city(), seconds=0.3) as site:
        got = site.ask("/cities/kazan/bookings", "POST", "Content-Length: 10")
        assert got.status == 408
        assert not site.calls.client(kazan.city()).breaker.is_open
    assert not kazan.asked


def test_nonsense_is_a_failure_to_connect() -> None:
    with provider(bytes_of(b"220 mail.example ESMTP\r\n")) as kazan, serving(kazan.city()) as site:
        got = site.ask("/cities/kazan/movies")
    assert (got.status, got.title) == (503, "Failed to connect")


@pytest.mark.parametrize(
    "head", [b"Content-Length: 200000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n20000\r\n"]
)
def test_an_answer_that_breaks_off_is_seen_to_break_off(head: bytes) -> None:
    begun = bytes_of(b"HTTP/1.1 200 OK\r\n" + head + b"x" * 70_000)
    with (
        provider(begun) as kazan,
        serving(kazan.city()) as site,
        pytest.raises((IncompleteRead, ConnectionError)),
    ):
        site.ask("/cities/kazan/schema")


def test_so_is_one_that_stops_in_the_middle() -> None:
    begun = bytes_of(b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\nx", then_hang=True)
    with (
        provider(begun) as kazan,
        serving(kazan.city(), seconds=0.4) as site,
        pytest.raises((IncompleteRead, ConnectionError)),
    ):
        site.ask("/cities/kazan/schema", timeout=5)


def test_of_what_many_read_nobody_gets_a_part() -> None:
    begun = bytes_of(b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + b"x" * 70_000)
    with provider(begun) as kazan, serving(kazan.city()) as site:
        got = site.ask("/cities/kazan/movies")
    assert (got.status, got.title) == (503, "Failed to connect")


def test_a_sale_without_a_key_is_never_sent_twice() -> None:
    with provider(resetting) as kazan, serving(kazan.city()) as site:
        assert site.ask("/cities/kazan/bookings", "POST", body=BOOKING).status == 503
    assert len(kazan.asked) == 1


def test_one_with_a_key_is() -> None:
    answers = one_after_another(resetting, answering(201))
    with provider(answers) as kazan, serving(kazan.city()) as site:
        got = site.ask("/cities/kazan/bookings", "POST", "Idempotency-Key: k", body=BOOKING)
    assert got.status == 201
    assert [asked.body for asked in kazan.asked] == [BOOKING, BOOKING]


def test_the_provider_s_own_failures_pass_unchanged() -> None:
    for status in (500, 502, 503, 504):
        with provider(answering(status, b"as it is")) as kazan, serving(kazan.city()) as site:
            got = site.ask("/cities/kazan/movies")
        assert (got.status, got.body) == (status, b"as it is")
        assert len(kazan.asked) == 1


def test_a_city_that_comes_back_sells_within_five_seconds() -> None:
    with provider(resetting) as kazan, serving(kazan.city()) as site:
        for _ in range(8):
            site.ask("/cities/kazan/bookings", "POST", body=BOOKING)
        assert len(kazan.asked) < 8  # it is left alone
        kazan.answer = answering()
        eventually(lambda: site.ask("/cities/kazan/movies").status == 200, within=5)


def test_a_visitor_who_leaves_stops_the_answer() -> None:
    large = b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n" + b"x" * 50_000_000
    with provider(bytes_of(large, then_hang=True)) as kazan, serving(kazan.city()) as site:
        with site.connect() as connection:
            connection.sendall(b"GET /cities/kazan/schema HTTP/1.1\r\nHost: x\r\n\r\n")
            connection.recv(1000)
        eventually(lambda: site.calls.client(kazan.city())._under_way == 0, within=5)


def test_a_hanging_city_doesn_t_slow_the_others() -> None:
    with (
        provider(hanging) as kazan,
        provider() as perm,
        serving(kazan.city(), perm.city("perm", "Пермь"), seconds=30) as site,
    ):
        alone = _slowest(site)
        waiting = [site.connect() for _ in range(150)]
        for connection in waiting:
            connection.sendall(b"GET /cities/kazan/schema HTTP/1.1\r\nHost: x\r\n\r\n")
        eventually(lambda: len(kazan.asked) == 100)
        assert _slowest(site) < alone + 0.05
        for connection in waiting:
            connection.close()
        site.calls.client(kazan.city())
        kazan.answer = answering()


def _slowest(site: Served) -> float:
    """Of a hundred, but for the two that the machine disturbed most."""
    took = []
    for _ in range(100):
        started = time.monotonic()
        assert site.ask("/cities/perm/schema").status == 200
        took.append(time.monotonic() - started)
    return statistics.quantiles(took, n=50)[-1]


def test_one_that_begins_and_then_says_nothing_is_refused_within_the_deadline() -> None:
    begun = bytes_of(b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n", then_hang=True)
    with provider(begun) as kazan, serving(kazan.city(), seconds=0.4) as site:
        got = site.ask("/cities/kazan/movies", timeout=5)
    assert (got.status, got.title) == (503, "Request timeout exceeded")


def test_one_that_drips_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    async def dripping(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b"x")
            await asyncio.sleep(0.05)

    monkeypatch.setattr(bodies, "STREAM_SECONDS", 0.5)
    with provider(dripping) as kazan, serving(kazan.city(), seconds=5) as site:
        with pytest.raises((IncompleteRead, ConnectionError)):
            site.ask("/cities/kazan/schema", timeout=5)
        assert not site.calls.client(kazan.city())._under_way


@pytest.mark.parametrize("megabytes", [1, 3, 6])
def test_visitors_who_don_t_read_give_their_places_back(
    monkeypatch: pytest.MonkeyPatch, megabytes: int
) -> None:
    """Also when no more than the last piece of the answer is left."""
    monkeypatch.setattr(bodies, "STREAM_SECONDS", 0.5)
    body = b"x" * megabytes * 1_000_000
    with provider(answering(200, body)) as kazan, serving(kazan.city()) as site:
        waiting = [site.connect() for _ in range(20)]
        for connection in waiting:
            connection.sendall(b"GET /cities/kazan/schema HTTP/1.1\r\nHost: x\r\n\r\n")
        eventually(lambda: len(kazan.asked) == 20)
        eventually(lambda: site.calls.client(kazan.city())._under_way == 0, within=5)
        for connection in waiting:
            connection.close()


def test_visitors_who_send_slowly_don_t_close_a_city() -> None:
    begun = b"12000\r\n" + b"x" * 0x12000 + b"\r\n"
    head = b"POST /cities/kazan/bookings HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    with provider() as kazan, serving(kazan.city(), seconds=0.4) as site:
        slow = [site.connect() for _ in range(8)]
        for connection in slow:
            connection.sendall(head + begun)
        for connection in slow:
            assert connection.recv(12) in (b"HTTP/1.1 408", b"HTTP/1.1 503")
            connection.close()
        assert not site.calls.client(kazan.city()).breaker.is_open


@pytest.mark.parametrize("path", ["movies", "movies/1/seances", "bookings/1/payments"])
def test_a_key_that_means_nothing_to_the_provider_repeats_nothing(path: str) -> None:
    with provider(resetting) as kazan, serving(kazan.city()) as site:
        got = site.ask(f"/cities/kazan/{path}", "POST", "Idempotency-Key: k", body=b"{}")
    assert got.status == 503
    assert len(kazan.asked) == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "movies/1/seances/2/bookings/?x=1"),
        ("POST", "bookings/0193/confirm"),
        ("DELETE", "bookings/0193"),
    ],
)
def test_what_is_done_once_for_each_key_is_repeated(method: str, path: str) -> None:
    answers = one_after_another(resetting, answering(200))
    with provider(answers) as kazan, serving(kazan.city()) as site:
        assert site.ask(f"/cities/kazan/{path}", method, "Idempotency-Key: k").status == 200
    assert len(kazan.asked) == 2
