"""A day of the cinema and a time of its clock, as forms ask for them."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from movies.business_day import FIRST_DAY, LAST_DAY

NIGHT_BELONGS_TO_DAY = gettext_lazy("Before 06:00 it is the night after that day.")


class DayField(forms.DateField):
    """A day in the years that showings can have."""

    def __init__(self, **kwargs: Any) -> None:
        limits = {"min": FIRST_DAY.isoformat(), "max": LAST_DAY.isoformat()}
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **limits})
        super().__init__(input_formats=["%Y-%m-%d"], widget=widget, **kwargs)

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(_("A showing starts between 1970 and 2200."))
        return day


class ClockField(forms.TimeField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        super().__init__(input_formats=["%H:%M", "%H:%M:%S"], widget=widget, **kwargs)
