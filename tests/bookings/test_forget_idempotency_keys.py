"""`forget_idempotency_keys` deletes what nobody can ask for any more."""

from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from bookings import idempotency
from bookings.management.commands import forget_idempotency_keys as command
from bookings.models import IdempotencyKey

pytestmark = pytest.mark.django_db


def forget() -> str:
    output = StringIO()
    call_command("forget_idempotency_keys", stdout=output)
    return output.getvalue()


def remember(key: str, *, age: timedelta) -> None:
    IdempotencyKey.objects.create(key=key, fingerprint=b"", created_at=timezone.now() - age)


def test_keys_are_forgotten_after_their_time_and_not_before():
    remember("old", age=settings.IDEMPOTENCY_TIME + timedelta(minutes=1))
    remember("young", age=settings.IDEMPOTENCY_TIME - timedelta(minutes=1))
    assert forget() == "Forgot 1 idempotency key.\n"
    assert [key.pk for key in IdempotencyKey.objects.all()] == ["young"]


def test_more_than_a_batch_is_forgotten_too(monkeypatch):
    for number in range(5):
        remember(str(number), age=2 * settings.IDEMPOTENCY_TIME)
    monkeypatch.setattr(command, "forget_old", lambda: idempotency.forget_old(batch=2))
    assert forget() == "Forgot 5 idempotency keys.\n"
