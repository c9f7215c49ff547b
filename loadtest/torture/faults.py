"""What breaks. A fault breaks something, lasts, and mends it: a context manager.

`pick` stands for every choice that a fault makes, so that a schedule tells all of it.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager

from loadtest.torture import disk
from loadtest.torture import faults_of_databases as databases
from loadtest.torture import faults_of_nodes as nodes
from loadtest.torture.stage import Stage

Fault = Callable[[Stage, int], AbstractContextManager[None]]

OF_NODES: dict[str, Fault] = {
    one.__name__: one
    for one in (
        nodes.kill_worker,
        nodes.kill_master,
        nodes.rolling_restart,
        nodes.reload_workers,
        nodes.forget_keys,
    )
}
OF_DATABASES: dict[str, Fault] = {
    one.__name__: one
    for one in (
        databases.kill_primary,
        databases.fail_over,
        databases.isolate_and_fail_over,
        databases.pause_primary,
        databases.pause_standby,
        databases.pause_standbys,
        databases.kill_standby,
        databases.delay_replay,
        databases.stop_replay,
        databases.lock_table,
        databases.fill_disk,
        databases.cut_databases,
        databases.drop_databases,
        databases.slow_replication,
        databases.cut_replication,
        databases.drop_replication,
    )
}
OF_CLOCKS: dict[str, Fault] = {"jump_clock": nodes.jump_clock}
FAULTS = {**OF_NODES, **OF_CLOCKS, **OF_DATABASES}
FIRST = (
    "isolate_and_fail_over",
    "slow_replication",
    "stop_replay",
    "fail_over",
    "kill_primary",
)
"""Those that tell most, for a run that is short."""


def impossible(stage: Stage) -> dict[str, str]:
    """Faults that can't be had here, and why not."""
    return {} if stage.disk_is_small else {"fill_disk": disk.WHY_NOT}
