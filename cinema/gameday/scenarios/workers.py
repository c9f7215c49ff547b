"""Web server processes that die in the middle of what they do."""

import signal
import time
from collections.abc import Iterator

from cinema.embedded.processes import send
from cinema.gameday.scenario import SALE_BOUND, Check, Scenario, Seen, all_answered, some_sold
from cinema.gameday.stage import Stage
from cinema.gameday.traffic import Traffic

DEATHS = 5
SECONDS_BETWEEN = 2.0


class KilledWorkers(Scenario):
    name = "killed-workers"
    title = "Workers are killed in the middle of sales"
    does = f"one worker after the other is killed (kill -9), {DEATHS} times"
    watch = (
        "web.log: gunicorn tells of each death and starts another worker",
        "What clients see: connections that break off, and the same key asked again",
    )
    expects = (
        "Only requests that the dead worker was answering break off",
        "Asked again with the same key, each purchase is made once",
    )

    def __init__(self) -> None:
        self._killed: set[int] = set()

    def break_it(self, stage: Stage) -> None:
        for _ in range(DEATHS):
            for worker in stage.gunicorn().children()[:1]:
                self._killed.add(worker.pid)
                send(worker, signal.SIGKILL)
            time.sleep(SECONDS_BETWEEN)

    def mend(self, stage: Stage) -> None:
        """gunicorn does."""

    def shows(self, stage: Stage, traffic: Traffic) -> bool:
        """Whether others work in their place. That a request broke off is likely, not certain."""
        workers = {worker.pid for worker in stage.gunicorn().children()}
        return len(self._killed) > 1 and bool(workers) and not workers & self._killed

    def checks(self, stage: Stage, seen: Seen) -> Iterator[Check]:
        for kind, statuses in (("visit", (200, 0)), ("sale", (201, 409, 503, 0))):
            answers = seen.since_broken(kind)
            yield all_answered(
                f"Each {kind} is answered or breaks off at once",
                answers,
                *statuses,
                within=SALE_BOUND,
            )
            broken = sum(answer.status == 0 for answer in answers)
            few = broken <= DEATHS * 8  # a worker's threads
            yield Check("Only what the dead were answering breaks off", few, f"{broken} of {kind}s")
        yield some_sold("Sales go on", seen.after("sale"))
