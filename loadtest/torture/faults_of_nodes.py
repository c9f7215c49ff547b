"""What breaks in the provider's processes. See `faults`."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from cinema.embedded.processes import eventually
from loadtest.torture.provider import Provider, ProviderError
from loadtest.torture.stage import Stage, one_of

STARTS = 60.0  # seconds that a node gets
JUMPS = (-86400, -45, 45, 86400)  # seconds; tokens are good for 30


@contextmanager
def kill_worker(stage: Stage, pick: int) -> Iterator[None]:
    """One of gunicorn's workers is killed. gunicorn starts another one."""
    one_of(stage.nodes, pick).kill_a_worker(pick // 2)
    yield


@contextmanager
def kill_master(stage: Stage, pick: int) -> Iterator[None]:
    """gunicorn is killed on one node, which is away until somebody starts it again."""
    node = one_of(stage.nodes, pick)
    node.kill_master()
    yield
    node.start()
    _wait_until_started(node)


@contextmanager
def rolling_restart(stage: Stage, pick: int) -> Iterator[None]:
    """One node after the other is stopped in order and started anew."""
    for node in stage.nodes:
        node.stop()
        node.start()
        _wait_until_started(node)
    yield


@contextmanager
def reload_workers(stage: Stage, pick: int) -> Iterator[None]:
    """Every node replaces its workers."""
    for node in stage.nodes:
        node.reload()
    yield


@contextmanager
def jump_clock(stage: Stage, pick: int) -> Iterator[None]:
    """One node believes that it is another time of day, or another day."""
    clock = one_of(stage.clocks, pick)
    clock.jump(one_of(JUMPS, pick // len(stage.clocks)))
    yield
    clock.jump(0)


@contextmanager
def forget_keys(stage: Stage, pick: int) -> Iterator[None]:
    """No fault: what is run once a day, which must not forget what is still needed."""
    with suppress(ProviderError):  # the database may be away
        one_of(stage.nodes, pick).run("manage.py", "forget_idempotency_keys")
    yield


def _wait_until_started(node: Provider) -> None:
    def settled() -> bool:
        return not node.running() or node.get("/health").status == 200

    if not eventually(settled, within=STARTS) or not node.running():
        raise ProviderError(f"A node does not start: see {node.log}")
