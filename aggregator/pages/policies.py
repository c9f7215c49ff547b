"""What robots may read, and the pages for what went wrong."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

ROBOTS = "User-agent: *\nDisallow: /*/bookings/\nDisallow: /*/tickets/\nDisallow: /cities/\n"


def robots(request: HttpRequest) -> HttpResponse:
    """Programmes may be found by search engines; bookings are their buyers' secrets."""
    return HttpResponse(ROBOTS, content_type="text/plain")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(request, 400, status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(request, 403, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return problem(request, "form", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(request, 404, status=404)


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """`seconds`: until the visitor may try again."""
    response = problem(request, 429, status=429, seconds=seconds)
    response["Retry-After"] = str(seconds)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    return problem(request, 500, status=500)


def problem(request: HttpRequest, what: int | str, *, status: int, **more: Any) -> HttpResponse:
    """A page that nobody keeps: the next try may go well, and its address may be a secret."""
    response = render(request, "site/problem.html", {"problem": what, **more}, status=status)
    response["Cache-Control"] = "no-store"
    return response
