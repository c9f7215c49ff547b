"""Alerts about a city's databases."""

from pathlib import Path

import pytest

from tests.alerts import quiet
from tests.alerts.incidents import Incident, check, stays
from tests.alerts.rules import PROVIDER


def of_each_pod(metric: str, values: str, **labels: str) -> dict[str, str | None]:
    more = "".join(f',{name}="{value}"' for name, value in labels.items())
    return {f'{metric}{{city="kazan",instance="{pod}"{more}}}': values for pod in quiet.PODS}


def of_pod(metric: str, values: str, **labels: str) -> dict[str, str | None]:
    return dict(list(of_each_pod(metric, values, **labels).items())[:1])


GONE_AFTER_10 = stays((10, 1), (50, 0))
LOST = of_each_pod("replica_fresh", GONE_AFTER_10, replica="replica1") | of_each_pod(
    "replica_fresh", GONE_AFTER_10, replica="replica2"
)
BEHIND = stays((10, 0.1), (50, 11))
MUCH_BEHIND = stays((10, 0), (50, 16777217))

INCIDENTS = [
    Incident("a quiet day", 30),
    Incident(
        "the primary is gone",
        11.5,
        of_each_pod("database_primary_alive", GONE_AFTER_10),
        ("PrimaryDown severity=page city=kazan",),
    ),
    Incident(
        "the primary is away for a moment",
        10.5,
        of_each_pod("database_primary_alive", stays((10, 1), (1, 0), (30, 1))),
    ),
    Incident(
        "one pod alone doesn't reach the primary",
        30,
        of_pod("database_primary_alive", GONE_AFTER_10),
    ),
    Incident(
        "a replica is gone",
        16,
        of_each_pod("replica_alive", GONE_AFTER_10, replica="replica2")
        | of_each_pod("replica_fresh", GONE_AFTER_10, replica="replica2"),
        ("ReplicaDown severity=ticket city=kazan replica=replica2",),
    ),
    Incident(
        "a replica is started anew",
        14,
        of_each_pod("replica_alive", stays((10, 1), (5, 0), (30, 1)), replica="replica2"),
    ),
    Incident(
        "two pods of three don't reach a replica",
        16,
        of_each_pod("replica_alive", GONE_AFTER_10, replica="replica2")
        | {'replica_alive{city="kazan",instance="kazan-3",replica="replica2"}': stays((60, 1))},
        ("ReplicaDown severity=ticket city=kazan replica=replica2",),
    ),
    Incident(
        "one pod of two doesn't reach a replica",
        30,
        of_pod("replica_alive", GONE_AFTER_10, replica="replica2"),
    ),
    Incident(
        "no replica is fresh",
        16,
        LOST,
        ("AllReplicasLost severity=page city=kazan",),
    ),
    Incident("no replica has been fresh for four minutes", 14, LOST),
    Incident(
        "one replica is fresh, the other isn't",
        30,
        of_each_pod("replica_fresh", GONE_AFTER_10, replica="replica1"),
    ),
    Incident(
        "a replica is eleven seconds behind",
        21,
        of_each_pod("replica_lag_seconds", BEHIND, replica="replica1"),
        ("ReplicaLag severity=ticket city=kazan replica=replica1",),
    ),
    Incident(
        "a replica is more than 16 MiB behind",
        21,
        of_each_pod("replica_lag_bytes", MUCH_BEHIND, replica="replica1"),
        ("ReplicaLag severity=ticket city=kazan replica=replica1",),
    ),
    *(
        Incident(
            f"a replica is behind, says the one pod that reaches it: {metric}",
            21,
            of_pod(metric, values, replica="replica1")
            | {'replica_alive{city="kazan",instance="kazan-2",replica="replica1"}': stays((60, 0))},
            ("ReplicaLag severity=ticket city=kazan replica=replica1",),
        )
        for metric, values in [
            ("replica_lag_seconds", BEHIND),
            ("replica_lag_bytes", MUCH_BEHIND),
        ]
    ),
    Incident(
        "a replica has been behind for nine minutes",
        19,
        of_each_pod("replica_lag_seconds", stays((10, 0), (50, 60)), replica="replica1"),
    ),
    Incident(
        "a replica is ten seconds and 16 MiB behind, no more",
        30,
        of_each_pod("replica_lag_seconds", stays((60, 10)), replica="replica1")
        | of_each_pod("replica_lag_bytes", stays((60, 16777216)), replica="replica1"),
    ),
    Incident(
        "a replica that is gone is not also called late",
        30,
        of_each_pod("replica_alive", GONE_AFTER_10, replica="replica1")
        | of_each_pod("replica_lag_seconds", BEHIND, replica="replica1")
        | of_each_pod("replica_lag_bytes", MUCH_BEHIND, replica="replica1"),
        ("ReplicaDown severity=ticket city=kazan replica=replica1",),
    ),
    Incident(
        "nearly all connections to the primary are used",
        16,
        of_each_pod(
            "database_pool_connections",
            stays((10, 3), (50, 15)),
            alias="default",
            state="used",
        ),
        ("ConnectionPoolFull severity=ticket city=kazan alias=default",),
    ),
    Incident(
        "most connections to the primary are used",
        30,
        of_each_pod("database_pool_connections", stays((60, 14)), alias="default", state="used"),
    ),
    Incident(
        "requests wait for connections to a replica",
        16,
        of_pod("database_pool_waiting", stays((10, 0), (50, 1)), alias="replica1"),
        ("ConnectionPoolFull severity=ticket city=kazan alias=replica1",),
    ),
    Incident(
        "requests wait for connections for a moment",
        13,
        of_pod("database_pool_waiting", stays((10, 0), (4, 1), (50, 0)), alias="replica1"),
    ),
]


@pytest.mark.parametrize("incident", INCIDENTS, ids=str)
def test_raises_what_it_must_and_nothing_else(incident: Incident, tmp_path: Path) -> None:
    check(incident, quiet.provider(), PROVIDER, tmp_path)
