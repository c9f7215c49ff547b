"""An app that shows codes, as somebody has it on the phone."""

import time

from django.contrib.auth.models import User
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from cinema.security import second_factor


def code_of(user: User, *, later: int = 0) -> str:
    """What the app shows now, or `later` half minutes from now."""
    device = TOTPDevice.objects.get(user=user)
    shown = TOTP(device.bin_key)
    shown.time = time.time() + 30 * later
    return f"{shown.token():06d}"


def wrong_code(user: User) -> str:
    """A code that the app doesn't show around now."""
    shown = {code_of(user, later=steps) for steps in range(-2, 3)}
    return next(code for code in map("{:06d}".format, range(6)) if code not in shown)


def protect(user: User) -> list[str]:
    """Switches the second factor on, with a code of the past half minute; the recovery codes."""
    second_factor.begin(user=user)
    return second_factor.turn_on(user=user, code=code_of(user, later=-1))


def half_logged_in(user: User) -> Client:
    """Somebody who gave the right password only."""
    client = Client()
    answer = client.post(
        "/admin/login/?next=/admin/security/",
        {"username": user.username, "password": "correct horse"},
    )
    assert answer.status_code == 302
    return client
