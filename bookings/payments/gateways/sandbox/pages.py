"""The bank's page, where the payer decides."""

import uuid
from urllib.parse import urlsplit

from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bookings.models import SandboxPayment
from bookings.payments.gateways.sandbox import bank


class SeeOther(HttpResponse):
    """Back to the shop, by GET, whatever was asked before."""

    def __init__(self, url: str) -> None:
        super().__init__(status=303, headers={"Location": url})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def payment_page(request: HttpRequest, number: uuid.UUID) -> HttpResponseBase:
    found = bank.find(number) if settings.PAYMENTS == "sandbox" else None
    if found is None:
        raise Http404
    if request.method != "POST":
        return _shown(request, found)
    way = bank.WAYS.get(request.POST.get("way", ""))
    if way:
        # Also when it came too late or twice: the cinema knows what became of it.
        bank.decide(number, way)
    elif request.POST.get("way") != "leave":
        return _shown(request, found, status=400)
    return SeeOther(found.return_url)


def _shown(request: HttpRequest, found: SandboxPayment, status: int = 200) -> HttpResponseBase:
    outcome, _reason = bank.verdict(found)
    context = {
        "payment": found,
        "cinema": settings.CITY_NAME,
        "open": outcome == bank.PENDING and not found.outcome,
        "outcome": found.outcome,
        "late": bank.LATE,
    }
    # A browser follows a form's redirect to another origin only where the policy names it.
    back = urlsplit(found.return_url)
    leads_back = csp_update({"form-action": [f"{back.scheme}://{back.netloc}"]})

    def page(request: HttpRequest) -> HttpResponse:
        return render(request, "bookings/sandbox/payment.html", context, status=status)

    return leads_back(page)(request)
