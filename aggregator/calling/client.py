"""One city's provider: its connections, and what becomes of a call to it."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from yarl import URL

from aggregator import metrics
from aggregator.calling.answers import CityUnavailable
from aggregator.calling.breaker import Breaker
from aggregator.calling.deadline import Clock, Deadline
from aggregator.calling.limits import Limits
from aggregator.calling.retries import MOST, RetryBudget, pause
from aggregator.cities import City
from aggregator.tracing import CallSpan

IDLE_SECONDS = 60  # less than a provider keeps an idle connection: it never closes one in our face
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# What providers do once for each Idempotency-Key: to book, to confirm, to cancel. Elsewhere the key
# means nothing to them, and a film that is sent twice would be two.
_KEYED = re.compile(
    r"POST (/movies/[^/?]+/seances/[^/?]+)?/bookings/?(\?|\Z)"
    r"|POST /bookings/[^/?]+/confirm/?(\?|\Z)"
    r"|DELETE /bookings/[^/?]+/?(\?|\Z)"
)
_GATEWAY_FAILED = {502: "unreachable", 504: "late"}
"""Said by something that stands before the provider."""


class BodyStream:
    """A body that comes in pieces, and comes only once: such a call is not repeated. What its
    source raises is the caller's affair, not a failure of the city."""

    def __init__(self, pieces: AsyncIterator[bytes]) -> None:
        self._pieces = pieces
        self.failure: Exception | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._pieces:
                yield piece
        except Exception as failure:
            self.failure = failure  # the client turns it into an error of the connection
            raise


Body = bytes | BodyStream | None


@dataclass(frozen=True, slots=True)
class Call:
    """`target`: path and query, percent-encoded."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: Body = None

    def may_be_repeated(self, *, sent: bool) -> bool:
        """`sent`: the provider may have acted on it."""
        if isinstance(self.body, BodyStream):
            return False
        return (
            not sent
            or self.method in _SAFE
            or (
                "Idempotency-Key" in self.headers
                and _KEYED.match(f"{self.method} {self.target}") is not None
            )
        )


class _Failed(Exception):
    """One try. `sent`: the provider may have acted on it."""

    def __init__(self, reason: str, *, sent: bool) -> None:
        super().__init__(reason)
        self.reason, self.sent = reason, sent


class CityClient:
    """Connections, breaker, retry budget and places of one city: whatever it does, it can't use up
    another's."""

    def __init__(self, city: City, limits: Limits, *, clock: Clock = time.monotonic) -> None:
        self.city = city
        self.breaker = Breaker(
            clock=clock, changed=lambda is_open: metrics.breaker_changed(city.id, is_open)
        )
        metrics.expect_city(city.id)
        self.budget = RetryBudget(clock=clock)
        self._limits = limits
        self._places = limits.connections + limits.waiting
        self._under_way = 0
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing: asyncio.Future[None] | None = None
        self._retired = False

    @asynccontextmanager
    async def exchange(
        self, call: Call, deadline: Deadline
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """The provider's answer, its body yet to be read. Raises CityUnavailable no later than the
        deadline while nothing has come, and when what is read inside the block breaks off."""
        started = time.perf_counter()
        with CallSpan(self.city.id, call.method, call.target) as span:
            self._enter(started)
            try:
                response = await self._answered(span.carried_by(call), deadline, started)
                span.answered(response.status)
                try:
                    yield response
                except (aiohttp.ClientError, OSError) as error:  # a TimeoutError is an OSError
                    raise self._unavailable(_reason(error), started) from error
                else:
                    self._judge(response.status)
                finally:
                    response.close()  # nothing is left to close of one that was read to its end
            finally:
                self._leave()

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    def retire(self) -> None:
        """Closes it when the last call has ended. Any thread may say so."""
        self._retired = True
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._close_if_idle)

    def garbled(self) -> CityUnavailable:
        """The failure of an answer that came, but is none."""
        self.breaker.failed()
        return CityUnavailable(self.city, CityUnavailable.NONSENSE)

    async def _answered(
        self, call: Call, deadline: Deadline, started: float
    ) -> aiohttp.ClientResponse:
        self.budget.called()
        # What is still being sent may be late by its visitor's doing.
        late_by_itself = isinstance(call.body, BodyStream)
        tries = 1
        while True:
            try:
                response = await self._try(call, deadline)
            except _Failed as failed:
                wait = pause(tries)
                if not self._try_again(call, failed, tries, deadline.left() - wait):
                    blamed = not (late_by_itself and failed.reason == CityUnavailable.TOO_LATE)
                    raise self._unavailable(
                        failed.reason, started, blamed=blamed
                    ) from failed.__cause__
                metrics.call_repeated(self.city.id)
                await asyncio.sleep(wait)
                tries += 1
            else:
                result = _GATEWAY_FAILED.get(response.status, "answered")
                metrics.city_called(self.city.id, result, time.perf_counter() - started)
                return response

    async def _try(self, call: Call, deadline: Deadline) -> aiohttp.ClientResponse:
        try:
            async with asyncio.timeout(deadline.left()):
                return await self._opened().request(
                    call.method,
                    URL(self.city.url + call.target, encoded=True),
                    headers=call.headers,
                    data=call.body,
                    allow_redirects=False,
                )
        except (aiohttp.ClientError, OSError) as error:
            if isinstance(call.body, BodyStream) and call.body.failure:
                raise call.body.failure from error
            raise _Failed(_reason(error), sent=not _never_connected(error)) from error

    def _try_again(self, call: Call, failed: _Failed, tries: int, left: float) -> bool:
        """Not after a time-out: it has used up what there was, or will again."""
        if tries > MOST or left <= 0 or failed.reason == CityUnavailable.TOO_LATE:
            return False
        return call.may_be_repeated(sent=failed.sent) and self.budget.spend()

    def _enter(self, started: float) -> None:
        if not self.breaker.lets_through() or self._under_way >= self._places:
            metrics.city_called(self.city.id, "refused", time.perf_counter() - started)
            raise CityUnavailable(self.city, CityUnavailable.UNREACHABLE)
        self._under_way += 1

    def _leave(self) -> None:
        self._under_way -= 1
        if self._retired:
            self._close_if_idle()

    def _close_if_idle(self) -> None:
        if self._under_way == 0:
            self._closing = asyncio.ensure_future(self.close())

    def _judge(self, status: int) -> None:
        if status in _GATEWAY_FAILED:
            self.breaker.failed()
        else:
            self.breaker.succeeded()

    def _unavailable(self, reason: str, started: float, *, blamed: bool = True) -> CityUnavailable:
        if blamed:
            self.breaker.failed()
        metrics.city_called(self.city.id, _RESULTS[reason], time.perf_counter() - started)
        return CityUnavailable(self.city, reason)

    def _opened(self) -> aiohttp.ClientSession:
        """The session belongs to an event loop: it is made by the first call."""
        if self._session is None or self._loop is not asyncio.get_running_loop():
            self._loop = asyncio.get_running_loop()
            self._session = _session(self._limits)
        return self._session


def _session(limits: Limits) -> aiohttp.ClientSession:
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=limits.connections, keepalive_timeout=IDLE_SECONDS, ttl_dns_cache=10
        ),
        cookie_jar=aiohttp.DummyCookieJar(),  # one visitor's cookies are not another's
        timeout=aiohttp.ClientTimeout(
            total=None, sock_connect=limits.connect_seconds, sock_read=limits.silence_seconds
        ),
        auto_decompress=False,
        trust_env=False,
        skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
    )
    session._retry_connection = False  # calls are repeated here only, where they are counted
    return session


_RESULTS = {
    CityUnavailable.UNREACHABLE: "unreachable",
    CityUnavailable.TOO_LATE: "late",
    CityUnavailable.NONSENSE: "nonsense",
}


def _never_connected(error: Exception) -> bool:
    return isinstance(error, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError))


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError) and not _never_connected(error):
        return CityUnavailable.TOO_LATE
    if isinstance(error, aiohttp.ClientResponseError):  # not HTTP
        return CityUnavailable.NONSENSE
    return CityUnavailable.UNREACHABLE
