"""What operators and their tools ask: is it up, can it sell, how is it doing."""

import pytest
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor
from prometheus_client.parser import text_string_to_metric_families

from cinema import draining, health
from cinema.replication.monitor import Monitor, monitor
from movies.models import Seance
from tests.making import make_movie, make_seance, seat_ids

pytestmark = pytest.mark.django_db(transaction=True)

APP = {"app": "provider-backend", "city": "kazan"}
MOVIE = {"name": "Аэлита", "description": "Немой", "image_url": "/static/a.svg"}


def missing(answer) -> str:
    """What a provider that can't sell says is missing."""
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert int(answer["Retry-After"]) >= 1
    (error,) = answer.json()["errors"]
    assert error["title"] == "Service unavailable"
    return error["detail"]


def value(api, name: str, **labels: str) -> float:
    """A metric's value, 0 while it has none."""
    families = text_string_to_metric_families(api.get("/metrics").content.decode())
    wanted = APP | labels
    return sum(
        sample.value
        for family in families
        for sample in family.samples
        if sample.name == name and sample.labels == wanted
    )


def book(api, seance: Seance, seats: list[int], **fields: object):
    body = {"email": "a@b.org", "seatsIds": seats, "seance_id": seance.pk, **fields}
    return api.post("/bookings", body, format="json")


@pytest.fixture
def lost_database(monkeypatch):
    def gone(*args, **kwargs):
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as context:
        context.setattr(CursorWrapper, "execute", gone)
        yield


@pytest.fixture
def no_standby_acknowledges(monkeypatch):
    with monkeypatch.context() as context:
        context.setattr(Monitor, "running", True)
        context.setattr(monitor, "acknowledges", False)
        yield


# Health


PROBES = ["/health", "/health/started", "/health/serving", "/health/ready"]


@pytest.mark.parametrize("path", [*PROBES, *(f"{path}/" for path in PROBES)])
def test_a_provider_that_can_sell_is_healthy_and_ready(api, path):
    answer = api.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert answer.json() == {"result": "ok"}
    assert answer["X-Request-ID"]


def test_health_asks_nothing_of_the_database(api, django_assert_num_queries):
    with django_assert_num_queries(0):
        api.get("/health")


@pytest.mark.usefixtures("lost_database")
def test_health_stays_ok_without_the_database(api):
    assert api.get("/health").json() == {"result": "ok"}


@pytest.mark.usefixtures("lost_database")
def test_a_lost_database_is_named(api):
    assert "primary database" in missing(api.get("/health/ready"))


def test_a_primary_that_the_monitor_lost_is_named(api, monkeypatch):
    monkeypatch.setattr(Monitor, "running", True)
    monkeypatch.setattr(monitor.primary, "alive", False)
    assert "primary database" in missing(api.get("/health/ready"))


def test_a_probe_takes_no_connection_while_the_monitor_watches(
    api, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(Monitor, "running", True)
    monkeypatch.setattr(health, "_migrated", True)
    with django_assert_num_queries(0):
        assert api.get("/health/ready").status_code == 200


def test_unapplied_migrations_are_named(api, monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: [("one", False)])
    assert "migrations" in missing(api.get("/health/ready"))


def test_it_is_ready_once_migrations_are_applied(api, monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)
    with monkeypatch.context() as context:
        context.setattr(MigrationExecutor, "migration_plan", lambda *_: [("one", False)])
        assert api.get("/health/ready").status_code == 503
    assert api.get("/health/ready").status_code == 200


@pytest.mark.usefixtures("no_standby_acknowledges")
def test_a_standby_that_does_not_acknowledge_is_named(api):
    assert "standby" in missing(api.get("/health/ready"))


@pytest.mark.usefixtures("no_standby_acknowledges")
def test_health_stays_ok_when_no_standby_acknowledges(api):
    assert api.get("/health").status_code == 200


@pytest.mark.usefixtures("no_standby_acknowledges")
def test_nothing_is_written_while_no_standby_acknowledges(staff):
    assert missing(staff.post("/movies", MOVIE, format="json"))
    assert missing(staff.delete(f"/movies/{make_movie().pk}"))


@pytest.mark.usefixtures("no_standby_acknowledges")
def test_nothing_is_sold_while_no_standby_acknowledges(api):
    seance = make_seance()
    assert missing(book(api, seance, seat_ids(seance)[:1]))
    seats = api.get(f"/movies/{seance.movie_id}/seances/{seance.pk}").json()["data"]["seats"]
    assert all(seat["vacant"] for seat in seats)


@pytest.mark.usefixtures("no_standby_acknowledges")
def test_reading_goes_on_while_no_standby_acknowledges(api):
    assert api.get("/movies").status_code == 200


def test_it_has_started_once_migrations_are_applied_and_for_good(api, monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)
    with monkeypatch.context() as context:
        context.setattr(MigrationExecutor, "migration_plan", lambda *_: [("one", False)])
        assert "migrations" in missing(api.get("/health/started"))
    assert api.get("/health/started").status_code == 200
    monkeypatch.setattr(Monitor, "running", True)
    monkeypatch.setattr(monitor.primary, "alive", False)
    assert api.get("/health/started").status_code == 200


@pytest.mark.usefixtures("lost_database")
def test_it_has_not_started_while_it_never_saw_its_database(api, monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)
    assert "primary database" in missing(api.get("/health/started"))


@pytest.mark.usefixtures("lost_database", "no_standby_acknowledges")
def test_it_serves_without_a_primary_that_it_could_sell_on(api):
    assert api.get("/health/serving").status_code == 200


def test_it_serves_until_it_is_asked_to_stop(api, monkeypatch):
    monkeypatch.setattr(draining, "draining", True)
    assert "stopping" in missing(api.get("/health/serving"))
    assert api.get("/health").status_code == 200
    assert api.get("/movies").status_code == 200


# Metrics


@pytest.mark.parametrize("path", ["/metrics", "/metrics/"])
def test_metrics_are_prometheus_text(api, path):
    answer = api.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    assert list(text_string_to_metric_families(answer.content.decode()))


@pytest.mark.usefixtures("lost_database")
def test_metrics_need_no_database(api):
    assert api.get("/metrics").status_code == 200


def test_requests_are_counted_by_method_and_code(api):
    def counted(method: str, code: str) -> float:
        return value(api, "http_server_requests_total", method=method, code=code)

    found, unknown = counted("GET", "200"), counted("GET", "404")
    wrong, broken = counted("PUT", "405"), counted("POST", "400")
    api.get("/movies/17")
    api.get("/nowhere")
    api.put("/movies")
    api.post("/bookings", {}, format="json")
    assert counted("GET", "404") == unknown + 2
    assert counted("PUT", "405") == wrong + 1
    assert counted("POST", "400") == broken + 1
    assert counted("GET", "200") == found


@pytest.mark.parametrize("path", ["/health", "/health/started", "/health/ready", "/metrics/"])
def test_probes_are_nobodys_visit(api, db, path):
    def counted() -> float:
        return value(api, "http_server_requests_total", method="GET", code="200")

    before = counted()
    api.get(path)
    assert counted() == before


def test_a_refusal_for_a_lost_standby_is_counted(api, no_standby_acknowledges):
    before = value(api, "http_server_requests_total", method="POST", code="503")
    api.post("/bookings", {}, format="json")
    assert value(api, "http_server_requests_total", method="POST", code="503") == before + 1


def test_durations_are_a_histogram_by_method(api):
    name = "http_server_request_duration_seconds"
    count, total = (
        value(api, f"{name}_count", method="PUT"),
        value(api, f"{name}_sum", method="PUT"),
    )
    api.put("/movies")
    assert value(api, f"{name}_count", method="PUT") == count + 1
    assert value(api, f"{name}_sum", method="PUT") > total
    assert value(api, f"{name}_bucket", method="PUT", le="+Inf") == count + 1


def test_invented_methods_make_one_series(api):
    api.generic("BREW", "/movies")
    api.generic("BREW2", "/movies")
    page = api.get("/metrics").content.decode()
    assert "BREW" not in page
    assert 'method="other"' in page


def test_the_city_is_the_provider_s_own(api, settings):
    settings.CITY = "omsk"
    api.get("/movies")
    assert 'city="omsk"' in api.get("/metrics").content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_sales_grow_by_the_number_of_tickets(api, number):
    seance = make_seance()
    before = value(api, "success_bookings_total")
    assert book(api, seance, seat_ids(seance)[:number]).status_code == 201
    assert value(api, "success_bookings_total") == before + number


def test_a_refused_booking_sells_nothing(api):
    seance = make_seance()
    seats = seat_ids(seance)
    book(api, seance, seats[:1])
    before = value(api, "success_bookings_total")
    assert book(api, seance, seats[:2]).status_code == 409
    assert value(api, "success_bookings_total") == before


def test_a_repeated_booking_is_sold_once(api):
    seance = make_seance()
    body = {"email": "a@b.org", "seatsIds": seat_ids(seance)[:2], "seance_id": seance.pk}
    before = value(api, "success_bookings_total")
    for _ in range(3):
        answer = api.post("/bookings", body, format="json", HTTP_IDEMPOTENCY_KEY="once")
        assert answer.status_code == 201
    assert value(api, "success_bookings_total") == before + 2


def test_a_hold_is_sold_when_it_is_confirmed(api):
    seance = make_seance()
    before = value(api, "success_bookings_total")
    held = book(api, seance, seat_ids(seance)[:2], hold=True)
    assert value(api, "success_bookings_total") == before
    where = f"/bookings/{held.json()['booking']['id']}/confirm"
    for _ in range(2):  # asked again, it is confirmed already
        api.post(where)
        assert value(api, "success_bookings_total") == before + 2
