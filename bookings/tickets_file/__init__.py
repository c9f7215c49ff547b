"""A sold booking as files for its buyer: tickets to print (`pdf`), and an entry for a `calendar`.

Those two are imported where a file is made: their libraries take 5 MB, which most web processes
never need.
"""

from bookings.tickets_file.contents import SoldBooking, find

__all__ = ["SoldBooking", "find"]
