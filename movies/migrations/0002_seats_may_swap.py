"""A row's seats may swap their numbers in one statement.

A cinema has some thousand seats: each constraint is built in milliseconds.
"""

import django.db.models.constraints
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('movies', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='seat',
            name='one_seat_per_row_and_number',
        ),
        migrations.RemoveConstraint(
            model_name='seat',
            name='one_seat_per_grid_cell',
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['IMMEDIATE'], fields=('hall', 'row', 'number'), name='one_seat_per_row_and_number', violation_error_message='This hall already has a seat with that row and number.'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['IMMEDIATE'], fields=('hall', 'x', 'y'), name='one_seat_per_grid_cell', violation_error_message='This hall already has a seat in that place.'),
        ),
    ]
