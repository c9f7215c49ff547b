"""Reads that visitors share: asked once, kept for moments.

Per process. What everybody sees may be kept; an answer to somebody's own write never comes from
here. Many who want the same at once wait for one call, which goes on when one of them leaves.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aggregator.calling.answers import Answer, CityUnavailable
from aggregator.calling.deadline import Clock

PATIENCE_SECONDS = 1.5
"""How long a city may take to renew an answer that may also be shown without it."""

JOIN_SECONDS = 0.4
"""A call that was begun longer ago is not waited for: its answer would be old, or never come."""

Key = tuple[str, str]
Fetch = Callable[[Answer | None], Awaitable[Answer]]
"""Asks the city; given an answer kept before, it may say that this one is still right."""


@dataclass(frozen=True)
class Keep:
    """Seconds. `fresh`: answered as it is; for `revalidate` more it is answered and renewed behind
    the visitor's back; `if_error`: how old it may be when the city fails."""

    fresh: float
    revalidate: float
    if_error: float


@dataclass(frozen=True)
class Kept:
    """`age` in seconds; `failing`: it is shown only because the city fails."""

    answer: Answer
    age: float
    failing: bool


@dataclass(frozen=True)
class _Entry:
    answer: Answer
    at: float


class SharedReads:
    def __init__(
        self,
        *,
        entries: int,
        most_bytes: int,
        clock: Clock = time.monotonic,
        counted: Callable[[str, str], None] = lambda city, source: None,
    ) -> None:
        self._most_entries, self._most_bytes = entries, most_bytes
        self._clock = clock
        self._counted = counted
        self._entries: OrderedDict[Key, _Entry] = OrderedDict()  # the longest unread first
        self._bytes = 0
        self._flights: dict[Key, tuple[asyncio.Task[Answer], float]] = {}  # since when

    async def read(self, key: Key, keep: Keep, fetch: Fetch) -> Kept:
        """Raises CityUnavailable when the city fails and nothing young enough is kept."""
        entry = self._entries.get(key)
        if entry is None:
            return Kept(await self._shared(key, fetch, None), 0.0, failing=False)
        self._entries.move_to_end(key)
        age = self._clock() - entry.at
        if age < keep.fresh:
            self._counted(key[0], "fresh")
            return Kept(entry.answer, age, failing=False)
        if age < keep.fresh + keep.revalidate:
            self._counted(key[0], "renewing")
            self._flight(key, fetch, entry.answer)
            return Kept(entry.answer, age, failing=False)
        return await self._renewed(key, keep, fetch, entry)

    async def _renewed(self, key: Key, keep: Keep, fetch: Fetch, entry: _Entry) -> Kept:
        age = self._clock() - entry.at
        may_be_shown = age < keep.if_error
        try:
            async with asyncio.timeout(PATIENCE_SECONDS if may_be_shown else None):
                answer = await self._shared(key, fetch, entry.answer)
        except (CityUnavailable, TimeoutError):
            if not may_be_shown:
                raise
        else:
            if answer.status < 500 or not may_be_shown:
                return Kept(answer, 0.0, failing=False)
        self._counted(key[0], "stale")
        return Kept(entry.answer, age, failing=True)

    async def _shared(self, key: Key, fetch: Fetch, known: Answer | None) -> Answer:
        self._counted(key[0], "shared" if self._joined(key) else "city")
        return await asyncio.shield(self._flight(key, fetch, known))

    def _joined(self, key: Key) -> asyncio.Task[Answer] | None:
        flight, since = self._flights.get(key, (None, 0.0))
        return flight if flight and self._clock() - since < JOIN_SECONDS else None

    def _flight(self, key: Key, fetch: Fetch, known: Answer | None) -> asyncio.Task[Answer]:
        flight = self._joined(key)
        if flight is None:
            flight = asyncio.get_running_loop().create_task(self._fetched(key, fetch, known))
            self._flights[key] = flight, self._clock()
            flight.add_done_callback(lambda done: self._landed(key, done))
        return flight

    async def _fetched(self, key: Key, fetch: Fetch, known: Answer | None) -> Answer:
        asked_at = self._clock()  # it is as old as the question, not as the answer's arrival
        answer = await fetch(known)
        if answer.status == 304 and known is not None:
            answer = known
        if answer.status == 200:
            self._store(key, _Entry(answer, asked_at))
        elif answer.status < 500:
            self._drop(key)
        return answer

    def _landed(self, key: Key, flight: asyncio.Task[Answer]) -> None:
        if self._flights.get(key, (None, 0.0))[0] is flight:  # else a later one has its place
            del self._flights[key]
        if not flight.cancelled():
            flight.exception()  # whoever waited has it; a renewal behind nobody's back needs none

    def _store(self, key: Key, entry: _Entry) -> None:
        there = self._entries.get(key)
        if there and there.at > entry.at:
            return  # a later call was faster
        self._drop(key)
        if len(entry.answer.body) > self._most_bytes:
            return
        self._entries[key] = entry
        self._bytes += len(entry.answer.body)
        while self._bytes > self._most_bytes or len(self._entries) > self._most_entries:
            self._drop(next(iter(self._entries)))

    def _drop(self, key: Key) -> None:
        entry = self._entries.pop(key, None)
        if entry:
            self._bytes -= len(entry.answer.body)
