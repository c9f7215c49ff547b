"""Which seats of a seance are taken, as SQL and as conditions for whoever shows a hall."""

from django.db.models import Q
from django.db.models.functions import Now

# The seats of `seance` that can't be bought now: sold, or held by somebody whose time isn't over.
# Read from the index `one_live_ticket_per_seat` alone.
TAKEN_SEATS = """
    ARRAY(SELECT taken.seat_id FROM bookings_ticket taken
          WHERE taken.seance_id = seance.id AND taken.released_at IS NULL
            AND (taken.held_until IS NULL OR taken.held_until > now()))
"""

# Of tickets. By the database's clock, so that a hold whose time is over counts for nothing.
HELD_NOW = Q(held_until__gt=Now())
LIVE = Q(released_at__isnull=True) & (Q(held_until__isnull=True) | HELD_NOW)
