"""Selling in the staff's site: the box office, bookings, tickets."""

from bookings.admin import accounts, booking, check_in, dashboard, reports, ticket

__all__ = ["accounts", "booking", "check_in", "dashboard", "reports", "ticket"]
