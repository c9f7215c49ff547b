"""Selling in the staff's site: the box office, bookings, tickets."""

from bookings.admin import accounts, booking, dashboard, reports, ticket

__all__ = ["accounts", "booking", "dashboard", "reports", "ticket"]
