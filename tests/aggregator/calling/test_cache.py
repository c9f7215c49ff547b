import asyncio
from collections.abc import Awaitable, Callable

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from aggregator.calling.answers import Answer, CityUnavailable
from aggregator.calling.cache import JOIN_SECONDS, Keep, SharedReads
from aggregator.cities import City
from tests.aggregator.clock import Clock

CITY = City("kazan", "Казань", "http://127.0.0.1:1", "Europe/Moscow")
KEY = ("kazan", "/movies")
LISTING = Keep(fresh=0.5, revalidate=0.5, if_error=300)
SEATS = Keep(fresh=0.5, revalidate=0, if_error=0)


def answer(body: bytes = b"1", status: int = 200) -> Answer:
    return Answer(CITY, status, CIMultiDictProxy(CIMultiDict()), body)


class Source:
    """A city whose answers are counted: 1, 2, 3…"""

    def __init__(self) -> None:
        self.asked: list[Answer | None] = []
        self.fails = False
        self.status = 200
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, known: Answer | None) -> Answer:
        self.asked.append(known)
        number = len(self.asked)
        await self.gate.wait()
        if self.fails:
            raise CityUnavailable(CITY, CityUnavailable.UNREACHABLE)
        return answer(str(number).encode(), self.status)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def reads(clock: Clock) -> SharedReads:
    return SharedReads(entries=3, most_bytes=100, clock=clock)


async def _until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not happened():
            await asyncio.sleep(0)


async def _body(reads: SharedReads, source: Callable[..., Awaitable[Answer]], keep: Keep) -> bytes:
    return (await reads.read(KEY, keep, source)).answer.body


async def test_a_fresh_answer_is_given_again(reads: SharedReads, clock: Clock) -> None:
    source = Source()
    assert await _body(reads, source, LISTING) == b"1"
    clock.passes(0.4)
    assert await _body(reads, source, LISTING) == b"1"
    assert len(source.asked) == 1


async def test_many_at_once_ask_once(reads: SharedReads) -> None:
    source = Source()
    source.gate.clear()
    waiting = [asyncio.ensure_future(_body(reads, source, LISTING)) for _ in range(50)]
    await _until(lambda: bool(source.asked))
    source.gate.set()
    assert set(await asyncio.gather(*waiting)) == {b"1"}
    assert len(source.asked) == 1


async def test_a_visitor_who_leaves_doesn_t_take_the_answer_from_the_others(
    reads: SharedReads,
) -> None:
    source = Source()
    source.gate.clear()
    first = asyncio.ensure_future(_body(reads, source, LISTING))
    second = asyncio.ensure_future(_body(reads, source, LISTING))
    await _until(lambda: bool(source.asked))
    first.cancel()
    await asyncio.sleep(0)
    source.gate.set()
    assert await second == b"1"
    assert len(source.asked) == 1


async def test_an_older_answer_is_renewed_behind_the_visitor(
    reads: SharedReads, clock: Clock
) -> None:
    source = Source()
    await _body(reads, source, LISTING)
    clock.passes(0.7)
    source.gate.clear()  # he doesn't wait
    assert await _body(reads, source, LISTING) == b"1"
    await _until(lambda: len(source.asked) == 2)
    source.gate.set()
    await _until(lambda: not reads._flights)
    assert await _body(reads, source, LISTING) == b"2"
    assert len(source.asked) == 2


async def test_nobody_sees_what_is_older_than_a_second(reads: SharedReads, clock: Clock) -> None:
    source = Source()
    await _body(reads, source, LISTING)
    clock.passes(1.01)
    assert await _body(reads, source, LISTING) == b"2"


async def test_age_counts_from_the_question(reads: SharedReads, clock: Clock) -> None:
    async def slow(known: Answer | None) -> Answer:
        clock.passes(3)
        return answer()

    await reads.read(KEY, LISTING, slow)
    assert await _body(reads, Source(), SEATS) == b"1"
    source = Source()
    clock.passes(0.4)
    assert await _body(reads, source, SEATS) == b"1"
    assert not source.asked  # renewed by the first of the two sources, and fresh since


async def test_a_failing_city_s_listing_stays_and_says_so(reads: SharedReads, clock: Clock) -> None:
    source = Source()
    await _body(reads, source, LISTING)
    source.fails = True
    clock.passes(200)
    kept = await reads.read(KEY, LISTING, source)
    assert (kept.answer.body, kept.failing, kept.age) == (b"1", True, 200)
    clock.passes(101)
    with pytest.raises(CityUnavailable):
        await reads.read(KEY, LISTING, source)


async def test_so_does_one_that_answers_with_a_failure(reads: SharedReads, clock: Clock) -> None:
    source = Source()
    await _body(reads, source, LISTING)
    source.status = 503
    clock.passes(2)
    assert (await reads.read(KEY, LISTING, source)).failing
    assert (await reads.read(KEY, SEATS, source)).answer.status == 503


async def test_a_seat_map_of_before_a_failure_is_never_shown(
    reads: SharedReads, clock: Clock
) -> None:
    source = Source()
    await _body(reads, source, SEATS)
    source.fails = True
    clock.passes(0.6)
    with pytest.raises(CityUnavailable):
        await reads.read(KEY, SEATS, source)


async def test_failures_are_not_kept(reads: SharedReads) -> None:
    source = Source()
    source.fails = True
    with pytest.raises(CityUnavailable):
        await reads.read(KEY, LISTING, source)
    source.fails, source.status = False, 404
    assert (await reads.read(KEY, LISTING, source)).answer.status == 404
    source.status = 200
    assert await _body(reads, source, LISTING) == b"3"


async def test_what_no_longer_exists_is_forgotten(reads: SharedReads, clock: Clock) -> None:
    source = Source()
    await _body(reads, source, LISTING)
    clock.passes(2)
    source.status = 404
    assert (await reads.read(KEY, LISTING, source)).answer.status == 404
    source.fails = True
    with pytest.raises(CityUnavailable):
        await reads.read(KEY, LISTING, source)


async def test_an_unchanged_answer_is_kept_on(reads: SharedReads, clock: Clock) -> None:
    source = Source()
    await _body(reads, source, LISTING)
    clock.passes(2)
    source.status = 304
    kept = await reads.read(KEY, LISTING, source)
    assert (kept.answer.status, kept.answer.body) == (200, b"1")
    assert source.asked[1] is kept.answer
    clock.passes(0.4)
    assert await _body(reads, source, LISTING) == b"1"
    assert len(source.asked) == 2


async def test_the_longest_unread_makes_room(reads: SharedReads) -> None:
    source = Source()
    for path in "abc":
        await reads.read(("kazan", path), LISTING, source)
    await reads.read(("kazan", "a"), LISTING, source)
    await reads.read(("kazan", "d"), LISTING, source)
    assert [path for _city, path in reads._entries] == ["c", "a", "d"]


async def test_bytes_are_limited_too(reads: SharedReads) -> None:
    async def large(known: Answer | None) -> Answer:
        return answer(b"x" * 60)

    async def huge(known: Answer | None) -> Answer:
        return answer(b"x" * 101)

    await reads.read(("kazan", "a"), LISTING, large)
    await reads.read(("kazan", "b"), LISTING, large)
    assert (await reads.read(("kazan", "c"), LISTING, huge)).answer.status == 200
    assert [path for _city, path in reads._entries] == ["b"]
    assert reads._bytes == 60


async def test_nobody_joins_a_call_that_was_begun_long_ago(
    reads: SharedReads, clock: Clock
) -> None:
    """What it brings may be as old as the call, or never come."""
    source = Source()
    source.gate.clear()
    first = asyncio.ensure_future(_body(reads, source, SEATS))
    await _until(lambda: len(source.asked) == 1)
    clock.now += JOIN_SECONDS + 0.01
    second = asyncio.ensure_future(_body(reads, source, SEATS))
    await _until(lambda: len(source.asked) == 2)
    source.gate.set()
    assert await asyncio.gather(first, second) == [b"1", b"2"]


async def test_a_slow_call_does_not_undo_a_later_one(reads: SharedReads, clock: Clock) -> None:
    gates = [asyncio.Event(), asyncio.Event()]
    asked: list[int] = []

    async def fetch(known: Answer | None) -> Answer:
        asked.append(len(asked))
        number = asked[-1]
        await gates[number].wait()
        return answer(str(number).encode())

    slow = asyncio.ensure_future(_body(reads, fetch, SEATS))
    await _until(lambda: len(asked) == 1)
    clock.now += JOIN_SECONDS + 0.01
    fast = asyncio.ensure_future(_body(reads, fetch, SEATS))
    await _until(lambda: len(asked) == 2)
    gates[1].set()
    assert await fast == b"1"
    gates[0].set()
    assert await slow == b"0"
    assert await _body(reads, fetch, SEATS) == b"1"
