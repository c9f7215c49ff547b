"""One run: buyers buy, lanes of faults break and mend, and then everything is looked at."""

import contextlib
import random
import shutil
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from loadtest.torture.box_office import Ask, Programme
from loadtest.torture.buyer import Buyer, Ending
from loadtest.torture.checking import Violation, violations
from loadtest.torture.client import Client
from loadtest.torture.faults import FAULTS, impossible
from loadtest.torture.history import Recorder, read
from loadtest.torture.schedule import Planned, schedule
from loadtest.torture.stage import Stage, StageError
from loadtest.torture.tables import tables

BUYERS = 8

Say = Callable[[str], None]


@dataclass(frozen=True)
class Run:
    """What to do. `faults`: names, all by default; `settings`: variables of the provider;
    `synchronous`: a commit waits for a standby; `prepare`: is given the stage before anything is
    sold. The last three are for tests that break the cinema's own promises."""

    seed: int
    seconds: float
    directory: Path
    buyers: int = BUYERS
    faults: Collection[str] = field(default_factory=lambda: tuple(FAULTS))
    settings: Mapping[str, str] = field(default_factory=dict)
    synchronous: bool = True
    prepare: Callable[[Stage], None] = lambda stage: None

    @property
    def history(self) -> Path:
        return self.directory / "history.jsonl"


@dataclass
class Outcome:
    violations: list[Violation]
    happened: Counter[tuple[str, str]]
    """How many requests of each action had each outcome."""
    faults: list[str]
    """That were played, in order."""


def torture(run: Run, say: Say = lambda sentence: None) -> Outcome:
    """Raises what faults raise when they can't break or mend something; the history is kept."""
    shutil.rmtree(run.directory, ignore_errors=True)
    run.directory.mkdir(parents=True)
    stage = Stage(run.directory, settings=run.settings, synchronous=run.synchronous)
    with contextlib.ExitStack() as closing:
        closing.callback(stage.close)
        closing.callback(_keep_logs, stage, run.directory)
        programme = stage.start()
        run.prepare(stage)
        lanes = _possible(stage, schedule(run.seed, run.seconds, run.faults), say)
        with Recorder(run.history, seed=run.seed, seconds=run.seconds) as recorder:
            recorder.prices(programme.prices)
            nodes = [node.ask for node in stage.nodes]
            buyers = some_buyers(run.buyers, run.seed, nodes, programme, recorder)
            for one in buyers:
                one.quiet = stage.quiet
            found = _play(stage, buyers, lanes, recorder, run.seconds, say)
            # A history without its end is a violation, too.
            with contextlib.suppress(psycopg.OperationalError):
                recorder.end(tables(stage.cluster.primary.url(), programme.seances))
        found += [Violation("no traceback is written", one) for one in stage.tracebacks()]
    outcome = check(run.history)
    outcome.violations += found
    return outcome


def _possible(stage: Stage, lanes: list[list[Planned]], say: Say) -> list[list[Planned]]:
    cannot = impossible(stage)
    for name, why in cannot.items():
        say(f"Not played: {name}, for {why}.")
    return [[one for one in lane if one.fault not in cannot] for lane in lanes]


def some_buyers(
    number: int, seed: int, nodes: Sequence[Ask], programme: Programme, recorder: Recorder
) -> list[Buyer]:
    ending: Ending = deque(maxlen=100)
    buyers = []
    for one in range(number):
        chance = random.Random(f"{seed} buyer {one}")
        client = Client(one, nodes, programme, recorder, chance)
        buyers.append(Buyer(client, programme, chance, ending))
    return buyers


def _play(
    stage: Stage,
    buyers: list[Buyer],
    lanes: list[list[Planned]],
    recorder: Recorder,
    seconds: float,
    say: Say,
) -> list[Violation]:
    """Until the time is over and everything works again; whether it does."""
    over, enough = threading.Event(), threading.Event()
    with ThreadPoolExecutor(len(buyers) + len(lanes)) as pool:
        buying = [pool.submit(buyer.buy_until, enough) for buyer in buyers]
        breaking = [pool.submit(_break, stage, lane, recorder, over, say) for lane in lanes]
        try:
            _wait(seconds, [*buying, *breaking])
            over.set()
            for lane in breaking:
                lane.result()
            stage.mend()
            stage.wait_until_healthy()
        except StageError as failure:
            return [Violation("everything comes back", str(failure))]
        finally:
            over.set()
            enough.set()
            stage.network.mend()
        for one in buying:
            one.result()
    return []


def _wait(seconds: float, running: list[Future[None]]) -> None:
    """Or until one of these fails."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and not any(one.done() and one.exception() for one in running):
        time.sleep(0.1)


def _break(
    stage: Stage, lane: list[Planned], recorder: Recorder, over: threading.Event, say: Say
) -> None:
    began = time.monotonic()
    for planned in lane:
        if over.wait(planned.after):
            return
        recorder.fault(planned.fault, "breaks")
        say(f"{time.monotonic() - began:6.1f} s  {planned.fault}, for {planned.lasts:g} s")
        with FAULTS[planned.fault](stage, planned.pick):
            over.wait(planned.lasts)
        recorder.fault(planned.fault, "mended")


def check(path: Path) -> Outcome:
    """Looks at a history that was kept. Raises HistoryError."""
    history = read(path)
    happened = Counter((one.action, one.outcome) for one in history.attempts)
    played = [one["name"] for one in history.faults if one["what"] == "breaks"]
    return Outcome(violations(history), happened, played)


def _keep_logs(stage: Stage, directory: Path) -> None:
    """The databases' are on the disk that goes away."""
    for log in (stage.disk / "postgresql").glob("*.log"):
        shutil.copy(log, directory)
