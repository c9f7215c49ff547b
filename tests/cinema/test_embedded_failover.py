"""A standby that takes the primary's place."""

from pathlib import Path

import psycopg
import pytest

from cinema.embedded import Cluster, EmbeddedPostgresError
from tests.polling import eventually


def write(cluster: Cluster, note: str) -> None:
    with psycopg.connect(cluster.primary.url(), autocommit=True, connect_timeout=5) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS notes (note text)")
        connection.execute("INSERT INTO notes VALUES (%s)", (note,))


def notes(url: str) -> set[str]:
    with psycopg.connect(url, connect_timeout=5) as connection:
        return {note for (note,) in connection.execute("SELECT note FROM notes")}


def test_a_standby_takes_over_the_address_with_all_that_was_committed(tmp_path: Path) -> None:
    with Cluster(tmp_path / "postgresql", replicas=2) as cluster:
        address = cluster.primary.url()
        late, successor = cluster.standbys
        late.pause()
        write(cluster, "acknowledged by the second standby alone")
        late.resume()
        cluster.fail_over()
        assert not cluster.primary.running

        cluster.primary.start()
        assert cluster.primary.url() == address
        written = {"acknowledged by the second standby alone"}
        assert notes(address) == written
        missing = [standby for standby in cluster.standbys if not standby.exists]
        assert len(missing) == 1
        write(cluster, "the other one follows")  # else no commit would return

        cluster.replenish()
        missing[0].start()
        cluster.wait_until_streaming()
        write(cluster, "both follow")
        written |= {"the other one follows", "both follow"}
        for standby in (late, successor):
            eventually(lambda standby=standby: notes(standby.url()) == written)


def test_without_a_standby_nothing_takes_over(tmp_path: Path) -> None:
    with Cluster(tmp_path / "postgresql", replicas=1, durable=False) as cluster:
        cluster.standbys[0].kill()
        with pytest.raises(EmbeddedPostgresError, match="No standby runs"):
            cluster.fail_over()
        assert cluster.primary.running
