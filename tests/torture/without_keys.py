"""A provider that forgets Idempotency-Keys: what the checker must notice. For tests alone."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from loadtest.torture.settings import *  # noqa: F403
from loadtest.torture.settings import MIDDLEWARE as HONEST


class Forgetful:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META.pop("HTTP_IDEMPOTENCY_KEY", None)
        return self.get_response(request)


MIDDLEWARE = ["tests.torture.without_keys.Forgetful", *HONEST]
