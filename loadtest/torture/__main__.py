"""`python -m loadtest.torture`: what `make torture` runs."""

import argparse
import signal
import sys
import time
from collections import Counter
from pathlib import Path

import psycopg

from cinema.embedded import EmbeddedPostgresError
from loadtest.torture.checking import RULES
from loadtest.torture.faults import FAULTS
from loadtest.torture.history import HistoryError
from loadtest.torture.provider import ProviderError
from loadtest.torture.running import BUYERS, Outcome, Run, check, torture
from loadtest.torture.stage import StageError

SHOWN = 5  # violations of a rule that are written out; all are counted


def main() -> int:
    chosen = _parser().parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that servers are stopped
    try:
        if chosen.check:
            return _tell(check(chosen.check))
        return _run(chosen)
    except HistoryError as failure:
        _say(str(failure))
    except KeyboardInterrupt:
        _say("Interrupted before the tables were read, so nothing is proved.")
    except (EmbeddedPostgresError, ProviderError, StageError, psycopg.Error) as failure:
        _say(f"The run was broken off: {failure}")
    return 2


def _run(chosen: argparse.Namespace) -> int:
    directory = chosen.report / str(chosen.seed)
    run = Run(chosen.seed, chosen.seconds, directory, buyers=chosen.buyers, faults=chosen.faults)
    _say(f"Seed {chosen.seed}; the history is written to {run.history}")
    outcome = torture(run, _say)
    code = _tell(outcome)
    if code:
        _say(f"Look again: python -m loadtest.torture --check {run.history}")
        _say(
            f"Play it again: python -m loadtest.torture --seed {run.seed} --seconds {run.seconds:g}"
        )
    return code


def _tell(outcome: Outcome) -> int:
    for action in sorted({action for action, _outcome in outcome.happened}):
        counts = {how: n for (what, how), n in sorted(outcome.happened.items()) if what == action}
        _say(f"{action:8}" + ", ".join(f"{n} {how}" for how, n in counts.items()))
    played = Counter(outcome.faults)
    _say("Faults: " + (", ".join(f"{n} {name}" for name, n in sorted(played.items())) or "none"))
    broken = Counter(violation.rule for violation in outcome.violations)
    for rule, times in broken.items():
        found = [one.sentence for one in outcome.violations if one.rule == rule]
        for sentence in found[:SHOWN]:
            _say(f"VIOLATED {rule}: {sentence}")
        if times > SHOWN:
            _say(f"VIOLATED {rule}: {times - SHOWN} times more")
    if broken:
        return 1
    _say(f"All {len(RULES)} rules hold: {'; '.join(RULES)}")
    return 0


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def _faults(listed: str) -> list[str]:
    names = listed.split(",")
    if unknown := sorted(set(names) - FAULTS.keys()):
        raise argparse.ArgumentTypeError(
            f"no such fault: {', '.join(unknown)}; there are {', '.join(FAULTS)}"
        )
    return names


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m loadtest.torture",
        description="Starts a cinema of its own, lets people buy while everything breaks, and"
        " checks what they were told. Exit code 0: every rule held; 1: one did not; 2: broken off.",
        epilog="Faults: "
        + "; ".join(
            f"{name}: {' '.join((one.__doc__ or '').split())}" for name, one in FAULTS.items()
        ),
    )
    parser.add_argument("--seconds", type=float, default=60, help="for how long things break (60)")
    parser.add_argument(
        "--seed", type=int, default=time.time_ns() % 10**9, help="of all choices (a new one)"
    )
    parser.add_argument("--buyers", type=int, default=BUYERS, help=f"at a time ({BUYERS})")
    parser.add_argument(
        "--faults", type=_faults, default=[*FAULTS], metavar="NAME,NAME", help="only these (all)"
    )
    parser.add_argument(
        "--report", type=Path, default=Path("torture-report"), help="directory of all runs"
    )
    parser.add_argument(
        "--check", type=Path, metavar="HISTORY", help="only look at a history that was kept"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
