"""What gateways tell: from other computers, by clients without cookies, in forms of their own."""

from io import BytesIO
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client

from bookings.models import Booking, Payment
from tests.making import make_hall, make_seance, seat_ids
from tests.paying import Bank, begin, hold, open_bank

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bank(settings, monkeypatch) -> Bank:
    return open_bank(settings, monkeypatch)


@pytest.fixture
def payment(bank: Bank) -> Payment:
    seance = make_seance(hall=make_hall(rows=1, seats=2))
    return begin(hold(seance, seat_ids(seance)[:1]))


def tell(number: str, *, gateway: str = "bank", **request: Any) -> Any:
    client = Client(enforce_csrf_checks=True)
    usual = {"content_type": "application/x-anything", "headers": {"Bank-Signature": "true"}}
    return client.post(f"/payments/notifications/{gateway}", number, **usual | request)


def in_chunks(body: bytes) -> dict[str, Any]:
    """A request as gunicorn gives on what has come without a length."""
    return {
        "headers": {"Bank-Signature": "true", "Transfer-Encoding": "chunked"},
        "CONTENT_LENGTH": "",
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
    }


def sold() -> bool:
    return Booking.objects.get().status == "confirmed"


def refused(answer: Any, status: int, title: str) -> bool:
    (error,) = answer.json()["errors"]
    return (answer.status_code, error["title"]) == (status, title)


def test_it_needs_no_cookie_no_csrf_token_and_no_content_type_of_ours(payment, bank):
    bank.takes_money(payment)
    assert tell(payment.gateway_id).status_code == 200
    assert sold()


def test_without_a_length_it_is_read_all_the_same(payment, bank):
    bank.takes_money(payment)
    assert tell("", **in_chunks(payment.gateway_id.encode())).status_code == 200
    assert sold()


@pytest.mark.parametrize("size", [70_000, configured.REQUEST_MAX_BYTES + 1])
def test_a_long_one_is_refused_whether_it_says_its_length_or_not(payment, size):
    for answer in (tell("x" * size), tell("", **in_chunks(b"x" * size))):
        assert refused(answer, 413, "Payload too large")


@pytest.mark.parametrize("gateway", ["sandbox", "yookassa", "none", "stripe", "%00", "x" * 500])
def test_only_the_gateway_that_was_chosen_is_heard(payment, bank, gateway):
    bank.takes_money(payment)
    assert refused(tell(payment.gateway_id, gateway=gateway), 404, "Not found")
    assert not sold()


@pytest.mark.parametrize("gateway", ["none", "bank", "sandbox"])
def test_a_cinema_that_is_not_paid_online_hears_nobody(settings, payment, gateway):
    settings.PAYMENTS = "none"
    assert refused(tell(payment.gateway_id, gateway=gateway), 404, "Not found")


def test_a_payment_that_the_gateway_has_not_confirmed_has_no_number_to_name(payment):
    Payment.objects.update(gateway_id="")
    assert refused(tell(""), 404, "Not found")
