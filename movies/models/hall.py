"""Halls and their seats. A hall is a grid; a seat sits in one cell, an aisle is an empty cell."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

GRID_SIZE = 200


class Hall(models.Model):
    """A room with a screen. Grid row 0 is nearest to the screen."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    turnaround_minutes = models.PositiveSmallIntegerField(
        _("turnaround, minutes"),
        default=15,
        help_text=_("Between the end of a showing and the next: leaving, cleaning, entering."),
    )

    class Meta:
        verbose_name = _("hall")
        verbose_name_plural = _("halls")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="hall_turnaround_in_a_day",
                condition=Q(turnaround_minutes__lte=1440),
                violation_error_message=_("Turnaround is at most 1440 minutes."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SeatCategory(models.Model):
    """What a seat costs above the showing's base price, and how it looks on the map."""

    name = models.CharField(_("name"), max_length=50, unique=True)
    colour = models.CharField(
        _("colour"),
        max_length=7,
        default="#6b7a8f",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("A colour looks like #6b7a8f."))],
    )
    surcharge = models.DecimalField(
        _("surcharge"),
        max_digits=10,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0)],
    )

    class Meta:
        verbose_name = _("seat category")
        verbose_name_plural = _("seat categories")
        ordering = ["surcharge", "name"]
        constraints = [
            models.CheckConstraint(
                name="surcharge_not_negative",
                condition=Q(surcharge__gte=0),
                violation_error_message=_("A surcharge can't be negative."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Seat(models.Model):
    """One place. `row` is what is written on the row ("8", "Б1"); `x`, `y` its cell in the grid."""

    hall = models.ForeignKey(
        Hall, models.PROTECT, verbose_name=_("hall"), related_name="seats", db_index=False
    )
    row = models.CharField(_("row"), max_length=8)
    number = models.PositiveSmallIntegerField(_("seat"), validators=[MinValueValidator(1)])
    x = models.PositiveSmallIntegerField(
        _("column in the grid"), validators=[MaxValueValidator(GRID_SIZE - 1)]
    )
    y = models.PositiveSmallIntegerField(
        _("row in the grid"), validators=[MaxValueValidator(GRID_SIZE - 1)]
    )
    category = models.ForeignKey(
        SeatCategory, models.PROTECT, verbose_name=_("category"), related_name="seats"
    )
    wheelchair = models.BooleanField(_("wheelchair place"), default=False)

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["hall", "y", "x"]
        constraints = [
            # Tickets refer to (hall, id), which makes "a sold seat belongs to the seance's hall"
            # a foreign key; it also serves every look-up by hall.
            models.UniqueConstraint(name="seat_in_hall", fields=["hall", "id"]),
            # These two are checked when a statement ends, so that one may swap seats.
            models.UniqueConstraint(
                name="one_seat_per_row_and_number",
                fields=["hall", "row", "number"],
                deferrable=models.Deferrable.IMMEDIATE,
                violation_error_message=_("This hall already has a seat with that row and number."),
            ),
            models.UniqueConstraint(
                name="one_seat_per_grid_cell",
                fields=["hall", "x", "y"],
                deferrable=models.Deferrable.IMMEDIATE,
                violation_error_message=_("This hall already has a seat in that place."),
            ),
            models.CheckConstraint(
                name="seat_is_numbered",
                condition=Q(number__gte=1) & ~Q(row=""),
                violation_error_message=_("A seat needs a row and a number from 1."),
            ),
            models.CheckConstraint(
                name="seat_inside_grid",
                condition=Q(x__lt=GRID_SIZE) & Q(y__lt=GRID_SIZE),
                violation_error_message=_("A hall's grid is 200 by 200 cells."),
            ),
        ]

    def __str__(self) -> str:
        return _("row %(row)s, seat %(number)s") % {"row": self.row, "number": self.number}
