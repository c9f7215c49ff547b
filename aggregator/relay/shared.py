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
from aggregator.calling.answers import Answer
from aggregator.calling.cache import Keep, SharedReads
from aggregator.calling.calls import Calls, call_of
from aggregator.calling.deadline import Deadline
from aggregator.cities import City
from aggregator.relay import bodies, cors, headers

KEEP = Keep(fresh=0.15, revalidate=0.25, if_error=0)
MOST_ANSWERS = 500
MOST_BYTES = 16 * 1024 * 1024
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
    def etag(self) -> bytes:
        return self.headers.get("ETag", "").removeprefix("W/").encode("utf-8", "surrogateescape")


class SharedAnswers:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._reads = SharedReads(
            entries=MOST_ANSWERS, most_bytes=MOST_BYTES, counted=metrics.cache_read
        )

    async def answer(
        self, city: City, target: str, scope: Scope, send: Send, deadline: Deadline
    ) -> None:
        """Raises CityUnavailable, and Gone for a visitor who does not read."""

        async def fetch(known: Answer | None) -> Answer:
            within = deadline if known is None else Deadline.within(RENEWAL_SECONDS)
            tag = known.headers.get("ETag") if known else None
            call = call_of("GET", target, None, None, {"If-None-Match": tag} if tag else {}, within)
            found = await self._calls.whole(city, call, within)
            return _Relayed(found.city, found.status, found.headers, found.body)

        kept = await self._reads.read((city.id, city.url + target), KEEP, fetch)
        found = cast("_Relayed", kept.answer)
        try:
            async with asyncio.timeout(bodies.STREAM_SECONDS):
                await self._send(found, scope, send)
        except TimeoutError:  # a visitor who doesn't read
            raise bodies.Gone from None

    async def _send(self, found: _Relayed, scope: Scope, send: Send) -> None:
        if found.status == 200 and _is_known(found.etag, scope):
            status, head, body = 304, found.unchanged, b""
        else:
            status, head, body = found.status, found.head, found.body
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": body})


def is_for_all(path: bytes, scope: Scope) -> bool:
    """Whether everybody who asks for this is answered the same."""
    return (
        scope["method"] == "GET"
        and path.startswith(_PATHS)
        and not any(name in _OWN for name, _value in scope["headers"])
    )


def _is_known(etag: bytes, scope: Scope) -> bool:
    if not etag:
        return False
    for name, value in scope["headers"]:
        if name == b"if-none-match":
            tags = [tag.strip().removeprefix(b"W/") for tag in value.split(b",")]
            return etag in tags or tags == [b"*"]
    return False
