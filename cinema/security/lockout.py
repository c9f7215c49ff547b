"""Who fails to log in too often has to wait. django-axes counts, per username and address
together: by the username alone anybody could lock a colleague out, and by the address alone one
till would lock out the whole cinema, which shares an address.
"""

from datetime import timedelta
from math import ceil

from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import ngettext


class LoginForm(AdminAuthenticationForm):
    """Says for how long one has to wait."""

    def clean_username(self) -> str:
        # Django tells only the browser how long a username may be, and axes stores any.
        username: str = self.cleaned_data["username"]
        if len(username) > (self.username_field.max_length or 0):
            raise self.get_invalid_login_error()
        return username

    def get_invalid_login_error(self) -> ValidationError:
        if self.request is None or not getattr(self.request, "axes_locked_out", False):
            return super().get_invalid_login_error()
        minutes = ceil(_waiting(self.request) / timedelta(minutes=1))
        sentence = ngettext(
            "Too many failed attempts to log in. Try again in %(minutes)d minute.",
            "Too many failed attempts to log in. Try again in %(minutes)d minutes.",
            minutes,
        )
        return ValidationError(sentence % {"minutes": minutes}, code="locked_out")


def locked_out(
    request: HttpRequest, page: HttpResponse, credentials: dict[str, str]
) -> HttpResponse:
    """AXES_LOCKOUT_CALLABLE: the login page, whose form says it already."""
    page.status_code = 429
    page.headers["Retry-After"] = str(ceil(_waiting(request).total_seconds()))
    return page


def _waiting(request: HttpRequest) -> timedelta:
    """How long the lock still lasts, at least a second."""
    attempts = AccessAttempt.objects.filter(
        username=get_client_username(request, request.axes_credentials),  # type: ignore[attr-defined]
        ip_address=request.axes_ip_address,  # type: ignore[attr-defined]
    )
    last = attempts.aggregate(last=Max("attempt_time"))["last"] or timezone.now()
    left: timedelta = last + settings.AXES_COOLOFF_TIME - timezone.now()
    return max(left, timedelta(seconds=1))
