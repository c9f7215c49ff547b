"""What visitors send along."""

import asyncio
from collections.abc import AsyncIterator

from aggregator.asgi_types import Receive, Scope
from aggregator.calling.client import Body, BodyStream
from aggregator.calling.deadline import Deadline

MOST_BYTES = 2 * 1024 * 1024
HELD_BYTES = 64 * 1024
"""A body of this size is read before the call, which may then be repeated."""

STREAM_SECONDS = 60
"""How long an answer may take that has begun, on a connection that others wait for: neither the
city nor the visitor may drip."""


class TooLarge(Exception):
    pass


class TooSlow(Exception):
    pass


class Gone(Exception):
    """The visitor has left."""


async def body_of(scope: Scope, receive: Receive, deadline: Deadline) -> Body:
    """The whole of a small body, the stream of a large one, or None. Raises TooLarge, TooSlow,
    Gone, and so does the stream."""
    length = next((int(v) for n, v in scope["headers"] if n == b"content-length"), 0)
    chunked = any(name == b"transfer-encoding" for name, _value in scope["headers"])
    if not length and not chunked:
        return b"" if scope["method"] in ("POST", "PATCH", "PUT") else None
    if length > MOST_BYTES:
        raise TooLarge
    pieces = _pieces(receive, deadline)
    held = b""
    async for piece in pieces:
        held += piece
        if len(held) > HELD_BYTES:
            return BodyStream(_rest(held, pieces))
    return held


async def _rest(held: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield held
    size = len(held)
    async for piece in pieces:
        size += len(piece)
        if size > MOST_BYTES:
            raise TooLarge
        yield piece


async def _pieces(receive: Receive, deadline: Deadline) -> AsyncIterator[bytes]:
    more = True
    while more:
        try:
            async with asyncio.timeout(deadline.left()):
                message = await receive()
        except TimeoutError:
            raise TooSlow from None
        if message["type"] == "http.disconnect":
            raise Gone
        if message.get("body"):
            yield message["body"]
        more = message.get("more_body", False)
