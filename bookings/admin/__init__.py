"""Selling in the staff's site: the box office, bookings, tickets."""

from bookings.admin import accounts, booking, box_office, check_in, dashboard, printing, reports, shift, ticket

__all__ = ["accounts", "booking", "box_office", "check_in", "dashboard", "printing", "reports", "shift", "ticket"]
