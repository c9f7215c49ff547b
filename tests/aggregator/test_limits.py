"""How often one visitor may do something: by a clock that stands still, and in real processes."""

import os
import signal
from types import SimpleNamespace
from typing import Any

import pytest

from aggregator import limits
from aggregator.limits import Limit, SharedSlots, visitor_of


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def limit(clock: Clock, per_minute: int = 3, slots: int = 1024) -> Limit:
    return Limit(lambda: per_minute, slots=SharedSlots(slots), clock=clock)


def test_so_many_may_come_at_once_and_the_next_waits(clock: Clock) -> None:
    three = limit(clock)
    assert [three.allow("a") for _each in range(4)] == [0, 0, 0, 20]


def test_who_waits_as_long_as_was_said_is_let_in(clock: Clock) -> None:
    three = limit(clock)
    for _each in range(3):
        three.allow("a")
    clock.now += three.allow("a") - 0.5
    assert three.allow("a") == 1
    clock.now += 0.5
    assert three.allow("a") == 0
    assert three.allow("a") == 20


def test_refused_attempts_do_not_make_the_wait_longer(clock: Clock) -> None:
    three = limit(clock)
    assert [three.allow("a") for _each in range(9)][-1] == 20


def test_after_a_quiet_minute_all_of_them_are_there_again(clock: Clock) -> None:
    three = limit(clock)
    for _each in range(3):
        three.allow("a")
    clock.now += 60
    assert [three.allow("a") for _each in range(4)] == [0, 0, 0, 20]


def test_quiet_hours_are_not_saved_up(clock: Clock) -> None:
    three = limit(clock)
    three.allow("a")
    clock.now += 3600
    assert [three.allow("a") for _each in range(4)][-1] == 20


def test_looking_does_not_count(clock: Clock) -> None:
    one = limit(clock, per_minute=1)
    assert [one.wait("a") for _each in range(5)] == [0] * 5
    assert one.allow("a") == 0
    assert one.wait("a") == 60


def test_no_number_is_no_limit(clock: Clock) -> None:
    free = limit(clock, per_minute=0)
    assert not any(free.allow("a") for _each in range(100))


def test_visitors_do_not_hinder_each_other(clock: Clock) -> None:
    """A thousand slots and two hundred busy visitors: hardly anybody meets them in both slots."""
    three = limit(clock)
    for visitor in range(200):
        for _each in range(5):
            three.allow(f"busy-{visitor}")
    hindered = sum(bool(three.wait(f"other-{visitor}")) for visitor in range(200))
    assert hindered < 40


def test_a_collision_never_lets_anybody_do_more(clock: Clock) -> None:
    two_slots = limit(clock, slots=2)
    let_in = sum(two_slots.allow(f"visitor-{n}") == 0 for n in range(50))
    assert let_in == 3


def _in_processes(count: int, work: Any) -> list[int]:
    """What `work` answered in each of so many real processes (0..99)."""
    children = []
    for _each in range(count):
        child = os.fork()
        if not child:
            os._exit(work())
        children.append(child)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def test_processes_count_together() -> None:
    shared = Limit(lambda: 25, slots=SharedSlots())
    let_in = _in_processes(5, lambda: sum(shared.allow("a") == 0 for _each in range(20)))
    assert sum(let_in) == 25
    assert shared.allow("a") > 0


def test_a_process_that_dies_while_it_counts_stops_nobody(clock: Clock) -> None:
    slots = SharedSlots()
    shared = Limit(lambda: 3, slots=slots, clock=clock)

    def die() -> int:
        with slots.locked():
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    assert _in_processes(1, die) == [-signal.SIGKILL]
    assert shared.allow("a") == 0


# Who a visitor is


def visitor(address: str, forwarded: str | None = None) -> str:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request: Any = SimpleNamespace(headers=headers, META={"REMOTE_ADDR": address})
    return visitor_of(request)


@pytest.fixture
def proxies(monkeypatch: pytest.MonkeyPatch) -> Any:
    def trusted(number: int) -> None:
        monkeypatch.setattr(limits, "settings", SimpleNamespace(TRUSTED_PROXIES=number))

    trusted(0)
    return trusted


def test_without_proxies_nobody_believes_the_header(proxies: Any) -> None:
    assert visitor("192.0.2.1", "198.51.100.7") == visitor("192.0.2.1")


def test_behind_proxies_it_is_who_asked_the_outermost(proxies: Any) -> None:
    proxies(1)
    assert visitor("10.0.0.1", "6.6.6.6, 192.0.2.1") == visitor("10.0.0.1", "192.0.2.1")
    assert visitor("10.0.0.1", "192.0.2.1") != visitor("10.0.0.1", "192.0.2.2")
    proxies(2)
    assert visitor("10.0.0.1", "6.6.6.6, 192.0.2.1, 10.0.0.2") == visitor(
        "10.0.0.1", "192.0.2.1, 10.0.0.2"
    )


def test_one_customers_ipv6_network_is_one_visitor(proxies: Any) -> None:
    assert visitor("2001:db8:1:2::1") == visitor("2001:db8:1:2:ffff::9")
    assert visitor("2001:db8:1:2::1") != visitor("2001:db8:1:3::1")
    assert visitor("::ffff:192.0.2.1") == visitor("192.0.2.1")


@pytest.mark.parametrize("address", ["", "unix:", "not an address"])
def test_what_is_no_address_is_a_visitor_too(proxies: Any, address: str) -> None:
    assert visitor(address) == visitor(address)


def test_the_address_cannot_be_read_from_it(proxies: Any) -> None:
    assert len(visitor("192.0.2.1")) == 32
