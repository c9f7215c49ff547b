"""The checker itself: a history that could not be is found out, one that could be is not."""

import pytest

from tests.faults.box_office import Place
from tests.faults.history import DONE, REFUSED, UNKNOWN, Attempt, violations

HERE, THERE = Place(1, 1), Place(1, 2)


def bought(
    booking: str, *places: Place, at: tuple[float, float], key: str = "", outcome: str = DONE
) -> Attempt:
    known = booking if outcome == DONE else None
    return Attempt(1, "buy", *at, outcome, key or booking, places, known)


def cancelled(booking: str, *, at: tuple[float, float], outcome: str = DONE) -> Attempt:
    return Attempt(1, "cancel", *at, outcome, f"cancel {booking}", booking=booking)


def looked(booking: str, *vacant: Place, at: tuple[float, float]) -> Attempt:
    return Attempt(1, "look", *at, DONE, booking=booking, shown_vacant=vacant)


def test_an_honest_history_is_believed() -> None:
    history = [
        bought("a", HERE, THERE, at=(0, 1)),
        looked("a", at=(1, 2)),
        bought("b", HERE, at=(1, 2), outcome=REFUSED),
        cancelled("a", at=(3, 5)),
        looked("a", HERE, at=(4, 6)),
        bought("b", HERE, at=(4, 5), key="again", outcome=UNKNOWN),
        bought("b", HERE, at=(6, 7), key="again"),
        cancelled("b", at=(8, 9), outcome=UNKNOWN),
        bought("c", THERE, at=(6, 7)),
    ]
    assert violations(history, {HERE: ["b"], THERE: ["c"]}) == []
    assert violations(history, {THERE: ["c"]}) == []  # the cancellation may have been done


@pytest.mark.parametrize(
    ("history", "sold", "found"),
    [
        pytest.param(
            [bought("a", HERE, at=(0, 1)), bought("b", HERE, at=(2, 3))],
            {HERE: ["a", "b"]},
            "at once",
            id="two buyers of one seat",
        ),
        pytest.param(
            [
                bought("a", HERE, at=(0, 1)),
                bought("b", HERE, at=(2, 3)),
                cancelled("a", at=(4, 5)),
            ],
            {HERE: ["b"]},
            "at once",
            id="sold before the first buyer cancelled",
        ),
        pytest.param(
            [bought("a", HERE, at=(0, 1))],
            {HERE: ["a", "nobody's"]},
            "live tickets",
            id="two live tickets",
        ),
        pytest.param(
            [bought("a", HERE, THERE, at=(0, 1))],
            {HERE: ["a"]},
            "is lost",
            id="half of a sale lost",
        ),
        pytest.param([bought("a", HERE, at=(0, 1))], {}, "is lost", id="a sale lost"),
        pytest.param(
            [bought("a", HERE, at=(0, 1)), cancelled("a", at=(2, 3))],
            {HERE: ["a"]},
            "sold again",
            id="a cancelled sale that came back",
        ),
        pytest.param(
            [bought("a", HERE, at=(0, 1), key="k"), bought("b", HERE, at=(2, 3), key="k")],
            {HERE: ["b"]},
            "differently",
            id="two bookings for one key",
        ),
        pytest.param(
            [
                bought("a", HERE, at=(0, 1), key="k"),
                bought("a", HERE, at=(2, 3), key="k", outcome=REFUSED),
            ],
            {HERE: ["a"]},
            "differently",
            id="sold, then refused",
        ),
        pytest.param(
            [bought("a", HERE, at=(0, 1)), looked("a", HERE, at=(2, 3))],
            {HERE: ["a"]},
            "shown as vacant",
            id="a buyer who doesn't see the own sale",
        ),
    ],
)
def test_a_forged_history_is_found_out(
    history: list[Attempt], sold: dict[Place, list[str]], found: str
) -> None:
    assert any(found in sentence for sentence in violations(history, sold))
