"""What is answered to a write when no standby acknowledges it; and what the token costs."""

import uuid
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from bookings.models import Booking
from cinema.embedded.processes import eventually
from cinema.replication import middleware
from cinema.replication.monitor import Server, monitor
from movies.models import Seance
from tests.making import make_seance, seat_ids
from tests.replication.standby import (
    cluster,
    commits_waiting_for,
    servers_watched,
    standby_paused,
)

TOKEN = "X-Consistency-Token"
pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def seance() -> Seance:
    return make_seance()


@pytest.fixture
def watched(settings: Settings) -> Iterator[Server]:
    cluster()
    settings.REPLICA_POLL_SECONDS = 0.05
    settings.WRITE_TIMEOUT_SECONDS = 0.5
    with servers_watched() as replica:
        yield replica


def buy(seance: Seance, key: str = "") -> Any:
    return APIClient().post(
        f"/movies/{seance.movie_id}/seances/{seance.pk}/bookings",
        {"email": "a@b.org", "seatsIds": seat_ids(seance)[:1]},
        format="json",
        headers={"Idempotency-Key": key} if key else {},
    )


def assert_unavailable(answer: Any) -> None:
    assert answer.status_code == 503
    assert answer["Retry-After"] == "1"
    assert answer.json()["errors"][0]["title"] == "Service unavailable"
    assert TOKEN not in answer.headers


def test_the_token_costs_one_query(seance: Seance) -> None:
    body = {"email": "a@b.org", "seatsIds": seat_ids(seance)[:2]}
    address = f"/movies/{seance.movie_id}/seances/{seance.pk}/bookings"
    with CaptureQueriesContext(connection) as asked:
        assert APIClient().post(address, body, format="json").status_code == 201
    sale, token = (query["sql"].strip() for query in asked)
    assert sale.startswith("WITH offer")
    assert token.startswith("SELECT pg_current_wal_flush_lsn()")


def test_only_a_write_that_was_done_gets_a_token(seance: Seance) -> None:
    assert TOKEN in buy(seance).headers
    refused = buy(seance)
    assert refused.status_code == 409
    assert TOKEN not in refused.headers
    assert TOKEN not in APIClient().get("/movies").headers


def test_a_sale_stands_when_only_its_token_could_not_be_had(
    seance: Seance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(middleware, "current_position", Mock(side_effect=OperationalError))
    sale = buy(seance)
    assert sale.status_code == 201
    assert TOKEN not in sale.headers


def test_while_no_standby_counts_writes_are_refused_before_they_begin(
    watched: Server, seance: Seance
) -> None:
    with commits_waiting_for("nobody"):
        assert eventually(lambda: not monitor.writable, within=20)
        assert_unavailable(buy(seance))
        assert not Booking.objects.exists()
        assert APIClient().get(f"/movies/{seance.movie_id}/seances").status_code == 200
        ready = APIClient().get("/health/ready")
        assert "standby" in ready.json()["errors"][0]["detail"]
    assert eventually(lambda: monitor.writable, within=20)
    assert buy(seance).status_code == 201


def test_a_commit_that_waits_in_vain_is_given_up_and_is_no_success(
    watched: Server, seance: Seance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitor, "_judge_standbys", lambda stored: None)  # it does not know yet
    key = uuid.uuid4().hex
    with commits_waiting_for("nobody"):
        given_up = buy(seance, key)
        assert_unavailable(given_up)
        assert "Idempotency-Key" in given_up.json()["errors"][0]["detail"]
    sale = buy(seance, key)
    assert sale.status_code == 201
    assert sale["Idempotency-Replayed"] == "true"
    assert Booking.objects.count() == 1


def test_a_standby_that_hangs_does_not_count(watched: Server, seance: Seance) -> None:
    other, key = make_seance(), uuid.uuid4().hex
    with commits_waiting_for("standby1"):
        assert buy(seance).status_code == 201
        with standby_paused():
            assert_unavailable(buy(other, key))
            assert not monitor.writable
            assert_unavailable(buy(other, key))  # it is there, but no standby has it
        assert eventually(lambda: monitor.writable, within=20)
        assert buy(other, key)["Idempotency-Replayed"] == "true"
