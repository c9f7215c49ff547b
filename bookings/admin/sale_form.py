"""What the box office is asked to sell."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bookings.models import PaidBy
from cinema.admin import money
from movies.admin.seatmap import SeatMap


class AmountField(forms.DecimalField):
    """Money as people type it: `1 250,50` as well as `1250.50`, whatever the language."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Any:
        return super().to_python("".join(str(value or "").split()).replace(",", "."))


class SaleForm(forms.Form):
    """`key`: made with the form; a form that is sent twice sells once. `total`: what the page's
    script has shown; without scripts nothing was."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    total = forms.DecimalField(
        required=False, max_digits=12, decimal_places=2, widget=forms.HiddenInput
    )
    seats = forms.TypedMultipleChoiceField(
        coerce=int,
        error_messages={"required": gettext_lazy("Choose at least one seat.")},
    )
    paid_by = forms.ChoiceField(
        label=gettext_lazy("Paid"), choices=PaidBy, widget=forms.RadioSelect, initial=PaidBy.CASH
    )
    given = AmountField(
        label=gettext_lazy("Given"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 8}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Only if the buyer wants the tickets by email, too."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, hall: SeatMap, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prices = {place.seat.pk: place.price or Decimal() for place in hall.places}
        seats: Any = self.fields["seats"]
        seats.choices = [(place.seat.pk, str(place.seat)) for place in hall.places]

    def clean_seats(self) -> list[int]:
        seats: list[int] = list(dict.fromkeys(self.cleaned_data["seats"]))
        if len(seats) > settings.BOOKING_MAX_SEATS:
            raise forms.ValidationError(
                ngettext(
                    "A booking has at most %(count)d seat.",
                    "A booking has at most %(count)d seats.",
                    settings.BOOKING_MAX_SEATS,
                )
                % {"count": settings.BOOKING_MAX_SEATS}
            )
        return seats

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        given = cleaned.get("given")
        total = sum((self._prices[seat] for seat in cleaned.get("seats", ())), Decimal())
        if cleaned.get("paid_by") != PaidBy.CASH:
            cleaned["given"] = None
        elif given is not None and given < total:
            self.add_error("given", _("It is less than %(total)s.") % {"total": money(total)})
        return cleaned
