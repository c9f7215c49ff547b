"""Paying online over HTTP: the buyer's part, and what gateways tell."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from bookings.api import schema
from bookings.api.body import PaymentBody
from bookings.models import Payment
from bookings.payments import beginning, settling
from bookings.payments.gateways import GatewayUnavailable, NotificationRefused, gateway_named
from bookings.payments.rules import taken_online
from cinema.api.failures import plain_failure, refusal, unavailable
from cinema.api.json import JSONResponse, PayloadTooLarge, encode, read_chunks
from cinema.api.views import ApiViewSet, read_body, read_uuid
from cinema.refusals import NotFound, Refused

LONGEST_NOTIFICATION = 64 * 1024  # bytes
SILENT = "The payment service does not answer; try again in a moment"

View = Callable[..., HttpResponse]


@schema.PAYMENTS
class PaymentViewSet(ApiViewSet):
    permission_classes = [AllowAny]

    def create(self, request: Request, booking_id: str) -> HttpResponse:
        """Begin to pay a hold, or go on with the payment that was begun."""
        known = read_uuid("booking_id", booking_id)
        body = read_body(PaymentBody, request)
        try:
            payment = beginning.begin(known, return_url=body["return_url"])
        except GatewayUnavailable:
            return unavailable(SILENT)
        return _present(payment)


def _present(payment: Payment) -> JSONResponse:
    data = {
        "id": payment.pk,
        "status": payment.status,
        "amount": payment.amount,
        "currency": payment.currency,
        "redirect_url": payment.redirect_url,
    }
    headers = {"Location": f"/bookings/{payment.booking_id}", "Cache-Control": "no-store"}
    return JSONResponse(encode({"data": data}), 201, headers)


def _as_the_contract_fails(view: View) -> View:
    @wraps(view)
    def answered(request: HttpRequest, **arguments: Any) -> HttpResponse:
        try:
            return view(request, **arguments)
        except Refused as refused:
            return refusal(refused)
        except NotificationRefused:
            return plain_failure(403, "This notification is not the gateway's")
        except PayloadTooLarge:
            return plain_failure(413, f"A notification has at most {LONGEST_NOTIFICATION} bytes")
        except GatewayUnavailable:
            return unavailable(SILENT)

    return answered


@csrf_exempt
@_as_the_contract_fails
def notification(request: HttpRequest, gateway: str) -> HttpResponse:
    """A gateway says that something became of a payment. 200: it need not be said again."""
    if request.method != "POST":
        return plain_failure(405, f"Method {request.method!r} not allowed.", Allow="POST")
    if not taken_online() or gateway != settings.PAYMENTS:
        raise NotFound("gateway", gateway[:100])
    read_chunks(request)
    if len(request.body) > LONGEST_NOTIFICATION:
        raise PayloadTooLarge
    gateway_id = gateway_named(gateway).notified(request.headers, request.body)
    settling.notified(gateway, gateway_id)
    return JSONResponse(encode({"data": {"received": True}}))
