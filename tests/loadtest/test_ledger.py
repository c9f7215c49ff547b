"""The proof: what buyers were told, compared with what the cinema answers when all is over."""

from typing import Any

import pytest

from loadtest.ledger import Ledger, Sale, mistakes, to_read


def sale(booking: str = "a", seat: int = 1, ticket: int = 10, **more: Any) -> Sale:
    return Sale(booking, movie=1, seance=2, tickets=[(seat, ticket)], **{"since": 5.0, **more})


def honest(*sales: Sale) -> dict[str, Any]:
    """What a cinema answers that stands by these sales."""
    kept = {seat for one in sales if one.kept for seat, _ticket in one.tickets}
    seats = [{"id": seat, "vacant": seat not in kept} for seat in range(1, 5)]
    answers: dict[str, Any] = {"/movies/1/seances/2": {"data": {"seats": seats}}}
    for one in sales:
        answers[f"/bookings/{one.booking}"] = {
            "booking": {
                "status": "confirmed" if one.kept else "cancelled",
                "tickets": [{"seat_id": seat, "id": ticket} for seat, ticket in one.tickets],
            }
        }
    return answers


def kinds(sales: list[Sale], answers: dict[str, Any]) -> list[str]:
    return [mistake.kind for mistake in mistakes(sales, answers)]


def test_an_honest_cinema_is_believed():
    sales = [sale("a", 1, 10), sale("b", 2, 11), sale("c", 3, 12, until=7.0, cancelled=True)]
    assert mistakes(sales, honest(*sales)) == []


def test_a_seat_sold_to_two_who_both_keep_it_is_found():
    sales = [sale("a", 1, 10), sale("b", 1, 11, since=9.0)]
    [mistake] = mistakes(sales, honest(*sales))
    assert mistake.kind == "sold twice"
    assert mistake.sentence == "seat 1 of seance 2 was sold twice: bookings a and b"


def test_the_same_seat_in_another_showing_is_another_seat():
    other = Sale("b", movie=1, seance=3, tickets=[(1, 11)], since=5.0)
    answers = honest(sale()) | honest(other)
    answers["/movies/1/seances/3"] = answers["/movies/1/seances/2"]
    assert kinds([sale(), other], answers) == []


def test_one_booking_that_two_buyers_got_is_a_seat_sold_twice():
    assert kinds([sale(), sale()], honest(sale())) == ["sold twice", "ticket given twice"]


def test_a_seat_may_be_sold_again_once_its_first_buyer_has_asked_to_cancel():
    sales = [sale("a", 1, 10, until=7.0, cancelled=True), sale("b", 1, 11, since=7.1)]
    assert mistakes(sales, honest(*sales)) == []


def test_a_seat_sold_again_before_its_first_buyer_asked_to_cancel_is_found():
    sales = [sale("a", 1, 10, until=7.0, cancelled=True), sale("b", 1, 11, since=6.9)]
    assert kinds(sales, honest(*sales)) == ["sold twice"]


def test_a_ticket_of_two_bookings_is_found():
    sales = [sale("a", 1, 10), sale("b", 2, 10)]
    assert kinds(sales, honest(*sales)) == ["ticket given twice"]


@pytest.mark.parametrize(
    "answer",
    [
        {"errors": [{"title": "Not found"}]},
        {"booking": {"status": "cancelled", "tickets": [{"seat_id": 1, "id": 10}]}},
        {"booking": {"status": "confirmed", "tickets": []}},
        {"booking": {"status": "confirmed", "tickets": [{"seat_id": 1, "id": 11}]}},
    ],
)
def test_a_sale_that_is_gone_or_has_become_another_is_found(answer):
    assert kinds([sale()], honest(sale()) | {"/bookings/a": answer}) == ["sale lost"]


def test_a_sold_seat_that_is_shown_as_vacant_is_found():
    answers = honest(sale()) | {"/movies/1/seances/2": honest()["/movies/1/seances/2"]}
    assert kinds([sale()], answers) == ["shown as vacant"]


def test_a_cancellation_that_was_forgotten_is_found():
    cancelled = sale(until=7.0, cancelled=True)
    assert kinds([cancelled], honest(sale())) == ["cancellation lost"]


def test_a_cancellation_that_was_never_answered_may_have_happened_or_not():
    unknown = sale(until=7.0)
    assert to_read([unknown]) == set()
    assert mistakes([unknown], {}) == []


def test_what_can_not_be_read_back_is_no_proof():
    assert kinds([sale()], {}) == ["not readable", "not readable"]


def test_a_ledger_that_another_process_sent_says_the_same():
    mine, theirs = Ledger(), Ledger()
    theirs.note(sale("a", 1, 10))
    theirs.note(sale("b", 2, 11, until=7.0, cancelled=True))
    mine.absorb(theirs.pages())
    assert mine.sales == theirs.sales
    assert mine.tickets == 2
