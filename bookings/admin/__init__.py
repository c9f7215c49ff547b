"""Selling in the staff's site: the box office, bookings, tickets."""

from bookings.admin import accounts, booking, ticket

__all__ = ["accounts", "booking", "ticket"]
