"""Checks the constraints of the migration before and builds its indexes, beside the selling.

Not in a transaction. An index whose building was interrupted stays behind, invalid, and so each is
built afresh: whatever stopped this migration, run it again.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


def without(index):
    return migrations.RunSQL(f'DROP INDEX CONCURRENTLY IF EXISTS {index}', migrations.RunSQL.noop)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [('bookings', '0003_box_office')]

    operations = [
        ValidateConstraint(model_name='booking', name='booking_status_has_its_time'),
        ValidateConstraint(model_name='ticket', name='replaced_ticket_is_released'),
        ValidateConstraint(model_name='ticket', name='ticket_is_checked_in_by_somebody'),
        without('booking_blocked'),
        AddIndexConcurrently(
            model_name='booking',
            index=models.Index(condition=models.Q(('status', 'blocked')), fields=['seance'], name='booking_blocked'),
        ),
        without('booking_confirmed'),
        AddIndexConcurrently(
            model_name='booking',
            index=models.Index(condition=models.Q(('confirmed_at__isnull', False)), fields=['confirmed_at'], name='booking_confirmed'),
        ),
        without('ticket_released'),
        AddIndexConcurrently(
            model_name='ticket',
            index=models.Index(condition=models.Q(('released_at__isnull', False)), fields=['released_at'], name='ticket_released'),
        ),
        without('ticket_exchanged'),
        AddIndexConcurrently(
            model_name='ticket',
            index=models.Index(condition=models.Q(('exchanged_at__isnull', False)), fields=['exchanged_at'], name='ticket_exchanged'),
        ),
        without('ticket_replaces_one'),
        migrations.RunSQL(
            'CREATE UNIQUE INDEX CONCURRENTLY ticket_replaces_one '
            'ON bookings_ticket (replaced_by_id) WHERE replaced_by_id IS NOT NULL',
            'DROP INDEX CONCURRENTLY IF EXISTS ticket_replaces_one',
            state_operations=[
                migrations.AddConstraint(
                    model_name='ticket',
                    constraint=models.UniqueConstraint(condition=models.Q(('replaced_by__isnull', False)), fields=('replaced_by',), name='ticket_replaces_one'),
                ),
            ],
        ),
    ]
