"""Clients that go on asking while what they ask is restarted, and count what went wrong."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests

PATIENCE = 60.0
"""Seconds. On a busy machine new workers take their time to start; waiting is no error."""
CLIENTS = 6

Act = Callable[[requests.Session], int]
"""Asks once; returns the status. Raises what requests raises."""


@dataclass
class Seen:
    statuses: list[int] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@contextmanager
def clients(act: Act, count: int = CLIENTS) -> Iterator[Seen]:
    """So many at a time, each on a connection that it keeps open, without a pause."""
    seen = Seen()
    enough = threading.Event()

    def go_on() -> None:
        with requests.Session() as session:
            session.trust_env = False
            while not enough.is_set():
                try:
                    seen.statuses.append(act(session))
                except requests.RequestException as failure:
                    seen.failures.append(repr(failure))

    threads = [threading.Thread(target=go_on) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        enough.set()
        for thread in threads:
            thread.join()
