"""The box office: choose a showing, tick seats on the hall's map, sell.

Sales go through `book`, which must not run inside a transaction (see `past_expired_holds`): so
these are views of their own, not the admin's form view.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bookings.booked import Booked
from bookings.booking import book
from bookings.claiming import Order
from bookings.models import Booking, BookingStatus, Ticket
from bookings.refusals import SeatsTaken
from cinema.admin import money
from cinema.refusals import Refused
from movies.admin import seatmap
from movies.admin.occupancy import with_occupancy
from movies.admin.seatmap import SeatMap
from movies.models import Seance, SeanceStatus

if TYPE_CHECKING:
    from bookings.admin.booking import BookingAdmin


SAME_SALE = timedelta(minutes=10)


class ChoiceForm(forms.Form):
    """Which showings to choose from."""

    q = forms.CharField(label=gettext_lazy("Film or hall"), required=False, max_length=100)


class SaleForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("Email"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("The buyer's, if they want to find the booking again."),
    )
    seats = forms.TypedMultipleChoiceField(
        coerce=int,
        error_messages={"required": gettext_lazy("Choose at least one seat.")},
    )

    def __init__(self, hall: SeatMap, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seats: Any = self.fields["seats"]
        seats.choices = [(place.seat.pk, str(place.seat)) for place in hall.places]

    def clean_seats(self) -> list[int]:
        seats: list[int] = self.cleaned_data["seats"]
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


class BoxOffice:
    """The views, for the page of bookings that they belong to."""

    SHOWINGS_PER_PAGE = 30

    def __init__(self, page: "BookingAdmin") -> None:
        self.page = page

    def view(self, request: HttpRequest) -> HttpResponse:
        if not self.page.may_sell(request):
            raise PermissionDenied
        wanted = request.GET.get("seance")
        if wanted is None:
            return self._choose(request)
        seance = _find(wanted)
        if seance is None:
            messages.error(request, _("There is no such showing."))
            return redirect("admin:bookings_booking_sell")
        return (
            self._sell(request, seance) if request.method == "POST" else self._map(request, seance)
        )

    def _choose(self, request: HttpRequest) -> HttpResponse:
        form = ChoiceForm(request.GET)
        showings = with_occupancy(Seance.future()).select_related("movie", "hall")
        if form.is_valid() and (text := form.cleaned_data["q"]):
            showings = showings.filter(
                Q(movie__name__icontains=text)
                | Q(movie__original_title__icontains=text)
                | Q(hall__name__icontains=text)
            )
        pages = Paginator(showings.order_by("starts_at", "id"), self.SHOWINGS_PER_PAGE)
        shown = pages.get_page(request.GET.get("p"))
        context = {
            "title": _("Sell tickets"),
            "form": form,
            "shown": shown,
        }
        return self._answer(request, "bookings/admin/choose_seance.html", context)

    def _map(
        self,
        request: HttpRequest,
        seance: Seance,
        form: SaleForm | None = None,
        taken: Iterable[int] = (),
    ) -> HttpResponse:
        """`form`: what was asked for and couldn't be done; `taken`: seats that were lost."""
        hall = seatmap.of_seance(seance)
        asked = form.data.getlist("seats") if form else []  # type: ignore[attr-defined]
        context = {
            "title": _("Sell tickets"),
            "subtitle": str(seance),
            "seance": seance,
            "map": hall,
            "form": form or SaleForm(hall),
            "chosen": {place.seat.pk for place in hall.places if str(place.seat.pk) in asked},
            "lost": [str(place.seat) for place in hall.places if place.seat.pk in set(taken)],
            "on_sale": Seance.future().filter(pk=seance.pk).exists(),
            "is_cancelled": seance.status == SeanceStatus.CANCELLED,
            "link_bookings": self.page.has_view_permission(request),
        }
        return self._answer(request, "bookings/admin/sell.html", context)

    def _sell(self, request: HttpRequest, seance: Seance) -> HttpResponse:
        form = SaleForm(seatmap.of_seance(seance), request.POST)
        if not form.is_valid():
            return self._map(request, seance, form)
        order = Order(
            seance_id=seance.pk,
            seat_ids=form.cleaned_data["seats"],
            email=form.cleaned_data["email"],
            sold_by_id=request.user.pk,
        )
        try:
            booked = book(order)
        except SeatsTaken as refused:
            if earlier := _sold_already(order, refused):
                messages.warning(
                    request, _("You have just sold these seats; nothing was sold twice.")
                )
                return self._sold(request, earlier)
            return self._map(request, seance, form, refused.seats)
        except Refused as refused:
            form.add_error(None, str(refused))
            return self._map(request, seance, form)
        booking = Booking.objects.get(pk=booked.id)
        self.page.log_addition(request, booking, [{"added": {}}])
        messages.success(request, _told(booked))
        return self._sold(request, booking)

    def _sold(self, request: HttpRequest, booking: Booking) -> HttpResponse:
        if self.page.has_view_permission(request):
            return redirect(reverse("admin:bookings_booking_change", args=[booking.pk]))
        return redirect("admin:bookings_booking_sell")

    def _answer(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        shared = {
            **self.page.admin_site.each_context(request),
            "opts": self.page.opts,
            "currency": settings.CURRENCY,
        }
        return TemplateResponse(request, template, {**shared, **context})


def _find(key: str) -> Seance | None:
    if not key.isdecimal() or len(key) > 18:
        return None
    return Seance.objects.select_related("movie", "hall").filter(pk=int(key)).first()


def _sold_already(order: Order, refused: SeatsTaken) -> Booking | None:
    """The same sale of a moment ago: the button was pressed twice, or the page sent again."""
    if refused.seats != sorted(order.seat_ids):
        return None
    ticket = (
        Ticket.objects.select_related("booking")
        .filter(
            seance=order.seance_id,
            seat=order.seat_ids[0],
            released_at__isnull=True,
            booking__sold_by=order.sold_by_id,
            booking__email=order.email,
            booking__status=BookingStatus.CONFIRMED,
            booking__created_at__gt=Now() - SAME_SALE,
        )
        .first()
    )
    if ticket is None:
        return None
    seats = ticket.booking.tickets.order_by("seat").values_list("seat", flat=True)
    return ticket.booking if list(seats) == refused.seats else None


def _told(booked: Booked) -> str:
    codes = ", ".join(ticket.code for ticket in booked.tickets)
    return ngettext(
        "%(count)d ticket sold for %(total)s: %(codes)s",
        "%(count)d tickets sold for %(total)s: %(codes)s",
        len(booked.tickets),
    ) % {"count": len(booked.tickets), "total": money(booked.total), "codes": codes}
