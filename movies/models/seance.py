"""Seances: a film, in a hall, at a time, at a price."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from movies.models.hall import Hall
from movies.models.movie import Movie


class Format(models.TextChoices):
    """How a film is projected."""

    FLAT = "2D", "2D"
    STEREO = "3D", "3D"
    IMAX = "IMAX", "IMAX"
    FILM = "35mm", _("35 mm film")


class SeanceStatus(models.TextChoices):
    SCHEDULED = "scheduled", _("scheduled")
    CANCELLED = "cancelled", _("cancelled")


class TsTzRange(Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Seance(models.Model):
    """A showing. The hall is occupied from `starts_at` until `hall_free_at`.

    `ends_at` and `hall_free_at` are set by `movies.schedule` from the film's length and the hall's
    turnaround; they are stored because the database compares them.
    """

    movie = models.ForeignKey(
        Movie, models.PROTECT, verbose_name=_("film"), related_name="seances", db_index=False
    )
    hall = models.ForeignKey(
        Hall, models.PROTECT, verbose_name=_("hall"), related_name="seances", db_index=False
    )
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"), editable=False)
    hall_free_at = models.DateTimeField(_("hall is free"), editable=False)
    price = models.DecimalField(
        _("base price"), max_digits=10, decimal_places=2, validators=[MinValueValidator(0)]
    )
    format = models.CharField(_("format"), max_length=10, choices=Format, default=Format.FLAT)
    language = models.CharField(
        _("language"), max_length=10, default="ru", help_text=_("What is spoken: ru, en, …")
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=SeanceStatus,
        default=SeanceStatus.SCHEDULED,
        editable=False,
    )

    class Meta:
        verbose_name = _("showing")
        verbose_name_plural = _("showings")
        ordering = ["-starts_at"]
        indexes = [
            models.Index(name="seance_newest_of_movie", fields=["movie", "-id"]),
            models.Index(name="seance_by_start_of_movie", fields=["movie", "starts_at"]),
            models.Index(name="seance_by_start", fields=["starts_at"]),
        ]
        constraints = [
            # Tickets refer to (hall, id): see Seat.
            models.UniqueConstraint(name="seance_in_hall", fields=["hall", "id"]),
            ExclusionConstraint(
                name="seance_has_hall_to_itself",
                expressions=[
                    ("hall", RangeOperators.EQUAL),
                    (
                        TsTzRange(F("starts_at"), F("hall_free_at"), RangeBoundary()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(status=SeanceStatus.SCHEDULED),
                violation_error_message=_("The hall is occupied then."),
            ),
            models.CheckConstraint(
                name="seance_price_not_negative",
                condition=Q(price__gte=0),
                violation_error_message=_("A price can't be negative."),
            ),
            models.CheckConstraint(
                name="seance_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")) & Q(hall_free_at__gte=F("ends_at")),
                violation_error_message=_("A showing ends after it starts."),
            ),
            models.CheckConstraint(
                name="seance_status_is_known", condition=Q(status__in=SeanceStatus.values)
            ),
        ]

    def __str__(self) -> str:
        starts = timezone.localtime(self.starts_at)
        return f"{self.movie}, {self.hall}, {starts:%d.%m.%Y %H:%M}"

    @classmethod
    def future(cls) -> "models.QuerySet[Seance]":
        """Showings that will take place and have not begun."""
        return cls.objects.filter(status=SeanceStatus.SCHEDULED, starts_at__gt=Now())
