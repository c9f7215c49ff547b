"""The checker itself: histories that could be, though they look suspicious."""

import math
from dataclasses import replace

import pytest

from loadtest.torture.history import REFUSED, UNKNOWN, Attempt
from tests.torture.forging import (
    HERE,
    THERE,
    bought,
    end,
    gone,
    held,
    later,
    looked,
    misused,
    rules_broken,
)


def test_an_honest_history_is_believed() -> None:
    attempts = [
        bought("a", HERE, THERE, at=(0, 1)),
        looked(at=(1, 2)),
        bought("x", HERE, at=(1, 2), outcome=REFUSED),
        misused("key-x", at=(2, 3)),
        later("read", "a", HERE, THERE, at=(2, 3), state="confirmed"),
        later("cancel", "a", HERE, THERE, at=(3, 5)),
        looked(HERE, at=(4, 6)),
        bought("b", HERE, at=(4, 5), outcome=UNKNOWN),
        looked(THERE, at=(5.5, 5.6)),  # the unanswered one may have the other seat
        bought("b", HERE, at=(6, 7)),
        bought("b", HERE, at=(8, 9)),  # once more, with the same key
        later("cancel", "b", at=(10, 11), outcome=UNKNOWN),
        held("c", THERE, at=(6, 7)),
        later("confirm", "c", at=(8, 9), outcome=UNKNOWN),
        later("confirm", "c", THERE, at=(9, 10)),
        later("confirm", "a", HERE, at=(11, 12), outcome=REFUSED),
    ]
    gone_a = gone("a", seats=2)
    assert not rules_broken(attempts, end(("b", HERE), ("c", THERE), others=(gone_a,)))
    # The cancellation that was not answered may have been done.
    assert not rules_broken(attempts, end(("c", THERE), others=(gone_a, gone("b"))))


def test_what_was_never_answered_may_have_been_done_or_not() -> None:
    attempts = [bought("a", HERE, at=(0, math.inf), outcome=UNKNOWN)]
    assert not rules_broken(attempts, end())
    assert not rules_broken(attempts, end(("a", HERE)))
    # And so it may be in somebody's way.
    refused = bought("x", HERE, at=(50, 51), outcome=REFUSED)
    assert not rules_broken([*attempts, refused], end())


def test_a_hold_is_its_buyers_for_as_long_as_it_said_and_vacant_afterwards() -> None:
    hold, next_one = held("a", HERE, at=(0, 1), lasts=60), bought("b", HERE, at=(60, 62))
    late = later("confirm", "a", at=(59, 61), outcome=REFUSED)
    expired = gone("a", "expired")
    assert not rules_broken([hold, late, next_one], end(("b", HERE), others=(expired,)))
    assert rules_broken(
        [hold, replace(next_one, began=57, ended=58)], end(("b", HERE), others=(expired,))
    ) == {"a seat is owned once"}
    assert rules_broken([hold, replace(late, ended=59.5)], end(others=(expired,))) == {
        "no sale is lost"
    }
    refused = bought("x", HERE, at=(63, 64), outcome=REFUSED)
    assert rules_broken([hold, refused], end(others=(expired,))) == {"a vacant seat is sold"}
    too_late = later("confirm", "a", at=(62, 63))
    assert rules_broken([hold, too_late], end(("a", HERE))) == {"a hold ends"}
    in_time = later("confirm", "a", at=(59, 59.5), outcome=UNKNOWN)
    assert not rules_broken([hold, in_time, too_late], end(("a", HERE)))


def test_a_request_that_comes_again_is_told_what_was_true_the_first_time() -> None:
    attempts = [
        held("a", HERE, at=(0, 1)),
        later("confirm", "a", at=(2, 3)),
        later("cancel", "a", at=(4, 5)),
        later("confirm", "a", at=(6, 7)),
        held("a", HERE, at=(8, 9)),
    ]
    assert not rules_broken(attempts, end(others=(gone("a"),)))
    another = later("confirm", "a", at=(6, 7), key="another")
    assert rules_broken([*attempts, another], end(others=(gone("a"),))) == {
        "nothing cancelled comes back"
    }


@pytest.mark.parametrize(
    "look",
    [
        pytest.param(looked(HERE, at=(0.5, 3)), id="asked before it was sold"),
        pytest.param(looked(HERE, at=(2, 6)), id="answered after it may have been cancelled"),
        pytest.param(looked(HERE, at=(2, 3), client=2), id="with somebody else's token"),
        pytest.param(looked(HERE, at=(2, 3), token=False), id="without a token"),
    ],
)
def test_a_look_that_need_not_show_a_sale_may_show_its_seat_as_vacant(look: Attempt) -> None:
    sale, cancelled = bought("a", HERE, at=(0, 1)), later("cancel", "a", at=(5, 7))
    assert not rules_broken([sale, cancelled, look], end(others=(gone("a"),)))
