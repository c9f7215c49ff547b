"""How much memory workers have, and whether it grows."""

from collections.abc import Callable
from statistics import median

from cinema.demo.stopping import Stop
from loadtest.bench.measures import READS
from loadtest.bench.rounds import Measure, Result
from loadtest.bench.server import Server
from loadtest.bench.stage import CITIES, Stage
from loadtest.bench.wrk import load

MB = 1024 * 1024
GOALS = {"provider": 120, "site": 100}
FLAT = 1.05
SECONDS = 10
"""Of load on each between two looks."""


def of_workers(server: Server) -> list[float]:
    """The resident memory of each, in MB, what they share with others included."""
    return [worker.memory_info().rss / MB for worker in server.workers()]


def after_load(stage: Stage) -> list[Result]:
    """What the workers have after all that was measured, and after everything was read once more;
    the larger of them counts."""
    _read_everything(stage, stage.effort.seconds)
    return [
        _result(f"memory of a worker of the {name}", "MB", GOALS[name], [max(of_workers(server))])
        for name, server in _servers(stage).items()
    ]


def soaked(stage: Stage, minutes: int, say: Callable[[str], None], stop: Stop) -> list[Result]:
    """Whether memory stays what it is while everything is read for so long. Looks at the last third
    against the third before; the first fills caches."""
    looks: dict[str, list[float]] = {name: [] for name in _servers(stage)}
    for number in range(max(3, minutes * 60 // (2 * SECONDS))):
        stop.check()
        _read_everything(stage, SECONDS)
        for name, server in _servers(stage).items():
            looks[name].append(max(of_workers(server)))
        if number % 30 == 29:
            say(f"A worker of the provider has {looks['provider'][-1]:.0f} MB")
    return [
        _result(f"growth of the {name} in {minutes} minutes", "×", FLAT, [growth(seen)])
        for name, seen in looks.items()
    ]


def _read_everything(stage: Stage, seconds: int) -> None:
    """So long from the provider, and so long through the site."""
    paths = [path(stage.cinema) for path in READS.values()]
    load(stage.cinema.provider.url, seconds, paths=paths)
    load(stage.site.url, seconds, paths=[f"/cities/{CITIES[0]}{path}" for path in paths])


def growth(seen: list[float]) -> float:
    """The last third as a multiple of the third before."""
    third = len(seen) // 3
    return median(seen[-third:]) / median(seen[-2 * third : -third])


def _servers(stage: Stage) -> dict[str, Server]:
    return {"provider": stage.cinema.provider, "site": stage.site}


def _result(what: str, unit: str, goal: float, figures: list[float]) -> Result:
    measure = Measure("P8", what, unit, goal, product=lambda: figures[-1], at_most=True)
    return Result(measure, figures, [])
