"""Box office, door and reports: how a sale was paid, who cancelled it and why, tickets exchanged and
checked in, seats that are not for sale, and emails to be sent.

Columns without a default to be computed and constraints that aren't checked yet: short locks only.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0002_a_ticket_fits_its_seance'),
        ('movies', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('tickets', 'the tickets'), ('exchanged', 'other seats'), ('cancelled', 'the booking was cancelled')], max_length=10, verbose_name='about')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='queued')),
                ('next_attempt_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), null=True, verbose_name='next attempt')),
                ('attempts', models.PositiveSmallIntegerField(db_default=0, verbose_name='attempts')),
                ('sent_at', models.DateTimeField(null=True, verbose_name='sent')),
                ('error', models.CharField(blank=True, db_default='', max_length=500, verbose_name='last error')),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'ordering': ['-id'],
            },
        ),
        migrations.AlterModelOptions(
            name='booking',
            options={'ordering': ['-created_at'], 'permissions': [('block_seats', 'Can take seats out of the sale'), ('view_report', 'Can view reports of sales')], 'verbose_name': 'booking', 'verbose_name_plural': 'bookings'},
        ),
        migrations.AlterModelOptions(
            name='ticket',
            options={'ordering': ['-id'], 'permissions': [('check_in_ticket', 'Can check tickets at the door')], 'verbose_name': 'ticket', 'verbose_name_plural': 'tickets'},
        ),
        migrations.AddField(
            model_name='booking',
            name='cancelled_by',
            field=models.ForeignKey(blank=True, db_index=False, help_text='The member of staff; empty when the buyer did.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='cancelled by'),
        ),
        migrations.AddField(
            model_name='booking',
            name='paid_by',
            field=models.CharField(blank=True, choices=[('cash', 'cash'), ('card', 'card')], db_default='', help_text='Empty: not at the box office.', max_length=10, verbose_name='paid by'),
        ),
        migrations.AddField(
            model_name='booking',
            name='reason',
            field=models.CharField(blank=True, db_default='', help_text='Why it was cancelled, or why its seats are not for sale.', max_length=200, verbose_name='reason'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='category',
            field=models.CharField(blank=True, db_default='', help_text="The seat's when it was sold: seats change, accounts don't.", max_length=50, verbose_name='category'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='surcharge',
            field=models.DecimalField(decimal_places=2, help_text='Of the price; the category\'s when it was sold. Empty: sold before it was kept.', max_digits=10, null=True, verbose_name='surcharge'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='checked_in_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='checked in'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='checked_in_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='checked in by'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='exchanged_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='exchanged at'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='exchanged_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='exchanged by'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='exchanged_paid_by',
            field=models.CharField(blank=True, choices=[('cash', 'cash'), ('card', 'card')], db_default='', help_text='How the difference of an exchange was paid or paid back. Empty: online.', max_length=10, verbose_name='difference paid by'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='replaced_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaces', to='bookings.ticket', verbose_name='replaced by'),
        ),
        migrations.AlterField(
            model_name='booking',
            name='status',
            field=models.CharField(choices=[('held', 'held'), ('confirmed', 'sold'), ('cancelled', 'cancelled'), ('expired', 'expired'), ('blocked', 'not for sale')], max_length=10, verbose_name='status'),
        ),
        AddConstraintNotValid(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(('replaced_by__isnull', True), ('released_at__isnull', False), _connector='OR'), name='replaced_ticket_is_released'),
        ),
        AddConstraintNotValid(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checked_in_at__isnull', True), ('checked_in_by__isnull', True)), models.Q(('checked_in_at__isnull', False), ('checked_in_by__isnull', False), ('held_until', None)), _connector='OR'), name='ticket_is_checked_in_by_somebody'),
        ),
        migrations.AddField(
            model_name='notice',
            name='booking',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='bookings.booking', verbose_name='booking'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('next_attempt_at__isnull', False), ('sent_at__isnull', True)), fields=['next_attempt_at'], name='notice_to_send'),
        ),
        migrations.RemoveConstraint(
            model_name='booking',
            name='booking_status_has_its_time',
        ),
        AddConstraintNotValid(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('expires_at__isnull', False), ('status', 'held')), models.Q(('confirmed_at__isnull', False), ('expires_at__isnull', True), ('status', 'confirmed')), models.Q(('cancelled_at__isnull', False), ('status', 'cancelled')), models.Q(('confirmed_at__isnull', True), ('expires_at__isnull', False), ('status', 'expired')), models.Q(('confirmed_at__isnull', True), ('expires_at__isnull', True), ('status', 'blocked')), _connector='OR'), name='booking_status_has_its_time'),
        ),
    ]
