"""YooKassa, by its own library, against a double of its HTTP API."""

import json
import logging
import time
import uuid
from decimal import Decimal
from types import SimpleNamespace

import pytest

from bookings.payments.gateways import GatewayUnavailable, NotificationRefused, yookassa
from bookings.payments.gateways.yookassa import YooKassa
from tests.bookings import yookassa_double
from tests.bookings.yookassa_double import SECRET, SHOP, failure, say

BACK = "https://kino.example/kazan/tickets/1/"


@pytest.fixture
def double():
    with yookassa_double.running() as double:
        yield double


@pytest.fixture
def gateway(double, settings) -> YooKassa:
    settings.YOOKASSA_SHOP_ID, settings.YOOKASSA_SECRET_KEY = SHOP, SECRET
    settings.YOOKASSA_URL = double.url
    return YooKassa()


def asked_for(**changes):
    values = {
        "pk": uuid.uuid4(),
        "amount": Decimal("1250.5"),
        "currency": "RUB",
        "return_url": BACK,
        "gateway_id": "",
    }
    return SimpleNamespace(**values | changes)


def paid(gateway, double):
    """A payment that YooKassa has the money of."""
    payment = asked_for()
    payment.gateway_id = gateway.begin(payment, "билеты").gateway_id
    double.becomes(payment.gateway_id, "succeeded", paid=True)
    return payment


# Beginning


def test_a_payment_is_begun_and_leads_to_yookassa(gateway, double):
    payment = asked_for()
    begun = gateway.begin(payment, "Два билета на «Стачку»")
    assert begun.redirect_url == f"https://yoomoney.ru/checkout?orderId={begun.gateway_id}"
    [body] = double.bodies
    assert body["amount"] == {"value": "1250.50", "currency": "RUB"}
    assert body["capture"] is True
    assert body["confirmation"] == {"type": "redirect", "return_url": BACK}
    assert body["description"] == "Два билета на «Стачку»"
    assert body["metadata"]["payment"] == str(payment.pk)


def test_asked_twice_one_payment_is_begun(gateway, double):
    payment = asked_for()
    assert gateway.begin(payment, "билеты") == gateway.begin(payment, "билеты")
    assert len(double.payments) == 1


def test_a_long_description_is_cut_to_what_yookassa_takes(gateway, double):
    gateway.begin(asked_for(), "ж" * 200)
    assert double.bodies[0]["description"] == "ж" * 128


def test_one_that_was_paid_before_it_was_asked_again_leads_back(gateway, double):
    def paid_by_now(handler):
        return say(
            handler,
            200,
            json.dumps(
                {
                    "id": str(uuid.uuid4()),
                    "status": "succeeded",
                    "amount": {"value": "1250.50", "currency": "RUB"},
                }
            ).encode(),
        )

    double.misbehave = paid_by_now
    assert gateway.begin(asked_for(), "билеты").redirect_url == BACK


def test_what_it_is_still_working_on_is_asked_again(gateway, double):
    answers = iter([202, 202])

    def busy(handler):
        status = next(answers, None)
        return bool(status and say(handler, status, json.dumps(failure("processing")).encode()))

    double.misbehave = busy
    gateway.begin(asked_for(), "билеты")
    assert double.asked == ["POST /payments"] * 3


# Asking


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("pending", "pending"),
        ("waiting_for_capture", "pending"),
        ("succeeded", "succeeded"),
        ("canceled", "failed"),
    ],
)
def test_every_status_of_yookassa_is_one_of_ours(gateway, double, theirs, ours):
    number = gateway.begin(asked_for(), "билеты").gateway_id
    double.becomes(number, theirs)
    outcome = gateway.look(number)
    assert outcome.status == ours
    assert (outcome.amount, outcome.currency) == (Decimal("1250.50"), "RUB")
    assert outcome.refunded == 0


def test_staff_learn_why_a_payment_failed(gateway, double):
    number = gateway.begin(asked_for(), "билеты").gateway_id
    why = {"party": "payment_network", "reason": "insufficient_funds"}
    double.becomes(number, "canceled", cancellation_details=why)
    assert gateway.look(number).reason == "payment_network: insufficient_funds"


@pytest.mark.parametrize("number", [str(uuid.uuid4()), "", "../shops/1", "a" * 36 + "/x"])
def test_what_yookassa_does_not_know_is_no_outcome(gateway, double, number):
    with pytest.raises(GatewayUnavailable):
        gateway.look(number)


@pytest.mark.parametrize(
    "changes",
    [
        {"id": str(uuid.uuid4())},
        {"status": "paid"},
        {"amount": {"value": "NaN", "currency": "RUB"}},
        {"amount": None},
        {"refunded_amount": {"value": "inf", "currency": "RUB"}},
    ],
)
def test_an_answer_that_makes_no_sense_is_no_outcome(gateway, double, changes):
    payment = paid(gateway, double)
    double.payments[payment.gateway_id] |= changes
    with pytest.raises(GatewayUnavailable):
        gateway.look(payment.gateway_id)


# Paying back


def test_what_was_paid_is_paid_back_once(gateway, double):
    payment = paid(gateway, double)
    gateway.refund(payment)
    gateway.refund(payment)
    assert double.asked.count("POST /refunds") == 1
    body = double.bodies[-1]
    assert body["payment_id"] == payment.gateway_id
    assert body["amount"] == {"value": "1250.50", "currency": "RUB"}
    assert gateway.look(payment.gateway_id).refunded == Decimal("1250.50")


def test_what_is_paid_back_is_what_was_taken(gateway, double):
    payment = paid(gateway, double)
    taken = {"value": "1300.00", "currency": "RUB"}
    double.becomes(payment.gateway_id, "succeeded", amount=taken)
    gateway.refund(payment)
    gateway.refund(payment)
    assert double.asked.count("POST /refunds") == 1
    assert double.bodies[-1]["amount"] == taken


def test_also_after_yookassa_has_forgotten_the_key(gateway, double):
    payment = paid(gateway, double)
    gateway.refund(payment)
    double.forget_keys()
    gateway.refund(payment)
    assert double.asked.count("POST /refunds") == 1


def test_a_refund_that_is_not_promised_is_no_refund(gateway, double):
    payment = asked_for()
    payment.gateway_id = gateway.begin(payment, "билеты").gateway_id
    with pytest.raises(GatewayUnavailable):
        gateway.refund(payment)
    double.becomes(payment.gateway_id, "succeeded")
    refused = json.dumps({"id": str(uuid.uuid4()), "status": "canceled"}).encode()
    double.misbehave = lambda handler: "refunds" in handler.path and say(handler, 200, refused)
    with pytest.raises(GatewayUnavailable):
        gateway.refund(payment)


# Failing

FAILURES = {
    "bad request": lambda handler: say(handler, 400, json.dumps(failure("invalid")).encode()),
    "forbidden": lambda handler: say(handler, 403, json.dumps(failure("forbidden")).encode()),
    "too many": lambda handler: say(handler, 429, b"{}", Retry_After="60"),
    "broken": lambda handler: say(handler, 500, json.dumps(failure("internal")).encode()),
    "a gateway's page": lambda handler: say(handler, 502, b"<html>Bad gateway</html>"),
    "later": lambda handler: say(handler, 503, b"{}", Retry_After="60"),
    "working": lambda handler: say(handler, 202, json.dumps(failure("processing")).encode()),
    "garbage": lambda handler: say(handler, 200, b"\xff\xfe{"),
    "a list": lambda handler: say(handler, 200, b"[1]"),
    "nothing": lambda handler: say(handler, 200, b""),
    "null": lambda handler: say(handler, 200, b"null"),
    "hung up": lambda handler: handler.connection.close() or True,
}


@pytest.mark.parametrize("failing", FAILURES.values(), ids=FAILURES)
def test_every_way_to_fail_is_no_outcome_and_quick(gateway, double, failing):
    payment = paid(gateway, double)
    double.misbehave = failing
    began = time.monotonic()
    for call in (
        lambda: gateway.begin(asked_for(), "билеты"),
        lambda: gateway.look(payment.gateway_id),
        lambda: gateway.refund(payment),
    ):
        with pytest.raises(GatewayUnavailable):
            call()
    assert time.monotonic() - began < 5


def test_it_waits_for_nobody_for_ever(gateway, double, monkeypatch):
    payment = paid(gateway, double)
    monkeypatch.setattr(yookassa, "TIMEOUT", (0.3, 0.3))
    double.misbehave = lambda handler: double.released.wait(20)
    began = time.monotonic()
    with pytest.raises(GatewayUnavailable):
        gateway.look(payment.gateway_id)
    assert time.monotonic() - began < 5


def test_real_waits_are_short():
    assert max(yookassa.TIMEOUT) <= 10


def test_nobody_there_is_no_outcome(gateway, settings):
    settings.YOOKASSA_URL = "http://127.0.0.1:9"
    with pytest.raises(GatewayUnavailable):
        YooKassa().look(str(uuid.uuid4()))


def test_the_secret_is_not_taken_to_where_an_answer_points(gateway, double):
    with yookassa_double.running() as elsewhere:
        double.misbehave = lambda handler: say(handler, 302, b"", Location=elsewhere.url)
        with pytest.raises(GatewayUnavailable):
            gateway.look(str(uuid.uuid4()))
        assert elsewhere.asked == []


@pytest.mark.parametrize("address", ["javascript:alert(1)", "", "//elsewhere"])
def test_an_address_that_leads_nowhere_is_not_followed(gateway, double, address):
    def misled(handler):
        number = str(uuid.uuid4())
        confirmation = {"type": "redirect", "confirmation_url": address}
        answer = {"id": number, "status": "pending", "confirmation": confirmation}
        return say(handler, 200, json.dumps(answer).encode())

    double.misbehave = misled
    with pytest.raises(GatewayUnavailable):
        gateway.begin(asked_for(), "билеты")


@pytest.mark.parametrize("failing", ["wrong secret", *FAILURES])
def test_the_log_says_what_happened_and_no_secret(gateway, double, caplog, settings, failing):
    caplog.set_level(logging.DEBUG)
    if failing == "wrong secret":
        settings.YOOKASSA_SECRET_KEY = SECRET + "-old"
        gateway = YooKassa()
    else:
        double.misbehave = FAILURES[failing]
    payment = asked_for()
    with pytest.raises(GatewayUnavailable):
        gateway.begin(payment, "билеты анны")
    assert "YooKassa" in caplog.text
    for secret in (SECRET, "Basic", "анны", BACK, str(payment.pk)):
        assert secret not in caplog.text


def test_wrong_credentials_are_named_in_the_log(gateway, caplog, settings):
    caplog.set_level(logging.WARNING)
    settings.YOOKASSA_SECRET_KEY = "another"
    with pytest.raises(GatewayUnavailable):
        YooKassa().begin(asked_for(), "билеты")
    assert "UnauthorizedError invalid_credentials" in caplog.text


# Notifications


@pytest.mark.parametrize(
    ("event", "field"),
    [
        ("payment.succeeded", "id"),
        ("payment.canceled", "id"),
        ("payment.waiting_for_capture", "id"),
        ("refund.succeeded", "payment_id"),
    ],
)
def test_a_notification_names_its_payment(gateway, event, field):
    number = str(uuid.uuid4())
    told = {
        "type": "notification",
        "event": event,
        "object": {"id": str(uuid.uuid4()), field: number, "status": "succeeded"},
    }
    assert gateway.notified({}, json.dumps(told).encode()) == number


NUMBER = str(uuid.uuid4())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b'"payment.succeeded"',
        b"[" * 50_000,
        b"1" * 10_000,
        b'{"event": "payment.succeeded"}',
        b'{"event": "payment.succeeded", "object": []}',
        b'{"event": "payment.succeeded", "object": {"id": 5}}',
        b'{"event": "payment.succeeded", "object": {"id": ["%s"]}}' % NUMBER.encode(),
        b'{"event": "payment.succeeded", "object": {"id": "../%s"}}' % NUMBER[3:].encode(),
        b'{"event": "payment.succeeded", "object": {"id": "%s\\n"}}' % NUMBER.encode(),
        b'{"event": ["payment.succeeded"], "object": {"id": "%s"}}' % NUMBER.encode(),
        b'{"event": "payout.succeeded", "object": {"id": "%s"}}' % NUMBER.encode(),
        b'{"event": "payment.succeeded", "object": {"id": "%s"}}' % NUMBER.encode() + b" " * 70_000,
    ],
    ids=range(16),
)
def test_a_hostile_notification_is_refused(gateway, double, body):
    with pytest.raises(NotificationRefused):
        gateway.notified({}, body)
    assert double.asked == []
