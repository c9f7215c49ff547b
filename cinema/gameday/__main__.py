"""`python -m cinema.gameday [SCENARIO …]`; see `make help`."""

import argparse
import contextlib
import sys
from collections.abc import Sequence

import psycopg

from cinema.demo.announce import Terminal
from cinema.demo.errors import DemoError
from cinema.demo.workspace import Workspace
from cinema.embedded import EmbeddedPostgresError
from cinema.gameday.playing import play
from cinema.gameday.scenario import Check, Scenario
from cinema.gameday.scenarios import SCENARIOS
from cinema.gameday.stage import Stage, running

SECONDS = 20.0


def main() -> int:
    arguments = _parser().parse_args()
    terminal = Terminal()
    try:
        if arguments.mend:
            return mend(terminal, running(Workspace.chosen()))
        if not (arguments.all or arguments.scenario):
            return explain(terminal)
        check_names(arguments.scenario)
        stages = _stages(arguments.city)
        if arguments.all:
            placed = those_that_fit(stages, terminal)
        else:
            placed = [
                (SCENARIOS[name], place(SCENARIOS[name], stages)) for name in arguments.scenario
            ]
        passed = [_played(scenario, stage, arguments, terminal) for scenario, stage in placed]
        return int(not all(passed))
    except (DemoError, EmbeddedPostgresError, psycopg.Error) as failure:
        sys.stderr.write(f"{' '.join(str(failure).split())}\n")
    except KeyboardInterrupt:  # mended on the way here
        sys.stderr.write("Stopped\n")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cinema.gameday",
        description="Breaks the running demo on purpose, mends it, and checks what happened."
        " Without a scenario: tells which there are.",
        epilog='Example: make gameday ARGS="dead-primary --seconds 60"'
        " (docs/gameday.md is a course).",
    )
    parser.add_argument("scenario", nargs="*", metavar="SCENARIO")
    parser.add_argument("--all", action="store_true", help="play all, one after the other")
    parser.add_argument("--city", default="", help="default: one that the scenario fits")
    parser.add_argument(
        "--seconds", type=float, default=SECONDS, help=f"keep it broken so long ({SECONDS:g})"
    )
    parser.add_argument(
        "--pause", action="store_true", help="keep it broken until Enter is pressed"
    )
    parser.add_argument(
        "--until-alert", action="store_true", help="keep it broken until its alert fires"
    )
    parser.add_argument(
        "--mend", action="store_true", help="put right what a killed game day left in all cities"
    )
    return parser


def check_names(names: Sequence[str]) -> None:
    for name in names:
        if name not in SCENARIOS:
            known = ", ".join(SCENARIOS)
            raise DemoError(f"There is no scenario {name!r}: choose from {known}.")


def explain(terminal: Terminal) -> int:
    for scenario in SCENARIOS.values():
        terminal.show(f"  {scenario.name:16} {scenario.title}")
    terminal.show('\nmake gameday ARGS="dead-primary" plays one, ARGS=--all plays them all.')
    return 0


def mend(terminal: Terminal, stages: Sequence[Stage]) -> int:
    """Every scenario's, in every city: each leaves alone what it has not broken. One that fails
    keeps none of the others from being tried."""
    failed = False
    for stage in stages:
        for scenario in SCENARIOS.values():
            if scenario.breaks_database and not stage.has_cluster:
                continue
            try:
                scenario.mend(stage)
            except (DemoError, EmbeddedPostgresError, psycopg.Error) as failure:
                failed = True
                terminal.say(f"{stage.city}, {scenario.name}: {' '.join(str(failure).split())}")
        terminal.say(f"{stage.city} is looked through")
    return int(failed)


def _stages(city: str) -> list[Stage]:
    workspace = Workspace.chosen()
    return [Stage(workspace, city)] if city else running(workspace)


def place(scenario: Scenario, stages: Sequence[Stage]) -> Stage:
    """The first that fits. Raises DemoError when none does."""
    for stage in stages:
        if scenario.fits(stage):
            return stage
    cities = ", ".join(stage.city for stage in stages)
    raise DemoError(f"{scenario.name} {scenario.needs} (asked: {cities}).")


def those_that_fit(stages: Sequence[Stage], terminal: Terminal) -> list[tuple[Scenario, Stage]]:
    """All scenarios but those that these cities are not made for."""
    placed = []
    for scenario in SCENARIOS.values():
        try:
            placed.append((scenario, place(scenario, stages)))
        except DemoError as failure:
            terminal.say(f"Left out: {failure}")
    return placed


def _played(
    scenario: Scenario, stage: Stage, arguments: argparse.Namespace, terminal: Terminal
) -> bool:
    terminal.show(described(scenario, stage))
    checks = play(
        scenario,
        stage,
        terminal.say,
        seconds=arguments.seconds,
        until_alert=arguments.until_alert,
        pause=_until_enter if arguments.pause else None,
    )
    terminal.show("\n".join(map(_line, checks)))
    return all(check.holds for check in checks)


def _until_enter() -> None:
    with contextlib.suppress(EOFError):  # nobody sits there
        input("Broken. Press Enter to mend it. ")


def described(scenario: Scenario, stage: Stage) -> str:
    alert = scenario.alert_for(stage)
    lines = [f"\n{scenario.title} ({stage.city})", "  Watch:"]
    lines += [f"    - {line}" for line in scenario.watch]
    lines += ["  What should happen:", *(f"    - {line}" for line in scenario.expects)]
    lines.append(f"  Alert: {alert or 'none; buyers are not hurt'}")
    if alert:
        lines.append(f"  Runbook: docs/runbooks/{alert}.md")
    return "\n".join([*lines, ""])


def _line(check: Check) -> str:
    return f"  {'ok  ' if check.holds else 'FAIL'} {check.says} ({check.seen})"


if __name__ == "__main__":
    sys.exit(main())
