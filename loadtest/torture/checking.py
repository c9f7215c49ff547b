"""Whether an honest cinema could have given these answers and have these tables in the end.

Each rule finds what can't be, in sentences. None takes an unanswered request for a failed one.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from loadtest.torture import rules_of_answers, rules_of_keys, rules_of_seats
from loadtest.torture.history import History
from loadtest.torture.known import Known

RULES: dict[str, Callable[[Known], Iterator[str]]] = {
    "a seat is owned once": rules_of_seats.sold_twice,
    "no sale is lost": rules_of_seats.sale_lost,
    "nothing cancelled comes back": rules_of_seats.resurrected,
    "a hold ends": rules_of_seats.hold_outlived,
    "a vacant seat is sold": rules_of_seats.refused_for_nothing,
    "a key has one answer": rules_of_keys.answered_differently,
    "a key does one thing": rules_of_keys.done_differently,
    "an answer says what was done": rules_of_answers.said_otherwise,
    "a token's reader sees the write": rules_of_answers.stale,
    "money adds up": rules_of_answers.money,
    "no answer is a mistake of ours": rules_of_answers.mistakes_of_ours,
}


class Violation(NamedTuple):
    rule: str
    sentence: str


def violations(history: History) -> list[Violation]:
    """What can't be. A history without its end, of a run that was broken off, is a violation."""
    if history.end is None:
        return [Violation("unfinished", "the tables were never read: the run was broken off")]
    known = Known.of(history, history.end)
    return [
        Violation(rule, sentence)
        for rule, find in RULES.items()
        for sentence in dict.fromkeys(find(known))
    ]
