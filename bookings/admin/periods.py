"""The days that somebody asks about: a late showing's sales are the evening's, as it is itself."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from movies.business_day import bounds, day_of

LONGEST = 92
EARLIEST, LATEST = date(1970, 1, 2), date(2199, 12, 31)


@dataclass(frozen=True)
class Period:
    """From the beginning of `first` to the end of `last`, both of them days of the cinema."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        return bounds(self.first)[0]

    @property
    def until(self) -> datetime:
        return bounds(self.last)[1]

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    @property
    def is_over(self) -> bool:
        return self.last < today()

    @property
    def before(self) -> "Period":
        """As long, and just before."""
        length = timedelta(days=len(self.days))
        return Period(self.first - length, self.last - length)

    @property
    def after(self) -> "Period":
        length = timedelta(days=len(self.days))
        return Period(self.first + length, self.last + length)

    @property
    def query(self) -> str:
        return f"first={self.first:%Y-%m-%d}&last={self.last:%Y-%m-%d}"


class PeriodForm(forms.Form):
    first = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=gettext_lazy("To, included"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def clean(self) -> dict[str, date]:
        cleaned: dict[str, date] = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last:
            if not EARLIEST <= first <= last <= LATEST:
                raise forms.ValidationError(_("The first day comes before the last."))
            if (last - first).days >= LONGEST:
                raise forms.ValidationError(_("At most %(days)d days at once.") % {"days": LONGEST})
        return cleaned


def asked(request: HttpRequest) -> tuple[PeriodForm, Period]:
    """What was asked for; today when nothing was, or nothing that makes sense."""
    now = today()
    form = PeriodForm(request.GET if "first" in request.GET else {"first": now, "last": now})
    if form.is_valid():
        return form, Period(form.cleaned_data["first"], form.cleaned_data["last"])
    return form, Period(now, now)


def today() -> date:
    """The cinema's."""
    return day_of(timezone.now())
