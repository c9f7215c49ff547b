"""What many programs read in the same moment is asked of the city once.

As the pages' cache does, and as a provider does itself: both together show nothing that is older
than a second (docs/adr/0018-recent-answers.md). Who carries a consistency token or any credentials
is answered by the city.
"""

import asyncio
from functools import cached_property
from typing import cast

from aggregator import metrics
from aggregator.asgi_types import Headers, Scope, Send
from aggregator.calling.answers import Answer, CityUnavailable
from aggregator.calling.cache import Keep, SharedReads
from aggregator.calling.calls import Calls, TooLargeToShare, call_of
from aggregator.calling.deadline import Deadline
from aggregator.cities import City
from aggregator.relay import bodies, cors, headers

KEEP = Keep(fresh=0.15, revalidate=0.25, if_error=0)
MOST_ANSWERS = 500
MOST_BYTES = 16 * 1024 * 1024
MOST_SHARED = 1024 * 1024
"""Bytes of an answer. A larger one is passed on piece by piece, to each as fast as he reads."""
MOST_BEING_SENT = 32 * 1024 * 1024
"""Bytes of answers that visitors have yet to read; beyond it, too, they are passed on by pieces."""
PIECE = 64 * 1024
RENEWAL_SECONDS = 5.0
"""A renewal has no visitor and so no deadline of its own."""
_PATHS = (b"/movies", b"/seances")
_OWN = frozenset(
    b"cookie authorization x-consistency-token cache-control range content-length "
    b"transfer-encoding".split()
)
_OF_ONE_VISITOR = frozenset({b"content-length", b"set-cookie", b"x-consistency-token"})
_OF_A_BODY = frozenset({b"content-type", b"content-length"})


class _Relayed(Answer):
    """The answer, as every visitor gets it."""

    @cached_property
    def head(self) -> Headers:
        raw = [
            (name.encode(), value.encode("utf-8", "surrogateescape"))
            for name, value in self.headers.items()
        ]
        passed = headers.to_visitor(self.city, raw, cors.ANSWERS)
        size = (b"content-length", str(len(self.body)).encode())
        return [*((name, value) for name, value in passed if name not in _OF_ONE_VISITOR), size]

    @cached_property
    def unchanged(self) -> Headers:
        return [(name, value) for name, value in self.head if name not in _OF_A_BODY]

    @cached_property
    def tag(self) -> str:
        """The ETag, unless it is none that could be sent."""
        tag = self.headers.get("ETag", "")
        return tag if tag.isascii() and tag.isprintable() else ""


class SharedAnswers:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._reads = SharedReads(
            entries=MOST_ANSWERS, most_bytes=MOST_BYTES, counted=metrics.cache_read
        )
        self._being_sent = 0
        self._large: dict[str, None] = {}

    async def answered(
        self, city: City, target: str, scope: Scope, send: Send, deadline: Deadline
    ) -> bool:
        """Whether it was: not if the answer is too large to share. Raises CityUnavailable, and
        Gone for a visitor who does not read."""
        url = city.url + target
        if url in self._large or self._being_sent > MOST_BEING_SENT:
            return False
        try:
            async with asyncio.timeout(deadline.left() + 0.1):
                found = await self._read(city, target, deadline)
        except TooLargeToShare:
            if len(self._large) >= MOST_ANSWERS:
                self._large.clear()
            self._large[url] = None
            return False
        except TimeoutError:
            raise CityUnavailable(city, CityUnavailable.TOO_LATE) from None
        await self._send(found, scope, send)
        return True

    async def _read(self, city: City, target: str, deadline: Deadline) -> _Relayed:
        async def fetch(known: Answer | None) -> Answer:
            within = deadline if known is None else Deadline.within(RENEWAL_SECONDS)
            tag = cast("_Relayed", known).tag if known else ""
            call = call_of("GET", target, None, None, {"If-None-Match": tag} if tag else {}, within)
            found = await self._calls.whole(city, call, within, as_it_is=MOST_SHARED)
            return _Relayed(found.city, found.status, found.headers, found.body)

        kept = await self._reads.read((city.id, city.url + target), KEEP, fetch)
        return cast("_Relayed", kept.answer)

    async def _send(self, found: _Relayed, scope: Scope, send: Send) -> None:
        status, head, body = found.status, found.head, found.body
        if status == 200 and _is_known(found.tag, scope):
            status, head, body = 304, found.unchanged, b""
        self._being_sent += len(body)
        try:
            async with asyncio.timeout(bodies.STREAM_SECONDS):
                await send({"type": "http.response.start", "status": status, "headers": head})
                # Piece by piece, because the server waits for the visitor only between two.
                for start in range(0, len(body) - PIECE, PIECE):
                    piece = body[start : start + PIECE]
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
                rest = body[(max(len(body) - 1, 0)) // PIECE * PIECE :]
                await send({"type": "http.response.body", "body": rest})
        except TimeoutError:
            raise bodies.Gone from None
        finally:
            self._being_sent -= len(body)


def is_for_all(path: bytes, scope: Scope) -> bool:
    """Whether everybody who asks for this is answered the same."""
    return (
        scope["method"] == "GET"
        and path.startswith(_PATHS)
        and not any(name in _OWN for name, _value in scope["headers"])
    )


def _is_known(tag: str, scope: Scope) -> bool:
    if not tag:
        return False
    etag = tag.removeprefix("W/").encode()
    for name, value in scope["headers"]:
        if name == b"if-none-match":
            tags = [one.strip().removeprefix(b"W/") for one in value.split(b",")]
            return etag in tags or tags == [b"*"]
    return False
