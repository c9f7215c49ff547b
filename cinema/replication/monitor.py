"""Watches the primary and every replica from one background thread per process.

A request reads what is known here and never waits for a probe. The thread runs an event loop, so
that one server that hangs (paused, unreachable) delays nobody else's probe.
"""

import asyncio
import contextlib
import logging
import random
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections

from cinema import metrics
from cinema.databases import PRIMARY, PRIMARY_READS
from cinema.replication import cutting
from cinema.replication.position import CURRENT, Position

logger = logging.getLogger(__name__)

PROBE_TIMEOUT = 2.0  # seconds without an answer: the server counts as gone
LONGEST_BACKOFF = 30.0
SAMPLES = 600

# Whether a commit can be acknowledged: no synchronous replication is asked for, or a standby that
# counts is streaming. Without pg_monitor the column is null, and then we don't know and go on.
_PRIMARY_PROBE = f"""
    SELECT pg_is_in_recovery(), {CURRENT},
           current_setting('synchronous_standby_names') = ''
           OR EXISTS (SELECT FROM pg_stat_replication
                      WHERE coalesce(sync_state, 'sync') IN ('sync', 'quorum'))
"""  # noqa: S608
# A commit waits for a standby without limit (statement_timeout has ended by then) and keeps its
# locks meanwhile. Cancelled, it stays committed here and tells its client so by a warning, which
# `middleware.Durability` turns into a 503.
_CANCEL_WAITING_COMMITS = """
    SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity
    WHERE wait_event = 'SyncRep' AND usename = current_user
      AND clock_timestamp() - query_start > %s * interval '1 second'
"""
# A promoted replica is read at its own position. While no WAL receiver runs, its timeline is
# unknown and the last one seen still holds.
_REPLICA_PROBE = """
    SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
                ELSE pg_current_wal_flush_lsn() END::text,
           CASE WHEN pg_is_in_recovery()
                THEN (SELECT to_hex(received_tli) FROM pg_stat_wal_receiver)
                ELSE left(pg_walfile_name(pg_current_wal_flush_lsn()), 8) END
"""


@dataclass
class Server:
    """What is known about one server. Written by the monitor's thread, read by everyone."""

    alias: str
    alive: bool = False
    position: Position | None = None
    lag_seconds: float = 0.0
    lag_bytes: int = 0

    @property
    def fresh(self) -> bool:
        """May answer anybody: close enough behind the primary, as far as that is known."""
        return (
            self.alive
            and self.lag_seconds <= settings.REPLICA_MAX_LAG_SECONDS
            and self.lag_bytes <= settings.REPLICA_MAX_LAG_BYTES
        )


class Monitor:
    """Use the module's `monitor`; `start()` once in each process, after it forked."""

    def __init__(self) -> None:
        self.primary = Server(PRIMARY, alive=True)
        self.acknowledges = True  # a commit on the primary would reach a standby
        self.replicas: list[Server] = []
        self._flushed: deque[tuple[float, int]] = deque(maxlen=SAMPLES)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def running(self) -> bool:
        return self._thread is not None

    @property
    def writable(self) -> bool:
        """False only when it is known that a sale could not be acknowledged now."""
        return not self.running or (self.primary.alive and self.acknowledges)

    def start(self) -> None:
        if self.running:
            return
        self.primary = Server(PRIMARY, alive=True)
        self.replicas = [
            Server(alias) for alias in connections if alias not in (PRIMARY, PRIMARY_READS)
        ]
        self._thread = threading.Thread(target=self._run, name="replica-monitor", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread; reads go to the primary and writes are not held back any more."""
        if self._thread is None:
            return
        while self._loop is None:  # just started
            time.sleep(0.01)
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._cancel_all)
        self._thread.join(timeout=10)
        self._thread = self._loop = None
        self.replicas = []
        self.acknowledges = True
        self._flushed.clear()

    def failed(self, alias: str) -> None:
        """A request could not use this replica; it is skipped until a probe succeeds."""
        for server in self.replicas:
            if server.alias == alias:
                server.alive = False

    def _run(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(self._watch_all())

    def _cancel_all(self) -> None:
        for task in asyncio.all_tasks(self._loop):
            task.cancel()

    async def _watch_all(self) -> None:
        self._loop = asyncio.get_running_loop()
        await asyncio.gather(*(self._watch(server) for server in [self.primary, *self.replicas]))

    async def _watch(self, server: Server) -> None:
        connection: psycopg.AsyncConnection[Any] | None = None
        failures = 0
        while True:
            try:
                async with asyncio.timeout(PROBE_TIMEOUT):
                    if connection is None:
                        connection = await _connect(server.alias)
                    await self._probe(server, connection)
                failures = 0
            except (psycopg.Error, TimeoutError, OSError) as error:
                failures += 1
                await self._lost(server, error)
                if connection is not None:
                    connection.pgconn.finish()  # close() would wait for a server that hangs
                    connection = None
            metrics.replica_state(server.alias, server.alive, server.fresh, server.lag_bytes)
            await asyncio.sleep(_pause(failures, primary=server is self.primary))

    async def _probe(self, server: Server, connection: psycopg.AsyncConnection[Any]) -> None:
        if server is self.primary:
            await self._probe_primary(connection)
        else:
            await self._probe_replica(server, connection)
        if not server.alive:
            logger.info("%s answers again", server.alias)
            server.alive = True

    async def _probe_primary(self, connection: psycopg.AsyncConnection[Any]) -> None:
        in_recovery, lsn, timeline, acknowledges = await _one(connection, _PRIMARY_PROBE)
        if in_recovery:
            raise psycopg.OperationalError("DATABASE_URL leads to a standby, not to a primary")
        self.primary.position = Position.parse(lsn, timeline)
        self._flushed.append((time.monotonic(), self.primary.position.lsn))
        if acknowledges != self.acknowledges:
            logger.warning(
                "Selling %s: standbys %s",
                *(("on", "are back") if acknowledges else ("stops", "don't acknowledge")),
            )
            self.acknowledges = acknowledges
        await _one(connection, _CANCEL_WAITING_COMMITS, [settings.WRITE_TIMEOUT_SECONDS])

    async def _probe_replica(
        self, server: Server, connection: psycopg.AsyncConnection[Any]
    ) -> None:
        lsn, timeline = await _one(connection, _REPLICA_PROBE)
        if lsn is None:
            raise psycopg.OperationalError("nothing replayed yet")
        if timeline is None:
            known = server.position or self.primary.position
            timeline = f"{known.timeline:x}" if known else "0"
        server.position = Position.parse(lsn, timeline)
        server.lag_seconds, server.lag_bytes = self._lag(server.position.lsn)

    def _lag(self, replayed: int) -> tuple[float, int]:
        """Seconds and bytes behind, by our own clock and the positions we saw the primary at:
        an idle standby's last transaction may be hours old without it lagging at all."""
        if not self._flushed:
            return 0.0, 0
        samples = list(self._flushed)
        behind = max(0, samples[-1][1] - replayed)
        if not behind:
            return 0.0, 0
        missed = next(at for at, flushed in samples if flushed > replayed)
        return time.monotonic() - missed, behind

    async def _lost(self, server: Server, error: Exception) -> None:
        if server.alive:
            logger.warning("%s does not answer: %s", server.alias, error or "timed out")
        server.alive = False
        if isinstance(error, TimeoutError):
            # Requests that wait for a server which hangs would hold their threads for ever.
            aliases = [PRIMARY, PRIMARY_READS] if server is self.primary else [server.alias]
            for alias in aliases:
                cutting.cut(alias)


def _pause(failures: int, *, primary: bool) -> float:
    """Jittered, so that workers don't probe in step; backing off, but never from the primary."""
    pause = settings.REPLICA_POLL_SECONDS * random.uniform(0.8, 1.2)  # noqa: S311
    return pause if primary or not failures else min(pause * 2**failures, LONGEST_BACKOFF)


async def _connect(alias: str) -> psycopg.AsyncConnection[Any]:
    parameters = connections[alias].get_connection_params()
    for of_django in ("pool", "context", "cursor_factory"):
        parameters.pop(of_django, None)
    return await psycopg.AsyncConnection.connect(
        **(parameters | {"autocommit": True, "application_name": "cinema-monitor"})
    )


async def _one(
    connection: psycopg.AsyncConnection[Any], query: str, parameters: list[Any] | None = None
) -> tuple[Any, ...]:
    row = await (await connection.execute(query, parameters)).fetchone()
    assert row is not None  # noqa: S101
    return row


monitor = Monitor()
