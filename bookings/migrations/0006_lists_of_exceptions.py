"""Indexes for what staff list among millions of ordinary sales: the newest payments, and what was
cancelled, failed or given up.

Not in a transaction, beside the selling; each is built afresh, as in 0004.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

INDEXES = [
    (
        'booking',
        models.Index(
            condition=models.Q(('status', 'cancelled'), ('status', 'expired'), _connector='OR'),
            fields=['status', 'created_at'],
            name='booking_ended',
        ),
    ),
    ('payment', models.Index(fields=['created_at'], name='payment_newest')),
    (
        'payment',
        models.Index(
            condition=models.Q(('status', 'succeeded'), _negated=True),
            fields=['status', 'created_at'],
            name='payment_not_kept',
        ),
    ),
    (
        'notice',
        models.Index(
            condition=models.Q(('next_attempt_at__isnull', True), ('sent_at__isnull', True)),
            fields=['id'],
            name='notice_given_up',
        ),
    ),
    (
        'notice',
        models.Index(
            condition=models.Q(('kind', 'tickets'), _negated=True),
            fields=['kind', 'id'],
            name='notice_of_change',
        ),
    ),
]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [('bookings', '0005_payments')]

    operations = [
        operation
        for model, index in INDEXES
        for operation in (
            migrations.RunSQL(
                f'DROP INDEX CONCURRENTLY IF EXISTS {index.name}', migrations.RunSQL.noop
            ),
            AddIndexConcurrently(model_name=model, index=index),
        )
    ]
