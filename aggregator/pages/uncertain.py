"""When a city has not answered to a form: nobody knows what became of it, and the same form again
finds out."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def uncertain(
    request: HttpRequest, fields: Iterable[tuple[str, str]], *, back: str
) -> HttpResponse:
    """`fields`: what the form sends again, with the key that makes it safe. `back`: where its page
    is."""
    shown = {"fields": fields, "action": request.path, "back": back}
    response = render(request, "site/uncertain.html", shown, status=503)
    response["Retry-After"] = "5"
    return response
