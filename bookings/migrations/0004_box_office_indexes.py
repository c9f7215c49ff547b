"""Checks the constraints of the migration before and builds its indexes, beside the selling.

Not in a transaction: when it is interrupted, drop the invalid index that PostgreSQL leaves behind
and migrate again.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [('bookings', '0003_box_office')]

    operations = [
        ValidateConstraint(model_name='booking', name='booking_status_has_its_time'),
        ValidateConstraint(model_name='ticket', name='replaced_ticket_is_released'),
        ValidateConstraint(model_name='ticket', name='ticket_is_checked_in_by_somebody'),
        AddIndexConcurrently(
            model_name='booking',
            index=models.Index(condition=models.Q(('status', 'blocked')), fields=['seance'], name='booking_blocked'),
        ),
        AddIndexConcurrently(
            model_name='booking',
            index=models.Index(condition=models.Q(('confirmed_at__isnull', False)), fields=['confirmed_at'], name='booking_confirmed'),
        ),
        AddIndexConcurrently(
            model_name='ticket',
            index=models.Index(condition=models.Q(('released_at__isnull', False)), fields=['released_at'], name='ticket_released'),
        ),
        AddIndexConcurrently(
            model_name='ticket',
            index=models.Index(condition=models.Q(('exchanged_at__isnull', False)), fields=['exchanged_at'], name='ticket_exchanged'),
        ),
        migrations.RunSQL(
            'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ticket_replaces_one '
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
