"""Paying online over HTTP, sentence by sentence of the contract."""

import uuid
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rest_framework.test import APIClient

from bookings.models import Booking, Notice, Payment
from movies.models import Seance
from tests.making import make_seance, make_staff, make_token, seat_ids
from tests.paying import RETURN_URL, Bank, open_bank
from tests.selling import expire

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def seance() -> Seance:
    return make_seance()


@pytest.fixture
def bank(settings, monkeypatch) -> Bank:
    """This cinema is paid online."""
    return open_bank(settings, monkeypatch)


def book(client: APIClient, seance: Seance, **fields: Any) -> Any:
    body = {"email": "a@b.org", "seatsIds": seat_ids(seance)[:2], **fields}
    path = f"/movies/{seance.movie_id}/seances/{seance.pk}/bookings"
    given = {name: value for name, value in body.items() if value is not None}
    return client.post(path, given, format="json")


def booked(client: APIClient, seance: Seance, **fields: Any) -> dict[str, Any]:
    answer = book(client, seance, **fields)
    assert answer.status_code == 201, answer.content
    return dict(answer.json()["booking"])


def read(client: APIClient, booking: dict[str, Any]) -> dict[str, Any]:
    return dict(client.get(f"/bookings/{booking['id']}").json()["booking"])


def pay(client: APIClient, booking: dict[str, Any], return_url: object = RETURN_URL) -> Any:
    return client.post(
        f"/bookings/{booking['id']}/payments", {"return_url": return_url}, format="json"
    )


def confirm(client: APIClient, booking: dict[str, Any]) -> Any:
    return client.post(f"/bookings/{booking['id']}/confirm")


def notify(client: APIClient, number: str, *, signed: str = "true", gateway: str = "bank") -> Any:
    return client.generic(
        "POST",
        f"/payments/notifications/{gateway}",
        number,
        content_type="text/plain",
        headers={"Bank-Signature": signed},
    )


def begun(client: APIClient, booking: dict[str, Any]) -> Payment:
    return Payment.objects.get(pk=pay(client, booking).json()["data"]["id"])


def refused(answer: Any) -> tuple[int, str]:
    (error,) = answer.json()["errors"]
    return answer.status_code, error["title"]


# Where nobody pays online


def test_without_a_gateway_a_booking_is_a_purchase(api, seance):
    booking = booked(api, seance)
    assert booking["status"] == "confirmed"
    assert (booking["payment"], booking["payment_required"]) == (None, False)


def test_without_a_gateway_a_hold_is_confirmed_and_there_is_nothing_to_pay(api, seance):
    booking = booked(api, seance, hold=True)
    assert booking["payment_required"] is False
    assert refused(pay(api, booking)) == (409, "Nothing to pay")
    assert confirm(api, booking).status_code == 200


def test_without_a_gateway_nobody_is_heard(api, seance):
    assert refused(notify(api, "1", gateway="sandbox")) == (404, "Not found")
    assert refused(notify(api, "1", gateway="none")) == (404, "Not found")


# Where they do


@pytest.mark.parametrize("hold", [True, False])
def test_a_public_booking_begins_as_held_whatever_it_asks(api, bank, seance, hold):
    booking = booked(api, seance, hold=hold)
    assert booking["status"] == "held"
    assert (booking["payment"], booking["payment_required"]) == (None, True)
    assert booking["cancellable_until"] is None


def test_what_is_held_is_paid_and_not_just_confirmed(api, bank, seance):
    booking = booked(api, seance)
    assert refused(confirm(api, booking)) == (402, "Payment required")
    assert read(api, booking)["status"] == "held"


def test_staff_sell_directly_and_confirm_what_the_public_holds(api, staff, bank, seance):
    seats = seat_ids(seance)
    assert booked(staff, seance, seatsIds=seats[:1])["status"] == "confirmed"
    held = booked(api, seance, seatsIds=seats[1:2])
    assert confirm(staff, held).json()["booking"]["status"] == "confirmed"
    assert not Booking.objects.filter(sold_by=None).exists()  # the till has the money of both
    assert Notice.objects.get().booking_id == uuid.UUID(held["id"])  # the public is mailed


def test_credentials_that_may_not_sell_are_no_money(bank, seance):
    stranger = APIClient()
    token = make_token(make_staff("door", superuser=False))
    stranger.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    held = booked(stranger, seance)
    assert held["status"] == "held"
    assert refused(confirm(stranger, held)) == (402, "Payment required")


def test_what_staff_hold_is_sold_by_staff(api, staff, bank, seance):
    held = booked(staff, seance, hold=True)
    assert held["payment_required"] is read(api, held)["payment_required"] is False
    assert refused(pay(api, held)) == (409, "Nothing to pay")
    assert refused(confirm(api, held)) == (402, "Payment required")
    assert confirm(staff, held).status_code == 200


def test_what_costs_nothing_is_confirmed_without_a_payment(api, bank):
    booking = booked(api, make_seance(price="0"))
    assert (booking["status"], booking["payment_required"]) == ("held", False)
    assert refused(pay(api, booking)) == (409, "Nothing to pay")
    assert confirm(api, booking).json()["booking"]["status"] == "confirmed"


def test_a_payment_is_answered_with_the_way_to_the_bank(api, bank, seance):
    booking = booked(api, seance)
    answer = pay(api, booking)
    payment = Payment.objects.get()
    assert answer.status_code == 201
    assert answer["Location"] == f"/bookings/{booking['id']}"
    assert answer["Cache-Control"] == "no-store"
    assert answer.json() == {
        "data": {
            "id": str(payment.pk),
            "status": "pending",
            "amount": 500,
            "currency": "RUB",
            "redirect_url": f"https://bank.example/bank-{payment.pk}",
        }
    }
    assert read(api, booking)["payment"] == {"status": "pending"}


def test_asked_again_it_is_the_same_payment(api, bank, seance):
    booking = booked(api, seance)
    first, second = pay(api, booking), pay(api, booking)
    assert first.json() == second.json()
    assert second.status_code == 201
    assert Payment.objects.count() == 1
    body = {"return_url": RETURN_URL}
    slashed = api.post(f"/bookings/{booking['id']}/payments/", body, format="json")
    assert slashed.json() == first.json()


def test_a_payment_that_is_pending_stays_at_its_gateway(api, bank, seance, settings):
    booking = booked(api, seance)
    first = pay(api, booking).json()
    settings.PAYMENTS = "sandbox"
    assert pay(api, booking).json() == first


def test_once_it_is_paid_it_is_sold(api, bank, seance):
    booking = booked(api, seance)
    payment = begun(api, booking)
    bank.takes_money(payment)
    assert notify(api, payment.gateway_id).status_code == 200
    sold = read(api, booking)
    assert (sold["status"], sold["payment"]) == ("confirmed", {"status": "succeeded"})
    assert (sold["payment_required"], sold["expires_in"]) == (False, None)
    assert refused(pay(api, booking)) == (409, "Nothing to pay")
    assert confirm(api, booking).status_code == 200


def test_what_was_declined_can_be_paid_again(api, bank, seance):
    booking = booked(api, seance)
    payment = begun(api, booking)
    bank.declines(payment)
    notify(api, payment.gateway_id)
    held = read(api, booking)
    assert (held["status"], held["payment"]) == ("held", {"status": "failed"})
    assert held["payment_required"] is True
    assert begun(api, booking).pk != payment.pk
    assert read(api, booking)["payment"] == {"status": "pending"}


def test_a_paid_booking_that_its_buyer_cancels_shows_the_money_as_refunded(api, bank, seance):
    booking = booked(api, seance)
    payment = begun(api, booking)
    bank.takes_money(payment)
    notify(api, payment.gateway_id)
    cancelled = api.delete(f"/bookings/{booking['id']}").json()["booking"]
    assert (cancelled["status"], cancelled["payment"]) == ("cancelled", {"status": "refunded"})


def test_what_is_paid_too_late_shows_the_money_as_refunded_and_takes_no_seat(api, bank, seance):
    booking = booked(api, seance)
    payment = begun(api, booking)
    expire(uuid.UUID(booking["id"]))
    other = booked(api, seance)
    bank.takes_money(payment)
    notify(api, payment.gateway_id)
    late = read(api, booking)
    assert (late["status"], late["payment"]) == ("expired", {"status": "refunded"})
    assert read(api, other)["status"] == "held"


def test_what_is_paid_is_not_cancelled_once_the_showing_has_started(api, bank, seance):
    booking = booked(api, seance)
    payment = begun(api, booking)
    bank.takes_money(payment)
    notify(api, payment.gateway_id)
    Seance.objects.update(starts_at=timezone.now() - timedelta(minutes=5))
    assert refused(api.delete(f"/bookings/{booking['id']}")) == (409, "Cancellation closed")
    assert read(api, booking)["payment"] == {"status": "succeeded"}


# What can't be paid


def test_an_expired_or_released_hold_is_not_paid(api, bank, seance):
    seats = seat_ids(seance)
    ended, released = (booked(api, seance, seatsIds=[seat]) for seat in seats[:2])
    expire(uuid.UUID(ended["id"]))
    api.delete(f"/bookings/{released['id']}")
    assert refused(pay(api, ended)) == (409, "Hold expired")
    assert refused(pay(api, released)) == (409, "Booking cancelled")


def test_an_unknown_booking_is_not_paid(api, bank, seance):
    assert refused(pay(api, {"id": uuid.uuid4()})) == (404, "Not found")
    assert refused(pay(api, {"id": "7"})) == (404, "Not found")


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "https://kino.example@evil.example/",
        "/kazan/",
        "javascript:alert()",
    ],
)
def test_a_payment_leads_back_to_our_sites_only(api, bank, seance, address):
    answer = pay(api, booked(api, seance), address)
    assert refused(answer) == (422, "Validation failed")
    assert answer.json()["errors"][0]["source"] == {"pointer": "/data/return_url"}
    assert not Payment.objects.exists()


def test_a_payment_needs_an_address_to_lead_back_to(api, bank, seance):
    booking = booked(api, seance)
    answer = api.post(f"/bookings/{booking['id']}/payments", {}, format="json")
    assert refused(answer) == (400, "Bad request")
    for wrong in (7, None, "", "https://kino.example/" + "a" * 2000):
        assert refused(pay(api, booking, wrong)) == (422, "Validation failed")


def test_a_bank_that_is_away_is_503_and_the_payment_begins_later(api, bank, seance):
    booking = booked(api, seance)
    bank.down = True
    answer = pay(api, booking)
    assert refused(answer) == (503, "Service unavailable")
    assert answer["Retry-After"]
    assert read(api, booking)["payment"] == {"status": "pending"}
    bank.down = False
    assert pay(api, booking).status_code == 201
    assert Payment.objects.count() == 1


# Whom the tickets are for


def test_a_hold_needs_no_email_and_a_purchase_does(api, seance):
    held = booked(api, seance, hold=True, email=None)
    assert (held["status"], held["email"]) == ("held", "")
    answer = book(api, seance, email=None, seatsIds=seat_ids(seance)[2:3])
    assert refused(answer) == (400, "Bad request")
    assert answer.json()["errors"][0]["detail"] == "'email' is a required property"


def test_a_hold_without_email_is_neither_confirmed_nor_paid(api, bank, seance):
    held = booked(api, seance, hold=True, email=None)
    for answer in (pay(api, held), confirm(api, held)):
        assert refused(answer) == (400, "Bad request")
        (error,) = answer.json()["errors"]
        assert error["detail"] == "'email' is a required property"
        assert error["source"] == {"pointer": "/data/email"}


def test_staff_confirm_a_hold_without_email(api, staff, seance):
    held = booked(api, seance, hold=True, email=None)
    assert confirm(staff, held).json()["booking"]["status"] == "confirmed"


def leave_email(client: APIClient, booking: dict[str, Any], email: object) -> Any:
    return client.patch(f"/bookings/{booking['id']}", {"email": email}, format="json")


def test_the_buyer_leaves_the_address_later_and_may_correct_it(api, bank, seance):
    held = booked(api, seance, hold=True, email=None)
    answer = leave_email(api, held, "olga@exmaple.org")
    assert answer.status_code == 200
    assert answer.json()["booking"]["email"] == "olga@exmaple.org"
    leave_email(api, held, "olga@example.org")
    assert read(api, held)["email"] == "olga@example.org"
    assert pay(api, held).status_code == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 200), ({"email": "olga"}, 422), ({"email": ""}, 422), ({"email": None}, 422)],
)
def test_what_is_no_address_changes_nothing(api, seance, body, status):
    held = booked(api, seance, hold=True)
    answer = api.patch(f"/bookings/{held['id']}", body, format="json")
    assert answer.status_code == status
    assert read(api, held)["email"] == "a@b.org"


def test_only_a_live_hold_changes_its_address(api, seance):
    seats = seat_ids(seance)
    sold = booked(api, seance, seatsIds=seats[:1])
    released, ended = (booked(api, seance, seatsIds=[seat], hold=True) for seat in seats[1:3])
    api.delete(f"/bookings/{released['id']}")
    expire(uuid.UUID(ended["id"]))
    assert refused(leave_email(api, sold, "x@y.org")) == (409, "Booking sold")
    assert refused(leave_email(api, released, "x@y.org")) == (409, "Booking cancelled")
    assert refused(leave_email(api, ended, "x@y.org")) == (409, "Hold expired")
    assert refused(leave_email(api, {"id": uuid.uuid4()}, "x@y.org")) == (404, "Not found")
    assert set(Booking.objects.values_list("email", flat=True)) == {"a@b.org"}


@pytest.mark.parametrize("site", ["https://kino.example", ""])
def test_the_public_is_mailed_its_tickets_where_there_is_a_site(api, settings, seance, site):
    settings.SITE_URL = site
    seats = seat_ids(seance)
    booked(api, seance, seatsIds=seats[:1])
    held = booked(api, seance, seatsIds=seats[1:2], hold=True)
    assert Notice.objects.count() == (1 if site else 0)
    confirm(api, held)
    assert Notice.objects.count() == (2 if site else 0)
    assert set(Notice.objects.values_list("kind", flat=True)) <= {"tickets"}


def test_the_box_office_mails_nothing_by_itself(staff, settings, seance):
    settings.SITE_URL = "https://kino.example"
    booked(staff, seance)
    assert not Notice.objects.exists()


# What a booking says of its time


def test_a_hold_says_how_many_seconds_it_has_left(api, seance, settings):
    whole = settings.HOLD_TIME.total_seconds()
    held = booked(api, seance, hold=True)
    assert held["expires_in"] == whole
    assert whole - 60 < read(api, held)["expires_in"] < whole


@pytest.mark.parametrize("tidied", [True, False])
def test_what_is_not_held_has_no_seconds_left(api, seance, tidied):
    held = booked(api, seance, hold=True)
    expire(uuid.UUID(held["id"]))
    if tidied:
        Booking.objects.update(status="expired")
    ended = read(api, held)
    assert (ended["status"], ended["expires_in"]) == ("expired", None)
    assert ended["payment_required"] is False


def test_a_purchase_says_until_when_its_buyer_may_cancel_it(api, seance, settings):
    settings.CANCELLATION_NOTICE = timedelta(minutes=45)
    sold = booked(api, seance, hold=False)
    until = parse_datetime(sold["cancellable_until"])
    assert abs(until - (seance.starts_at - timedelta(minutes=45))) < timedelta(milliseconds=1)
    assert read(api, sold)["cancellable_until"] == sold["cancellable_until"]
    cancelled = api.delete(f"/bookings/{sold['id']}").json()["booking"]
    assert cancelled["cancellable_until"] is None


# What gateways tell


def test_what_is_told_without_a_signature_is_not_believed(api, bank, seance):
    booking = booked(api, seance)
    payment = begun(api, booking)
    bank.takes_money(payment)
    assert refused(notify(api, payment.gateway_id, signed="false")) == (403, "Forbidden")
    assert read(api, booking)["payment"] == {"status": "pending"}


def test_what_is_told_is_only_a_reason_to_ask_the_bank(api, bank, seance):
    booking = booked(api, seance)
    payment = begun(api, booking)
    assert notify(api, payment.gateway_id).status_code == 200
    assert read(api, booking)["status"] == "held"


def test_told_twice_it_is_sold_once(api, bank, seance):
    payment = begun(api, booked(api, seance))
    bank.takes_money(payment)
    for _ in range(2):
        answer = notify(api, payment.gateway_id)
        assert (answer.status_code, answer.json()) == (200, {"data": {"received": True}})
    assert Payment.objects.get().status == "succeeded"


def test_a_payment_that_we_don_t_know_and_a_gateway_that_is_not_ours_are_404(api, bank, seance):
    payment = begun(api, booked(api, seance))
    assert refused(notify(api, "bank-7")) == (404, "Not found")
    assert refused(notify(api, payment.gateway_id, gateway="yookassa")) == (404, "Not found")
    for nobody in ("nobody", "none", "%00"):
        assert refused(notify(api, payment.gateway_id, gateway=nobody)) == (404, "Not found")


def test_a_bank_that_tells_and_then_does_not_answer_shall_tell_again(api, bank, seance):
    booking = booked(api, seance)
    payment = begun(api, booking)
    bank.takes_money(payment)
    bank.down = True
    answer = notify(api, payment.gateway_id)
    assert refused(answer) == (503, "Service unavailable")
    assert answer["Retry-After"]
    bank.down = False
    assert notify(api, payment.gateway_id).status_code == 200
    assert read(api, booking)["status"] == "confirmed"


def test_what_is_too_long_is_not_read(api, bank):
    assert refused(notify(api, "1" * (64 * 1024 + 1))) == (413, "Payload too large")
    assert refused(notify(api, "1" * (64 * 1024))) == (404, "Not found")


def in_chunks(body: bytes) -> dict[str, Any]:
    """A request as gunicorn gives on what has come without a length."""
    return {
        "headers": {"Bank-Signature": "true", "Transfer-Encoding": "chunked"},
        "CONTENT_LENGTH": "",
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
    }


def test_what_comes_without_a_length_is_read_as_far_as_it_may_be_long(api, bank, seance):
    payment = begun(api, booked(api, seance))
    path = "/payments/notifications/bank"
    assert api.post(path, **in_chunks(payment.gateway_id.encode())).status_code == 200
    for length in (64 * 1024 + 1, settings.REQUEST_MAX_BYTES + 1):
        assert refused(api.post(path, **in_chunks(b"1" * length))) == (413, "Payload too large")


def test_notifications_are_posted_with_or_without_a_slash_and_need_no_cookie(bank, seance):
    client = APIClient(enforce_csrf_checks=True)
    payment = begun(client, booked(client, seance))
    path = "/payments/notifications/bank/"
    answer = client.generic("POST", path, payment.gateway_id, headers={"Bank-Signature": "true"})
    assert answer.status_code == 200
    answer = client.get(path)
    assert refused(answer) == (405, "Method not allowed")
    assert answer["Allow"] == "POST"
