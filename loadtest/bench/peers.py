"""P4 beside another product: pretix, selling as many seats over its REST API, under the same
gunicorn settings."""

import http.client
import json
import threading
import time
from itertools import count

from loadtest.bench.effort import CONNECTIONS
from loadtest.bench.failing import Failed
from loadtest.bench.pretix import EVENT, Pretix
from loadtest.bench.rounds import Measure
from loadtest.bench.server import PATIENCE
from loadtest.bench.stage import Stage

GOAL = 200


class Buyers:
    """Of two seats each, which nobody else asks for."""

    def __init__(self, pretix: Pretix, seconds: float) -> None:
        self._pretix = pretix
        self._seconds = seconds
        self._seats = count()
        self._lock = threading.Lock()
        self._headers = {
            "Authorization": f"Token {pretix.token}",
            "Content-Type": "application/json",
        }

    def orders_per_second(self) -> float:
        """Over as many connections as everything else. Raises Failed when one is refused, and when
        the database has not what was answered."""
        before = self._pretix.sold()
        made: list[int] = []
        failures: list[object] = []
        began = time.monotonic()
        arguments = (began + self._seconds, made, failures)
        buyers = [threading.Thread(target=self._buy, args=arguments) for _ in range(CONNECTIONS)]
        for buyer in buyers:
            buyer.start()
        for buyer in buyers:
            buyer.join()
        took = time.monotonic() - began
        if failures or not made:
            raise Failed(f"pretix could not sell: {(failures or ['it sold nothing'])[0]}")
        if (sold := self._pretix.sold() - before) != 2 * len(made):
            raise Failed(f"pretix answered {len(made)} orders of two, and {sold} seats are sold.")
        return len(made) / took

    def _buy(self, ends: float, made: list[int], failures: list[object]) -> None:
        port = self._pretix.port
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            while time.monotonic() < ends and not failures:
                connection.request("POST", f"{EVENT}/orders/", self._order(), self._headers)
                answer = connection.getresponse()
                said = answer.read()
                if answer.status == 201:
                    made.append(answer.status)
                else:
                    failures.append(f"{answer.status} {said[:300]!r}")
        except (OSError, http.client.HTTPException) as failure:
            failures.append(failure)
        finally:
            connection.close()

    def _order(self) -> str:
        with self._lock:
            seats = [next(self._seats), next(self._seats)]
        item = self._pretix.item
        order = {
            "email": "buyer@example.org",
            "locale": "en",
            "status": "p",
            "payment_provider": "manual",
            "positions": [{"item": item, "seat": f"seat-{seat}"} for seat in seats],
        }
        return json.dumps(order)


def beside(pretix: Pretix, stage: Stage) -> Measure:
    return Measure(
        "P4",
        "sales of 2 seats",
        "per s",
        GOAL,
        lambda: stage.sales_per_second(stage.cinema),
        Buyers(pretix, stage.effort.seconds).orders_per_second,
        "pretix, orders of 2 seats",
    )
