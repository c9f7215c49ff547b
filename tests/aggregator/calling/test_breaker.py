import pytest

from aggregator.calling.breaker import Breaker
from tests.aggregator.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock=clock)


def _fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.failed()


def test_five_failures_in_a_row_open_it(breaker: Breaker) -> None:
    _fail(breaker, 4)
    assert breaker.lets_through()
    _fail(breaker, 1)
    assert breaker.is_open
    assert not breaker.lets_through()


def test_a_success_between_failures_keeps_it_closed(breaker: Breaker) -> None:
    for _ in range(3):
        _fail(breaker, 4)
        breaker.succeeded()
        breaker.succeeded()
        breaker.succeeded()
        breaker.succeeded()
        breaker.succeeded()
    assert not breaker.is_open


def test_half_of_twenty_calls_failing_opens_it(breaker: Breaker) -> None:
    for _ in range(9):
        breaker.succeeded()
        breaker.failed()
    breaker.succeeded()
    assert not breaker.is_open  # nineteen
    breaker.failed()
    assert breaker.is_open


def test_failures_older_than_ten_seconds_don_t_count(breaker: Breaker, clock: Clock) -> None:
    for _ in range(9):
        breaker.failed()
        breaker.succeeded()
    clock.passes(11)
    for _ in range(3):
        breaker.failed()
    assert not breaker.is_open


def test_an_open_one_lets_one_call_a_second_through(breaker: Breaker, clock: Clock) -> None:
    _fail(breaker, 5)
    clock.passes(0.9)
    assert not breaker.lets_through()
    clock.passes(0.2)
    assert breaker.lets_through()
    assert not breaker.lets_through()
    clock.passes(1.1)
    assert breaker.lets_through()  # though the first has not ended yet


def test_the_first_success_closes_it_for_all(breaker: Breaker, clock: Clock) -> None:
    _fail(breaker, 30)
    clock.passes(1.1)
    assert breaker.lets_through()
    breaker.succeeded()
    assert all(breaker.lets_through() for _ in range(100))
    _fail(breaker, 4)
    assert not breaker.is_open  # what was before is forgiven


def test_it_tells_when_it_changes(clock: Clock) -> None:
    told: list[bool] = []
    breaker = Breaker(clock=clock, changed=told.append)
    _fail(breaker, 7)
    breaker.succeeded()
    breaker.succeeded()
    assert told == [True, False]
