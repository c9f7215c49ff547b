"""Which bookings the list shows."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.admin.states import HOLD_IS_OVER
from bookings.models import Booking, BookingStatus
from movies.models import Seance

_LARGEST = 18  # digits of an id


class StateFilter(admin.SimpleListFilter):
    """Seats that are not for sale have no buyer: they are listed only when asked for."""

    title = gettext_lazy("status")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return BookingStatus.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Booking]) -> QuerySet[Booking]:
        value = self.value()
        if value is None:
            return queryset.exclude(status=BookingStatus.BLOCKED)
        if value == BookingStatus.EXPIRED:
            return queryset.filter(Q(status=value) | HOLD_IS_OVER)
        return queryset.filter(~HOLD_IS_OVER, status=value)


class SellerFilter(admin.SimpleListFilter):
    title = gettext_lazy("sold by")
    parameter_name = "seller"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [("me", _("me")), ("staff", _("the box office")), ("buyer", _("the buyer, online"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Booking]) -> QuerySet[Booking]:
        conditions = {
            "me": Q(sold_by=request.user.pk),
            "staff": Q(sold_by__isnull=False),
            "buyer": Q(sold_by__isnull=True),
        }
        return queryset.filter(conditions.get(self.value() or "", Q()))


class ShowingFilter(admin.SimpleListFilter):
    """Comes with links from a showing's page; here it says which, and is taken off again."""

    title = gettext_lazy("showing")
    parameter_name = "seance__id__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        asked = request.GET.get(self.parameter_name, "")
        if not _is_id(asked):
            return []
        found = Seance.objects.select_related("movie", "hall").filter(pk=int(asked))
        return [(asked, str(seance)) for seance in found]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Booking]) -> QuerySet[Booking]:
        value = self.value()
        if value is None:
            return queryset
        return queryset.filter(seance=int(value)) if _is_id(value) else queryset.none()


class FilmFilter(admin.SimpleListFilter):
    """Bookings of a film's showings to come: those that somebody may still ask about."""

    title = gettext_lazy("film to come")
    parameter_name = "film"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        coming = Seance.future().order_by("movie__name", "movie")
        return list(coming.values_list("movie", "movie__name").distinct())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Booking]) -> QuerySet[Booking]:
        value = self.value()
        if value is None or not _is_id(value):
            return queryset
        return queryset.filter(seance__in=Seance.future().filter(movie=int(value)))


def _is_id(text: str) -> bool:
    return text.isdecimal() and len(text) <= _LARGEST
