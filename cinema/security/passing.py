"""Whether a session has shown the second factor of its account, where there is one."""

from django.http import HttpRequest

from cinema.security.second_factor import is_on

_KEY = "second_factor"


def passed(request: HttpRequest) -> bool:
    """Asks the database at most once per request, and not at all once a code was shown."""
    if request.session.get(_KEY) == request.user.pk:
        return True
    known: bool | None = getattr(request, "needs_no_code", None)
    if known is None:
        known = not is_on(request.user)  # type: ignore[arg-type]
        request.needs_no_code = known  # type: ignore[attr-defined]
    return known


def remember(request: HttpRequest) -> None:
    """A code was shown. The session gets a new key, as after the password."""
    request.session.cycle_key()
    request.session[_KEY] = request.user.pk


def forget(request: HttpRequest) -> None:
    request.session.pop(_KEY, None)
