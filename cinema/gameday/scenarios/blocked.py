"""A transaction that somebody forgot holds a lock that every sale needs."""

import contextlib
from collections.abc import Iterator

import psycopg

from cinema.gameday.scenario import SALE_BOUND, Check, Scenario, Seen, all_answered, some_sold
from cinema.gameday.stage import Stage
from cinema.gameday.traffic import Traffic

WHO = "gameday"


class BlockedSales(Scenario):
    name = "blocked-sales"
    title = "A forgotten transaction blocks the sales, and connections run out"
    does = "a session locks the table of tickets and goes to lunch (LOCK TABLE … IN EXCLUSIVE MODE)"
    watch = (
        'database_pool_connections{state="used"} reaches database_pool_max, and'
        " database_pool_waiting grows",
        "http_server_requests_in_progress reaches http_server_threads",
        "pg_stat_activity: who waits for whom (pg_blocking_pids), and who is idle in transaction",
    )
    expects = (
        "Sales wait for two seconds and get 503 with Retry-After; none hangs",
        "Reads are answered, slower, as they queue behind sales for threads",
        "Mended (the session is ended), buyers' tries with the same key succeed at once",
    )
    alert = "ConnectionPoolFull"
    buyers = 40  # they don't spread evenly, and every worker's threads shall be busy

    def __init__(self) -> None:
        self._session: psycopg.Connection | None = None

    def break_it(self, stage: Stage) -> None:
        url = stage.variables["DATABASE_URL"]
        self._session = psycopg.connect(url, application_name=WHO, connect_timeout=5)
        self._session.execute("LOCK TABLE bookings_ticket IN EXCLUSIVE MODE")

    def mend(self, stage: Stage) -> None:
        """Also what another, killed game day left."""
        if self._session is not None:
            self._session.close()
            self._session = None
        url = stage.variables["DATABASE_URL"]
        # While the primary is away, so are its sessions.
        with (
            contextlib.suppress(psycopg.OperationalError),
            psycopg.connect(url, autocommit=True, connect_timeout=5) as connection,
        ):
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = %s",
                (WHO,),
            )

    def shows(self, stage: Stage, traffic: Traffic) -> bool:
        return traffic.last_status("sale") == 503

    def checks(self, stage: Stage, seen: Seen) -> Iterator[Check]:
        yield all_answered("Reads go on", seen.since_broken("visit"), 200, within=SALE_BOUND)
        # Also those that were asked before it showed: they queue for longer than it may last.
        refused = [
            answer
            for answer in seen.since_broken("sale")
            if seen.symptom_at <= answer.asked_at + answer.seconds < seen.mending_at
        ]
        yield all_answered("Sales are refused", refused, 503, within=SALE_BOUND)
        yield some_sold("Sales come back", seen.after("sale"))
