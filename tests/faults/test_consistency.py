"""Half a minute of buying and cancelling while the primary is killed and comes back: whatever
buyers were told must be true, in every order that they could see."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cinema.embedded import Cluster
from cinema.embedded.processes import eventually
from loadtest.torture.box_office import Programme
from loadtest.torture.history import DONE, REFUSED, UNKNOWN, Recorder
from loadtest.torture.provider import Provider
from loadtest.torture.running import check, some_buyers
from loadtest.torture.tables import tables

SECONDS = 30
BUYERS = 4
HALL = ("2", "5", "4")  # rows, seats in each, showings


def test_what_buyers_are_told_is_true_while_the_primary_dies_and_returns(
    cluster: Cluster, provider: Provider, directory: Path
) -> None:
    seed = time.time_ns()
    made = provider.run("-m", "loadtest.torture.programme", *HALL)
    programme = Programme(**json.loads(made))
    enough = threading.Event()
    began = time.monotonic()

    def passed(seconds: float) -> bool:
        return eventually(lambda: time.monotonic() - began > seconds, within=seconds + 1)

    with (
        Recorder(directory / f"history-{seed}.jsonl", seed=seed) as recorder,
        ThreadPoolExecutor(BUYERS) as pool,
    ):
        recorder.prices(programme.prices)
        buyers = some_buyers(BUYERS, seed, [provider.ask], programme, recorder)
        buying = [pool.submit(buyer.buy_until, enough) for buyer in buyers]
        try:
            assert passed(SECONDS / 3)
            cluster.primary.kill()
            before = recorder.unknown
            assert eventually(lambda: recorder.unknown > before + 5 * BUYERS, within=30)
            cluster.primary.start()
            assert eventually(provider.healthy, within=30)
            assert passed(SECONDS)
        finally:
            enough.set()
        for one in buying:
            one.result()
        recorder.end(tables(cluster.primary.url(), programme.seances))

    outcome = check(recorder.path)
    happened = outcome.happened
    assert happened.keys() >= {("buy", DONE), ("buy", REFUSED), ("cancel", DONE)}
    # Which of these the buyers were about when the primary died is chance.
    assert sum(happened[one, UNKNOWN] for one in ("buy", "hold", "confirm", "cancel")) > 0
    assert outcome.violations == [], f"the history is in {recorder.path}"
    provider.run("manage.py", "check_tickets")
