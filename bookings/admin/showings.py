"""The showings that the box office chooses from: those of a day, or what a search finds."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cinema.admin import money
from cinema.api.fields import EARLIEST, LATEST
from movies.admin.occupancy import with_occupancy
from movies.business_day import bounds, day_of
from movies.models import Seance, SeanceStatus, Seat

MOST_FOUND = 50


class ChoiceForm(forms.Form):
    """Which showings to list."""

    q = forms.CharField(label=gettext_lazy("Time, film or hall"), required=False, max_length=100)
    day = forms.DateField(
        label=gettext_lazy("Day"),
        required=False,
        widget=forms.DateInput(
            attrs={"type": "date", "aria-label": gettext_lazy("Day")}, format="%Y-%m-%d"
        ),
        input_formats=["%Y-%m-%d"],
    )

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day and not EARLIEST.date() < day < LATEST.date():
            raise forms.ValidationError(_("A showing starts between 1970 and 2200."))
        return day


@dataclass(frozen=True)
class Showing:
    """A line of the list."""

    seance: Any  # with its counts
    cheapest: str

    @property
    def pk(self) -> int:
        return int(self.seance.pk)

    @property
    def time(self) -> str:
        return f"{timezone.localtime(self.seance.starts_at):%H:%M}"

    @property
    def is_cancelled(self) -> bool:
        return bool(self.seance.status == SeanceStatus.CANCELLED)

    @property
    def found_by(self) -> str:
        """What may be typed to find it."""
        seance = self.seance
        parts = (self.time, seance.movie.name, seance.movie.original_title, seance.hall.name)
        return " ".join(part for part in parts if part).lower()


@dataclass(frozen=True)
class Choice:
    """What is listed. `day`: None when a search looked beyond it."""

    form: ChoiceForm
    showings: list[Showing]
    day: date | None
    today: date
    is_cut: bool = False

    @property
    def has_links(self) -> bool:
        """False late in the evening: then the list itself must take the focus, to be scrolled."""
        return any(showing.seance.on_sale for showing in self.showings)

    @property
    def listed_day(self) -> date:
        return self.day or self.today

    @property
    def before(self) -> date:
        return self.listed_day - timedelta(days=1)

    @property
    def after(self) -> date:
        return self.listed_day + timedelta(days=1)


def choose(asked: Any) -> Choice:
    """The showings of `asked["day"]`, today if there is none; those that match `asked["q"]`. When
    none of the day matches, those of all days to come."""
    today = day_of(timezone.now())
    form = ChoiceForm({"q": asked.get("q", ""), "day": asked.get("day") or today.isoformat()})
    valid = form.is_valid()
    day = (form.cleaned_data.get("day") if valid else None) or today
    words = form.cleaned_data.get("q", "").lower().split()
    listed = [showing for showing in _of_day(day) if _matches(showing, words)]
    if listed or not words:
        return Choice(form, listed, day, today)
    found = _coming(form.cleaned_data["q"])
    return Choice(form, found[:MOST_FOUND], None, today, is_cut=len(found) > MOST_FOUND)


def _of_day(day: date) -> list[Showing]:
    begins, ends = bounds(day)
    return _lines(Seance.objects.filter(starts_at__gte=begins, starts_at__lt=ends))


def _coming(text: str) -> list[Showing]:
    return _lines(
        Seance.future().filter(
            Q(movie__name__icontains=text)
            | Q(movie__original_title__icontains=text)
            | Q(hall__name__icontains=text)
        )
    )


def _lines(seances: QuerySet[Seance]) -> list[Showing]:
    on_sale = Exists(Seance.future().filter(pk=OuterRef("pk")))
    counted = with_occupancy(seances).annotate(on_sale=on_sale).select_related("movie", "hall")
    found = list(counted.order_by("starts_at", "id")[: 10 * MOST_FOUND])
    surcharges = _lowest_surcharges({seance.hall_id for seance in found})
    return [
        Showing(seance, money(seance.price + surcharges.get(seance.hall_id, 0))) for seance in found
    ]


def _lowest_surcharges(halls: set[int]) -> dict[int, Any]:
    seats = Seat.objects.filter(hall__in=halls).order_by().values_list("hall")
    return dict(seats.annotate(Min("category__surcharge")))


def _matches(showing: Showing, words: list[str]) -> bool:
    return all(word in showing.found_by for word in words)
