"""What happens to this process's connections when a server goes away and when it comes back.

A paused or partitioned server keeps its TCP connections open: its own time-outs don't fire and
ours never hears of it. Shutting the socket down from outside makes the waiting call fail at once.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from django.db import connections

Address = Any  # what `getpeername` gives: depends on the kind of socket


def address(connection: Any) -> Address:
    """Where an open psycopg connection leads."""
    with _socket(connection.fileno()) as one:
        return one.getpeername()


def shut(connection: Any) -> None:
    """Ends a psycopg connection as if the network had; whoever uses it finds out at once."""
    with suppress(OSError, psycopg.Error), _socket(connection.fileno()) as one:
        one.shutdown(socket.SHUT_RDWR)


def cut(server: Address) -> None:
    """Ends every connection of this process to a server; who waits gets an OperationalError.

    Found among all open sockets: a pool has connections that were never given to anybody, and
    may be waiting for an answer on one just now, to see whether it still works.
    """
    for descriptor in os.listdir("/dev/fd"):
        with suppress(OSError), _socket(int(descriptor)) as one:
            if one.getpeername() == server:
                one.shutdown(socket.SHUT_RDWR)


@contextmanager
def _socket(descriptor: int) -> Iterator[socket.socket]:
    """A duplicate: the original may be closed meanwhile, and its number given to another file."""
    duplicate = os.dup(descriptor)
    try:
        one = socket.socket(fileno=duplicate)
    except OSError:
        os.close(duplicate)
        raise
    with one:
        yield one


def renew(alias: str) -> None:
    """Lets the pool connect anew, now that the server is back.

    The connections it holds lead to the server as it was before, and a request that finds one
    after another broken waits for seconds. Requests that gave up waiting still count as waiting
    for a pool: when they fill its queue it refuses everybody and connects no more by itself.
    """
    pool = getattr(connections[alias], "pool", None)  # what only PostgreSQL's has
    if pool and not pool.closed:
        pool.drain()
        pool.check()  # empty now, so it only connects
