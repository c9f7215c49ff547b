from aggregator.calling.deadline import Deadline
from aggregator.calling.retries import FIRST_PAUSE, RetryBudget, pause
from tests.aggregator.clock import Clock


def _spent(budget: RetryBudget) -> int:
    count = 0
    while budget.spend():
        count += 1
    return count


def test_a_quiet_site_may_repeat_ten_calls() -> None:
    assert _spent(RetryBudget(clock=Clock())) == 10


def test_a_busy_one_a_tenth_more() -> None:
    budget = RetryBudget(clock=Clock())
    for _ in range(500):
        budget.called()
    assert _spent(budget) == 60


def test_the_budget_comes_back_after_ten_seconds() -> None:
    clock = Clock()
    budget = RetryBudget(clock=clock)
    _spent(budget)
    clock.passes(5)
    assert not budget.spend()
    clock.passes(6)
    assert budget.spend()


def test_pauses_are_random_and_grow() -> None:
    first, second = ({pause(tries) for _ in range(200)} for tries in (1, 2))
    assert max(first) <= FIRST_PAUSE < max(second) <= 2 * FIRST_PAUSE
    assert min(first) >= 0
    assert len(first) > 100


def test_a_deadline_runs_out_and_not_below_nothing() -> None:
    clock = Clock()
    deadline = Deadline.within(5, clock=clock)
    clock.passes(3)
    assert deadline.left() == 2
    assert not deadline.passed
    clock.passes(3)
    assert deadline.left() == 0
    assert deadline.passed


def test_of_two_deadlines_the_earlier_counts() -> None:
    clock = Clock()
    assert Deadline.within(5, clock=clock).or_within(1).left() == 1
    assert Deadline.within(5, clock=clock).or_within(9).left() == 5
