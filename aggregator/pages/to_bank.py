"""The way to the bank's page."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from aggregator.calling import CityUnavailable
from aggregator.cities import City


def leading_to_bank(request: HttpRequest, city: City, address: str) -> HttpResponse:
    """A page of our own that goes on at once. A redirect from a form to another site is what the
    content policy's form-action forbids, and the bank's address is not known when the form is
    shown. Raises CityUnavailable for what is no address of a page."""
    if not is_web_address(address):
        raise CityUnavailable(city, CityUnavailable.NONSENSE)
    bank = urlsplit(address).hostname
    response = render(request, "site/checkout-to-bank.html", {"address": address, "bank": bank})
    response["Refresh"] = f"0; url={address}"
    return response


def is_web_address(address: str) -> bool:
    """Nothing that runs as a script, and nothing that breaks a header."""
    if not (address.isascii() and address.isprintable()) or any(c in address for c in " \"'<>\\"):
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
