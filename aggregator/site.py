"""Who answers which address."""

from collections.abc import Awaitable, Callable

from aggregator.asgi_types import App, Message, Receive, Scope, Send
from aggregator.draining import drain_when_stopped
from aggregator.health import PATHS, probes
from aggregator.json_answers import refuse

MOST_FORM_BYTES = 512 * 1024
"""Django would put on the disk whatever comes, before it looks at its own limits."""


class _TooLarge(Exception):
    pass


class Site:
    def __init__(
        self, *, relay: App, static: App, pages: App, close: Callable[[], Awaitable[None]]
    ) -> None:
        self._relay, self._static, self._pages = relay, static, pages
        self._close = close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._app(scope)(scope, receive, send)

    def _app(self, scope: Scope) -> App:
        # The relay goes by the path as it was sent: what is encoded in it stays encoded.
        raw_path = scope["raw_path"]
        if raw_path.startswith(b"/cities") and raw_path[7:8] in (b"", b"/"):
            return self._relay
        path = scope["path"]
        if path.startswith("/static/"):
            return self._static
        if path.rstrip("/") in PATHS:
            return probes
        return self._page

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > MOST_FORM_BYTES:
                raise _TooLarge
            return message

        try:
            await self._pages(scope, counted, send)
        except _TooLarge:  # a form is read to its end before anything is answered
            detail = f"A form may have {MOST_FORM_BYTES} bytes"
            await refuse(send, 413, "Request too large", detail, [(b"connection", b"close")])

    async def _live(self, receive: Receive, send: Send) -> None:
        """Django knows nothing of starting and stopping."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                drain_when_stopped()  # the server handles signals by now
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._close()
                await send({"type": "lifespan.shutdown.complete"})
                return
