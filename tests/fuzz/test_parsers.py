"""What reads words of strangers gives a value or says, in the way that its callers expect, that it
can't: no other exception."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError, ValidationError

from aggregator import tracing as site_tracing
from aggregator.cities import InvalidDirectory, parsed
from aggregator.relay import headers as relay_headers
from aggregator.relay import paths
from bookings.checkin import scanned_code, written_code
from bookings.payments.gateways import NotificationRefused
from bookings.payments.gateways.sandbox import Sandbox, notifying
from bookings.payments.gateways.yookassa import YooKassa
from cinema import tracing
from cinema.api.fields import moment
from cinema.api.json import JSONParser
from cinema.replication.position import read_token
from tests.fuzz.size import often
from tests.fuzz.strange import NESTED, anything, json_values, raw, refusing

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

# The list of cities

fields = {
    "id": anything | st.just("kazan"),
    "name": anything,
    "names": st.dictionaries(anything, anything, max_size=2),
    "url": anything | st.just("http://127.0.0.1:8001"),
    "time_zone": anything | st.just("Europe/Moscow"),
    "public_url": anything,
}
cities = st.lists(
    st.fixed_dictionaries(
        {name: value | json_values for name, value in fields.items()},
        optional={"unknown": json_values},
    )
    | json_values,
    max_size=3,
)


@often(150)
@given(text=anything | cities.map(json.dumps) | json_values.map(json.dumps) | st.just(NESTED))
def test_a_list_of_cities_is_one_or_invalid(text):
    with refusing(InvalidDirectory):
        assert all(city.zone for city in parsed(text))


# Headers


@often(150)
@given(text=anything)
def test_a_trace_or_a_token_from_a_stranger_is_one_or_none(text):
    with refusing():
        for of_app in (tracing, site_tracing):
            with of_app.RequestSpan(text) as span:
                assert span
        assert read_token(text) is None
        assert read_token(f"1-64:{text}:{text}") is None


@often(150)
@given(path=raw, query=raw)
def test_an_address_is_open_to_the_site_or_not(path, query):
    with refusing():
        paths.city_of(path)
        if paths.is_open(path, query):
            assert b".." not in path.split(b"/")
            (path + query).decode("ascii")


@often(100)
@given(
    given_headers=st.lists(
        st.tuples(st.binary(max_size=20).map(bytes.lower), st.binary(max_size=60)), max_size=6
    )
)
def test_any_headers_are_passed_on_or_left_out(given_headers):
    with refusing():
        relay_headers.to_city([*given_headers, (b"cookie", b"city=\xff; a=b")], {})


# Codes and times


@often(150)
@given(text=anything | anything.map(lambda text: f"https://kino.example/{text}?code={text}"))
def test_whatever_a_scanner_reads_is_looked_for_as_a_code(text):
    with refusing():
        code = scanned_code(text)
        assert "\0" not in code
        assert written_code(code) == code


@often(150)
@given(text=anything)
def test_a_time_is_one_or_none(text):
    with refusing():
        found = moment(text)
        assert found is None or found.utcoffset() is not None


# What gateways tell


@pytest.fixture
def _shop(settings):
    settings.YOOKASSA_SHOP_ID, settings.YOOKASSA_SECRET_KEY = "1", "secret"


told = raw | json_values.map(lambda value: json.dumps(value).encode()) | st.just(NESTED.encode())
told |= st.builds(
    lambda event, number: json.dumps({"event": event, "object": {"id": number}}).encode(),
    st.sampled_from(["payment.succeeded", "refund.succeeded"]) | anything,
    json_values,
)


@often(150)
@given(body=told, signature=anything, signed=st.booleans())
@pytest.mark.usefixtures("_shop")
def test_a_notification_names_a_payment_or_is_refused(body, signature, signed):
    if signed:
        signature = notifying.sign(body, int(notifying.time.time()))
    for gateway in (Sandbox(), YooKassa()):
        with refusing(NotificationRefused):
            assert len(gateway.notified({notifying.HEADER: signature}, body)) == 36


# A JSON body


@often(150)
@given(body=told)
def test_a_body_is_an_object_or_refused(rf, body):
    request = rf.post("/bookings", body, content_type="application/json")
    with refusing(ParseError, ValidationError):
        assert isinstance(JSONParser().parse(request), dict)
