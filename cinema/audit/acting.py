"""Who acts: told to the database with every statement that staff or a command sends.

Buyers' requests are left alone. Their sale is one statement, which needs nobody's name.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pghistory
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Acting:
    """Middleware, below the one that knows the session's user."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in _READING or not _may_be_staff(request):
            return self.get_response(request)
        with pghistory.context(url=request.path):
            if settings.SESSION_COOKIE_NAME in request.COOKIES:
                acts(request.user)
            return self.get_response(request)


def acts(user: AbstractBaseUser | AnonymousUser) -> None:
    """From here on in this request, `user` is who changes things."""
    if user.is_authenticated:
        pghistory.context(user=user.pk, username=user.get_username())


def commanded(name: str) -> AbstractContextManager[object]:
    """What a management command changes is changed by that command."""
    return pghistory.context(command=name)


def _may_be_staff(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers
