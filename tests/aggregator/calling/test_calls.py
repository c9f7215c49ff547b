"""Calls over real connections, to a provider that misbehaves as it is told to."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import pytest

from aggregator import metrics
from aggregator.calling.answers import CityUnavailable
from aggregator.calling.cache import Keep
from aggregator.calling.calls import Calls
from aggregator.calling.deadline import Deadline
from aggregator.calling.limits import Limits
from aggregator.cities import City
from aggregator.visit import Visit, visit
from tests.aggregator.doubles import (
    answering,
    bytes_of,
    closed_port,
    hanging,
    one_after_another,
    provider,
    resetting,
)

LISTING = Keep(fresh=0, revalidate=0, if_error=300)


@pytest.fixture
async def calls() -> AsyncIterator[Calls]:
    made = Calls(Limits(connections=3, waiting=2))
    yield made
    await made.close()


def _soon() -> Deadline:
    return Deadline.within(5)


async def test_an_answer_comes_as_it_was_given(calls: Calls) -> None:
    with provider(answering(409, b'{"errors": []}', "X-Consistency-Token: t")) as kazan:
        answer = await calls.ask(
            kazan.city(),
            "POST",
            "/bookings/",
            query={"a": "б в"},
            json={"seatsIds": [1]},
            headers={"Idempotency-Key": "k"},
            deadline=_soon(),
        )
    assert (answer.status, answer.json()) == (409, {"errors": []})
    assert answer.headers["x-consistency-token"] == "t"
    [asked] = kazan.asked
    assert (asked.method, asked.target) == ("POST", "/bookings/?a=%D0%B1+%D0%B2")
    assert (asked.body, asked.header("Content-Type")) == (b'{"seatsIds": [1]}', "application/json")
    assert asked.header("Idempotency-Key") == "k"


async def test_the_visit_and_the_time_left_travel_along(calls: Calls) -> None:
    set_before = visit.set(Visit("r1", "-", {"X-Request-ID": "r1", "traceparent": "00-t"}))
    with provider() as kazan:
        await calls.ask(kazan.city(), "GET", "/movies", deadline=Deadline.within(3))
    visit.reset(set_before)
    [asked] = kazan.asked
    assert (asked.header("X-Request-ID"), asked.header("traceparent")) == ("r1", "00-t")
    assert 2000 < int(asked.header("X-Deadline-Ms") or 0) <= 3000


async def test_one_visitor_s_cookies_are_not_another_s(calls: Calls) -> None:
    with provider(answering(200, b"{}", "Set-Cookie: token=a; Path=/")) as kazan:
        # By name: the client library's jar keeps no cookies of an address made of numbers.
        city = City("kazan", "Казань", f"http://localhost:{kazan.port}", "Europe/Moscow")
        for _ in range(2):
            await calls.ask(city, "GET", "/movies", deadline=_soon())
    assert [asked.header("Cookie") for asked in kazan.asked] == [None, None]
    assert kazan.connections == 1


async def test_redirects_are_answers(calls: Calls) -> None:
    with provider(answering(302, b"", "Location: http://169.254.169.254/")) as kazan:
        answer = await calls.ask(kazan.city(), "GET", "/movies", deadline=_soon())
    assert answer.status == 302
    assert len(kazan.asked) == 1


async def test_a_lost_read_is_repeated(calls: Calls) -> None:
    with provider(one_after_another(resetting, resetting, answering())) as kazan:
        answer = await calls.ask(kazan.city(), "GET", "/movies", deadline=_soon())
    assert (answer.status, len(kazan.asked)) == (200, 3)


async def test_a_lost_booking_is_repeated_with_its_key_only(calls: Calls) -> None:
    with provider(one_after_another(resetting, answering(201))) as kazan:
        answer = await calls.ask(
            kazan.city(),
            "POST",
            "/bookings",
            json={},
            headers={"Idempotency-Key": "k"},
            deadline=_soon(),
        )
    assert answer.status == 201
    assert [asked.header("Idempotency-Key") for asked in kazan.asked] == ["k", "k"]


@pytest.mark.parametrize("method", ["POST", "DELETE", "PATCH", "PUT"])
async def test_a_lost_write_without_a_key_is_not_repeated(calls: Calls, method: str) -> None:
    with (
        provider(resetting) as kazan,
        pytest.raises(CityUnavailable, match="Failed to connect"),
    ):
        await calls.ask(kazan.city(), method, "/bookings/1", json={}, deadline=_soon())
    assert len(kazan.asked) == 1


async def test_a_connection_that_died_unused_repeats_no_write(calls: Calls) -> None:
    """The client library would repeat a DELETE on its own."""
    with provider(one_after_another(answering(), resetting, answering())) as kazan:
        await calls.ask(kazan.city(), "GET", "/movies", deadline=_soon())
        with pytest.raises(CityUnavailable):
            await calls.ask(kazan.city(), "DELETE", "/bookings/1", deadline=_soon())
    assert [asked.method for asked in kazan.asked] == ["GET", "DELETE"]


async def test_a_city_that_hangs_costs_no_more_than_the_deadline(calls: Calls) -> None:
    with provider(hanging) as kazan:
        started = time.monotonic()
        with pytest.raises(CityUnavailable) as failure:
            await calls.ask(kazan.city(), "GET", "/movies", deadline=Deadline.within(0.3))
        assert 0.25 < time.monotonic() - started < 0.8
    assert failure.value.title == "Request timeout exceeded"
    assert len(kazan.asked) == 1


async def test_nor_one_that_hangs_in_the_middle(calls: Calls) -> None:
    begun = bytes_of(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", then_hang=True)
    with provider(begun) as kazan:
        started = time.monotonic()
        with pytest.raises(CityUnavailable) as failure:
            await calls.ask(kazan.city(), "GET", "/movies", deadline=Deadline.within(0.3))
        assert time.monotonic() - started < 0.8
    assert failure.value.title == "Request timeout exceeded"


@pytest.mark.parametrize(
    "nonsense",
    [
        b"SSH-2.0-OpenSSH_9\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\nno",
        b"\x00" * 100_000,
    ],
)
async def test_what_is_no_answer_is_a_failure(calls: Calls, nonsense: bytes) -> None:
    with provider(bytes_of(nonsense)) as kazan, pytest.raises(CityUnavailable) as failure:
        await calls.ask(kazan.city(), "POST", "/bookings", deadline=_soon())
    assert failure.value.title == "Failed to connect"


@pytest.mark.parametrize(
    ("status", "result"),
    [(200, "answered"), (503, "answered"), (502, "unreachable"), (504, "late")],
)
async def test_an_answer_of_a_gateway_is_not_counted_as_the_citys(
    calls: Calls, status: int, result: str
) -> None:
    def counted() -> float:
        labels = {"city": "kazan", "result": result}
        return metrics._OWN.get_sample_value("city_calls_total", labels) or 0

    before = counted()
    with provider(answering(status)) as kazan, contextlib.suppress(CityUnavailable):
        await calls.ask(kazan.city(), "POST", "/bookings", deadline=_soon())
    assert counted() == before + 1


async def test_an_endless_answer_is_cut() -> None:
    calls = Calls(Limits(answer_bytes=1000))
    with provider(answering(200, b"x" * 1001)) as kazan, pytest.raises(CityUnavailable):
        await calls.ask(kazan.city(), "GET", "/movies", deadline=_soon())
    await calls.close()


async def test_what_is_not_json_is_a_failure_of_the_city(calls: Calls) -> None:
    with provider(answering(200, b"<html>")) as kazan:
        answer = await calls.ask(kazan.city(), "GET", "/movies", deadline=_soon())
    with pytest.raises(CityUnavailable):
        answer.json()


async def test_nonsense_doesn_t_take_the_place_of_a_kept_answer(calls: Calls) -> None:
    with provider(one_after_another(answering(200, b"[1]"), answering(200, b"<html>"))) as kazan:
        await calls.read(kazan.city(), "/movies", deadline=_soon(), keep=LISTING)
        kept = await calls.read(kazan.city(), "/movies", deadline=_soon(), keep=LISTING)
    assert (kept.answer.json(), kept.failing) == ([1], True)


async def test_an_etag_saves_the_body(calls: Calls) -> None:
    unchanged = bytes_of(b'HTTP/1.1 304 Not Modified\r\nETag: "e"\r\n\r\n')
    with provider(one_after_another(answering(200, b"[1]", 'ETag: "e"'), unchanged)) as kazan:
        for _ in range(2):
            kept = await calls.read(kazan.city(), "/movies", deadline=_soon(), keep=LISTING)
            assert (kept.answer.status, kept.answer.json(), kept.failing) == (200, [1], False)
    assert [asked.header("If-None-Match") for asked in kazan.asked] == [None, '"e"']


async def test_a_stopped_city_soon_costs_nothing_and_comes_back_at_once(calls: Calls) -> None:
    city = City("kazan", "Казань", f"http://127.0.0.1:{closed_port()}", "Europe/Moscow")
    for _ in range(5):
        with pytest.raises(CityUnavailable):
            await calls.ask(city, "GET", "/movies", deadline=_soon())
    started = time.monotonic()
    for _ in range(100):
        with pytest.raises(CityUnavailable):
            await calls.ask(city, "GET", "/movies", deadline=_soon())
    assert time.monotonic() - started < 0.5
    with provider() as back:
        client = calls.client(city)
        client.city = back.city()
        async with asyncio.timeout(5):
            while client.breaker.is_open:
                try:
                    await client_ask(calls, client.city)
                except CityUnavailable:
                    await asyncio.sleep(0.02)


async def client_ask(calls: Calls, city: City) -> None:
    await calls.ask(city, "GET", "/movies", deadline=_soon())


async def test_more_than_may_wait_fail_at_once(calls: Calls) -> None:
    with provider(hanging) as kazan:
        waiting = [
            asyncio.ensure_future(
                calls.ask(kazan.city(), "GET", f"/movies/{n}", deadline=Deadline.within(0.5))
            )
            for n in range(5)
        ]
        await asyncio.sleep(0)
        started = time.monotonic()
        with pytest.raises(CityUnavailable):
            await calls.ask(kazan.city(), "GET", "/movies/6", deadline=Deadline.within(0.5))
        assert time.monotonic() - started < 0.2
        with provider() as irkutsk:  # places are each city's own
            answer = await calls.ask(irkutsk.city("irkutsk"), "GET", "/movies", deadline=_soon())
            assert answer.status == 200
        results = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(result, CityUnavailable) for result in results)
    assert kazan.connections == 3


async def test_refusals_don_t_open_the_breaker(calls: Calls) -> None:
    with provider(answering(503, b'{"errors": []}')) as kazan:
        for _ in range(30):
            await calls.ask(kazan.city(), "GET", "/movies", deadline=_soon())
        assert not calls.client(kazan.city()).breaker.is_open


async def test_a_city_that_moved_is_asked_where_it_is_now(calls: Calls) -> None:
    with provider() as old, provider() as new:
        await calls.ask(old.city(), "GET", "/movies", deadline=_soon())
        before = calls.client(old.city())
        await calls.ask(new.city(), "GET", "/movies", deadline=_soon())
        assert (len(old.asked), len(new.asked)) == (1, 1)
        async with asyncio.timeout(5):
            while not (before._session and before._session.closed):
                await asyncio.sleep(0.01)


async def test_a_city_that_is_gone_is_let_go(calls: Calls) -> None:
    with provider() as kazan:
        await calls.ask(kazan.city(), "GET", "/movies", deadline=_soon())
        client = calls.client(kazan.city())
        calls.keep_only([])
        async with asyncio.timeout(5):
            while not (client._session and client._session.closed):
                await asyncio.sleep(0.01)


async def test_posters_that_are_no_pictures_don_t_close_a_city() -> None:
    with provider(answering(200, b"GIF", kind="application/octet-stream")) as kazan:
        calls = Calls(Limits())
        for number in range(30):
            with pytest.raises(CityUnavailable):
                await calls.read(
                    kazan.city(), f"/{number}.gif", deadline=_soon(), keep=LISTING, picture=True
                )
        assert len(kazan.asked) == 30
        await calls.close()


async def test_a_city_that_goes_on_talking_nonsense_is_left_alone() -> None:
    with provider(answering(200, b"<html>")) as kazan:
        calls = Calls(Limits())
        for number in range(5):
            with pytest.raises(CityUnavailable):
                await calls.read(kazan.city(), f"/{number}", deadline=_soon(), keep=LISTING)
        assert calls.client(kazan.city()).breaker.is_open
        await calls.close()
