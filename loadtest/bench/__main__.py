"""`python -m loadtest.bench`: what `make bench` runs."""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cinema.demo.announce import Terminal
from cinema.demo.errors import DemoError, StopRequested
from cinema.demo.stopping import Stop
from cinema.embedded import EmbeddedPostgresError
from loadtest.bench import demo_start, machine, memory, peers, pretix, report
from loadtest.bench.effort import FULL, QUICK, Effort
from loadtest.bench.failing import Failed
from loadtest.bench.measures import measures
from loadtest.bench.picture import picture
from loadtest.bench.pretix import Pretix
from loadtest.bench.rounds import Result, measured
from loadtest.bench.stage import Stage
from loadtest.bench.wrk import check_installed

GOALS = [f"P{number}" for number in range(1, 10)]


def main() -> int:
    chosen = _parser().parse_args()
    terminal, stop = Terminal(), Stop()
    stop.listen()
    effort = QUICK if chosen.quick else FULL
    directory = Path(chosen.report).resolve()
    try:
        _check_possible(chosen)
        directory.mkdir(parents=True, exist_ok=True)
        known = machine.described()
        # On the disk of the report: memory, which /tmp may be, has no commits to wait for.
        with (
            tempfile.TemporaryDirectory(dir=directory, prefix="running-") as scratch,
            _logs_kept(Path(scratch), directory / "failed"),
        ):
            results = list(_measured(chosen, effort, Path(scratch), terminal, stop))
    except (Failed, DemoError, EmbeddedPostgresError) as failure:
        sys.stderr.write(f"{failure}\nNothing is reported of a run in which anything failed.\n")
        return 1
    except OSError as failure:
        sys.stderr.write(f"The benchmark can't go on: {failure}\n")
        return 1
    except StopRequested:
        sys.stderr.write("Stopped\n")
        return 1
    results.sort(key=lambda result: result.measure.id)
    (directory / "bench.json").write_text(report.as_json(results, known, effort))
    (directory / "bench.svg").write_text(picture(results))
    report.show(results, known, effort)
    terminal.say(f"Also in {directory / 'bench.json'}, as a picture in {directory / 'bench.svg'}")
    return 0


def _check_possible(chosen: argparse.Namespace) -> None:
    """Before minutes are spent on it. Raises Failed."""
    check_installed()
    if chosen.peers:
        pretix.check_installed(chosen.peers)
    if chosen.only == ["P6"] and not chosen.scale:
        raise Failed("P6 needs databases with many tickets: see --scale.")
    if chosen.scale and not (chosen.scale / "postgresql").is_dir():
        raise Failed(f"There is no {chosen.scale / 'postgresql'}: see --scale.")


@contextmanager
def _logs_kept(scratch: Path, kept: Path) -> Iterator[None]:
    """Where something fails: everything else in `scratch` is deleted with it."""
    shutil.rmtree(kept, ignore_errors=True)
    try:
        yield
    except (Failed, DemoError, EmbeddedPostgresError):
        for log in scratch.rglob("*.log"):
            copy = kept / log.relative_to(scratch)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(log, copy)
        sys.stderr.write(f"The logs of all servers are in {kept}\n")
        raise


def _measured(
    chosen: argparse.Namespace, effort: Effort, scratch: Path, terminal: Terminal, stop: Stop
) -> Iterator[Result]:
    wanted: Sequence[str] = chosen.only or GOALS
    if set(wanted) - {"P9"} or chosen.peers:
        terminal.say("Starting databases, the provider and the site; making a programme")
        with Stage(scratch, effort, stop).opened(chosen.scale) as stage:
            yield from _on_stage(stage, wanted, chosen, terminal)
            terminal.say("Checking every ticket that was sold")
            stage.check()
    if "P9" in wanted:
        terminal.say("P9: starting the demo")
        yield from demo_start.started(scratch, stop)


def _on_stage(
    stage: Stage, wanted: Sequence[str], chosen: argparse.Namespace, terminal: Terminal
) -> Iterator[Result]:
    for measure in measures(stage, wanted):
        terminal.say(f"{measure.id}: {measure.what}")
        yield measured(measure, stage.effort.rounds, stage.stop)
    if chosen.peers:
        terminal.say("P4: making pretix ready, which takes a minute or two")
        peer = Pretix(chosen.peers, stage.cinema.cluster, stage.scratch / "pretix", stage.stop)
        with peer.opened():
            terminal.say("P4: beside pretix")
            yield measured(peers.beside(peer, stage), stage.effort.rounds, stage.stop)
    if "P8" in wanted:
        if chosen.soak:
            terminal.say(f"P8: load for {chosen.soak} minutes")
            yield from memory.soaked(stage, chosen.soak, terminal.say, stage.stop)
        yield from memory.after_load(stage)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m loadtest.bench",
        description="Measures how fast everything is, beside yardsticks on the same machine:"
        " docs/benchmark.md. About ten minutes; let the machine do nothing else meanwhile.",
    )
    parser.add_argument("--quick", action="store_true", help="once and briefly: does it work?")
    parser.add_argument(
        "--only", action="append", choices=GOALS, help="this goal; may be given several times"
    )
    parser.add_argument(
        "--scale",
        type=Path,
        metavar="DIRECTORY",
        help="P6: the directory whose postgresql/ holds many tickets, as .demo/kazan does",
    )
    parser.add_argument(
        "--soak", type=int, default=0, metavar="MINUTES", help="P8: load for so long (none)"
    )
    parser.add_argument(
        "--peers", type=Path, metavar="DIRECTORY", help="P4 beside the pretix installed there"
    )
    parser.add_argument(
        "--report",
        default="load-report/bench",
        metavar="DIRECTORY",
        help="where the results are written (load-report/bench)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
