"""When buyers pay online, and where they may be sent back to."""

from decimal import Decimal
from urllib.parse import urlsplit

from django.conf import settings

from bookings.payments.gateways import NONE


def taken_online() -> bool:
    """A setting of the cinema. If not, a booking is a purchase."""
    return bool(settings.PAYMENTS != NONE)


def to_be_paid(total: Decimal) -> bool:
    """Whether a buyer's hold becomes a purchase only by a payment. What costs nothing doesn't."""
    return taken_online() and total > 0


def may_return_to(address: str) -> bool:
    """Whether it belongs to one of our sites. Anything that a browser might read differently from
    us is no: a payment must not end on somebody else's page."""
    if not address.isascii() or not address.isprintable() or "\\" in address or " " in address:
        return False
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or not parts.hostname:
        return False
    return f"{parts.scheme}://{parts.hostname}{port}" in _our_sites()


def _our_sites() -> set[str]:
    addresses = filter(None, (settings.SITE_URL, *settings.RETURN_ORIGINS))
    return {"{0.scheme}://{0.netloc}".format(urlsplit(address)).lower() for address in addresses}
