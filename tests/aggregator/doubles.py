"""A provider that does what a test wants: answers, hangs, breaks off, talks nonsense."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aggregator.cities import City


@dataclass
class Asked:
    """A request as it came over the wire."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes = b""

    def header(self, name: str) -> str | None:
        return next((v for n, v in self.headers if n.lower() == name.lower()), None)


Answering = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


def answering(
    status: int = 200, body: bytes = b'{"data": []}', *headers: str, kind: str = "application/json"
) -> Answering:
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    head = "\r\n".join([*lines, *headers]) + "\r\n\r\n"

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(head.encode() + (b"" if asked.method == "HEAD" else body))

    return answer


def bytes_of(raw: bytes, *, then_hang: bool = False) -> Answering:
    """Exactly these, and the end of the connection."""

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()
        if then_hang:
            await asyncio.sleep(3600)
        writer.close()

    return answer


async def hanging(asked: Asked, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3600)


async def resetting(asked: Asked, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


def one_after_another(*answers: Answering) -> Answering:
    """The last one again and again."""
    left = list(answers)

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(asked, writer)

    return answer


@dataclass
class Provider:
    answer: Answering = field(default_factory=answering)
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def city(self, city_id: str = "kazan", name: str = "Казань") -> City:
        return City(city_id, name, self.url, "Europe/Moscow")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                asked = await _read(reader)
                self.asked.append(asked)
                await self.answer(asked, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _version = head[0].split(" ")
    headers = [(n, v.strip()) for n, _colon, v in (line.partition(":") for line in head[1:-2])]
    asked = Asked(method, target, headers)
    if asked.header("Content-Length"):
        asked.body = await reader.readexactly(int(asked.header("Content-Length") or 0))
    elif asked.header("Transfer-Encoding") == "chunked":
        while size := int(await reader.readline(), 16):
            asked.body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
    return asked


@contextmanager
def provider(answer: Answering | None = None) -> Iterator[Provider]:
    """Serves from a thread of its own until the block ends."""
    double = Provider(answer or answering())
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    starting = asyncio.start_server(double.serve, "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(starting, loop).result(10)
    double.port = server.sockets[0].getsockname()[1]
    try:
        yield double
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _stop(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def closed_port() -> int:
    """Nobody listens there."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
