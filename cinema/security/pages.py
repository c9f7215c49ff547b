"""The pages of the second factor: one after the password, one to switch it on and off."""

from base64 import b32encode
from collections.abc import Callable
from typing import Any

import segno
from django import forms
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.models import User
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django_otp.plugins.otp_totp.models import TOTPDevice

from cinema.refusals import Refused
from cinema.security import second_factor
from cinema.security.lockout import LoginForm
from cinema.security.passing import passed, remember
from cinema.site import answer, page


class CodeForm(forms.Form):
    code = forms.CharField(max_length=32)


class TurnOnForm(CodeForm):
    """Asks for the password too: whoever finds an open page could else shut its owner out."""

    password = forms.CharField(strip=False)

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._request = request

    def clean_password(self) -> str:
        given: str = self.cleaned_data["password"]
        # As at a login, where failures are counted.
        username = self._request.user.get_username()
        login = LoginForm(self._request, data={"username": username, "password": given})
        if login.has_error(NON_FIELD_ERRORS, "locked_out"):
            raise forms.ValidationError(list(login.non_field_errors()))
        if not login.is_valid():
            raise forms.ValidationError(_("This is not your password."))
        return given


@sensitive_post_parameters("code")
@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    """Between the password and the site, for who has a second factor."""
    user = request.user
    if not (user.is_authenticated and user.is_staff):
        return redirect("admin:login")
    if passed(request):
        return HttpResponseRedirect(_next(request))
    if "leave" in request.POST:
        logout(request)
        return redirect("admin:login")
    form = CodeForm(request.POST or None)
    refusals: list[str] = []
    if form.is_valid():
        try:
            second_factor.check(user=user, code=form.cleaned_data["code"])
        except Refused as refused:
            refusals = [str(refused)]
        else:
            remember(request)
            return HttpResponseRedirect(_next(request))
    errors = form.errors.get("code", refusals)
    context = {"title": _("Code from the app"), "errors": errors, "next": _next(request)}
    return answer(request, "cinema/security/verify.html", context)


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME, "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else reverse("admin:index")


@page("security/", name="security", title=gettext_lazy("Login protection"), permission=None)
@sensitive_post_parameters("code", "password")
def security(request: HttpRequest) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    action = request.POST.get("action", "")
    given = request.POST if action in WITH_CODE else None
    form = TurnOnForm(given, request=request) if action == "turn_on" else CodeForm(given)
    codes: list[str] = []
    refusals: list[str] = []
    if action in WITHOUT_CODE or form.is_valid():
        try:
            codes = _act(action, user, form)
        except Refused as refused:
            refusals = [str(refused)]
        else:
            if second_factor.is_on(user):
                remember(request)
            if not codes:  # those are shown once, by this very answer
                return redirect("admin:security")
    errors = [*refusals, *(error for errors in form.errors.values() for error in errors)]
    context = _state(user) | {"codes": codes, "errors": errors}
    return answer(request, "cinema/security/security.html", context)


def _act(action: str, user: User, form: CodeForm) -> list[str]:
    """The recovery codes that it made."""
    if action in WITHOUT_CODE:
        WITHOUT_CODE[action](user=user)
        return []
    return WITH_CODE[action](user=user, code=form.cleaned_data["code"]) or []


WITHOUT_CODE: dict[str, Callable[..., object]] = {
    "begin": second_factor.begin,
    "give_up": second_factor.give_up,
}
WITH_CODE: dict[str, Callable[..., list[str] | None]] = {
    "turn_on": second_factor.turn_on,
    "turn_off": second_factor.turn_off,
    "new_codes": second_factor.new_recovery_codes,
}


def _state(user: User) -> dict[str, Any]:
    is_on = second_factor.is_on(user)
    begun = None if is_on else second_factor.begun(user)
    return {
        "title": _("Login protection"),
        "is_on": is_on,
        "codes_left": second_factor.recovery_codes_left(user) if is_on else 0,
        **(_for_the_app(begun) if begun else {}),
    }


def _for_the_app(device: TOTPDevice) -> dict[str, str]:
    """The secret as a picture for the camera, and to type."""
    secret = b32encode(device.bin_key).decode()
    picture = segno.make(device.config_url, error="m", micro=False)
    return {
        "picture": picture.svg_data_uri(scale=5, border=4, light="#fff"),
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "issuer": settings.OTP_TOTP_ISSUER,
    }
