"""The pass-through API: `/cities`, and `/cities/{city}/…` as the city's provider answers it."""

import asyncio

import aiohttp

from aggregator.asgi_types import Message, Receive, Scope, Send
from aggregator.calling.answers import TOO_LATE, CityUnavailable
from aggregator.calling.calls import Calls
from aggregator.calling.client import Body, Call
from aggregator.calling.deadline import Deadline
from aggregator.cities import City, Directory
from aggregator.json_answers import answer, answer_json, refuse
from aggregator.limits import Limit, visitor_at
from aggregator.relay import bodies, cors, headers, paths
from aggregator.relay.shared import SharedAnswers, is_for_all
from aggregator.visit import visit

_DETAILS = {
    TOO_LATE: "{} did not answer in time. Please try again.",
    "": "{} can't be reached now.",
}


class Relay:
    """`seconds`: until when a provider must have begun its answer. `bookings`: how often one
    visitor may book."""

    def __init__(
        self, directory: Directory, calls: Calls, *, seconds: float, bookings: Limit | None = None
    ) -> None:
        self._directory = directory
        self._calls = calls
        self._seconds = seconds
        self._bookings = bookings
        self._shared = SharedAnswers(calls)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        allowed = cors.preflight(scope)
        if allowed is not None:
            await answer(send, 204, b"", allowed)
            return
        raw_path = scope["raw_path"]
        if raw_path in (b"/cities", b"/cities/"):
            await self._list(scope, send)
            return
        city_id, path = paths.city_of(raw_path)
        city = self._directory.city(city_id)
        if city is None:
            detail = f"There is no city {city_id[:63]!r}; GET /cities lists them."
            await refuse(send, 404, "City not found", detail, cors.ANSWERS)
        elif not paths.is_open(path, scope["query_string"]):
            await refuse(send, 404, "Not found", "There is no such address", cors.ANSWERS)
        elif paths.books(scope["method"], path) and (seconds := self._wait(scope)):
            detail = f"Too many bookings from one address; try again in {seconds} s."
            again = [(b"retry-after", str(seconds).encode()), *cors.ANSWERS]
            await refuse(send, 429, "Too many requests", detail, again)
        else:
            await self._pass_on(city, path, scope, receive, send)

    def _wait(self, scope: Scope) -> int:
        """Counts a booking: seconds until the visitor may book again, 0 when now."""
        if self._bookings is None:
            return 0
        client = scope.get("client")  # as gateways that are believed tell it
        return self._bookings.allow(visitor_at(client[0] if client else ""))

    async def _list(self, scope: Scope, send: Send) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            detail = f"Method {scope['method']!r} not allowed."
            allow = [(b"allow", b"GET, HEAD"), *cors.ANSWERS]
            await refuse(send, 405, "Method not allowed", detail, allow)
            return
        listed = [
            {"id": c.id, "name": c.name, "names": dict(c.names), "time_zone": c.time_zone}
            for c in self._directory.cities()
        ]
        await answer_json(send, {"data": listed}, cors.ANSWERS)

    async def _pass_on(
        self, city: City, path: bytes, scope: Scope, receive: Receive, send: Send
    ) -> None:
        begun = _Begun(send)
        try:
            if is_for_all(path, scope):
                deadline = Deadline.within(self._seconds)
                target = _target(path, scope)
                if await self._shared.answered(city, target, scope, begun, deadline):
                    return
            body = await bodies.body_of(scope, receive, Deadline.within(self._seconds))
            # Only now: how slowly a visitor sends is not the city's failure.
            deadline = Deadline.within(self._seconds)
            call = _call(path, scope, body, deadline)
            async with self._calls.exchange(city, call, deadline) as response:
                await _stream(city, response, deadline, receive, begun)
        except bodies.Gone:
            return
        except bodies.TooLarge:
            detail = f"A request may have {bodies.MOST_BYTES} bytes"
            await refuse(begun, 413, "Request too large", detail, cors.ANSWERS)
        except bodies.TooSlow:
            detail = "The request's body did not come in time"
            await refuse(begun, 408, "Request timeout exceeded", detail, cors.ANSWERS)
        except CityUnavailable as failure:
            if begun.is_true:
                return  # the server cuts a connection whose answer isn't complete
            detail = _DETAILS.get(failure.title, _DETAILS[""]).format(city.name)
            again = [(b"retry-after", b"1"), *cors.ANSWERS]
            await refuse(begun, 503, failure.title, detail, again)


class _Begun:
    """Knows whether anything has been answered."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.is_true = False

    async def __call__(self, message: Message) -> None:
        self.is_true = True
        await self._send(message)


def _call(path: bytes, scope: Scope, body: Body, deadline: Deadline) -> Call:
    sent = headers.to_city(scope["headers"], visit.get().passed_on)
    sent["X-Deadline-Ms"] = str(int(deadline.left() * 1000))
    return Call(scope["method"], _target(path, scope), sent, body)


def _target(path: bytes, scope: Scope) -> str:
    query = scope["query_string"]
    return (path + b"?" + query if query else path).decode("ascii")


async def _stream(
    city: City,
    response: aiohttp.ClientResponse,
    deadline: Deadline,
    receive: Receive,
    send: _Begun,
) -> None:
    """Raises Gone when the visitor leaves, and when it takes too long."""
    head = headers.to_visitor(city, response.raw_headers, cors.ANSWERS)
    pieces = response.content
    async with asyncio.timeout(deadline.left()):  # an answer without a body can still be refused
        piece = await pieces.readany()
    try:
        async with asyncio.timeout(bodies.STREAM_SECONDS) as limit:
            start = {"type": "http.response.start", "status": response.status, "headers": head}
            await send(start)
            if not pieces.at_eof():
                piece = await _pump(piece, pieces, receive, send)
            await send({"type": "http.response.body", "body": piece})
    except TimeoutError:
        if limit.expired():
            raise bodies.Gone from None
        raise


async def _pump(
    piece: bytes, pieces: aiohttp.StreamReader, receive: Receive, send: _Begun
) -> bytes:
    """Sends all pieces but the last, as fast as the visitor takes them. Raises Gone when he
    leaves."""
    leaving = asyncio.ensure_future(_left(receive))
    try:
        while not pieces.at_eof():
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            if leaving.done():
                raise bodies.Gone
            piece = await pieces.readany()
    finally:
        leaving.cancel()
    return piece


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
