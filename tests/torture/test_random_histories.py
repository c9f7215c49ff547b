"""Histories of an honest cinema are believed, whatever happens to be asked and lost on the way;
with one thing changed in them they are found out."""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loadtest.torture.checking import violations
from loadtest.torture.history import DONE, REFUSED, Attempt, End, History, LiveTicket
from loadtest.torture.known import GONE, Known
from tests.torture.honest import PLACES, Cinema

T = TypeVar("T")
SEEDS = st.integers(0, 2**32)


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_what_an_honest_cinema_says_is_believed(seed: int) -> None:
    assert violations(Cinema(random.Random(seed)).history()) == []


def lose_a_sale(history: History, chance: random.Random) -> str:
    end = _end(history)
    sure = [one for one in Known.of(history, end).sales.values() if one.surely(end.at, end.at)]
    lost = _one_of(sure, chance).booking
    end.tickets[:] = [ticket for ticket in end.tickets if ticket.booking != lost]
    return "no sale is lost"


def sell_a_seat_again(history: History, chance: random.Random) -> str:
    ticket = _one_of(_end(history).tickets, chance)
    _end(history).tickets.append(LiveTicket("another", ticket.place, ticket.price))
    return "a seat is owned once"


def bring_back(history: History, chance: random.Random) -> str:
    end = _end(history)
    rows = [one for one in end.bookings if one.state in GONE]
    back = _one_of(rows, chance)
    end.tickets.append(LiveTicket(back.id, chance.choice(PLACES), 1.0))
    return "nothing cancelled comes back"


def forget_a_key(history: History, chance: random.Random) -> str:
    sold = _one_of([one for one in history.attempts if one.action == "buy" and _done(one)], chance)
    history.attempts.append(replace(sold, booking="another", began=sold.ended))
    return "a key has one answer"


def refuse_after_all(history: History, chance: random.Random) -> str:
    sold = _one_of([one for one in history.attempts if one.action == "buy" and _done(one)], chance)
    history.attempts.append(replace(sold, outcome=REFUSED, status=409, booking=""))
    return "a key has one answer"


def show_as_vacant(history: History, chance: random.Random) -> str:
    sure = [
        (look, one)
        for one in Known.of(history, _end(history)).sales.values()
        for look in history.attempts
        if look.action == "look" and _done(look) and look.client == one.client
        if one.surely(look.began, look.ended)
    ]
    look, one = _one_of(sure, chance)
    _change(history, look, places=(*look.places, *one.places))
    return "a token's reader sees the write"


def take_more_money(history: History, chance: random.Random) -> str:
    row = _one_of(_end(history).bookings, chance)
    bookings = _end(history).bookings
    bookings[bookings.index(row)] = replace(row, total=row.total + 1)
    told = {one.booking for one in history.attempts if _done(one)}
    assume(row.id in told or row.state not in GONE)
    return "money adds up"


def misstate(history: History, chance: random.Random) -> str:
    cancel = _one_of([one for one in history.attempts if one.action == "cancel"], chance)
    assume(_done(cancel))
    _change(history, cancel, state="confirmed")
    return "an answer says what was done"


@settings(max_examples=25, deadline=None)
@given(SEEDS)
@pytest.mark.parametrize(
    "forge",
    [
        lose_a_sale,
        sell_a_seat_again,
        bring_back,
        forget_a_key,
        refuse_after_all,
        show_as_vacant,
        take_more_money,
        misstate,
    ],
)
def test_one_lie_among_the_rest_is_found(
    forge: Callable[[History, random.Random], str], seed: int
) -> None:
    chance = random.Random(seed)
    history = Cinema(chance).history()
    rule = forge(history, chance)
    history.attempts.sort(key=lambda one: one.began)
    assert rule in {violation.rule for violation in violations(history)}


def _one_of(several: list[T], chance: random.Random) -> T:
    assume(several)
    return chance.choice(several)


def _done(attempt: Attempt) -> bool:
    return attempt.outcome == DONE


def _change(history: History, attempt: Attempt, **fields: object) -> None:
    at = history.attempts.index(attempt)
    history.attempts[at] = replace(attempt, **fields)


def _end(history: History) -> End:
    assert history.end
    return history.end
