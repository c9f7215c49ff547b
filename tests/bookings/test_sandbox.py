"""The sandbox's bank: what its payers decide, what it says when asked, and what it tells."""

import json
import re
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import Client

from bookings.models import SandboxFault, SandboxNotification, SandboxPayment
from bookings.payments.gateways import GatewayUnavailable, NotificationRefused
from bookings.payments.gateways.sandbox import Sandbox, bank, faults, notifying

pytestmark = pytest.mark.django_db

BACK = "https://kino.example/kazan/tickets/1/?from=bank"


@pytest.fixture(autouse=True)
def in_use(settings):
    settings.PAYMENTS = "sandbox"


def asked_for(**changes):
    """A payment of ours, as the gateway sees it."""
    values = {
        "pk": uuid.uuid4(),
        "amount": Decimal("1250.50"),
        "currency": "RUB",
        "return_url": BACK,
        "gateway_id": "",
    }
    return SimpleNamespace(**values | changes)


def begun() -> str:
    return Sandbox().begin(asked_for(), "Два билета на «Стачку»").gateway_id


def page(gateway_id: str) -> str:
    return f"/payments/sandbox/{gateway_id}"


def decide(gateway_id: str, way: str, client: Client | None = None):
    return (client or Client()).post(page(gateway_id), {"way": way})


def hours_pass(gateway_id: str, **ago: int) -> None:
    """As if everything about this payment had happened so much earlier."""
    earlier = timedelta(**ago)
    SandboxPayment.objects.filter(pk=gateway_id).update(
        created_at=F("created_at") - earlier, decided_at=F("decided_at") - earlier
    )
    SandboxNotification.objects.filter(payment_id=gateway_id).update(
        next_attempt_at=F("next_attempt_at") - earlier
    )


def status(gateway_id: str) -> str:
    return Sandbox().look(gateway_id).status


class Ears:
    """Listens at the address of the notifications, and answers what it is told to."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[int] = []


@pytest.fixture
def ears(settings) -> Iterator[Ears]:
    ears = Ears()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            ears.heard.append((self.path, dict(self.headers), body))
            self.send_response(ears.answers.pop(0) if ears.answers else 200)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    settings.PUBLIC_URL = f"http://127.0.0.1:{server.server_port}"
    yield ears
    server.shutdown()
    server.server_close()


def told(ears: Ears) -> list[str]:
    return [json.loads(body)["object"]["status"] for _path, _headers, body in ears.heard]


# Beginning, deciding, asking


def test_a_payment_is_begun_once_and_leads_to_the_banks_page(settings):
    payment = asked_for()
    first = Sandbox().begin(payment, "билеты")
    assert Sandbox().begin(payment, "билеты") == first
    assert first.redirect_url == f"https://kazan.example/payments/sandbox/{first.gateway_id}"
    outcome = Sandbox().look(first.gateway_id)
    assert (outcome.status, outcome.amount, outcome.currency) == (
        "pending",
        Decimal("1250.50"),
        "RUB",
    )
    assert SandboxPayment.objects.count() == 1


@pytest.mark.parametrize(
    ("way", "became"),
    [
        ("pay", "succeeded"),
        ("twice", "succeeded"),
        ("out-of-order", "succeeded"),
        ("silent", "succeeded"),
        ("decline", "failed"),
        ("leave", "pending"),
    ],
)
def test_what_the_payer_decides_counts_at_once_and_leads_back(way, became):
    number = begun()
    answer = decide(number, way)
    assert (answer.status_code, answer["Location"]) == (303, BACK)
    assert status(number) == became


@pytest.mark.parametrize("seconds", bank.LATE)
def test_a_late_answer_counts_after_its_seconds_and_not_before(seconds):
    number = begun()
    decide(number, f"late-{seconds}")
    hours_pass(number, seconds=seconds - 5)
    assert status(number) == "pending"
    hours_pass(number, seconds=6)
    assert status(number) == "succeeded"


def test_the_first_decision_stays():
    number = begun()
    decide(number, "decline")
    assert decide(number, "pay")["Location"] == BACK
    assert status(number) == "failed"
    assert SandboxNotification.objects.count() == 1


def test_what_nobody_decides_fails_in_the_end_and_can_be_paid_no_more():
    number = begun()
    hours_pass(number, minutes=14)
    assert status(number) == "pending"
    hours_pass(number, minutes=2)
    outcome = Sandbox().look(number)
    assert (outcome.status, outcome.reason) == ("failed", "not paid in time")
    decide(number, "pay")
    assert status(number) == "failed"


def test_there_is_time_to_pay_after_a_hold_has_ended(settings):
    assert settings.HOLD_TIME < bank.TIME_TO_PAY
    assert timedelta(seconds=bank.LATE[-1]) > settings.HOLD_TIME


def test_what_was_paid_is_paid_back_once():
    number = begun()
    payment = asked_for(gateway_id=number)
    with pytest.raises(GatewayUnavailable):
        Sandbox().refund(payment)
    decide(number, "pay")
    Sandbox().refund(payment)
    at_first = SandboxPayment.objects.get().refunded_at
    Sandbox().refund(payment)
    assert SandboxPayment.objects.get().refunded_at == at_first
    outcome = Sandbox().look(number)
    assert (outcome.status, outcome.refunded) == ("succeeded", Decimal("1250.50"))


def test_money_that_was_not_taken_is_not_paid_back():
    number = begun()
    decide(number, "late-30")
    with pytest.raises(GatewayUnavailable):
        Sandbox().refund(asked_for(gateway_id=number))


@pytest.mark.parametrize("number", ["", "1", str(uuid.uuid4())])
def test_an_unknown_payment_is_no_outcome(number):
    with pytest.raises(GatewayUnavailable):
        Sandbox().look(number)


# The page


def test_the_page_is_there_only_where_the_sandbox_is_used(settings):
    number = begun()
    assert Client().get(page(number)).status_code == 200
    settings.PAYMENTS = "none"
    assert Client().get(page(number)).status_code == 404
    assert decide(number, "pay").status_code == 404
    settings.PAYMENTS = "sandbox"
    assert status(number) == "pending"


def test_there_is_no_page_of_an_unknown_payment():
    assert Client().get(page(str(uuid.uuid4()))).status_code == 404
    assert Client().get(page("1")).status_code == 404


def test_nobody_else_can_decide_for_the_payer():
    number = begun()
    client = Client(enforce_csrf_checks=True)
    assert decide(number, "pay", client).status_code == 403
    assert status(number) == "pending"
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', client.get(page(number)).text)
    assert token
    sent = {"way": "pay", "csrfmiddlewaretoken": token[1]}
    assert client.post(page(number), sent).status_code == 303
    assert status(number) == "succeeded"


def test_an_unknown_way_decides_nothing():
    number = begun()
    assert decide(number, "give").status_code == 400
    assert status(number) == "pending"


def test_the_page_says_what_is_paid_and_may_lead_back_there_only():
    answer = Client().get(page(begun()), headers={"Accept-Language": "en"})
    for said in ("Казань", "1,250.50", "RUB", "Два билета на «Стачку»", "no money moves"):
        assert said in answer.text
    policy = dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))
    assert policy["form-action"] == "'self' https://kino.example"
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("way", "said"), [("pay", "was made"), ("decline", "was declined"), ("leave", "time to pay")]
)
def test_a_page_that_is_opened_again_has_nothing_left_to_decide(way, said):
    number = begun()
    decide(number, way)
    hours_pass(number, minutes=16)
    answer = Client().get(page(number), headers={"Accept-Language": "en"})
    assert said in answer.text
    assert BACK in answer.text
    assert 'name="way"' not in answer.text


# Notifications


@pytest.mark.parametrize(
    ("way", "sent"),
    [
        ("pay", ["succeeded"]),
        ("decline", ["failed"]),
        ("twice", ["succeeded", "succeeded"]),
        ("out-of-order", ["succeeded", "pending", "failed"]),
        ("silent", []),
        ("leave", []),
    ],
)
def test_the_bank_tells_what_the_payer_chose_in_that_order(ears, way, sent):
    number = begun()
    decide(number, way)
    hours_pass(number, seconds=10)
    notifying.send_all()
    assert told(ears) == sent
    assert notifying.send_all() == 0


def test_a_late_answer_is_told_late(ears):
    number = begun()
    decide(number, "late-60")
    hours_pass(number, seconds=55)
    assert notifying.send_all() == 0
    hours_pass(number, seconds=6)
    assert notifying.send_all() == 1
    assert told(ears) == ["succeeded"]


def test_what_is_sent_is_believed_by_its_signature(ears):
    number = begun()
    decide(number, "pay")
    notifying.send_all()
    [(path, headers, body)] = ears.heard
    assert path == "/payments/notifications/sandbox"
    assert Sandbox().notified(headers, body) == number


@pytest.mark.parametrize("answer", [302, 404, 500, 503])
def test_a_notification_is_sent_until_it_is_answered(ears, answer):
    number = begun()
    decide(number, "pay")
    ears.answers = [answer, answer]
    for _try in range(4):
        notifying.send_all()
        hours_pass(number, minutes=1)
    assert told(ears) == ["succeeded"] * 3
    assert SandboxNotification.objects.get().sent_at


def test_a_failed_notification_pauses_before_it_is_sent_again(ears):
    decide(begun(), "pay")
    ears.answers = [500]
    assert notifying.send_all() == 1
    assert notifying.send_all() == 0


def test_one_that_never_gets_through_is_given_up(settings):
    settings.PUBLIC_URL = "http://127.0.0.1:9"  # nobody listens
    number = begun()
    decide(number, "pay")
    tried = 0
    while notifying.send_all():
        tried += 1
        hours_pass(number, minutes=1)
    assert tried == len(notifying.PAUSES) + 1
    assert sum(notifying.PAUSES, timedelta()) > timedelta(minutes=5)
    assert SandboxNotification.objects.get().sent_at is None


def test_one_in_the_hands_of_a_process_is_left_alone_by_others():
    decide(begun(), "pay")
    assert notifying._claim()
    assert notifying._claim() is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda signature, body: ("", body),
        lambda signature, body: (signature, body + b" "),
        lambda signature, body: (signature[:-1] + "x", body),
        lambda signature, body: (signature.replace("t=", "t=1"), body),
        lambda signature, body: (signature.replace("t=", "t=-"), body),
        lambda signature, body: (signature + "ё", body),
        lambda signature, body: (signature.replace("v1=", "v1=٣"), body),
    ],
)
def test_what_is_not_signed_by_the_bank_is_refused(spoil):
    signature = notifying.sign(body := b'{"object": {"id": "1"}}', int(time.time()))
    given, body = spoil(signature, body)
    with pytest.raises(NotificationRefused, match="sign"):
        Sandbox().notified({notifying.HEADER: given}, body)


@pytest.mark.parametrize("seconds", [-400, 400])
def test_a_signature_does_not_last(seconds):
    number = str(uuid.uuid4())
    body = json.dumps({"object": {"id": number}}).encode()
    signature = notifying.sign(body, int(time.time()) + seconds)
    with pytest.raises(NotificationRefused, match="too old"):
        Sandbox().notified({notifying.HEADER: signature}, body)


def test_a_signature_by_a_former_key_is_believed_while_it_is_replaced(settings):
    number = str(uuid.uuid4())
    body = json.dumps({"object": {"id": number}}).encode()
    headers = {notifying.HEADER: notifying.sign(body, int(time.time()))}
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another" * 10
    with pytest.raises(NotificationRefused):
        Sandbox().notified(headers, body)
    settings.SECRET_KEY_FALLBACKS = [former]
    assert Sandbox().notified(headers, body) == number


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"1", b'{"object": {"id": 5}}', b'"\xff"'])
def test_signed_nonsense_is_refused(body):
    headers = {notifying.HEADER: notifying.sign(body, int(time.time()))}
    with pytest.raises(NotificationRefused):
        Sandbox().notified(headers, body)


# Failing on purpose


def test_a_bank_that_is_down_answers_nothing_until_it_is_mended():
    number = begun()
    call_command("sandbox_fault", "down")
    for call in (
        lambda: Sandbox().begin(asked_for(), "билеты"),
        lambda: Sandbox().look(number),
        lambda: Sandbox().refund(asked_for(gateway_id=number)),
    ):
        with pytest.raises(GatewayUnavailable, match="down"):
            call()
    call_command("sandbox_fault", "none")
    assert status(number) == "pending"
    assert not SandboxFault.objects.exists()


def test_a_slow_bank_takes_its_time(monkeypatch):
    number, pauses = begun(), []
    monkeypatch.setattr(faults.time, "sleep", pauses.append)
    call_command("sandbox_fault", "down")
    call_command("sandbox_fault", "slow")
    assert status(number) == "pending"
    assert pauses == [faults.SLOW_SECONDS]


def test_only_a_sandbox_can_be_broken(settings):
    settings.PAYMENTS = "none"
    with pytest.raises(CommandError, match="PAYMENTS"):
        call_command("sandbox_fault", "down")
