"""What everybody reads is asked of the city once for all who ask in the same moment."""

import asyncio
import threading
import time

import pytest

from aggregator.relay import bodies, shared
from aggregator.relay.shared import KEEP, MOST_SHARED
from tests.aggregator.doubles import Asked, answering, hanging, provider
from tests.aggregator.serving import serving
from tests.polling import eventually

LISTED = answering(200, b'{"data": [1]}', 'ETag: "e"', "Content-Type: application/json")


def test_who_asks_in_the_same_moment_shares_an_answer() -> None:
    with provider(LISTED) as kazan, serving(kazan.city()) as site:
        answers = [site.ask("/cities/kazan/movies?max_results=1") for _ in range(3)]
    assert len(kazan.asked) == 1
    assert {(got.status, got.body) for got in answers} == {(200, b'{"data": [1]}')}
    assert {got.header("ETag") for got in answers} == {'"e"'}
    assert len({got.header("X-Request-ID") for got in answers}) == 3


def test_no_answer_gets_old() -> None:
    with provider(LISTED) as kazan, serving(kazan.city()) as site:
        site.ask("/cities/kazan/movies")
        kazan.answer = answering(200, b"changed", 'ETag: "f"')
        eventually(
            lambda: site.ask("/cities/kazan/movies").body == b"changed",
            within=KEEP.fresh + KEEP.revalidate + 0.5,
        )


def test_who_waits_for_the_same_waits_for_one_call() -> None:
    come = threading.Event()

    async def slowly(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.to_thread(come.wait, 5)
        await LISTED(asked, writer)

    with provider(slowly) as kazan, serving(kazan.city()) as site:
        answers: list[int] = []
        readers = [
            threading.Thread(target=lambda: answers.append(site.ask("/cities/kazan/movies").status))
            for _ in range(10)
        ]
        for reader in readers:
            reader.start()
        eventually(lambda: len(kazan.asked) == 1)
        come.set()
        for reader in readers:
            reader.join()
    assert answers == [200] * 10
    assert len(kazan.asked) == 1


@pytest.mark.parametrize(
    "own",
    [
        "X-Consistency-Token: t",
        "Authorization: Token secret",
        "Cookie: consistency_token=t",
        "Cache-Control: no-cache",
    ],
)
def test_who_has_written_or_is_somebody_is_answered_by_the_city(own: str) -> None:
    with provider(LISTED) as kazan, serving(kazan.city()) as site:
        site.ask("/cities/kazan/movies")
        site.ask("/cities/kazan/movies", "GET", own)
    assert len(kazan.asked) == 2


@pytest.mark.parametrize("known", ['"e"', 'W/"e"', '"d", "e"', "*"])
def test_who_has_it_already_is_told_so(known: str) -> None:
    with provider(LISTED) as kazan, serving(kazan.city()) as site:
        site.ask("/cities/kazan/movies")
        got = site.ask("/cities/kazan/movies", "GET", f"If-None-Match: {known}")
    assert (got.status, got.body, got.header("ETag")) == (304, b"", '"e"')
    assert got.header("Content-Length") is None


def test_what_is_set_for_one_visitor_is_given_to_none() -> None:
    mine = answering(200, b"{}", "Set-Cookie: mine=1", "X-Consistency-Token: mine")
    with provider(mine) as kazan, serving(kazan.city()) as site:
        for _ in range(2):
            got = site.ask("/cities/kazan/movies")
            assert got.header("Set-Cookie") is None
            assert got.header("X-Consistency-Token") is None


def test_a_failure_is_not_kept() -> None:
    with provider(answering(500, b"once")) as kazan, serving(kazan.city()) as site:
        assert site.ask("/cities/kazan/movies").status == 500
        kazan.answer = LISTED
        assert site.ask("/cities/kazan/movies").status == 200


def test_what_is_large_is_passed_on_piece_by_piece() -> None:
    """Nor is it the city's failure."""
    body = b"x" * (MOST_SHARED + 1)
    with provider(answering(200, body)) as kazan, serving(kazan.city()) as site:
        for _ in range(8):
            assert site.ask("/cities/kazan/movies").body == body
        assert site.calls.client(kazan.city()).breaker.lets_through()
    assert len(kazan.asked) == 1 + 8  # it has to be seen once


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 1_000_000])
def test_no_byte_is_lost(size: int) -> None:
    body = bytes(range(256)) * (size // 256 + 1)
    with provider(answering(200, body[:size])) as kazan, serving(kazan.city()) as site:
        assert site.ask("/cities/kazan/movies").body == body[:size]


def test_visitors_who_don_t_read_are_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than the kernel holds for them."""
    monkeypatch.setattr(bodies, "STREAM_SECONDS", 0.5)
    monkeypatch.setattr(shared, "MOST_SHARED", 8_000_000)
    with provider(answering(200, b"x" * 7_000_000)) as kazan, serving(kazan.city()) as site:
        waiting = [site.connect() for _ in range(20)]
        for connection in waiting:
            connection.sendall(b"GET /cities/kazan/movies HTTP/1.1\r\nHost: x\r\n\r\n")
        eventually(lambda: bool(kazan.asked))
        answers = site.relay._shared
        eventually(lambda: answers._being_sent > 0)
        eventually(lambda: answers._being_sent == 0, within=5)
        for connection in waiting:
            connection.close()


def test_one_that_hangs_is_answered_for_within_the_deadline() -> None:
    """Also when there was an answer before."""
    with provider(LISTED) as kazan, serving(kazan.city(), seconds=0.5) as site:
        site.ask("/cities/kazan/movies")
        kazan.answer = hanging
        began = time.monotonic()
        eventually(lambda: site.ask("/cities/kazan/movies", timeout=5).status == 503, within=5)
        assert time.monotonic() - began < 3
