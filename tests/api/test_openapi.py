"""`/schema` and `/docs`: what is published, and that it is all there is."""

import io
import re
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import get_resolver
from drf_spectacular.validation import validate_schema
from rest_framework.test import APIClient

OPERATIONS = {
    "GET /bookings/{booking_id}",
    "PATCH /bookings/{booking_id}",
    "POST /bookings/{booking_id}/payments",
    "POST /bookings",
    "DELETE /bookings/{booking_id}",
    "POST /bookings/{booking_id}/confirm",
    "GET /bookings/{booking_id}/tickets.ics",
    "GET /bookings/{booking_id}/tickets.pdf",
    "GET /health",
    "GET /health/ready",
    "GET /health/serving",
    "GET /health/started",
    "GET /metrics",
    "GET /movies",
    "POST /movies",
    "GET /movies/{movie_id}",
    "PATCH /movies/{movie_id}",
    "DELETE /movies/{movie_id}",
    "GET /movies/{movie_id}/seances",
    "POST /movies/{movie_id}/seances",
    "GET /movies/{movie_id}/seances/{seance_id}",
    "DELETE /movies/{movie_id}/seances/{seance_id}",
    "GET /movies/{movie_id}/seances/{seance_id}/best-seats",
    "POST /movies/{movie_id}/seances/{seance_id}/bookings",
    "GET /seances",
}
STAFF = {"create_movie", "change_movie", "delete_movie", "plan_seance", "delete_seance"}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    answer = APIClient().get("/schema")
    assert answer.status_code == 200
    return answer.json()


@pytest.fixture(scope="module")
def operations(schema) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    }


def component(schema, name):
    return schema["components"]["schemas"][name]


def parameters(operation, place):
    return {one["name"]: one["schema"] for one in operation["parameters"] if one["in"] == place}


def _readable(pattern: str) -> str:
    """A route's regular expression as `/schema` writes it."""
    return re.sub(r"\(\?P<(\w+)>[^)]+\)", r"{\1}", pattern).replace("\\.", ".")


def test_it_is_made_without_a_warning():
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=io.StringIO())


def test_it_is_openapi_3_1(schema):
    assert schema["openapi"].startswith("3.1")
    validate_schema(schema)


def test_it_has_every_operation_and_no_other(operations):
    assert set(operations) == OPERATIONS


def test_every_address_of_the_api_is_in_it(schema):
    routed = {
        "/" + _readable(str(pattern.pattern)).strip("^$?/")
        for pattern in get_resolver().url_patterns
        if getattr(pattern.callback, "cls", None) is None
        or pattern.callback.cls.__module__.startswith(("bookings.api.", "movies.api."))
    }
    people = {"/", "/admin", "/i18n", "/payments/sandbox", "/schema", "/docs"}
    gateways = {"/payments/notifications/{gateway}"}  # in a form of their own
    assert {path for path in routed if not path.startswith("/admin")} - people - gateways <= set(
        schema["paths"]
    )


def test_operation_ids_are_unique(operations):
    names = [operation["operationId"] for operation in operations.values()]
    assert len(set(names)) == len(names)


def test_every_answer_names_its_request_id(operations):
    for operation in operations.values():
        for response in operation["responses"].values():
            assert "X-Request-ID" in response["headers"]


def test_every_failure_has_the_contract_s_form(operations):
    for operation in operations.values():
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                content = response["content"]["application/json"]
                assert content["schema"] == {"$ref": "#/components/schemas/Errors"}


def test_credentials_are_asked_where_they_are_needed(operations):
    for name, operation in operations.items():
        schemes = [next(iter(one), None) for one in operation.get("security", [])]
        if operation["operationId"] in STAFF:
            assert schemes == ["token", "session"], name
        elif "bookings" in name:
            assert schemes == ["token", "session", None], name  # optional: staff sell directly
        else:
            assert schemes == [], name


def test_identifiers_are_typed(operations):
    path = parameters(operations["GET /movies/{movie_id}/seances/{seance_id}"], "path")
    whole = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}
    assert path == {"movie_id": whole, "seance_id": whole}
    path = parameters(operations["GET /bookings/{booking_id}"], "path")
    assert path == {"booking_id": {"type": "string", "format": "uuid"}}


def test_parameters_have_their_limits_and_defaults(operations):
    query = parameters(operations["GET /movies/{movie_id}/seances"], "query")
    assert query["max_results"] == {"type": "integer", "minimum": 1, "maximum": 500, "default": 50}
    assert query["date"] == {"type": "string", "format": "date"}
    assert query["from"]["format"] == query["to"]["format"] == "date-time"
    assert query["ordering"] == {
        "type": "string",
        "enum": ["-id", "id", "datetime", "-datetime"],
        "default": "-id",
    }
    assert query["seats"] == {"type": "boolean", "default": True}


def test_a_body_has_its_required_fields_and_limits(schema):
    booking = component(schema, "BookingBody")
    assert booking["required"] == ["seatsIds"]
    assert {"required": ["email"]} in booking["anyOf"]
    assert booking["properties"]["email"] == {
        "type": "string",
        "format": "email",
        "minLength": 1,
        "maxLength": 254,
    }
    assert booking["properties"]["seatsIds"] == {
        "type": "array",
        "items": {"type": "integer", "minimum": 1, "maximum": 2**63 - 1},
        "minItems": 1,
        "maxItems": 10,
        "uniqueItems": True,
    }
    assert component(schema, "SeanceBody")["required"] == ["datetime", "price"]
    assert component(schema, "MovieBody")["required"] == ["description", "image_url", "name"]
    assert "required" not in component(schema, "PatchedMovieBody")


def test_the_most_seats_of_a_booking_follow_the_setting(settings):
    settings.BOOKING_MAX_SEATS = 4
    seats = component(APIClient().get("/schema").json(), "BookingBody")["properties"]["seatsIds"]
    assert seats["maxItems"] == 4


def test_money_is_a_number_and_a_time_is_utc(schema):
    seance = component(schema, "SeanceRead")["properties"]
    assert seance["price"]["type"] == "number"
    assert seance["datetime"]["format"] == "date-time"
    assert re.match(seance["datetime"]["pattern"], "2026-12-01T18:30:00.000Z")


@pytest.mark.parametrize(
    ("operation", "status", "header"),
    [
        ("POST /movies", "201", "Location"),
        ("POST /movies", "201", "X-Consistency-Token"),
        ("POST /movies", "401", "WWW-Authenticate"),
        ("GET /movies", "200", "ETag"),
        ("GET /movies", "304", "ETag"),
        ("GET /movies", "503", "Retry-After"),
        ("POST /bookings", "409", "Retry-After"),
        ("POST /bookings", "201", "Idempotency-Replayed"),
    ],
)
def test_headers_of_answers_are_in_it(operations, operation, status, header):
    assert header in operations[operation]["responses"][status]["headers"]


@pytest.mark.parametrize(
    ("operation", "header"),
    [
        ("GET /movies", "If-None-Match"),
        ("GET /movies/{movie_id}/seances", "X-Consistency-Token"),
        ("POST /bookings", "Idempotency-Key"),
        ("DELETE /bookings/{booking_id}", "Idempotency-Key"),
    ],
)
def test_headers_of_requests_are_in_it(operations, operation, header):
    assert header in parameters(operations[operation], "header")


def test_its_pages_ask_no_other_host(api):
    page = api.get("/docs").content.decode()
    script = api.get("/docs", {"script": ""}).content.decode()
    addresses = re.findall(r"""(?:src|href|url)\s*[=:]\s*["']([^"']+)""", page + script)
    assert addresses
    assert all(address.startswith(("/", "?")) for address in addresses), addresses
