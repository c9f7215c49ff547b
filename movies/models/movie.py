"""Films: what a cinema shows."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AgeRating(models.TextChoices):
    """Russian information-safety marks (Federal Law 436-FZ)."""

    ANY = "0+", "0+"
    SIX = "6+", "6+"
    TWELVE = "12+", "12+"
    SIXTEEN = "16+", "16+"
    ADULT = "18+", "18+"


class Genre(models.TextChoices):
    """Keys travel over the API; people see the label in their language."""

    ACTION = "action", pgettext_lazy("genre", "Action")
    ADVENTURE = "adventure", _("Adventure")
    ANIMATION = "animation", _("Animation")
    BIOGRAPHY = "biography", _("Biography")
    COMEDY = "comedy", _("Comedy")
    CRIME = "crime", _("Crime")
    DOCUMENTARY = "documentary", _("Documentary")
    DRAMA = "drama", _("Drama")
    FAMILY = "family", _("Family")
    FANTASY = "fantasy", _("Fantasy")
    HISTORY = "history", _("History")
    HORROR = "horror", _("Horror")
    MUSICAL = "musical", _("Musical")
    MYSTERY = "mystery", _("Mystery")
    ROMANCE = "romance", _("Romance")
    SCIFI = "scifi", _("Science fiction")
    SHORT = "short", _("Short film")
    THRILLER = "thriller", _("Thriller")
    WAR = "war", _("War")
    WESTERN = "western", _("Western")


class Movie(models.Model):
    """A film. `image_url` is its poster: a full address, or a path that this provider serves."""

    name = models.CharField(_("title"), max_length=200)
    original_title = models.CharField(_("original title"), max_length=200, blank=True)
    description = models.TextField(_("description"), max_length=10_000, blank=True)
    image_url = models.CharField(
        _("poster"),
        max_length=2000,
        blank=True,
        help_text=_("A full address (https://…), or a path on this server (/static/…)."),
    )
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    director = models.CharField(_("director"), max_length=200, blank=True)
    duration_minutes = models.PositiveSmallIntegerField(
        _("duration, minutes"),
        default=120,
        help_text=_("Showings are this long; future ones follow a change."),
    )
    age_rating = models.CharField(
        _("age rating"), max_length=3, choices=AgeRating, blank=True, help_text=_("Empty: unrated.")
    )
    genres = ArrayField(
        models.CharField(max_length=20, choices=Genre),
        verbose_name=_("genres"),
        default=list,
        blank=True,
    )

    class Meta:
        verbose_name = _("film")
        verbose_name_plural = _("films")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="movie_has_a_name",
                condition=~Q(name=""),
                violation_error_message=_("A film needs a title."),
            ),
            models.CheckConstraint(
                name="movie_duration_in_a_day",
                condition=Q(duration_minutes__range=(1, 1440)),
                violation_error_message=_("A film lasts between 1 and 1440 minutes."),
            ),
            models.CheckConstraint(
                name="movie_year_has_cinema",
                condition=Q(year__isnull=True) | Q(year__range=(1888, 2200)),
                violation_error_message=_("The year of a film lies between 1888 and 2200."),
            ),
            models.CheckConstraint(
                name="movie_age_rating_is_known",
                condition=Q(age_rating__in=["", *AgeRating.values]),
                violation_error_message=_("The age rating is one of 0+, 6+, 12+, 16+, 18+."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.year})" if self.year else self.name


class MovieTranslation(models.Model):
    """A film's texts in another language than the cinema's own."""

    movie = models.ForeignKey(Movie, models.CASCADE, related_name="translations")
    language = models.CharField(_("language"), max_length=10, help_text=_("A tag such as en."))
    name = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), max_length=10_000, blank=True)
    director = models.CharField(_("director"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        constraints = [
            models.UniqueConstraint(
                name="one_translation_per_language",
                fields=["movie", "language"],
                violation_error_message=_("This film already has a translation in that language."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} [{self.language}]"
