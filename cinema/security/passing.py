"""Whether a session has shown the second factor of its account, where there is one."""

from django.http import HttpRequest

from cinema.security import second_factor

_KEY = "second_factor"


def passed(request: HttpRequest) -> bool:
    """Asks the database once per request of somebody who is signed in: what was shown before a
    reset counts no more after it."""
    if not request.user.is_authenticated:
        return False
    known = vars(request)
    if "second_factor" not in known:
        known["second_factor"] = second_factor.current(request.user)
    wanted: int | None = known["second_factor"]
    return wanted is None or request.session.get(_KEY) == wanted


def remember(request: HttpRequest) -> None:
    """A code was shown. The session gets a new key, as after the password."""
    request.session.cycle_key()
    request.session[_KEY] = second_factor.current(request.user)  # type: ignore[arg-type]
