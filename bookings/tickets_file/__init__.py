"""A sold booking as files for its buyer: tickets to print, and an entry for a calendar."""

from bookings.tickets_file.calendar import calendar
from bookings.tickets_file.contents import SoldBooking, find
from bookings.tickets_file.pdf import pdf

__all__ = ["SoldBooking", "calendar", "find", "pdf"]
