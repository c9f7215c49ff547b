"""Nothing that is asked daily becomes dearer as the years go by.

Two cinemas are the same but for the past: the one has 45 days of it, the other ten times as
much. Each question is asked of both, every statement explained as it runs, and the pages counted
that the database looks at. That does not depend on the machine, nor on what else it does.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from bookings.admin.booking import BookingAdmin
from bookings.checking import check_tickets
from cinema.admin import BoundedPaginator, ListingAdmin
from cinema.embedded.processes import eventually
from cinema.roles import make_roles
from loadtest.scale.history import fill, tidy
from loadtest.scale.programme import RUN_DAYS
from loadtest.scale.size import Size
from tests.scale import asking
from tests.scale.costs import Cost, cost_of

pytestmark = pytest.mark.django_db(transaction=True)

# One hall with five showings a day, each with a hundred tickets.
SHORT = Size(tickets=24_000, seances=240, halls=1, films=8, coming=3)
LONG = Size(tickets=240_000, seances=2400, halls=1, films=8, coming=3)

# What grows with history would be ten times as dear. Trees of indexes become a level higher, and
# the planner may join in another order.
DEARER = 2
A_FEW_PAGES = 40
# Everything in it is of now: films, halls and people are few, and read as a whole.
GROW = {
    "bookings_booking",
    "bookings_ticket",
    "bookings_payment",
    "bookings_notice",
    "bookings_idempotencykey",
    "cinema_change",
}

# Some hundred films a year are few, and are looked at one by one.
OF_ALL_FILMS = ("films that are shown", "planning", "list of movie", "search of")
PAGES_OF_A_FILM = 12

Costs = dict[str, Cost]


def measured(size: Size) -> Costs:
    call_command("flush", interactive=False, verbosity=0)
    make_roles()
    fill(size, lambda _said: None)
    assert eventually(all_visible, within=20)
    assert check_tickets().mistakes == []
    return {name: cost_of(work) for name, work in asking.everything().items()}


def all_visible() -> bool:
    """What the standby has not told to have seen, VACUUM leaves for the next time."""
    tidy()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(relallvisible::float / relpages) FROM pg_class"
            " WHERE relkind = 'r' AND relpages > 100 AND relname LIKE 'bookings_%'"
        )
        return bool(cursor.fetchone()[0] > 0.95)


@pytest.fixture(scope="module")
def costs(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Costs, Costs]]:
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        # So that the short history fills a page, too, and there is more than is counted.
        patch.setattr(ListingAdmin, "list_per_page", 10)
        patch.setattr(BookingAdmin, "list_per_page", 10)
        patch.setattr(BoundedPaginator, "LIMIT", 300)
        yield measured(SHORT), measured(LONG)
        call_command("flush", interactive=False, verbosity=0)
        connection.close()


def test_no_question_is_dearer_after_years(costs):
    short, long = costs
    dearer = [
        f"{name}: {short[name].pages} pages, then {cost.pages}; {cost.dearest()}"
        for name, cost in long.items()
        if cost.pages > DEARER * short[name].pages + A_FEW_PAGES
        and not name.startswith(OF_ALL_FILMS)
    ]
    assert not dearer, "\n".join(dearer)


def test_nothing_reads_a_table_that_grows_from_end_to_end(costs):
    _short, long = costs
    scanned = [
        f"{name}: {statement.scanned & GROW} by {' '.join(statement.sql.split())[:1500]}"
        for name, cost in long.items()
        for statement in cost.statements
        if statement.scanned & GROW
    ]
    assert not scanned, "\n".join(scanned)


def test_what_looks_at_each_film_looks_at_a_few_pages_of_each(costs):
    short, long = costs
    films = LONG.films * -(-LONG.days // RUN_DAYS)
    for name, cost in long.items():
        if name.startswith(OF_ALL_FILMS):
            assert cost.pages < PAGES_OF_A_FILM * films + short[name].pages, (name, cost.dearest())
