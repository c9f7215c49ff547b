"""Which seats of a seance are taken, as SQL for whoever shows a hall."""

# The seats of `seance` that can't be bought now: sold, or held by somebody whose time isn't over.
# Read from the index `one_live_ticket_per_seat` alone.
TAKEN_SEATS = """
    ARRAY(SELECT taken.seat_id FROM bookings_ticket taken
          WHERE taken.seance_id = seance.id AND taken.released_at IS NULL
            AND (taken.held_until IS NULL OR taken.held_until > now()))
"""
