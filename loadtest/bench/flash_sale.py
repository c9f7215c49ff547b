"""A premiere goes on sale: far more buyers than seats, all at the same moment, on one hall."""

import asyncio
import json
import random
import resource
import time
from dataclasses import dataclass, field
from typing import Any

from loadtest.bench.failing import Failed
from loadtest.bench.programme import PAIRS

TRIES = 3
"""How many pairs of seats a buyer asks for until he goes home."""
PATIENCE = 120.0  # seconds until all have been answered
SPARE_FILES = 200

Pair = tuple[int, int]


@dataclass
class Sale:
    """What the buyers were told."""

    sold: list[Pair] = field(default_factory=list)
    refused: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Answers per second, sold or not."""
        return (len(self.sold) + self.refused) / self.seconds


def hold(port: int, path: str, pairs: list[Pair], buyers: int) -> Sale:
    """Each of `buyers` asks over a connection of his own. Raises Failed when an answer is neither a
    sale nor says which seats are taken, and when not every pair is sold once."""
    _allow_files(buyers + SPARE_FILES)
    sale = asyncio.run(_hold(port, path, pairs, buyers))
    if sorted(sale.sold) != sorted(pairs):
        different = len(set(sale.sold))
        raise Failed(
            f"Of {len(pairs)} pairs of seats {different} were sold, and"
            f" {len(sale.sold) - different} once more."
        )
    return sale


def _allow_files(wanted: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted <= hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    elif hard < wanted:
        raise Failed(f"Only {hard} open files are allowed here and {wanted} are needed: ulimit -n.")


async def _hold(port: int, path: str, pairs: list[Pair], buyers: int) -> Sale:
    assert len(pairs) <= min(PAIRS, buyers)  # noqa: S101 else a pair might be wanted by nobody
    sale, doors, dice = Sale(), asyncio.Event(), random.Random(0)
    people = [
        asyncio.create_task(
            _buyer(port, path, _wishes(pairs, number, dice), doors, sale), name=f"buyer {number}"
        )
        for number in range(buyers)
    ]
    await asyncio.sleep(0)  # now all wait before the doors
    began = time.perf_counter()
    doors.set()
    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*people)
    except (OSError, EOFError, TimeoutError, ValueError) as failure:
        raise Failed(f"A buyer in the flash sale got no answer: {failure!r}") from failure
    finally:
        for one in people:
            one.cancel()
        await asyncio.gather(*people, return_exceptions=True)
    sale.seconds = time.perf_counter() - began
    return sale


def _wishes(pairs: list[Pair], number: int, dice: random.Random) -> list[Pair]:
    """The first are dealt out, so that somebody wants every pair."""
    first = pairs[number % len(pairs)]
    others = dice.sample([pair for pair in pairs if pair != first], min(TRIES, len(pairs)) - 1)
    return [first, *others]


async def _buyer(
    port: int, path: str, wishes: list[Pair], doors: asyncio.Event, sale: Sale
) -> None:
    await doors.wait()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for pair in wishes:
            writer.write(_request(port, path, pair))
            status, body = await _answer(reader)
            if status == 201:
                sale.sold.append(pair)
                return
            _check_refusal(status, body, pair)
            sale.refused += 1
    finally:
        writer.close()


def _request(port: int, path: str, pair: Pair) -> bytes:
    body = json.dumps({"email": "buyer@example.org", "seatsIds": pair}).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _answer(reader: asyncio.StreamReader) -> tuple[int, Any]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = int(head.split("content-length:", 1)[1].split("\r\n", 1)[0])
    return int(head.split(" ", 2)[1]), json.loads(await reader.readexactly(length))


def _check_refusal(status: int, body: Any, pair: Pair) -> None:
    """Both seats of a pair go together, so that both are taken."""
    error = body["errors"][0] if isinstance(body, dict) and body.get("errors") else {}
    if status != 409 or error.get("seats") != list(pair):
        raise Failed(f"A buyer of the seats {pair} was answered {status}: {json.dumps(body)[:300]}")
