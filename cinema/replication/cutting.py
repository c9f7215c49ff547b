"""Frees threads that wait for a server which no longer answers.

A paused or partitioned server keeps its TCP connections open: its own time-outs don't fire and
ours never hears of it. Shutting the socket down from outside makes the waiting call fail at once.
"""

import os
import socket
import threading
import weakref
from typing import Any

_lock = threading.Lock()
_open: dict[str, weakref.WeakSet[Any]] = {}


def remember(alias: str, connection: Any) -> bool:
    """Notes an open psycopg connection; False when it was known already (a pool gave it out)."""
    with _lock:
        known = _open.setdefault(alias, weakref.WeakSet())
        if connection in known:
            return False
        known.add(connection)
        return True


def cut(alias: str) -> None:
    """Ends every connection of this process to `alias`; who waits gets an OperationalError."""
    with _lock:
        connections = list(_open.get(alias, ()))
    for connection in connections:
        if not connection.closed:
            _shut(connection.fileno())


def _shut(descriptor: int) -> None:
    try:
        with socket.socket(fileno=os.dup(descriptor)) as duplicate:
            duplicate.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it ended by itself
