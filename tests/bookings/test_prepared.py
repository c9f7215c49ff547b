"""The statement that sells is sent, parsed and planned once on each connection."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.claiming import claim
from cinema import prepared
from cinema.audit.acting import commanded
from tests.making import make_seance, seat_ids
from tests.selling import order


def prepared_claims() -> list[tuple[int, int]]:
    """How often the connection planned each for its values, and how often for any."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT custom_plans, generic_plans FROM pg_prepared_statements"
            " WHERE statement LIKE 'WITH offer%' OR statement LIKE E'\\nWITH offer%'"
        )
        return cursor.fetchall()


def test_it_is_planned_for_any_seats(db):
    seance = make_seance()
    seats = seat_ids(seance)
    for number in range(4):
        claim(order(seance, seats[2 * number : 2 * number + 2]))
    assert prepared_claims() == [(0, 4)]


def test_it_is_seen_by_who_watches_statements(db):
    seance = make_seance()
    with CaptureQueriesContext(connection) as seen:
        claim(order(seance, seat_ids(seance)[:1]))
    assert len([query for query in seen if "WITH offer" in query["sql"]]) == 1


def test_what_somebody_known_does_is_told_to_the_audit_trail(db):
    """Which writes a statement of its own before each: those can't be prepared."""
    with commanded("sell"):
        assert prepared.run("SELECT %(by)s::int", {"by": 7}) == [(7,)]
        seance = make_seance()
        claim(order(seance, seat_ids(seance)[:1]))
    assert prepared_claims() == []
