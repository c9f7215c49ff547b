"""Replicas that lag, and replicas that die."""

from collections.abc import Iterator

from cinema.embedded import EmbeddedPostgresError, Server
from cinema.gameday.scenario import (
    NEEDS_DATABASE,
    READ_BOUND,
    SALE_BOUND,
    Check,
    Scenario,
    Seen,
    all_answered,
    some_sold,
)
from cinema.gameday.stage import Stage
from cinema.gameday.traffic import Traffic

REPLICA = "replica1"  # the provider's name for the first of DATABASE_REPLICA_URLS


class LaggingReplica(Scenario):
    name = "lagging-replica"
    title = "A replica lags"
    does = "the first replica goes on receiving, and shows nothing of it (pg_wal_replay_pause)"
    watch = (
        "replica_lag_bytes and replica_lag_seconds grow, replica_fresh falls to 0",
        "database_reads_total moves to the other replicas, or to the primary",
    )
    expects = (
        "Nobody notices: reads go elsewhere, everybody sees their own purchase, sales go on",
        "Mended, the replica catches up and is used again",
    )
    alert = "ReplicaLag"
    needs = NEEDS_DATABASE
    breaks_database = True

    def break_it(self, stage: Stage) -> None:
        _first_replica(stage).query("SELECT pg_wal_replay_pause()")

    def mend(self, stage: Stage) -> None:
        replica = _first_replica(stage)
        if replica.running:
            replica.query(
                "SELECT pg_wal_replay_resume()"
                " WHERE pg_is_in_recovery() AND pg_is_wal_replay_paused()"
            )

    def shows(self, stage: Stage, traffic: Traffic) -> bool:
        return stage.metric("replica_fresh", replica=REPLICA) == 0

    def is_mended(self, stage: Stage, traffic: Traffic) -> bool:
        fresh = stage.metric("replica_fresh", replica=REPLICA) == 1
        return fresh and super().is_mended(stage, traffic)

    def checks(self, stage: Stage, seen: Seen) -> Iterator[Check]:
        yield all_answered("Reads go on", seen.since_broken("visit"), 200, within=READ_BOUND)
        yield some_sold("Sales go on", seen.during("sale"))


class DeadReplica(Scenario):
    name = "dead-replica"
    title = "A replica dies"
    does = "the first replica is killed (kill -9) and left dead"
    watch = (
        "replica_alive falls to 0, and with the only replica sales_accepted too",
        "database_reads_total moves to the other replicas, or to the primary",
    )
    expects = (
        "Reads go on, from other replicas or the primary",
        "With two replicas (DEMO_REPLICAS=2 make demo) nobody notices",
        "With one, sales stop with 503 and Retry-After: no standby is left to acknowledge them,"
        " and better that than a sale which one dead disk loses",
        "Mended, the replica catches up and is used again",
    )
    needs = NEEDS_DATABASE
    breaks_database = True

    def alert_for(self, stage: Stage) -> str:
        return "AllReplicasLost" if _is_the_only_one(stage) else "ReplicaDown"

    def break_it(self, stage: Stage) -> None:
        replica = _first_replica(stage)
        stage.orders.leave_dead(replica.name)
        replica.kill()

    def mend(self, stage: Stage) -> None:
        stage.orders.revive(_first_replica(stage).name)

    def shows(self, stage: Stage, traffic: Traffic) -> bool:
        if _is_the_only_one(stage):
            return traffic.last_status("sale") == 503
        return stage.metric("replica_alive", replica=REPLICA) == 0

    def is_mended(self, stage: Stage, traffic: Traffic) -> bool:
        fresh = stage.metric("replica_fresh", replica=REPLICA) == 1
        return fresh and super().is_mended(stage, traffic)

    def checks(self, stage: Stage, seen: Seen) -> Iterator[Check]:
        yield all_answered("Reads go on", seen.since_broken("visit"), 200, within=READ_BOUND)
        if _is_the_only_one(stage):
            yield all_answered("Sales are refused", seen.during("sale"), 503, within=SALE_BOUND)
            yield some_sold("Sales come back", seen.after("sale"))
        else:
            yield some_sold("Sales go on", seen.during("sale"))


def _is_the_only_one(stage: Stage) -> bool:
    return len(stage.cluster.standbys) == 1


def _first_replica(stage: Stage) -> Server:
    standbys = stage.cluster.standbys
    if not standbys:
        raise EmbeddedPostgresError(f"{stage.city} has no replica.")
    return standbys[0]
