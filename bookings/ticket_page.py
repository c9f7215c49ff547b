"""Where a buyer finds the tickets again: a page of the storefront."""

import uuid

from django.conf import settings


def ticket_page(booking_id: uuid.UUID) -> str:
    """The page's address, as secret as the booking's id in it. Empty: there is no storefront."""
    if not settings.SITE_URL:
        return ""
    return f"{settings.SITE_URL}/{settings.CITY}/tickets/{booking_id}/"
