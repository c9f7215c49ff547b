"""Foreign keys over several columns, which Django can't declare.

A booking is in its seance's hall; a ticket is for its booking's seance and hall; its seat is in
that hall. So a seat that is sold for a seance belongs to the seance's hall, whoever writes.
"""

from django.db import migrations

FOREIGN_KEYS = [
    (
        "bookings_booking",
        "booking_seance_in_its_hall",
        "(hall_id, seance_id) REFERENCES movies_seance (hall_id, id)",
    ),
    (
        "bookings_ticket",
        "ticket_of_its_booking",
        "(seance_id, booking_id, hall_id) REFERENCES bookings_booking (seance_id, id, hall_id)",
    ),
    (
        "bookings_ticket",
        "ticket_seat_in_its_hall",
        "(hall_id, seat_id) REFERENCES movies_seat (hall_id, id)",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("bookings", "0001_initial"), ("movies", "0001_initial")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY {columns}",
            f"ALTER TABLE {table} DROP CONSTRAINT {name}",
        )
        for table, name, columns in FOREIGN_KEYS
    ]
