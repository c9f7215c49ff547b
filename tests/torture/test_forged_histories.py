"""The checker itself: a history that could not be is found out by its rule and by no other."""

from dataclasses import replace

import pytest

from loadtest.torture.checking import RULES
from loadtest.torture.history import DONE, REFUSED, UNKNOWN, Attempt, End, LiveTicket, Row
from tests.torture.forging import (
    END,
    HERE,
    PRICE,
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

FORGED = [
    pytest.param(
        [
            bought("a", HERE, at=(0, 1)),
            bought("b", HERE, at=(2, 3)),
            later("cancel", "a", at=(4, 5)),
        ],
        end(("b", HERE), others=(gone("a"),)),
        {"a seat is owned once"},
        id="sold before the first buyer cancelled",
    ),
    pytest.param(
        [
            bought("a", HERE, at=(0, 1)),
            bought("b", HERE, at=(2, 3)),
            later("cancel", "b", at=(4, 5)),
            bought("c", HERE, at=(6, 7)),
            later("cancel", "c", at=(8, 9)),
            later("cancel", "a", at=(10, 11)),
        ],
        end(others=(gone("a"), gone("b"), gone("c"))),
        {"a seat is owned once"},
        id="sold twice to others while one had it all the time",
    ),
    pytest.param(
        [bought("a", HERE, at=(0, 1)), bought("b", HERE, at=(0, 9), outcome=UNKNOWN)],
        end(("a", HERE), ("b", HERE)),
        {"a seat is owned once"},
        id="two live tickets, one of them never answered",
    ),
    pytest.param(
        [bought("a", HERE, THERE, at=(0, 1))],
        End(END, [Row("a", "key-a", "confirmed", 250.0)], [LiveTicket("a", HERE, 250.0)]),
        {"no sale is lost", "money adds up"},
        id="half of a sale lost",
    ),
    pytest.param(
        [bought("a", HERE, at=(0, 1))],
        end(),
        {"no sale is lost", "money adds up"},
        id="a sale lost",
    ),
    pytest.param(
        [
            bought("a", HERE, at=(0, 1)),
            replace(later("cancel", "a", at=(2, 3), outcome=REFUSED), status=404),
        ],
        end(("a", HERE)),
        {"no sale is lost"},
        id="a sale that could not be found for a while",
    ),
    pytest.param(
        [bought("a", HERE, at=(0, 1)), later("read", "a", at=(2, 3), state="cancelled")],
        end(("a", HERE)),
        {"no sale is lost"},
        id="cancelled by nobody",
    ),
    pytest.param(
        [bought("a", HERE, at=(0, 1)), later("cancel", "a", at=(2, 3))],
        end(("a", HERE)),
        {"nothing cancelled comes back"},
        id="a cancelled sale that came back",
    ),
    pytest.param(
        [
            bought("a", HERE, at=(0, 1)),
            later("cancel", "a", at=(2, 3)),
            later("read", "a", at=(4, 5), state="confirmed"),
        ],
        end(others=(gone("a"),)),
        {"nothing cancelled comes back"},
        id="a cancelled sale that was there for a while",
    ),
    pytest.param(
        [bought("x", HERE, at=(0, 1), outcome=UNKNOWN)],
        end(("x", HERE), others=(gone("b"),)),
        {"a key does one thing"},
        id="a cancelled booking that nobody asked for",
    ),
    pytest.param(
        [bought("b", HERE, at=(0, 1), outcome=UNKNOWN)],
        End(END, [gone("b")], [LiveTicket("b", HERE, PRICE)]),
        {"nothing cancelled comes back"},
        id="a cancelled booking that keeps its seat",
    ),
    pytest.param(
        [bought("a", HERE, at=(0, 1)), replace(misused("key-a", at=(2, 3)), status=409)],
        end(("a", HERE)),
        {"a key has one answer"},
        id="a key that was misused and got an answer",
    ),
    pytest.param(
        [bought("a", HERE, at=(0, 1)), misused("key-a", at=(2, 3), outcome=DONE, status=201)],
        end(("a", HERE)),
        {"a key has one answer"},
        id="a key that was misused and sold",
    ),
    pytest.param(
        [
            bought("a", HERE, at=(0, 1)),
            replace(bought("a", HERE, at=(2, 3)), state="held"),
        ],
        end(("a", HERE)),
        {"a key has one answer", "an answer says what was done"},
        id="sold, then held",
    ),
    pytest.param(
        [held("a", HERE, at=(0, 1)), later("read", "a", at=(62, 63), state="held")],
        end(others=(gone("a", "expired"),)),
        {"a hold ends"},
        id="held for too long",
    ),
    pytest.param(
        [replace(held("a", HERE, at=(98, 99)), state="confirmed")],
        end(("a", HERE)),
        {"an answer says what was done"},
        id="sold instead of held",
    ),
    pytest.param(
        [held("a", HERE, at=(98, 99)), later("read", "a", at=(99, 99.5), state="confirmed")],
        end(("a", HERE)),
        {"an answer says what was done"},
        id="bought by nobody",
    ),
    pytest.param(
        [
            held("a", HERE, at=(0, 1)),
            later("confirm", "a", at=(2, 3)),
            later("read", "a", at=(4, 5), state="held"),
        ],
        end(("a", HERE)),
        {"an answer says what was done"},
        id="bought, and read as held",
    ),
    pytest.param(
        [replace(bought("a", HERE, THERE, at=(0, 1)), seats=(1,))],
        end(("a", HERE), ("a", THERE)),
        {"an answer says what was done"},
        id="sold fewer seats than were asked for",
    ),
    pytest.param(
        [bought("a", HERE, at=(0, 1)), later("cancel", "a", at=(2, 3), outcome=REFUSED)],
        end(("a", HERE)),
        {"an answer says what was done"},
        id="could not be cancelled",
    ),
    pytest.param(
        [bought("a", HERE, at=(0, 1)), later("cancel", "a", at=(2, 3), state="confirmed")],
        end(others=(gone("a"),)),
        {"an answer says what was done"},
        id="cancelled, and said to be sold",
    ),
    pytest.param(
        [bought("a", HERE, at=(0, 1)), bought("x", HERE, at=(2, 3), key="key-a", outcome=REFUSED)],
        end(("a", HERE)),
        {"a key has one answer"},
        id="sold, then refused",
    ),
    pytest.param(
        [
            bought("a", HERE, at=(0, 1), key="k"),
            later("cancel", "a", at=(2, 3)),
            bought("b", HERE, at=(4, 5), key="k"),
        ],
        end(others=(gone("a", key="k"), gone("b", key="k"))),
        {"a key has one answer", "a key does one thing"},
        id="two bookings for one key",
    ),
    pytest.param(
        [bought("a", HERE, at=(0, 1), outcome=UNKNOWN), bought("a", HERE, at=(2, 3))],
        end(("a", HERE), others=(gone("b", key="key-a"),)),
        {"a key does one thing"},
        id="a second booking that nobody was told of",
    ),
    pytest.param(
        [bought("a", HERE, at=(0, 3)), bought("x", HERE, at=(1, 2), outcome=REFUSED)],
        end(("a", HERE), others=(gone("x"),)),
        {"a key does one thing"},
        id="refused and made",
    ),
    pytest.param(
        [], end(("a", HERE)), {"a key does one thing"}, id="a booking that nobody asked for"
    ),
    pytest.param(
        [
            bought("a", HERE, at=(0, 1)),
            later("cancel", "a", at=(2, 3)),
            bought("x", HERE, at=(4, 5), outcome=REFUSED),
        ],
        end(others=(gone("a"),)),
        {"a vacant seat is sold"},
        id="refused though it was vacant",
    ),
    pytest.param(
        [bought("a", HERE, at=(0, 1)), looked(HERE, at=(2, 3))],
        end(("a", HERE)),
        {"a token's reader sees the write"},
        id="a buyer who doesn't see the own sale",
    ),
    pytest.param(
        [
            bought("a", HERE, at=(0, 1)),
            later("cancel", "a", at=(2, 3)),
            looked(THERE, at=(4, 5)),
        ],
        end(others=(gone("a"),)),
        {"a token's reader sees the write"},
        id="a buyer who doesn't see the own cancellation",
    ),
    pytest.param(
        [replace(bought("a", HERE, at=(0, 1)), total=200.0)],
        End(END, [Row("a", "key-a", "confirmed", 200.0)], [LiveTicket("a", HERE, 200.0)]),
        {"money adds up"},
        id="sold for another price than it has",
    ),
    pytest.param(
        [bought("a", HERE, at=(0, 1))],
        End(END, [Row("a", "key-a", "confirmed", 200.0)], [LiveTicket("a", HERE, 200.0)]),
        {"money adds up"},
        id="another total than was told",
    ),
    pytest.param(
        [bought("a", HERE, at=(0, 1))],
        End(END, [Row("a", "key-a", "confirmed", 250.0)], [LiveTicket("a", HERE, 300.0)]),
        {"money adds up"},
        id="tickets that cost another total",
    ),
    pytest.param(
        [replace(bought("a", HERE, at=(0, 1), outcome=UNKNOWN), status=500)],
        end(),
        {"no answer is a mistake of ours"},
        id="500",
    ),
    pytest.param([bought("a", HERE, at=(0, 1))], None, {"unfinished"}, id="no end"),
]


@pytest.mark.parametrize(("attempts", "tables", "broken"), FORGED)
def test_a_forged_history_is_found_out(
    attempts: list[Attempt], tables: End | None, broken: set[str]
) -> None:
    assert rules_broken(attempts, tables) == broken


def test_every_rule_is_broken_by_some_forged_history() -> None:
    assert set().union(*(case.values[2] for case in FORGED)) >= set(RULES)
