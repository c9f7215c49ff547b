"""What the page of the schedule is sent: a move, and a new showing."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from cinema.api.fields import BIGINT, moment
from movies import business_day
from movies.admin.day_fields import NIGHT_BELONGS_TO_DAY, ClockField, DayField
from movies.admin.seance import SeanceForm


class InstantField(forms.CharField):
    """A time with its offset: the browser counts on the axis, where no hour is there twice."""

    default_error_messages = {"invalid": gettext_lazy("That is not a time of a showing.")}

    def clean(self, value: Any) -> datetime:
        instant = moment(super().clean(value))
        if instant is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return instant


class KeyField(forms.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=BIGINT, **kwargs)


class MoveForm(forms.Form):
    """`from_…`: where the showing was when it was taken hold of."""

    seance = KeyField(label=capfirst(gettext_lazy("showing")))
    hall = KeyField(label=capfirst(gettext_lazy("hall")))
    starts_at = InstantField(label=capfirst(gettext_lazy("starts")))
    from_hall = KeyField(label=capfirst(gettext_lazy("hall")))
    from_starts_at = InstantField(label=capfirst(gettext_lazy("starts")))


class ShowingForm(SeanceForm):
    """A new showing, on a day of the cinema: see `movies.business_day`."""

    day = DayField(label=gettext_lazy("Day"))
    time = ClockField(label=gettext_lazy("Time"), help_text=NIGHT_BELONGS_TO_DAY)

    field_order = ["movie", "hall", "day", "time", "price", "format", "language"]

    class Meta(SeanceForm.Meta):
        fields = ["movie", "hall", "price", "format", "language"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "day" in cleaned and "time" in cleaned:
            starts_at = business_day.at(cleaned["day"], cleaned["time"])
            if unclear := business_day.unclear(starts_at):
                self.add_error("time", str(unclear))
            cleaned["starts_at"] = starts_at
        return cleaned

    @property
    def showing(self) -> dict[str, Any]:
        """What `seance_schedule` takes."""
        cleaned = self.cleaned_data
        names = ("price", "format", "language", "starts_at")
        hall = cleaned["hall"]
        return {
            "movie_id": cleaned["movie"].pk,
            "hall_id": hall.pk if hall else None,
            "for_sale": True,
            **{name: cleaned[name] for name in names},
        }


def told(form: forms.BaseForm) -> str:
    """Its mistakes as sentences, for who has the form still before them."""
    said = []
    for name, errors in form.errors.items():
        label = f"{form.fields[name].label}: " if name in form.fields else ""
        said += [f"{label}{error}" for error in errors]
    return " ".join(said)
