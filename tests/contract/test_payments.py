"""Paying online over HTTP: the contract's section Payments, sentence by sentence."""

import uuid
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from bookings.models import Booking, Notice, Payment
from bookings.payments.reconciling import reconcile
from cinema.api.json import rfc3339
from movies.models import Seance
from tests.making import make_hall, make_seance, make_staff, make_token, seat_ids
from tests.paying import RETURN_URL, Bank, open_bank
from tests.selling import expire

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bank(settings, monkeypatch) -> Bank:
    return open_bank(settings, monkeypatch)


@pytest.fixture
def seance() -> Seance:
    return make_seance(hall=make_hall(rows=1, seats=4))


@pytest.fixture
def clerk() -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {make_token(make_staff())}")
    return client


def book(api: APIClient, seance: Seance, **fields: Any) -> Any:
    """An order of the first two seats, changed by `fields`; None leaves a field out."""
    wanted = {"email": "a@b.org", "seatsIds": seat_ids(seance)[:2], **fields}
    body = {name: value for name, value in wanted.items() if value is not None}
    return api.post(f"/movies/{seance.movie_id}/seances/{seance.pk}/bookings", body, "json")


def made(api: APIClient, seance: Seance, **fields: Any) -> dict[str, Any]:
    answer = book(api, seance, **fields)
    assert answer.status_code == 201, answer.content
    return answer.json()["booking"]


def read(api: APIClient, booking: dict[str, Any]) -> dict[str, Any]:
    return api.get(f"/bookings/{booking['id']}").json()["booking"]


def pay(api: APIClient, booking: dict[str, Any], **fields: Any) -> Any:
    body = {"return_url": RETURN_URL, **fields}
    return api.post(f"/bookings/{booking['id']}/payments", body, "json")


def tell(number: str, *, gateway: str = "bank", **options: Any) -> Any:
    """A notification as it comes: from another computer, by a client that has no cookies."""
    client = Client(enforce_csrf_checks=True)
    request = {"content_type": "application/x-anything", "headers": {"Bank-Signature": "true"}}
    return client.post(f"/payments/notifications/{gateway}", number, **request | options)


def buy(api: APIClient, bank: Bank, seance: Seance) -> dict[str, Any]:
    booking = made(api, seance)
    payment = Payment(pk=uuid.UUID(pay(api, booking).json()["data"]["id"]))
    bank.takes_money(payment)
    assert tell(f"bank-{payment.pk}").status_code == 200
    return booking


def error(answer: Any) -> dict[str, Any]:
    (only,) = answer.json()["errors"]
    return only


def refused(answer: Any, status: int, title: str) -> bool:
    return (answer.status_code, error(answer)["title"]) == (status, title)


class TestBooking:
    def test_without_a_gateway_a_booking_is_a_purchase(self, api, seance):
        booking = made(api, seance)
        assert booking["status"] == "confirmed"
        assert (booking["payment"], booking["payment_required"]) == (None, False)

    def test_with_a_gateway_a_public_booking_is_held_until_it_is_paid(self, api, bank, seance):
        booking = made(api, seance)
        assert (booking["status"], booking["payment_required"]) == ("held", True)
        assert booking["payment"] is None
        confirmed = api.post(f"/bookings/{booking['id']}/confirm")
        assert refused(confirmed, 402, "Payment required")
        assert read(api, booking)["status"] == "held"

    def test_staff_sell_directly_and_confirm_what_they_were_paid_for(
        self, api, bank, seance, clerk
    ):
        assert made(clerk, seance)["status"] == "confirmed"
        held = made(api, seance, seatsIds=seat_ids(seance)[2:3])
        answer = clerk.post(f"/bookings/{held['id']}/confirm")
        assert answer.json()["booking"]["status"] == "confirmed"

    def test_credentials_that_may_not_sell_are_no_money(self, api, bank, seance):
        stranger = APIClient()
        token = make_token(make_staff("door", superuser=False))
        stranger.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        held = made(stranger, seance)
        assert held["status"] == "held"
        assert stranger.post(f"/bookings/{held['id']}/confirm").status_code == 402

    def test_what_costs_nothing_needs_no_payment(self, api, bank):
        booking = made(api, make_seance(price="0"))
        assert (booking["status"], booking["payment_required"]) == ("held", False)
        answer = api.post(f"/bookings/{booking['id']}/confirm")
        assert answer.json()["booking"]["status"] == "confirmed"

    def test_a_hold_says_how_many_seconds_it_has_left(self, api, seance):
        booking = made(api, seance, hold=True)
        whole = configured.HOLD_TIME.total_seconds()
        assert booking["expires_in"] == whole
        assert whole - 30 < read(api, booking)["expires_in"] <= whole
        expire(uuid.UUID(booking["id"]))
        ended = read(api, booking)
        assert (ended["status"], ended["expires_in"]) == ("expired", None)

    def test_what_is_sold_has_no_seconds_left(self, api, seance):
        assert made(api, seance)["expires_in"] is None

    def test_it_says_until_when_its_buyer_may_cancel(self, api, seance):
        booking = made(api, seance)
        until = seance.starts_at - configured.CANCELLATION_NOTICE
        assert booking["cancellable_until"] == rfc3339(until)
        assert read(api, booking)["cancellable_until"] == booking["cancellable_until"]
        api.delete(f"/bookings/{booking['id']}")
        assert read(api, booking)["cancellable_until"] is None

    def test_a_hold_is_released_and_not_cancelled(self, api, seance):
        assert made(api, seance, hold=True)["cancellable_until"] is None

    @pytest.mark.parametrize("site", ["https://kino.example", ""])
    def test_tickets_of_a_purchase_are_mailed_where_there_is_a_site(
        self, api, settings, seance, site
    ):
        settings.SITE_URL = site
        made(api, seance)
        assert Notice.objects.filter(kind="tickets").exists() == bool(site)

    def test_nothing_is_mailed_about_a_hold_nor_by_the_box_office(
        self, api, settings, seance, clerk
    ):
        settings.SITE_URL = "https://kino.example"
        made(api, seance, hold=True)
        made(clerk, seance, seatsIds=seat_ids(seance)[2:3])
        assert not Notice.objects.exists()

    def test_a_hold_that_is_confirmed_mails_its_tickets(self, api, settings, seance):
        settings.SITE_URL = "https://kino.example"
        booking = made(api, seance, hold=True)
        api.post(f"/bookings/{booking['id']}/confirm")
        assert Notice.objects.get().kind == "tickets"


class TestBuyer:
    def test_a_hold_may_leave_the_address_for_later(self, api, seance):
        booking = made(api, seance, email=None, hold=True)
        assert booking["email"] == ""
        answer = api.patch(f"/bookings/{booking['id']}", {"email": "new@b.org"}, "json")
        assert answer.status_code == 200
        assert answer.json()["booking"]["email"] == read(api, booking)["email"] == "new@b.org"

    def test_a_purchase_may_not(self, api, seance):
        answer = book(api, seance, email=None)
        assert refused(answer, 400, "Bad request")
        assert error(answer)["detail"] == "'email' is a required property"

    @pytest.mark.parametrize("what", ["confirm", "payments"])
    def test_without_an_address_it_is_neither_confirmed_nor_paid(self, api, bank, seance, what):
        booking = made(api, seance, email=None, hold=True)
        answer = api.post(f"/bookings/{booking['id']}/{what}", {"return_url": RETURN_URL}, "json")
        assert refused(answer, 400, "Bad request")
        assert error(answer)["source"] == {"pointer": "/data/email"}

    def test_staff_confirm_without_an_address(self, api, seance, clerk):
        booking = made(api, seance, email=None, hold=True)
        assert clerk.post(f"/bookings/{booking['id']}/confirm").status_code == 200

    def test_a_bad_address_is_a_422(self, api, seance):
        booking = made(api, seance, hold=True)
        answer = api.patch(f"/bookings/{booking['id']}", {"email": "slurm.io"}, "json")
        assert refused(answer, 422, "Validation failed")
        assert error(answer)["detail"] == "'slurm.io' is not a 'email'"

    def test_an_expired_hold_takes_no_address(self, api, seance):
        booking = made(api, seance, hold=True)
        expire(uuid.UUID(booking["id"]))
        answer = api.patch(f"/bookings/{booking['id']}", {"email": "new@b.org"}, "json")
        assert refused(answer, 409, "Hold expired")

    def test_a_cancelled_booking_takes_no_address(self, api, seance):
        booking = made(api, seance, hold=True)
        api.delete(f"/bookings/{booking['id']}")
        answer = api.patch(f"/bookings/{booking['id']}", {"email": "new@b.org"}, "json")
        assert refused(answer, 409, "Booking cancelled")

    def test_what_is_sold_keeps_its_address(self, api, seance):
        booking = made(api, seance)
        answer = api.patch(f"/bookings/{booking['id']}", {"email": "new@b.org"}, "json")
        assert refused(answer, 409, "Booking sold")
        assert read(api, booking)["email"] == "a@b.org"

    def test_an_unknown_booking_is_not_found(self, api, seance):
        answer = api.patch(f"/bookings/{uuid.uuid4()}", {"email": "new@b.org"}, "json")
        assert refused(answer, 404, "Not found")


class TestPaying:
    def test_it_answers_201_with_where_to_pay(self, api, bank, seance):
        booking = made(api, seance)
        answer = pay(api, booking)
        assert answer.status_code == 201
        payment = answer.json()["data"]
        assert payment == {
            "id": payment["id"],
            "status": "pending",
            "amount": 500,
            "currency": "RUB",
            "redirect_url": f"https://bank.example/bank-{payment['id']}",
        }
        assert answer["Location"] == f"/bookings/{booking['id']}"
        assert answer["Cache-Control"] == "no-store"
        assert read(api, booking)["payment"] == {"status": "pending"}

    def test_asked_again_it_answers_the_same_payment(self, api, bank, seance):
        booking = made(api, seance)
        assert pay(api, booking).json() == pay(api, booking).json()

    def test_paths_work_with_a_trailing_slash_too(self, api, bank, seance):
        booking = made(api, seance)
        body = {"return_url": RETURN_URL}
        assert api.post(f"/bookings/{booking['id']}/payments/", body, "json").status_code == 201

    @pytest.mark.parametrize(
        "address", ["https://evil.example/", "https://kino.example@evil.example/", "kino", ""]
    )
    def test_a_way_back_to_somebody_else_is_a_422(self, api, bank, seance, address):
        answer = pay(api, made(api, seance), return_url=address)
        assert refused(answer, 422, "Validation failed")
        assert error(answer)["source"] == {"pointer": "/data/return_url"}

    @pytest.mark.parametrize("address", [5, None, ["https://kino.example"], "a" * 2001])
    def test_what_is_no_address_is_a_422(self, api, bank, seance, address):
        assert pay(api, made(api, seance), return_url=address).status_code == 422

    def test_no_way_back_is_a_400(self, api, bank, seance):
        answer = api.post(f"/bookings/{made(api, seance)['id']}/payments", {}, "json")
        assert refused(answer, 400, "Bad request")

    def test_too_late_is_a_409(self, api, bank, seance):
        booking = made(api, seance)
        expire(uuid.UUID(booking["id"]))
        assert refused(pay(api, booking), 409, "Hold expired")

    def test_what_is_sold_is_a_409(self, api, bank, seance):
        assert refused(pay(api, buy(api, bank, seance)), 409, "Nothing to pay")

    def test_without_a_gateway_there_is_nothing_to_pay(self, api, seance):
        assert refused(pay(api, made(api, seance, hold=True)), 409, "Nothing to pay")

    @pytest.mark.parametrize("booking_id", ["1", str(uuid.uuid4())])
    def test_an_unknown_booking_is_a_404(self, api, bank, booking_id):
        assert refused(pay(api, {"id": booking_id}), 404, "Not found")

    def test_a_gateway_that_is_down_is_a_503_and_may_be_asked_again(self, api, bank, seance):
        booking = made(api, seance)
        bank.down = True
        answer = pay(api, booking)
        assert refused(answer, 503, "Service unavailable")
        assert int(answer["Retry-After"]) >= 1
        bank.down = False
        assert pay(api, booking).status_code == 201
        assert Payment.objects.count() == 1


class TestBecoming:
    """What a booking says about its payment."""

    def test_paid_it_is_confirmed(self, api, bank, seance):
        booking = read(api, buy(api, bank, seance))
        assert booking["status"] == "confirmed"
        assert booking["payment"] == {"status": "succeeded"}
        assert booking["payment_required"] is False
        assert api.post(f"/bookings/{booking['id']}/confirm").status_code == 200

    def test_failed_it_may_be_tried_again(self, api, bank, seance):
        booking = made(api, seance)
        payment = Payment(pk=pay(api, booking).json()["data"]["id"])
        bank.declines(payment)
        tell(f"bank-{payment.pk}")
        failed = read(api, booking)
        assert (failed["status"], failed["payment"]) == ("held", {"status": "failed"})
        assert failed["payment_required"] is True
        assert pay(api, booking).json()["data"]["id"] != str(payment.pk)

    def test_cancelled_the_money_counts_as_paid_back_at_once(self, api, bank, seance):
        booking = buy(api, bank, seance)
        cancelled = api.delete(f"/bookings/{booking['id']}").json()["booking"]
        assert cancelled["payment"] == {"status": "refunded"}
        reconcile()
        assert read(api, booking) == cancelled

    def test_too_late_it_is_paid_back(self, api, bank, seance):
        booking = made(api, seance)
        payment = Payment(pk=pay(api, booking).json()["data"]["id"])
        expire(uuid.UUID(booking["id"]))
        other = made(api, seance)
        bank.takes_money(payment)
        tell(f"bank-{payment.pk}")
        late = read(api, booking)
        assert (late["status"], late["payment"]) == ("expired", {"status": "refunded"})
        assert read(api, other)["status"] == "held"


class TestNotifications:
    @pytest.fixture
    def payment(self, api, bank, seance) -> Payment:
        return Payment.objects.get(pk=pay(api, made(api, seance)).json()["data"]["id"])

    def test_needs_no_session_and_no_csrf_token(self, payment, bank):
        bank.takes_money(payment)
        answer = tell(payment.gateway_id)
        assert (answer.status_code, answer.json()) == (200, {"data": {"received": True}})
        assert Booking.objects.get().status == "confirmed"

    def test_it_is_not_believed_but_the_gateway_is_asked(self, payment):
        assert tell(payment.gateway_id).status_code == 200
        assert Booking.objects.get().status == "held"

    def test_what_is_not_the_gateway_s_is_a_403(self, payment, bank):
        bank.takes_money(payment)
        answer = tell(payment.gateway_id, headers={})
        assert refused(answer, 403, "Forbidden")
        assert Booking.objects.get().status == "held"

    def test_an_unknown_payment_is_a_404(self, bank):
        assert refused(tell("bank-1"), 404, "Not found")

    @pytest.mark.parametrize("gateway", ["sandbox", "yookassa", "none", "stripe", "%00"])
    def test_only_the_gateway_that_was_chosen_may_tell(self, payment, gateway):
        assert refused(tell(payment.gateway_id, gateway=gateway), 404, "Not found")

    @pytest.mark.parametrize("gateway", ["none", "bank", "sandbox"])
    def test_a_cinema_without_a_gateway_is_told_nothing(self, settings, gateway):
        settings.PAYMENTS = "none"
        assert refused(tell("1", gateway=gateway), 404, "Not found")

    def test_a_gateway_that_can_t_be_asked_is_a_503_so_that_it_tells_again(self, payment, bank):
        bank.down = True
        answer = tell(payment.gateway_id)
        assert refused(answer, 503, "Service unavailable")
        assert answer["Retry-After"]

    def test_a_long_one_is_a_413(self, payment):
        assert refused(tell("x" * 70_000), 413, "Payload too large")

    def test_a_long_one_without_a_length_is_a_413(self, payment):
        answer = tell("", **in_chunks(b"x" * (configured.REQUEST_MAX_BYTES + 1)))
        assert refused(answer, 413, "Payload too large")

    def test_one_without_a_length_is_read(self, payment, bank):
        bank.takes_money(payment)
        assert tell("", **in_chunks(payment.gateway_id.encode())).status_code == 200
        assert Booking.objects.get().status == "confirmed"

    def test_it_is_a_post(self, payment):
        answer = Client().get("/payments/notifications/bank")
        assert refused(answer, 405, "Method not allowed")
        assert answer["Allow"] == "POST"

    def test_paths_work_with_a_trailing_slash_too(self, payment):
        assert tell(payment.gateway_id, gateway="bank/").status_code == 200


def in_chunks(body: bytes) -> dict[str, Any]:
    """A request as gunicorn gives on what has come without a length."""
    return {
        "headers": {"Bank-Signature": "true", "Transfer-Encoding": "chunked"},
        "CONTENT_LENGTH": "",
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
    }


def test_a_started_showing_is_not_cancellable_any_more(api, bank, seance):
    booking = buy(api, bank, seance)
    starts_at = timezone.now() - timedelta(minutes=5)
    Seance.objects.filter(pk=seance.pk).update(starts_at=starts_at)
    assert refused(api.delete(f"/bookings/{booking['id']}"), 409, "Cancellation closed")
    assert read(api, booking)["payment"] == {"status": "succeeded"}
