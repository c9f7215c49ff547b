"""Backups of a cluster that goes on, and its state at a moment made anew from them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from cinema.demo.receiver import Receiver
from cinema.embedded import Cluster, EmbeddedPostgresError, restoring
from cinema.embedded.backups import KEPT, Backups
from cinema.embedded.restoring import restore
from tests.polling import eventually


@pytest.fixture
def backups(tmp_path: Path) -> Iterator[Backups]:
    cluster = Cluster(tmp_path / "postgresql", replicas=1)
    with cluster:
        run(cluster, "CREATE TABLE notes (note text)")
        yield Backups(cluster)


def run(cluster: Cluster, statement: str, *values: str) -> list[tuple[object, ...]]:
    with psycopg.connect(cluster.primary.url(), autocommit=True, connect_timeout=5) as connection:
        cursor = connection.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


def write(cluster: Cluster, note: str) -> datetime:
    """Returns a moment at which it is written, by the database's clock."""
    run(cluster, "INSERT INTO notes VALUES (%s)", note)
    [(now,)] = run(cluster, "SELECT clock_timestamp()")
    assert isinstance(now, datetime)
    return now


def notes(cluster: Cluster) -> list[object]:
    return [note for (note,) in run(cluster, "SELECT note FROM notes ORDER BY ctid")]


@contextmanager
def receiving(backups: Backups, directory: Path) -> Iterator[None]:
    """Until the primary has been stopped, as in the demo."""
    receiver = Receiver("Kazan", backups, directory)
    receiver.launch()
    try:
        eventually(lambda: received(backups))
        yield
        backups.cluster.stop()
    finally:
        receiver.stop()


def received(backups: Backups) -> bool:
    active = "SELECT 1 FROM pg_replication_slots WHERE slot_name = 'backups' AND active"
    return bool(backups.cluster.primary.query(active))


def test_any_moment_since_the_backup_can_be_restored(backups: Backups, tmp_path: Path) -> None:
    cluster = backups.cluster
    write(cluster, "before the backup")
    backups.take()
    with receiving(backups, tmp_path):
        good = write(cluster, "after it")
        write(cluster, "the mistake")
    restore(backups, good)
    cluster.start()
    assert notes(cluster) == ["before the backup", "after it"]
    write(cluster, "goes on with a standby")
    assert cluster.standbys[0].running


def test_without_a_moment_everything_that_was_written_is_restored(
    backups: Backups, tmp_path: Path
) -> None:
    backups.take()
    with receiving(backups, tmp_path):
        write(backups.cluster, "the last one")
    restore(backups, None)
    backups.cluster.start()
    assert notes(backups.cluster) == ["the last one"]


def test_what_cannot_be_restored_leaves_everything_as_it_was(
    backups: Backups, tmp_path: Path
) -> None:
    cluster = backups.cluster
    began = write(cluster, "too early")
    backups.take()
    with receiving(backups, tmp_path):
        write(cluster, "kept")
    with pytest.raises(EmbeddedPostgresError, match=r"no backup .* from before"):
        restore(backups, began - timedelta(minutes=1))
    with pytest.raises(EmbeddedPostgresError, match="The log ends before that moment"):
        restore(backups, datetime.now(UTC) + timedelta(hours=1))
    cluster.start()
    assert notes(cluster) == ["too early", "kept"]
    with pytest.raises(EmbeddedPostgresError, match="stop it first"):
        restore(backups, None)


def test_a_backup_is_taken_while_the_cluster_is_written_to(
    backups: Backups, tmp_path: Path
) -> None:
    cluster = backups.cluster
    written: list[str] = []
    enough = threading.Event()

    def go_on() -> None:
        while not enough.is_set():
            write(cluster, note := f"note {len(written)}")
            written.append(note)

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        eventually(lambda: len(written) > 10)
        backups.take()
        with receiving(backups, tmp_path):
            so_far = len(written)
            eventually(lambda: len(written) > so_far + 10)
            enough.set()
            writer.join()
    finally:
        enough.set()
        writer.join()
    restore(backups, None)
    cluster.start()
    assert notes(cluster) == written


def test_the_last_backups_are_kept_with_the_log_that_they_need(
    backups: Backups, tmp_path: Path
) -> None:
    taken = [backups.take()]
    with receiving(backups, tmp_path):
        taken += [backups.take() for _ in range(KEPT)]
    assert list(backups.all()) == taken[-KEPT:]
    segments = [path.name for path in backups.log.iterdir()]
    assert segments
    assert min(segments) >= backups.all()[0].first_segment


def test_of_a_primary_that_took_over_a_backup_is_begun_anew(
    backups: Backups, tmp_path: Path
) -> None:
    cluster = backups.cluster
    former = backups.take()
    with receiving(backups, tmp_path):
        cluster.fail_over()
        cluster.start()
        new = backups.take()
        eventually(lambda: received(backups), within=30)  # by the same program as before
        write(cluster, "after the failover")
    assert list(backups.all()) == [new]
    [aside] = backups.directory.parent.glob("backups-until-*")
    assert (aside / former.directory.name / "PG_VERSION").exists()
    assert list((aside / "log").iterdir())
    restore(backups, None)
    cluster.start()
    assert notes(cluster) == ["after the failover"]


def test_an_interrupted_restore_leaves_everything_as_it_was(
    backups: Backups, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = backups.cluster
    backups.take()
    with receiving(backups, tmp_path):
        write(cluster, "kept")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(restoring, "_replay", interrupt)
    with pytest.raises(KeyboardInterrupt):
        restore(backups, None)
    cluster.start()
    assert notes(cluster) == ["kept"]


def test_a_stopped_cluster_cannot_be_backed_up(backups: Backups) -> None:
    backups.cluster.stop()
    with pytest.raises(EmbeddedPostgresError, match="start it to take a backup"):
        backups.take()
