"""A network that can fail: stands before a server, and passes on what comes, or doesn't."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

Port = Callable[[], int]
"""Where to pass connections on to, asked anew for each."""


class Proxy:
    """`cut()`: connections break and new ones are refused. `drop()`: they stay open and nothing
    comes through, as behind a switch that died. `slow()`: everything takes longer. `mend()` ends
    them."""

    def __init__(self, loop: asyncio.AbstractEventLoop, target: Port) -> None:
        self._loop = loop
        self._target = target
        self._passing = asyncio.Event()
        self._passing.set()
        self._cut = False
        self._delay = 0.0
        self._open: set[asyncio.StreamWriter] = set()
        self.port = asyncio.run_coroutine_threadsafe(self._listen(), loop).result(10)

    def cut(self) -> None:
        self._do(self._break_all, cut=True)

    def drop(self) -> None:
        self._do(self._passing.clear)

    def slow(self, seconds: float) -> None:
        """In each direction."""
        self._delay = seconds

    def mend(self) -> None:
        """What was open has lost bytes or peers meanwhile, so it breaks; not if it was slow."""
        self._delay = 0.0
        if self._cut or not self._passing.is_set():
            self._do(self._break_all, self._passing.set)

    def _do(self, *acts: Callable[[], None], cut: bool = False) -> None:
        async def now() -> None:
            self._cut = cut
            for act in acts:
                act()

        asyncio.run_coroutine_threadsafe(now(), self._loop).result(10)

    def _break_all(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    async def _listen(self) -> int:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        self._do(self._server.close)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            if self._cut:
                return
            await self._passing.wait()
            inner_reader, inner = await asyncio.open_connection("127.0.0.1", self._target())
            self._open.add(inner)
            try:
                await self._both_ways((reader, inner), (inner_reader, writer))
            finally:
                self._open.discard(inner)
                inner.transport.abort()
        except OSError:
            pass  # the server is away: so is this connection
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def _both_ways(self, *ways: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> None:
        """Until one side is done."""
        passing = [asyncio.ensure_future(self._pass_on(*way)) for way in ways]
        try:
            await asyncio.wait(passing, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in passing:
                one.cancel()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while True:
                came = await reader.read(65536)
                await asyncio.sleep(self._delay)
                await self._passing.wait()  # also that one side has ended is news
                if not came:
                    return
                writer.write(came)
                await writer.drain()


class Network:
    """The thread in which proxies work."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="network", daemon=True)
        self._thread.start()
        self.proxies: list[Proxy] = []

    def before(self, target: Port) -> Proxy:
        self.proxies.append(Proxy(self._loop, target))
        return self.proxies[-1]

    def mend(self) -> None:
        for proxy in self.proxies:
            proxy.mend()

    def close(self) -> None:
        for proxy in self.proxies:
            proxy.close()
        asyncio.run_coroutine_threadsafe(_finish(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _finish() -> None:
    """Ends every task but this one."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for one in others:
        one.cancel()
    await asyncio.gather(*others, return_exceptions=True)
