"""Half a minute of buying and cancelling while the primary is killed and comes back: whatever
buyers were told must be true, in every order that they could see."""

import json
import random
import threading
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import psycopg

from cinema.embedded import Cluster
from cinema.embedded.processes import eventually
from tests.faults.box_office import BoxOffice, Place
from tests.faults.buying import Buyer
from tests.faults.history import DONE, REFUSED, UNKNOWN, violations
from tests.faults.provider import Provider

SECONDS = 30
BUYERS = 4
PLACES = 40
SOLD = "SELECT seance_id, seat_id, booking_id FROM bookings_ticket WHERE released_at IS NULL"


def test_what_buyers_are_told_is_true_while_the_primary_dies_and_returns(
    cluster: Cluster, provider: Provider, box_office: BoxOffice, directory: Path
) -> None:
    seed = time.time_ns()
    places = [box_office.free_place() for _ in range(PLACES)]
    buyers = [
        Buyer(number, box_office, places, random.Random(seed + number)) for number in range(BUYERS)
    ]
    enough = threading.Event()
    began = time.monotonic()

    def unanswered() -> int:
        return sum(one.outcome == UNKNOWN for buyer in buyers for one in buyer.attempts)

    def passed(seconds: float) -> bool:
        return eventually(lambda: time.monotonic() - began > seconds, within=seconds + 1)

    with ThreadPoolExecutor(BUYERS) as pool:
        buying = [pool.submit(buyer.buy_until, enough) for buyer in buyers]
        try:
            assert passed(SECONDS / 3)
            cluster.primary.kill()
            before = unanswered()
            assert eventually(lambda: unanswered() > before + 5 * BUYERS, within=30)
            cluster.primary.start()
            assert eventually(provider.healthy, within=30)
            assert passed(SECONDS)
        finally:
            enough.set()
        for one in buying:
            one.result()

    history = sorted((one for buyer in buyers for one in buyer.attempts), key=lambda one: one.began)
    notes = directory / f"history-{seed}.jsonl"
    notes.write_text("\n".join(json.dumps(asdict(one)) for one in history))
    happened = Counter((one.action, one.outcome) for one in history)
    assert happened.keys() >= {("buy", DONE), ("buy", REFUSED), ("cancel", DONE)}
    # Which of the two the buyers were about when the primary died is chance.
    assert happened["buy", UNKNOWN] + happened["cancel", UNKNOWN] > 0
    assert violations(history, sold(cluster)) == [], f"the history is in {notes}"
    provider.run("manage.py", "check_tickets")


def sold(cluster: Cluster) -> dict[Place, list[str]]:
    """The bookings that have each place now."""
    found: dict[Place, list[str]] = defaultdict(list)
    with psycopg.connect(cluster.primary.url()) as connection:
        for seance, seat, booking in connection.execute(SOLD):
            found[Place(seance, seat)].append(str(booking))
    return found
