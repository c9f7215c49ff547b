"""Making a cluster's state at a moment anew from a backup and the log since then."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psycopg

from cinema.embedded import provision
from cinema.embedded.backups import Backup, Backups
from cinema.embedded.binaries import Programs
from cinema.embedded.errors import EmbeddedPostgresError
from cinema.embedded.processes import eventually
from cinema.embedded.server import Server

REPLAY_SECONDS = 900.0
SEGMENTS = "restored_log"
"""Within the data directory: the server's account may not walk to where the backups are."""
TOO_LATE = "before configured recovery target was reached"
RECEIVING = ".partial"
"""The ending of the segment that was being received."""


def restore(backups: Backups, moment: datetime | None) -> Backup:
    """Put a stopped cluster's primary back to `moment`, or to the end of the log; what was there
    is kept as `before-restore`. Returns the backup it was made from.

    The standbys are deleted, as they know what never happened: the next start copies them anew.
    Raises EmbeddedPostgresError, and then leaves the cluster as it was.
    """
    cluster = backups.cluster
    if cluster.primary.running:
        raise EmbeddedPostgresError(f"{cluster.primary} runs: stop it first.")
    backup = backups.newest_before(moment)
    try:
        with _replacing(cluster.primary, cluster.directory / "before-restore"):
            _lay_out(cluster.primary, backup, backups.log, moment, cluster.programs)
            _replay(cluster.primary)
    except (EmbeddedPostgresError, psycopg.Error, OSError) as failure:
        raise EmbeddedPostgresError(f"{failure} Nothing was changed.") from failure
    for standby in cluster.standbys:
        shutil.rmtree(standby.data_directory, ignore_errors=True)
    return backup


@contextmanager
def _replacing(primary: Server, kept: Path) -> Iterator[None]:
    """What was there before is put back when anything goes wrong, and else kept."""
    data, replaced = primary.data_directory, kept.with_name(f"{kept.name}.unfinished")
    if replaced.exists():  # the last restore was killed
        shutil.rmtree(data, ignore_errors=True)
    else:
        data.rename(replaced)
    try:
        yield
    except BaseException:  # Ctrl-C, too
        primary.kill()
        shutil.rmtree(data, ignore_errors=True)
        replaced.rename(data)
        raise
    shutil.rmtree(kept, ignore_errors=True)
    replaced.rename(kept)


def _lay_out(
    primary: Server, backup: Backup, log: Path, moment: datetime | None, programs: Programs
) -> None:
    data = primary.data_directory
    shutil.copytree(backup.directory, data)
    (data / SEGMENTS).mkdir()
    for segment in log.iterdir():
        if segment.name >= backup.first_segment:
            shutil.copy(segment, data / SEGMENTS / segment.name.removesuffix(RECEIVING))
    provision.touch(data / "recovery.signal", programs)
    settings = {"restore_command": f"cp {SEGMENTS}/%f %p", "recovery_target_action": "promote"}
    if moment is not None:
        settings["recovery_target_time"] = moment.isoformat(sep=" ")
    with (data / "postgresql.auto.conf").open("a") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
    if programs.account:
        for path in [data, *data.rglob("*")]:
            programs.account.give(path)


def _replay(primary: Server) -> None:
    """Until it has become a primary of its own; then it is stopped."""
    already = primary.log_file.stat().st_size if primary.log_file.exists() else 0
    try:
        primary.start(REPLAY_SECONDS)
        _wait_until_promoted(primary)
    except EmbeddedPostgresError:
        with primary.log_file.open(errors="replace") as log:
            log.seek(already)
            if TOO_LATE in log.read():
                raise EmbeddedPostgresError(
                    "The log ends before that moment: choose an earlier one, or none for the end"
                    " of the log."
                ) from None
        raise
    for name in ("restore_command", "recovery_target_action", "recovery_target_time"):
        primary.reset_parameter(name)
    primary.stop()
    shutil.rmtree(primary.data_directory / SEGMENTS)


def _wait_until_promoted(primary: Server) -> None:
    def settled() -> bool:
        return not primary.running or not primary.query("SELECT pg_is_in_recovery()")[0][0]

    if not eventually(settled, within=REPLAY_SECONDS) or not primary.running:
        raise EmbeddedPostgresError(f"The log can't be replayed: {primary.last_complaint()}")
