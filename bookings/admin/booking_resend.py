"""Sending a booking's tickets once more, perhaps to a corrected address."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models import Booking, BookingStatus
from bookings.notices import resend
from cinema.refusals import Refused
from cinema.site import answer, page


class ResendForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("Email"),
        max_length=254,
        help_text=gettext_lazy("A corrected address stays with the booking."),
        widget=forms.EmailInput(attrs={"size": 40, "autocomplete": "off"}),
    )


@page(
    "bookings/<uuid:key>/resend/",
    name="booking_resend",
    title=gettext_lazy("Resend the tickets"),
    permission="bookings.change_booking",
)
def resend_tickets(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    sold = Booking.objects.filter(pk=key, status=BookingStatus.CONFIRMED)
    booking = sold.select_related("seance__movie", "seance__hall").first()
    if booking is None:
        messages.error(request, _("There is no such booking, or it is not sold."))
        return redirect("admin:bookings_booking_changelist")
    form = ResendForm(request.POST or None, initial={"email": booking.email})
    if not form.is_valid() or not _resent(request, booking, form):
        context = {"title": _("Resend the tickets"), "booking": booking, "form": form}
        return answer(request, "bookings/admin/booking_resend.html", context)
    return redirect("admin:bookings_booking_change", key)


def _resent(request: HttpRequest, booking: Booking, form: ResendForm) -> bool:
    email = form.cleaned_data["email"]
    try:
        resend(booking_id=booking.pk, email=email)
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, _("The tickets will be sent to %(email)s.") % {"email": email})
    return True
