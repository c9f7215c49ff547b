"""Who acts: told to the database with every statement that staff or a command sends.

Buyers' requests are left alone. Their sale is one statement, which needs nobody's name.

pghistory writes who it is in front of each statement, so inside a context a literal `%` is written
`%%` even without parameters, a dictionary of parameters grows by two, and `executemany` fails.
"""

from collections.abc import Callable

import pghistory
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from cinema.security.passing import passed

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Acting:
    """Middleware, below the one that knows the session's user."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in _READING or not _may_be_staff(request):
            return self.get_response(request)
        with pghistory.context(url=request.path):
            # Elsewhere, nobody is signed in who hasn't been asked: see `cinema.api.authentication`.
            if request.path.startswith(reverse("admin:index")) and passed(request):
                acts(request.user)
            return self.get_response(request)


def acts(user: AbstractBaseUser | AnonymousUser) -> None:
    """From here on in this request, `user` is who changes things."""
    pghistory.context(user=user.pk, username=user.get_username())


def imports(file_name: str) -> None:
    """From here on in this request, changes come from that file."""
    pghistory.context(file=file_name)


def logging_in() -> pghistory.context:
    """A password may be hashed anew then, as its hash got old."""
    return pghistory.context(login=True)


def commanded(name: str) -> pghistory.context:
    """What a management command changes is changed by that command."""
    return pghistory.context(command=name)


def _may_be_staff(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers
