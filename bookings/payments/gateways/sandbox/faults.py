"""Makes the sandbox fail on purpose, in every process at once: for game days and tests."""

import time

from django.db import transaction

from bookings.models import SandboxFault
from bookings.payments.gateways import GatewayUnavailable

DOWN, SLOW, NONE = "down", "slow", "none"
KINDS = (DOWN, SLOW, NONE)
SLOW_SECONDS = 5.0


@transaction.atomic
def choose(kind: str) -> None:
    """From now on every call fails, or takes SLOW_SECONDS, or neither."""
    SandboxFault.objects.exclude(kind=kind).delete()
    if kind != NONE:
        SandboxFault.objects.get_or_create(kind=kind)


def strike() -> None:
    """What every call begins with. Raises GatewayUnavailable."""
    kinds = set(SandboxFault.objects.values_list("kind", flat=True))
    if DOWN in kinds:
        raise GatewayUnavailable("the sandbox is down, as `sandbox_fault` told it")
    if SLOW in kinds:
        time.sleep(SLOW_SECONDS)
