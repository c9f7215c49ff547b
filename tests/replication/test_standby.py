"""On a real standby that lags: without the token its readers see the past, with it never."""

import threading
import time
from collections.abc import Iterator

import pytest
from django.db import OperationalError, connections
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from cinema import metrics
from cinema.embedded.processes import eventually
from cinema.replication.monitor import PROBE_TIMEOUT, Server, monitor
from movies.models import Seance
from tests.making import make_hall, make_seance, seat_ids
from tests.replication.standby import (
    REPLICA,
    cluster,
    servers_watched,
    standby,
    standby_lagging,
    standby_paused,
)

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

TOKEN = "X-Consistency-Token"


@pytest.fixture
def seance() -> Seance:
    return make_seance(hall=make_hall(rows=5, seats=10))


@pytest.fixture
def replica(settings: Settings, seance: Seance) -> Iterator[Server]:
    cluster()
    settings.REPLICA_POLL_SECONDS = 0.05
    with servers_watched() as watched:
        yield watched


def sell(seance: Seance, seat: int) -> str:
    """The token of the sale."""
    body = {"email": "a@b.org", "seatsIds": [seat]}
    sale = APIClient().post(
        f"/movies/{seance.movie_id}/seances/{seance.pk}/bookings", body, format="json"
    )
    assert sale.status_code == 201
    assert sale.cookies["consistency_token"].value == sale[TOKEN]
    return str(sale[TOKEN])


def shows_vacant(seance: Seance, seat: int, token: str | None = None) -> bool:
    """To a visitor without cookies."""
    headers = {TOKEN: token} if token else {}
    answer = APIClient().get(f"/movies/{seance.movie_id}/seances/{seance.pk}", headers=headers)
    assert answer.status_code == 200
    [vacant] = [one["vacant"] for one in answer.json()["data"]["seats"] if one["id"] == seat]
    return bool(vacant)


def answered_by(alias: str) -> float:
    return float(metrics.reads.labels(alias)._value.get())


def test_without_the_token_the_past_is_seen_and_with_it_never(
    replica: Server, seance: Seance, settings: Settings
) -> None:
    settings.REPLICA_MAX_LAG_SECONDS = 3600  # however far behind, it counts as healthy
    seats = seat_ids(seance)
    assert eventually(lambda: shows_vacant(seance, seats[0]), within=10)
    with standby_lagging(seconds=30):
        before = answered_by(REPLICA)
        for seat in seats:
            token = sell(seance, seat)
            assert shows_vacant(seance, seat)
            assert not shows_vacant(seance, seat, token)
        assert answered_by(REPLICA) - before == len(seats)
    # Repaired, it may answer those with a token too.
    before = answered_by(REPLICA)
    assert eventually(
        lambda: not shows_vacant(seance, seats[-1], token) and answered_by(REPLICA) > before,
        within=20,
    )


def test_with_the_token_the_past_is_not_seen_while_the_replica_is_about_to_catch_up(
    replica: Server, seance: Seance
) -> None:
    before = answered_by(REPLICA)
    with standby_lagging(seconds=0.1):
        for seat in seat_ids(seance)[:15]:
            token = sell(seance, seat)
            asked = time.monotonic()
            while time.monotonic() < asked + 0.2:
                assert not shows_vacant(seance, seat, token)
    assert answered_by(REPLICA) > before  # not only the primary was asked


def test_a_browser_sees_its_own_writes_by_the_cookie(
    replica: Server, seance: Seance, settings: Settings
) -> None:
    settings.REPLICA_MAX_LAG_SECONDS = 3600
    seat, address = seat_ids(seance)[0], f"/movies/{seance.movie_id}/seances/{seance.pk}"
    browser = APIClient()
    with standby_lagging(seconds=30):
        browser.post(f"{address}/bookings", {"email": "a@b.org", "seatsIds": [seat]}, format="json")
        assert browser.cookies["consistency_token"]["httponly"]
        states = browser.get(address).json()["data"]["seats"]
        assert {"id": seat, "vacant": False}.items() <= states[0].items()
        assert shows_vacant(seance, seat)


def test_a_replica_that_lags_is_left_out_and_taken_back(
    replica: Server, seance: Seance, settings: Settings
) -> None:
    settings.REPLICA_MAX_LAG_SECONDS = 0.5
    seat, other = seat_ids(seance)[:2]
    assert eventually(lambda: shows_vacant(seance, seat), within=10)
    with standby_lagging(seconds=30):
        sell(seance, seat)
        assert eventually(lambda: not replica.fresh, within=20)
        assert replica.alive
        assert replica.lag_bytes > 0
        before = answered_by("primary_ro")
        assert not shows_vacant(seance, seat)
        assert answered_by("primary_ro") == before + 1
    assert eventually(lambda: replica.fresh, within=20)
    before = answered_by(REPLICA)
    assert shows_vacant(seance, other)
    assert answered_by(REPLICA) == before + 1


def test_an_idle_replica_does_not_count_as_lagging(replica: Server, settings: Settings) -> None:
    settings.REPLICA_MAX_LAG_SECONDS = 0.2
    idle = "SELECT now() - pg_last_xact_replay_timestamp() > interval '0.5 seconds'"
    assert eventually(lambda: standby().query(idle)[0][0] and replica.fresh, within=20)


def test_a_process_that_begins_while_the_replica_lags_is_not_fooled(
    seance: Seance, settings: Settings
) -> None:
    settings.REPLICA_POLL_SECONDS = 0.05
    seat = seat_ids(seance)[0]
    with standby_lagging(seconds=30):
        sell(seance, seat)
        monitor.start()
        try:
            [replica] = monitor.replicas
            while replica.lag_bytes == 0:
                assert not replica.fresh
                assert not shows_vacant(seance, seat)
            assert not replica.fresh
        finally:
            monitor.stop()


def test_a_thread_that_waits_for_a_replica_that_hangs_is_freed(replica: Server) -> None:
    got: list[Exception] = []

    def wait_for_it() -> None:
        try:
            with connections[REPLICA].cursor() as cursor:
                reached.set()
                cursor.execute("SELECT pg_sleep(60)")
        except OperationalError as error:
            got.append(error)
        finally:
            connections[REPLICA].close()

    reached = threading.Event()
    waiting = threading.Thread(target=wait_for_it)
    waiting.start()
    assert reached.wait(10)
    with standby_paused():
        waiting.join(timeout=PROBE_TIMEOUT + 8)
        assert not waiting.is_alive()
        assert not replica.alive
    assert got
    assert eventually(lambda: replica.fresh, within=20)
