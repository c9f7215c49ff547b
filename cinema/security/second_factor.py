"""The second factor of an account: codes from an app, and recovery codes for when it is lost.

django-otp keeps both, computes, and slows down whoever guesses: after each wrong code the next one
has to wait twice as long, up to 17 minutes: whoever knows the password could else lock its owner
out for hours. Every code works once.
"""

from datetime import datetime
from math import ceil

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from cinema.databases import PRIMARY
from cinema.refusals import Refused

RECOVERY_CODES = 10
MOST_FAILURES = 11  # that count: the wait after them, 17 minutes, is the longest


class WrongCode(Refused):
    def sentence(self) -> str:
        return _("This code is wrong or was used before. Enter the one that the app shows now.")


class TooSoon(Refused):
    """After wrong codes. `until`: when the next one is looked at."""

    def __init__(self, until: datetime) -> None:
        self.seconds = max(1, ceil((until - timezone.now()).total_seconds()))

    def sentence(self) -> str:
        return ngettext(
            "There were wrong codes. Wait %(seconds)d second, then enter the next one.",
            "There were wrong codes. Wait %(seconds)d seconds, then enter the next one.",
            self.seconds,
        ) % {"seconds": self.seconds}


class OnAlready(Refused):
    def sentence(self) -> str:
        return _("The code from an app is switched on already.")


class NotBegun(Refused):
    def sentence(self) -> str:
        return _("There is no code to confirm. Begin once more.")


def current(user: User) -> int | None:
    """Which one it is: another one after it was switched off and on."""
    # Never from a replica: it may not know yet, and would let somebody in.
    apps = TOTPDevice.objects.using(PRIMARY).filter(user_id=user.pk, confirmed=True)
    return apps.values_list("pk", flat=True).first()


def is_on(user: User) -> bool:
    return current(user) is not None


def begun(user: User) -> TOTPDevice | None:
    """What waits for its first code."""
    return TOTPDevice.objects.filter(user_id=user.pk, confirmed=False).first()


def recovery_codes_left(user: User) -> int:
    return StaticToken.objects.filter(device__user_id=user.pk).count()


def begin(*, user: User) -> TOTPDevice:
    """A new secret for the app, which counts from its first code on. Raises OnAlready."""
    with transaction.atomic():
        _lock(user)
        if is_on(user):
            raise OnAlready
        give_up(user=user)
        return TOTPDevice.objects.create(user_id=user.pk, name="app", confirmed=False)


def give_up(*, user: User) -> None:
    """Forgets what was begun and not confirmed."""
    TOTPDevice.objects.filter(user_id=user.pk, confirmed=False).delete()


def turn_on(*, user: User, code: str) -> list[str]:
    """The recovery codes. Raises NotBegun, WrongCode, TooSoon."""
    with transaction.atomic():
        _lock(user)
        app = begun(user)
        if app is None:
            raise NotBegun
        refusal = _refusal(app, _written(code))
        if refusal is None:
            app.confirmed = True
            app.save(update_fields=["confirmed"])
            return _make_recovery_codes(user)
    raise refusal  # outside: the wrong code has been counted


def check(*, user: User, code: str) -> None:
    """Uses a code of the app, or a recovery code. Raises WrongCode, TooSoon."""
    written = _written(code)
    devices: type[TOTPDevice | StaticDevice] = (
        TOTPDevice if written.isdigit() and len(written) == 6 else StaticDevice
    )
    with transaction.atomic():
        _lock(user)
        device = devices.objects.filter(user_id=user.pk, confirmed=True).first()
        refusal = _refusal(device, written) if device else WrongCode()
    if refusal:
        raise refusal  # outside: the wrong code has been counted


def turn_off(*, user: User, code: str) -> None:
    """Raises WrongCode, TooSoon."""
    check(user=user, code=code)
    reset(user=user)


def new_recovery_codes(*, user: User, code: str) -> list[str]:
    """The former ones work no longer. Raises WrongCode, TooSoon."""
    check(user=user, code=code)
    with transaction.atomic():
        _lock(user)
        return _make_recovery_codes(user)


def reset(*, user: User) -> bool:
    """Takes the second factor away, without a code: for who lost it. Whether there was one."""
    with transaction.atomic():
        _lock(user)
        StaticDevice.objects.filter(user_id=user.pk).delete()
        removed, _kinds = TOTPDevice.objects.filter(user_id=user.pk).delete()
        return removed > 0


def _lock(user: User) -> None:
    """One at a time for each account, so that no code is taken twice."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _refusal(device: TOTPDevice | StaticDevice, code: str) -> Refused | None:
    allowed, reason = device.verify_is_allowed()
    if not allowed:
        return TooSoon(reason["locked_until"])
    if device.verify_token(code):
        return None
    device.throttling_failure_count = min(device.throttling_failure_count, MOST_FAILURES)
    device.save(update_fields=["throttling_failure_count"])
    return WrongCode()


def _make_recovery_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user_id=user.pk).delete()
    device = StaticDevice.objects.create(user_id=user.pk, name="recovery")
    codes = [StaticToken.random_token() for _number in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def _written(code: str) -> str:
    """As it is stored. People copy codes with spaces, dashes and capitals."""
    written = "".join(code.split()).replace("-", "").lower()
    return written if written.isascii() else ""
