"""Answers that are there already are given by gunicorn's loop itself, between two looks at its
sockets.

A thread for each of them costs more than the answer: it is woken, its end is told to the loop, and
in a rush all threads contend for one interpreter, in which whoever has just sent something goes on
and the others wait. See docs/adr/0020-answers-without-a-thread.md.
"""

import contextlib
import socket
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from gunicorn.http import wsgi
from gunicorn.http.errors import ConfigurationProblem
from gunicorn.http.parser import RequestParser
from gunicorn.workers.gthread import TConn, ThreadWorker

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes] | None]

HEAD_BYTES = 8192
"""Whoever sends more is served by a thread."""
MOST_SLOW = 50
"""So many clients are in the middle of an answer at most, whose sockets' buffers are full."""
_OF_A_BODY = ("CONTENT-LENGTH", "TRANSFER-ENCODING", "EXPECT")


class Ahead:
    """A parser, and what was already read with it, which is given once more."""

    def __init__(self, parser: RequestParser) -> None:
        self._parser = parser
        self._read: Any = None

    def look(self, head: bytes) -> Any:
        """The request that begins with `head`, as far as it has come; None if that is not the whole
        of one without a body. Whoever asks for the next request gets it, or what was wrong with
        it."""
        self._parser.unreader.unread(head)
        if not head.startswith(b"GET ") or b"\r\n\r\n" not in head:
            return None
        try:
            self._read = next(self._parser)
        except Exception as failure:
            self._read = failure
            return None
        if any(name in _OF_A_BODY for name, _value in self._read.headers):
            return None
        return self._read

    def done(self) -> None:
        """It is answered."""
        self._read = None

    def has_more(self) -> bool:
        """Whether something has come of the request after it."""
        return bool(self._parser.unreader.buf.getvalue())

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        read, self._read = self._read, None
        if isinstance(read, Exception):
            raise read
        return read or next(self._parser)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._parser, name)


class GatheringSocket(socket.socket):
    """Can send an answer as a whole, and of that only what the client's line takes at once."""

    _gathered: list[bytes] | None = None

    def gather(self) -> None:
        self._gathered = []

    def forget(self) -> None:
        self._gathered = None

    def sendall(self, *arguments: Any) -> None:
        if self._gathered is None:
            super().sendall(*arguments)
        else:
            self._gathered.append(arguments[0])

    def send_gathered(self) -> list[memoryview]:
        """What is left of it, which is nobody's copy: many clients may be slow with the same
        answer. Raises OSError when the client is gone."""
        gathered, self._gathered = self._gathered, None
        if not gathered:
            return []
        try:
            sent = self.sendmsg(gathered, (), socket.MSG_DONTWAIT)
        except BlockingIOError:
            sent = 0
        left = []
        for part in gathered:
            if sent < len(part):
                left.append(memoryview(part)[sent:])
            sent = max(0, sent - len(part))
        return left


class AnsweringLoop(ThreadWorker):
    """The application has a method `at_once`, like its `__call__`, which never waits and gives None
    for what has to be made. Connections have an `Ahead` as `parser`, and what is `unsent`."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._reading_slowly: set[TConn] = set()

    def on_client_socket_readable(self, conn: TConn, client: GatheringSocket) -> None:
        if self._is_answered(conn, client) and not conn.unsent and not conn.parser.has_more():
            conn.set_timeout()
            self.keepalived_conns.remove(conn)
            self.keepalived_conns.append(conn)
        else:
            super().on_client_socket_readable(conn, client)

    def send_rest(self, conn: TConn) -> bool:
        """In a thread, what the loop could not send. Whether the client may ask for more."""
        try:
            conn.sock.setblocking(True)
            for part in conn.unsent:
                conn.sock.sendall(part)
        except OSError:
            return False
        finally:
            conn.unsent = []
            self._reading_slowly.discard(conn)
        return True

    def _is_answered(self, conn: TConn, client: GatheringSocket) -> bool:
        at_once = getattr(self.wsgi, "at_once", None)
        if (
            at_once is None
            or not self.alive
            or self.nr + 1 >= self.max_requests  # it would have to say goodbye
            or len(self._reading_slowly) >= MOST_SLOW
            or self.cfg.accesslog
        ):
            return False
        client.gather()
        try:
            return self._gather(conn, client, at_once) and self._send(conn, client)
        except OSError:
            return False  # nothing came, or the client is gone, as a thread will find
        except Exception:
            self.log.exception("A thread has to answer what the loop could not")
            return False
        finally:
            client.forget()

    def _gather(self, conn: TConn, client: GatheringSocket, at_once: Application) -> bool:
        request = conn.parser.look(client.recv(HEAD_BYTES))
        if request is None or request.should_close():
            return False
        try:
            response, environ = wsgi.create(request, client, conn.client, conn.server, self.cfg)
        except ConfigurationProblem:
            return False  # a thread finds the same, and refuses it
        parts = at_once(environ, response.start_response)
        if parts is None:
            return False
        for part in parts:
            response.write(part)
        response.close()
        self.cfg.post_request(self, request, environ, response)
        conn.parser.done()
        self.nr += 1
        return True

    def _send(self, conn: TConn, client: GatheringSocket) -> bool:
        try:
            conn.unsent = client.send_gathered()
        except OSError:
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)  # so that a thread does not wait for more
            return False
        if conn.unsent:
            self._reading_slowly.add(conn)
        return True
