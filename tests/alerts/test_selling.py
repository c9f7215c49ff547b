"""Alerts about what a city sells."""

from pathlib import Path

import pytest

from tests.alerts import quiet
from tests.alerts.incidents import Incident, check, counted, stays
from tests.alerts.rules import PROVIDER

ONE_POD, OTHER_POD = (f'city="kazan",instance="{pod}"' for pod in quiet.PODS)
SOLD = [f'success_bookings_total{{app="provider-backend",{pod}}}' for pod in (ONE_POD, OTHER_POD)]
READS = [
    f'http_server_requests_total{{app="provider-backend",{pod},method="GET",code="200"}}'
    for pod in (ONE_POD, OTHER_POD)
]
NOTHING_SOLD = dict.fromkeys(SOLD, counted((5, 1), (90, 0)))
SEATS = f"seats_upcoming{{{quiet.CHORES}}}"
UNDECIDED = f"payments_undecided_seconds{{{quiet.CHORES}}}"
WAITING = f"notices_waiting{{{quiet.CHORES}}}"
TWICE = f"double_sold_seats{{{quiet.CHORES}}}"

INCIDENTS = [
    Incident(
        "a seat is sold twice",
        10.5,
        {TWICE: stays((10, 0), (50, 1))},
        ("SeatSoldTwice severity=page city=kazan",),
    ),
    Incident(
        "a seat is sold twice, says one of two who look",
        10.5,
        {
            TWICE: stays((60, 1)),
            TWICE.replace("kazan-chores", "kazan-chores-2"): stays((60, 0)),
        },
        ("SeatSoldTwice severity=page city=kazan",),
    ),
    Incident(
        "one pod refuses to sell",
        11.5,
        {f"sales_accepted{{{ONE_POD}}}": stays((10, 1), (50, 0))},
        ("SalesNotAccepted severity=page city=kazan",),
    ),
    Incident(
        "selling has stopped for half a minute",
        10.5,
        {f"sales_accepted{{{ONE_POD}}}": stays((10, 1), (50, 0))},
    ),
    Incident(
        "visitors come, and nothing is sold",
        53,
        {**NOTHING_SOLD, **dict.fromkeys(READS, counted((95, 3)))},
        ("NoSalesDespiteTraffic severity=page city=kazan",),
    ),
    Incident("nothing has been sold for half an hour", 42, NOTHING_SOLD),
    Incident(
        "one pod alone sells",
        53,
        {SOLD[0]: counted((5, 1), (90, 0))},
    ),
    Incident(
        "nothing is sold at night, when few look",
        53,
        {**NOTHING_SOLD, **dict.fromkeys(READS, counted((95, 2)))},
    ),
    Incident("nothing is sold as no seat is left", 53, {**NOTHING_SOLD, SEATS: stays((95, 0))}),
    Incident(
        "a payment stays undecided",
        21,
        {UNDECIDED: stays((10, 21000), (50, 21601))},
        ("PaymentsUndecided severity=ticket city=kazan",),
    ),
    Incident(
        "a payment has just become too old",
        19,
        {UNDECIDED: stays((10, 21000), (50, 21601))},
    ),
    Incident("a payment has been undecided for six hours", 25, {UNDECIDED: stays((60, 21600))}),
    Incident(
        "emails wait",
        26,
        {WAITING: stays((10, 0), (50, 21))},
        ("NoticesWaiting severity=ticket city=kazan",),
    ),
    Incident("twenty emails wait", 30, {WAITING: stays((60, 20))}),
    Incident(
        "many emails have waited for some minutes",
        24,
        {WAITING: stays((10, 0), (50, 500))},
    ),
]


@pytest.mark.parametrize("incident", INCIDENTS, ids=str)
def test_raises_what_it_must_and_nothing_else(incident: Incident, tmp_path: Path) -> None:
    check(incident, quiet.provider(), PROVIDER, tmp_path)
