"""What robots may read, and the pages for what went wrong."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

ROBOTS = "User-agent: *\nDisallow: /*/bookings/\nDisallow: /*/tickets/\nDisallow: /cities/\n"


def robots(request: HttpRequest) -> HttpResponse:
    """Programmes may be found by search engines; bookings are their buyers' secrets."""
    return HttpResponse(ROBOTS, content_type="text/plain")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "site/problem.html", {"problem": 400}, status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "site/problem.html", {"problem": 403}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "site/problem.html", {"problem": "form"}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "site/problem.html", {"problem": 404}, status=404)


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """`seconds`: until the visitor may try again."""
    problem = {"problem": 429, "seconds": seconds}
    response = render(request, "site/problem.html", problem, status=429)
    response["Retry-After"] = str(seconds)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "site/problem.html", {"problem": 500}, status=500)
