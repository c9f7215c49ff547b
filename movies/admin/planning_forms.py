"""What the pages of planning ask: a film in halls on days at times, or days to copy."""

import re
from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cinema.api.fields import BIGINT
from movies import business_day
from movies.admin.day_fields import NIGHT_BELONGS_TO_DAY, ClockField, DayField
from movies.admin.film_choice import film_choices
from movies.models import Format, Hall, Movie, Seance
from movies.planning import MOST_SHOWINGS, Wanted, times_that_fit
from movies.refusals import TooManyShowings

MOST_DAYS = 92
WEEKEND = (5, 6)
LONGEST_TIMES = 24 * 12 * len("10:00, ")  # all that can be suggested: one in five minutes

_SEPARATORS = re.compile(r"[\s,;]+")
_CLOCK = re.compile(r"(?P<hour>\d{1,2})(?:[:.\-hч]?(?P<minute>\d\d))?", re.ASCII)


class PriceField(forms.DecimalField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_digits=10, decimal_places=2, **kwargs)


class TimesField(forms.CharField):
    """Times of a day as people write them: `10:00, 12.30 1500 18`."""

    def clean(self, value: Any) -> list[time]:
        parts = [part for part in _SEPARATORS.split(super().clean(value)) if part]
        if not parts and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        times = {_time(part) for part in parts}
        return sorted(times, key=lambda clock: (clock < business_day.DAY_BEGINS, clock))


class PlanningForm(forms.Form):
    """A film × halls × days × times."""

    movie = forms.IntegerField(
        label=capfirst(gettext_lazy("film")),
        min_value=1,
        max_value=BIGINT,
        error_messages={"required": gettext_lazy("Choose a film.")},
        widget=forms.Select(attrs={"size": 9}),
    )
    halls = forms.TypedMultipleChoiceField(
        label=capfirst(gettext_lazy("halls")),
        coerce=int,
        error_messages={"required": gettext_lazy("Choose at least one hall.")},
        widget=forms.CheckboxSelectMultiple,
    )
    since = DayField(label=gettext_lazy("From"))
    until = DayField(label=gettext_lazy("To (that day included)"))
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days of the week"),
        coerce=int,
        choices=list(WEEKDAYS_ABBR.items()),
        error_messages={"required": gettext_lazy("Choose at least one day of the week.")},
        widget=forms.CheckboxSelectMultiple,
    )
    times = TimesField(
        label=gettext_lazy("Times"),
        max_length=LONGEST_TIMES,
        widget=forms.TextInput(attrs={"placeholder": "10:00, 12:30 15:00", "autocomplete": "off"}),
        help_text=NIGHT_BELONGS_TO_DAY,
        error_messages={"required": gettext_lazy("Write at least one time.")},
    )
    first = ClockField(label=gettext_lazy("The first begins at"), required=False)
    last_end = ClockField(label=gettext_lazy("the last ends by"), required=False)
    price = PriceField(label=capfirst(gettext_lazy("base price")))
    weekend_price = PriceField(
        label=gettext_lazy("Price on Saturdays and Sundays"),
        required=False,
        help_text=gettext_lazy("Empty: the same."),
    )
    format = forms.ChoiceField(
        label=capfirst(gettext_lazy("format")), choices=[(name, name) for name in Format.values]
    )
    language = Seance._meta.get_field("language").formfield(
        widget=forms.TextInput(attrs={"size": 6})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hall_of = {hall.pk: hall for hall in Hall.objects.all()}
        halls: Any = self.fields["halls"]
        halls.choices = [(hall.pk, hall.name) for hall in self.hall_of.values()]
        movie: Any = self.fields["movie"].widget
        movie.choices = film_choices(also=_key(self["movie"].value()))

    def clean_movie(self) -> Movie:
        movie = Movie.objects.filter(pk=self.cleaned_data["movie"]).first()
        if movie is None:
            raise ValidationError(_("There is no such film any more."))
        return movie

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("since") and cleaned.get("until") and cleaned.get("weekdays"):
            try:
                cleaned["days"] = _days(cleaned["since"], cleaned["until"], cleaned["weekdays"])
            except ValidationError as error:
                self.add_error("until", error)
        if not self.errors:
            count = len(cleaned["days"]) * len(cleaned["halls"]) * len(cleaned["times"])
            if count > MOST_SHOWINGS:
                self.add_error(None, str(TooManyShowings(count, MOST_SHOWINGS)))
        return cleaned

    @property
    def wanted(self) -> list[Wanted]:
        """By day, then hall, then time."""
        cleaned = self.cleaned_data
        return [
            Wanted(
                movie_id=cleaned["movie"].pk,
                hall_id=hall,
                starts_at=business_day.at(day, clock),
                price=self._price(day),
                format=cleaned["format"],
                language=cleaned["language"],
            )
            for day in cleaned["days"]
            for hall in cleaned["halls"]
            for clock in cleaned["times"]
        ]

    def suggested_times(self) -> str | None:
        """As often as the film fits; None while it isn't known what has to fit into what."""
        self.full_clean()
        known = self.cleaned_data
        names = ("movie", "halls", "first", "last_end")
        if not all(known.get(name) is not None for name in names):
            return None
        times = times_that_fit(
            movie=known["movie"],
            halls=[self.hall_of[hall] for hall in known["halls"]],
            first=known["first"],
            last_end=known["last_end"],
        )
        return ", ".join(f"{clock:%H:%M}" for clock in times)

    def _price(self, day: date) -> Any:
        usual, weekend = self.cleaned_data["price"], self.cleaned_data["weekend_price"]
        return weekend if day.weekday() in WEEKEND and weekend is not None else usual


class CopyForm(forms.Form):
    """A day or a week, and where it is copied to."""

    SPANS = ((1, gettext_lazy("a day")), (7, gettext_lazy("a week")))

    source = DayField(label=gettext_lazy("Copy from"))
    days = forms.TypedChoiceField(
        label=gettext_lazy("How much"), coerce=int, choices=SPANS, widget=forms.RadioSelect
    )
    to = DayField(label=gettext_lazy("to (its first day)"))

    def add_prefix(self, field_name: str) -> str:
        """`from` in addresses; it is no name in Python."""
        return super().add_prefix("from" if field_name == "source" else field_name)


def next_monday(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())


def _time(part: str) -> time:
    written = _CLOCK.fullmatch(part)
    if written and int(written["hour"]) < 24 and int(written["minute"] or 0) < 60:
        return time(int(written["hour"]), int(written["minute"] or 0))
    raise ValidationError(
        _("“%(part)s” is not a time of the day. Write times such as 10:00, 12:30, 18:00.")
        % {"part": part[:20]}
    )


def _days(since: date, until: date, weekdays: list[int]) -> list[date]:
    length = (until - since).days + 1
    if length < 1:
        raise ValidationError(_("The last day is before the first."))
    if length > MOST_DAYS:
        raise ValidationError(
            ngettext(
                "At most %(count)d day is planned at once.",
                "At most %(count)d days are planned at once.",
                MOST_DAYS,
            )
            % {"count": MOST_DAYS}
        )
    days = [since + timedelta(days=number) for number in range(length)]
    chosen = [day for day in days if day.weekday() in weekdays]
    if not chosen:
        raise ValidationError(_("None of these days is one of the chosen days of the week."))
    return chosen


def _key(value: Any) -> int | None:
    text = str(value)
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= 18 else None
