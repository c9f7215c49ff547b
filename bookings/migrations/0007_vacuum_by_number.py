"""Tickets and bookings are vacuumed after so many new rows, not after a share of all rows.

Listings read taken seats from an index alone, where VACUUM has marked a page as seen by everybody.
By PostgreSQL's default of a fifth it would come to the newest pages of ten million rows after two
million sales, months later, and each listing would look up every sold seat in the table meanwhile.
Takes a lock that no reader and no sale waits for.
"""

from django.db import migrations

BY_NUMBER = (
    'autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 20000, '
    'autovacuum_analyze_scale_factor = 0.02'
)
NAMES = (
    'autovacuum_vacuum_insert_scale_factor, autovacuum_vacuum_insert_threshold, '
    'autovacuum_analyze_scale_factor'
)


class Migration(migrations.Migration):

    dependencies = [('bookings', '0006_lists_of_exceptions')]

    operations = [
        migrations.RunSQL(
            f'ALTER TABLE {table} SET ({BY_NUMBER})', f'ALTER TABLE {table} RESET ({NAMES})'
        )
        for table in ('bookings_ticket', 'bookings_booking')
    ]
