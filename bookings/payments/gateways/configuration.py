"""Whether a cinema can be paid with what its environment says; looked at when a process starts."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from bookings.payments.gateways import GATEWAYS, NONE

_NEEDED = {"yookassa": ("YOOKASSA_SHOP_ID", "YOOKASSA_SECRET_KEY", "YOOKASSA_URL")}


def check() -> None:
    """Raises ImproperlyConfigured."""
    chosen = settings.PAYMENTS
    if chosen not in (NONE, *GATEWAYS):
        known = ", ".join((NONE, *GATEWAYS))
        raise ImproperlyConfigured(f"PAYMENTS is {chosen!r}: it must be one of {known}.")
    if chosen == NONE:
        return
    for name in ("SITE_URL", *_NEEDED.get(chosen, ())):
        if not getattr(settings, name):
            raise ImproperlyConfigured(
                f"With PAYMENTS={chosen}, {name} must be set: see docs/configuration.md."
            )
