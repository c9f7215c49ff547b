"""Which server answers a read: chosen once per request, so that no answer mixes two servers."""

import functools
import random
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import connections
from django.http import HttpRequest
from psycopg.errors import QueryCanceled, SerializationFailure
from psycopg_pool import PoolTimeout, TooManyRequests

from cinema import metrics
from cinema.databases import PRIMARY, PRIMARY_READS
from cinema.failing import UNREACHABLE
from cinema.logging import answered_by
from cinema.replication.monitor import Server, monitor
from cinema.replication.position import COOKIE, HEADER, Position, read_token

TRIES = 3  # replicas, before the primary is asked
CATCHING_UP = 1.5  # seconds that a read waits for a replica when the primary is gone

# Too slow, in the way of the replay, or too many at once: another server may do better, but this
# one is not gone.
_OF_ONE_QUERY = (QueryCanceled, SerializationFailure, PoolTimeout, TooManyRequests)

T = TypeVar("T")

_alias: ContextVar[str | None] = ContextVar("read_alias", default=None)


def only_reads() -> bool:
    """Whether a handler that carries `from_replica` is running."""
    return _alias.get() is not None


def read_alias() -> str:
    """The database alias that reads of the present request use."""
    return PRIMARY if connections[PRIMARY].in_atomic_block else _alias.get() or PRIMARY


def from_replica(handler: Callable[..., T]) -> Callable[..., T]:
    """Lets a view's read handler be answered by a replica. The list of handlers that carry this
    is the list of reads that may be a moment behind; everything else reads the primary.

    The handler may run again on another server, so it must only read, and return bytes, not a
    lazy queryset.
    """

    @functools.wraps(handler)
    def reading(view: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> T:
        token = request.headers.get(HEADER) or request.COOKIES.get(COOKIE)
        return answer(lambda: handler(view, request, *args, **kwargs), token)

    return reading


def answer(read: Callable[[], T], token: str | None = None) -> T:
    """Runs `read` on the first server that can answer it.

    Raises what the last server raised when none can.
    """
    lost: Exception | None = None
    for alias in _plan(token):
        chosen = _alias.set(alias)
        try:
            result = read()
        except UNREACHABLE as error:
            lost = error
            if not isinstance(error.__cause__, _OF_ONE_QUERY):
                monitor.failed(alias)
            connections[alias].close()
        else:
            metrics.reads.labels(alias).inc()
            answered_by.set(alias)
            return result
        finally:
            _alias.reset(chosen)
    raise lost or AssertionError("a plan names at least one server")


def _plan(token: str | None) -> Iterator[str]:
    """The servers to ask, best first."""
    if not monitor.replicas or connections[PRIMARY].in_atomic_block:
        yield PRIMARY
        return
    position = read_token(token) if token else None
    primary_alive = monitor.primary.alive
    asks_primary = token and not position  # forged or expired, see the contract
    if token and not primary_alive:
        # Too old, perhaps by a clock that is wrong: whoever carries it has still seen that much.
        position = read_token(token, max_age=None)
    if not (asks_primary and primary_alive):
        yield from _shuffled(_eligible(position))[:TRIES]
    if primary_alive:
        yield PRIMARY_READS
    # Without the primary: a standby has every acknowledged write; it may still be replaying it.
    if position:
        yield from _replayed_in_time(position)
    elif not monitor.primary.alive:
        yield from _most_advanced()
    if not primary_alive:
        yield PRIMARY_READS  # seconds to find out, so not before the others


def _eligible(position: Position | None) -> list[Server]:
    if position is None:
        return [server for server in monitor.replicas if server.fresh]
    return [
        server
        for server in monitor.replicas
        if server.usable and server.position and server.position.covers(position)
    ]


def _replayed_in_time(position: Position) -> Iterator[str]:
    deadline = time.monotonic() + CATCHING_UP
    while time.monotonic() < deadline:
        if servers := _eligible(position):
            yield from _shuffled(servers)
            return
        time.sleep(0.05)


def _most_advanced() -> Iterator[str]:
    known = [server for server in monitor.replicas if server.alive]
    yield from (server.alias for server in sorted(known, key=lambda one: one.lag_bytes))


def _shuffled(servers: list[Server]) -> list[str]:
    return random.sample([server.alias for server in servers], len(servers))
