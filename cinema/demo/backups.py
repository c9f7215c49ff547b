"""`make backup` of a running demo, and `make restore` of a stopped one."""

import time
from collections.abc import Sequence
from datetime import datetime

from cinema.demo import databases
from cinema.demo.announce import Terminal
from cinema.demo.errors import DemoError
from cinema.demo.revival import Say
from cinema.demo.workspace import Workspace
from cinema.embedded import Cluster
from cinema.embedded.backups import Backups
from cinema.embedded.processes import eventually
from cinema.embedded.restoring import restore

RECEIVED_SECONDS = 60.0


def back_up(cities: Sequence[str], workspace: Workspace, terminal: Terminal) -> None:
    """Of these cities, or all."""
    for city in cities or _cities(workspace):
        _back_up(city, workspace, terminal.speaker(city))


def _back_up(city: str, workspace: Workspace, say: Say) -> None:
    """Raises DemoError when the log isn't received: such a backup could not be restored to a
    moment after it."""
    cluster = _cluster(city, workspace)
    began = time.monotonic()
    backup = Backups(cluster).take()
    say(f"Copied to {backup.directory} in {time.monotonic() - began:.1f} s")
    receiving = "SELECT 1 FROM pg_replication_slots WHERE slot_name = 'backups' AND active"
    if not eventually(lambda: bool(cluster.primary.query(receiving)), within=RECEIVED_SECONDS):
        raise DemoError(
            f"The log since then is not received: see {workspace.of_city(city)}/receiver.log."
        )
    say("The log since then is received as it is written")


def put_back(cities: Sequence[str], to: str, workspace: Workspace, terminal: Terminal) -> None:
    """`to`: a moment with its time zone, or empty for the end of the log. One city at a time."""
    moment = _moment(to) if to else None
    with workspace.locked():
        city = _only(cities or _cities(workspace))
        cluster = _cluster(city, workspace)
        terminal.say(f"Restoring {city} to {to or 'the end of its log'}")
        backup = restore(Backups(cluster), moment)
        terminal.say(f"Made from the backup of {backup.taken_at:%Y-%m-%d %H:%M:%S} UTC")
    terminal.say(
        f"`make demo` sells from it now, and then needs a new `make backup`; what was there before"
        f" is in {cluster.directory / 'before-restore'}"
    )


def _cities(workspace: Workspace) -> list[str]:
    return sorted(directory.parent.name for directory in workspace.clusters())


def _only(cities: Sequence[str]) -> str:
    if len(cities) != 1:
        raise DemoError(f"Choose one city with --city: {', '.join(cities) or 'there is none'}.")
    return cities[0]


def _cluster(city: str, workspace: Workspace) -> Cluster:
    directory = workspace.of_city(city)
    if not (directory / "postgresql" / "cluster.json").exists():
        raise DemoError(f"There is no embedded database of {city!r} in {workspace.directory}.")
    return databases.embedded_cluster(directory)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise DemoError(f"--to is {text!r}: give a moment like 2026-12-01T18:30:00+03:00.")
    return moment
