"""Which showings the list shows."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from movies.models import Movie, Seance


class WhenFilter(admin.SimpleListFilter):
    """What is over is out of the way until asked for, here or in the date hierarchy."""

    title = gettext_lazy("when")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [
            (None, _("From today on")),
            ("today", _("Today")),
            ("past", _("Before today")),
            ("all", _("All dates")),
        ]

    def choices(self, changelist: Any) -> Any:
        for value, label in self.lookup_choices:
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Seance]) -> QuerySet[Seance]:
        today = timezone.localdate()
        midnight = _beginning(today)
        value = self.value()
        if value == "today":
            tomorrow = _beginning(today + timedelta(days=1))
            return queryset.filter(starts_at__gte=midnight, starts_at__lt=tomorrow)
        if value == "past":
            return queryset.filter(starts_at__lt=midnight)
        if value or any(name.startswith("starts_at__") for name in request.GET):
            return queryset
        return queryset.filter(starts_at__gte=midnight)


class ComingFilmFilter(admin.SimpleListFilter):
    """Films of the programme, not every film that was ever shown."""

    title = gettext_lazy("film")
    parameter_name = "film"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        shown = Exists(Seance.future().filter(movie=OuterRef("pk")))
        return [(movie.pk, movie.name) for movie in Movie.objects.filter(shown).order_by("name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Seance]) -> QuerySet[Seance]:
        value = self.value() or ""
        known = value.isdecimal() and len(value) <= 18
        return queryset.filter(movie=int(value)) if known else queryset


def _beginning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
