"""When a run is over: did the cinema do what it told its buyers?"""

import logging
import time
from typing import Any

import gevent
from gevent.pool import Pool
from locust.contrib.fasthttp import FastHttpSession
from locust.env import Environment
from locust.event import EventHook
from locust.rpc import Message
from locust.runners import STATE_RUNNING, STATE_SPAWNING, STATE_STOPPING, MasterRunner, WorkerRunner
from locust.stats import CSV_STATS_INTERVAL_SEC

from loadtest.asking import CONSISTENCY, body_of, complain
from loadtest.buying import ledger
from loadtest.ledger import mistakes, to_read

log = logging.getLogger(__name__)

# Messages between Locust's processes. Its own "stop" would do, but a worker that got it does not
# listen for a while, and so outlives its master.
FINISH, SALES = "finish", "sales"
READERS = 16
PATIENCE = 20.0  # seconds without any answer until the cinema is given up
SHOWN = 20  # mistakes that are written out; all are counted
# No token that a provider has made: then it asks its primary, and the site asks the provider.
FRESH = {CONSISTENCY: "as it is now"}


class Gathering:
    """The sales that worker processes had, and their last numbers."""

    def __init__(self) -> None:
        self.told: set[str] = set()
        self.finished: set[str] = set()

    def begin(self) -> None:
        ledger.clear()
        self.told.clear()
        self.finished.clear()

    def on_sales(self, environment: Environment, msg: Message, **_: Any) -> None:
        ledger.absorb(msg.data["sales"])
        self.told.add(msg.node_id)

    def on_report(self, client_id: str, **_: Any) -> None:
        if client_id in self.told:
            self.finished.add(client_id)

    def wait(self, environment: Environment) -> None:
        """Without this, Locust's master would end its run while its workers still buy."""
        runner = environment.runner
        if not isinstance(runner, MasterRunner):
            return
        # Else the first worker to stop would have its users handed to the others.
        runner.update_state(STATE_STOPPING)
        workers = set(runner.clients)
        for worker in workers:
            runner.server.send_to_client(Message(FINISH, None, worker))
        deadline = time.monotonic() + environment.stop_timeout + 60
        while not workers <= self.finished and time.monotonic() < deadline:
            gevent.sleep(0.1)
        for silent in workers - self.told:
            complain(environment, "proof", f"worker {silent} has not told what it bought")


def install(environment: Environment) -> None:
    events, gathering = environment.events, Gathering()
    if isinstance(environment.runner, WorkerRunner):
        environment.runner.register_message(FINISH, _finish)
    elif environment.runner:
        environment.runner.register_message(SALES, gathering.on_sales)
    events.worker_report.add_listener(gathering.on_report)
    events.test_start.add_listener(lambda **_: gathering.begin())
    events.test_stopping.add_listener(lambda **_: gathering.wait(environment))
    events.test_stop.add_listener(lambda **_: _over(environment))
    events.quitting.add_listener(lambda **_: _interrupted(environment))


def _finish(environment: Environment, **_: Any) -> None:
    if environment.runner:
        environment.runner.stop()


def _interrupted(environment: Environment) -> None:
    """By Ctrl-C: what was bought until then is looked at all the same."""
    runner = environment.runner
    if runner and runner.state in (STATE_RUNNING, STATE_SPAWNING):
        runner.stop()


def _over(environment: Environment) -> None:
    runner = environment.runner
    if isinstance(runner, WorkerRunner):
        runner.send_message(SALES, {"sales": ledger.pages()})
        # The last numbers, too, while the master still listens to us.
        numbers: dict[str, Any] = {}
        environment.events.report_to_master.fire(client_id=runner.client_id, data=numbers)
        runner.send_message("stats", numbers)
    else:
        prove(environment)
        gevent.sleep(1.5 * CSV_STATS_INTERVAL_SEC)  # until the report's tables have it, too


def prove(environment: Environment) -> None:
    """Reads back what was sold; each mistake is a failure of the run."""
    sales = list(ledger.sales.values())
    log.info("Reading back %d sales with %d tickets", len(sales), ledger.tickets)
    found = mistakes(sales, _read(str(environment.host), to_read(sales)))
    for mistake in found:
        complain(environment, mistake.kind, mistake.sentence)
    for mistake in found[:SHOWN]:
        log.error("%s", mistake.sentence)
    log.info(
        "Sold %d tickets in %d bookings, %d of them cancelled: %s",
        ledger.tickets,
        len(sales),
        sum(sale.cancelled for sale in sales),
        f"{len(found)} mistakes" if found else "no seat sold twice, no sale lost",
    )


def _read(host: str, paths: set[str]) -> dict[str, Any]:
    """The bodies by path; None for what can't be read, which is given up together."""
    session = FastHttpSession(
        host, EventHook(), user=None, concurrency=READERS, network_timeout=PATIENCE
    )
    last_success = time.monotonic()

    def read(path: str) -> tuple[str, Any]:
        nonlocal last_success
        while time.monotonic() - last_success < PATIENCE:
            response = session.get(path, headers=FRESH)
            if response.status_code in (200, 404):
                last_success = time.monotonic()
                return path, body_of(response)
            gevent.sleep(0.5)
        return path, None

    return dict(Pool(READERS).imap_unordered(read, sorted(paths)))
