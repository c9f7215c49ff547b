"""Calls to cities: whole answers, and reads through the shared cache."""

import asyncio
import json as json_text
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any
from urllib.parse import urlencode

import aiohttp

from aggregator import metrics
from aggregator.calling.answers import Answer, CityUnavailable
from aggregator.calling.cache import Keep, Kept, SharedReads
from aggregator.calling.client import Call, CityClient
from aggregator.calling.deadline import Clock, Deadline
from aggregator.calling.limits import Limits
from aggregator.cities import City
from aggregator.visit import visit

RENEWAL_SECONDS = 5.0
"""A renewal has no visitor and so no deadline of its own."""
_FAILED_GATEWAY = frozenset({502, 504})


class TooLargeToShare(Exception):
    """An answer that is better passed on piece by piece."""


class Calls:
    def __init__(self, limits: Limits, *, clock: Clock = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._clients: dict[str, CityClient] = {}
        self._reads = SharedReads(
            entries=limits.kept_answers,
            most_bytes=limits.kept_bytes,
            clock=clock,
            counted=metrics.cache_read,
        )

    def client(self, city: City) -> CityClient:
        client = self._clients.get(city.id)
        if client is None or client.city.url != city.url:
            if client is not None:
                client.retire()
            client = self._clients[city.id] = CityClient(city, self._limits, clock=self._clock)
        return client

    def keep_only(self, cities: Iterable[City]) -> None:
        """The others are no longer sold for."""
        ids = {city.id for city in cities}
        for gone in self._clients.keys() - ids:
            self._clients.pop(gone).retire()

    async def close(self) -> None:
        clients, self._clients = list(self._clients.values()), {}
        await asyncio.gather(*(client.close() for client in clients))

    def exchange(
        self, city: City, call: Call, deadline: Deadline
    ) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        return self.client(city).exchange(call, deadline)

    async def ask(
        self,
        city: City,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        deadline: Deadline,
        check: Callable[[Answer], None] = lambda answer: None,
    ) -> Answer:
        """`check` raises CityUnavailable for an answer that is none."""
        call = call_of(method, path, query, json, headers, deadline)
        answer = await self.whole(city, call, deadline, check=check)
        if answer.status in _FAILED_GATEWAY:
            late = answer.status == 504
            raise CityUnavailable(
                city, CityUnavailable.TOO_LATE if late else CityUnavailable.UNREACHABLE
            )
        return answer

    async def whole(
        self,
        city: City,
        call: Call,
        deadline: Deadline,
        *,
        check: Callable[[Answer], None] = lambda answer: None,
        as_it_is: int = 0,
    ) -> Answer:
        """Whatever is answered, also by a gateway, read to its end. `as_it_is`: however it is
        encoded, and up to so many bytes. Raises CityUnavailable, TooLargeToShare."""
        client = self.client(city)
        try:
            async with (
                asyncio.timeout(deadline.left() + 0.05),  # the call itself ends in time
                client.exchange(call, deadline) as response,
            ):
                body = await self._body(client, response, as_it_is)
                answer = Answer(city, response.status, response.headers, body)
                check(answer)  # before the city is credited with an answer
        except TimeoutError:
            client.breaker.failed()
            raise CityUnavailable(city, CityUnavailable.TOO_LATE) from None
        return answer

    async def _body(
        self, client: CityClient, response: aiohttp.ClientResponse, as_it_is: int
    ) -> bytes:
        if not as_it_is and response.headers.get("Content-Encoding", "identity") != "identity":
            raise client.garbled()  # it was asked not to
        pieces, size = [], 0
        async for piece in response.content.iter_any():
            size += len(piece)
            if size > (as_it_is or self._limits.answer_bytes):
                raise TooLargeToShare if as_it_is else client.garbled()
            pieces.append(piece)
        return b"".join(pieces)

    async def read(
        self,
        city: City,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        deadline: Deadline,
        keep: Keep,
        picture: bool = False,
    ) -> Kept:
        client = self.client(city)
        target = _target(path, query)

        def check(answer: Answer) -> None:
            if answer.status == 200:
                _check(client, answer, picture=picture)

        async def fetch(known: Answer | None) -> Answer:
            tag = known.headers.get("ETag") if known else None
            headers = (
                {"If-None-Match": tag} if tag and tag.isascii() and tag.isprintable() else None
            )
            within = deadline if known is None else Deadline.within(RENEWAL_SECONDS)
            return await self.ask(
                city, "GET", target, headers=headers, deadline=within, check=check
            )

        try:
            async with asyncio.timeout(deadline.left() + 0.1):
                return await self._reads.read((city.id, city.url + target), keep, fetch)
        except TimeoutError:
            raise CityUnavailable(city, CityUnavailable.TOO_LATE) from None


def _check(client: CityClient, answer: Answer, *, picture: bool) -> None:
    """What is neither JSON nor a picture must not take the place of an answer that is. A city with
    a poster that is no picture goes on selling: that doesn't count as a failure."""
    if picture:
        if not answer.content_type.startswith("image/"):
            raise CityUnavailable(client.city, CityUnavailable.NONSENSE)
        return
    try:
        answer.json()
    except CityUnavailable:
        raise client.garbled() from None


def call_of(
    method: str,
    path: str,
    query: Mapping[str, str] | None,
    json: Any,
    headers: Mapping[str, str] | None,
    deadline: Deadline,
) -> Call:
    """The present visitor's."""
    sent = {
        "Accept-Encoding": "identity",
        "X-Deadline-Ms": str(int(deadline.left() * 1000)),
        **visit.get().passed_on,
        **(headers or {}),
    }
    body = None
    if json is not None:
        sent["Content-Type"] = "application/json"
        body = json_text.dumps(json).encode()
    return Call(method, _target(path, query), sent, body)


def _target(path: str, query: Mapping[str, str] | None) -> str:
    return f"{path}?{urlencode(query)}" if query else path
