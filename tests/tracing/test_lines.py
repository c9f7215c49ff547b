"""With LOG_FORMAT=json every line is one object, and says which request and trace it belongs to."""

import json
import re
import socket
from typing import Any
from urllib.parse import urlsplit

import requests

from tests.aggregator.serving import received
from tests.polling import eventually
from tests.tracing.conftest import Shop
from tests.tracing.test_traces import buy, caller


def lines(log: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.splitlines()]


def line_of(log: str, request_id: str) -> dict[str, Any]:
    [found] = [line for line in lines(log) if line.get("request_id") == request_id]
    return found


def test_a_request_has_one_line_in_each_log_and_they_fit_together(shop: Shop) -> None:
    trace, headers = caller()
    buy(shop, {**headers, "X-Request-ID": "sale-1"})
    eventually(lambda: "sale-1" in shop.site.log and "sale-1" in shop.kazan.log)
    site, provider = line_of(shop.site.log, "sale-1"), line_of(shop.kazan.log, "sale-1")
    assert (site["trace_id"], provider["trace_id"]) == (trace, trace)
    assert re.fullmatch("[0-9a-f]{16}", site["span_id"])
    assert site["span_id"] != provider["span_id"]
    assert (site["app"], provider["app"]) == ("aggregator", "provider-backend")
    assert (site["city"], provider["city"]) == ("kazan", "kazan")
    assert site["route"] == "/cities/{city}/movies/{id}/seances/{id}/bookings"
    assert provider["route"] == "/movies/{movie_id}/seances/{seance_id}/bookings"
    for line in (site, provider):
        assert (line["method"], line["status"], line["level"]) == ("POST", 201, "INFO")
        assert 0 < line["duration_ms"] < 20_000
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])


def test_a_public_read_names_the_database_that_answered(shop: Shop) -> None:
    requests.get(f"{shop.kazan.url}/movies", headers={"X-Request-ID": "read-1"}, timeout=20)
    requests.get(f"{shop.kazan.url}/health", headers={"X-Request-ID": "probe-1"}, timeout=20)
    eventually(lambda: "read-1" in shop.kazan.log and "probe-1" in shop.kazan.log)
    assert line_of(shop.kazan.log, "read-1")["database"] == "default"
    assert line_of(shop.kazan.log, "probe-1")["route"] == "/health"
    assert "database" not in line_of(shop.kazan.log, "probe-1")


def test_what_comes_after_a_request_on_its_connection_is_not_told_as_part_of_it(
    shop: Shop,
) -> None:
    address = urlsplit(shop.kazan.url)
    asked = b"GET /health HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: kept-1\r\n\r\n"
    with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
        connection.sendall(asked)
        assert received(connection).status == 200
        connection.sendall(b"nonsense\r\n\r\n")
        assert received(connection).status == 400
    eventually(lambda: "Invalid request" in shop.kazan.log)
    [refused] = [one for one in lines(shop.kazan.log) if "Invalid request" in one["message"]]
    assert "request_id" not in refused


def test_servers_and_chores_write_such_lines_too(shop: Shop) -> None:
    buy(shop, {})
    eventually(lambda: "Handled" in shop.kazan.log)  # the tickets, by run_chores
    loggers = {line["logger"] for line in lines(shop.kazan.log)}
    assert {"gunicorn.error", "cinema.requests", "cinema.commands"} <= loggers
    assert {"gunicorn.error", "uvicorn.error"} & {line["logger"] for line in lines(shop.site.log)}
