"""How gunicorn runs a provider: in threads, none of which a client can keep.

gunicorn's own threaded worker (27.0) waits in a thread for the first bytes of a connection, waits
without limit for the rest of a request and for a client that doesn't read its answer, and waits in
its only loop for every client that doesn't close its end. Some dozen of such clients, and nobody
else is answered. A gateway that holds back what is not complete would keep them away; not every
installation has one, and a phone that loses its network in the middle of a request is one of them.
"""

import contextlib
import selectors
import socket
import time
from collections import deque
from functools import partial
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import TConn

from cinema.at_once import Ahead, AnsweringLoop, GatheringSocket

SILENT_SECONDS = 10.0
"""So long a new connection is kept on which nothing comes: a worker has room for a thousand."""
RECEIVING_SECONDS = 30.0
"""So long a request may take from its first byte to its last,"""
SENDING_SECONDS = 60.0
"""and so long its answer,"""
CROWDED_SECONDS = 5.0
"""and either of them while every thread is taken: whoever is slow makes room."""
OTHERS_TURN_SECONDS = 0.001
LINGER_SECONDS = 2.0
LINGER_BYTES = 64 * 1024
"""What still comes from a client that was answered is read, so that the answer is not reset."""


class TimedSocket(GatheringSocket):
    """Knows how long the client has kept its thread waiting."""

    def __init__(self, accepted: socket.socket) -> None:
        family, kind, protocol = accepted.family, accepted.type, accepted.proto
        super().__init__(family, kind, protocol, fileno=accepted.detach())
        self.expect_request()

    def expect_request(self) -> None:
        self._waits = self._answers = False
        self._since = time.monotonic()

    def recv(self, *arguments: Any) -> bytes:
        self._waits = True
        try:
            return super().recv(*arguments)
        finally:
            self._waits = False

    def sendall(self, *arguments: Any) -> None:
        self._begin_to_send()
        try:
            super().sendall(*arguments)
        finally:
            self._waits = False

    def sendfile(self, *arguments: Any, **options: Any) -> int:
        self._begin_to_send()
        try:
            return super().sendfile(*arguments, **options)
        finally:
            self._waits = False

    def _begin_to_send(self) -> None:
        if not self._answers:
            self._answers, self._since = True, time.monotonic()
        self._waits = True

    def keeps_waiting(self, now: float, *, crowded: bool) -> bool:
        """Whether a thread waits for the client, and has for too long."""
        patience = SENDING_SECONDS if self._answers else RECEIVING_SECONDS
        return self._waits and now - self._since > (CROWDED_SECONDS if crowded else patience)


class Connection(TConn):
    parser: Any

    def __init__(self, worker: "Worker", accepted: socket.socket, client: Any, server: Any) -> None:
        self._worker = worker
        self.unread = LINGER_BYTES
        self.unsent: list[memoryview] = []
        super().__init__(worker.cfg, TimedSocket(accepted), client, server)

    def init(self) -> None:
        known = self.initialized
        super().init()
        if not known and not self.is_http2:
            self.parser = Ahead(self.parser)

    def close(self, graceful: bool = False) -> None:
        if not (graceful and self._worker.linger(self)):
            super().close()


class Worker(AnsweringLoop):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._answering: set[Connection] = set()
        self._lingering: deque[Connection] = deque()
        self._others_turn_until = 0.0

    def accept(self, listener: Any) -> None:
        """A thread takes it when something has come."""
        try:
            accepted, client = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return  # another process was faster, or the client is gone
        connection = Connection(self, accepted, client, listener.getsockname())
        self.nr_conns += 1
        connection.timeout = time.monotonic() + SILENT_SECONDS
        self.pending_conns.append(connection)
        readable = partial(self.on_pending_socket_readable, connection)
        self.poller.register(connection.sock, selectors.EVENT_READ, readable)
        if self.cfg.workers > 1:
            self._others_turn_until = time.monotonic() + OTHERS_TURN_SECONDS
            self.set_accept_enabled(False)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Between two new connections the other processes have their turn: else whichever wakes
        first takes all that a gateway opens in one moment, and keeps them for hours."""
        if not (enabled and self._is_others_turn()):
            super().set_accept_enabled(enabled)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        super().wait_for_and_dispatch_events(
            OTHERS_TURN_SECONDS if self._is_others_turn() else timeout
        )

    def _is_others_turn(self) -> bool:
        return time.monotonic() < self._others_turn_until

    def handle(self, conn: Connection) -> Any:
        conn.sock.expect_request()
        self._answering.add(conn)
        try:
            return self.send_rest(conn) if conn.unsent else super().handle(conn)
        finally:
            self._answering.discard(conn)

    def murder_pending(self) -> None:
        """Called by the loop, at least once a second."""
        super().murder_pending()
        now = time.monotonic()
        while self._lingering and self._lingering[0].timeout <= now:
            self._forget(self._lingering[0])
        answering = self._answering.copy()
        crowded = len(answering) >= self.cfg.threads
        for conn in answering:
            if conn.sock.keeps_waiting(now, crowded=crowded):
                self.log.info("A client kept a thread waiting: its connection is closed")
                with contextlib.suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RDWR)  # which wakes the thread

    def _cap_keepalive(self, deadline: float) -> None:
        """When it stops: who has asked nothing yet is waited for no longer than others."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)

    def linger(self, conn: Connection) -> bool:
        """Says goodbye, and closes it once the client has too. Whether there is a client still."""
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._drain, conn))
        except (OSError, ValueError, KeyError):
            return False
        conn.timeout = time.monotonic() + LINGER_SECONDS
        self._lingering.append(conn)
        self.nr_conns += 1
        return True

    def _drain(self, conn: Connection, client: TimedSocket) -> None:
        try:
            came = len(client.recv(LINGER_BYTES))
        except OSError:
            came = 0
        conn.unread -= came
        if not came or conn.unread <= 0:
            self._forget(conn)

    def _forget(self, conn: Connection) -> None:
        self._lingering.remove(conn)
        self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        util.close(conn.sock)
