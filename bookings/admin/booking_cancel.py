"""Cancelling bookings: one, or several chosen in the list, for a reason."""

import uuid
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bookings import staff
from bookings.admin.naming import seats_by_row
from bookings.admin.payments import Refund, refunds, refunds_of
from bookings.admin.states import LIVE_STATES
from bookings.booking import Cancelled, cancel_once
from bookings.models import Booking, BookingStatus
from bookings.reasons import OF_BOOKING, ReasonForm
from cinema.admin import ReadOnlyAdmin
from cinema.refusals import Refused


class CancellingAdmin(ReadOnlyAdmin):
    """Bookings come with `state_now`."""

    actions = ["cancel_selected"]

    def has_cancel_permission(self, request: HttpRequest) -> bool:
        return staff.may_cancel(request.user)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.cancel_view)
        return [
            path("<uuid:key>/cancel/", view, name="bookings_booking_cancel"),
            *super().get_urls(),
        ]

    def cancel_view(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        """Asks why, then cancels the booking."""
        booking = self.get_object(request, str(key))
        if booking is None:
            return redirect("admin:bookings_booking_changelist")
        if not self.has_cancel_permission(request):
            raise PermissionDenied
        form = ReasonForm(OF_BOOKING, request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return self._ask(request, [booking], form)
        self._cancel(request, [booking], form.reason)
        return redirect(reverse("admin:bookings_booking_change", args=[key]))

    @admin.action(permissions=["cancel"], description=gettext_lazy("Cancel selected bookings"))
    def cancel_selected(
        self, request: HttpRequest, queryset: QuerySet[Booking]
    ) -> HttpResponse | None:
        bookings = list(queryset.select_related("seance__movie", "seance__hall"))
        form = ReasonForm(OF_BOOKING, request.POST if "confirmed" in request.POST else None)
        if not form.is_valid():
            return self._ask(request, bookings, form)
        self._cancel(request, bookings, form.reason)
        return None

    def _ask(self, request: HttpRequest, bookings: list[Any], form: ReasonForm) -> HttpResponse:
        live = [booking for booking in bookings if booking.state_now in LIVE_STATES]
        told = [b for b in live if b.email and b.state_now == BookingStatus.CONFIRMED]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Cancel the booking") if len(bookings) == 1 else _("Cancel bookings"),
            "bookings": [(booking, seats_by_row(booking)) for booking in bookings],
            "refunds": refunds(live),
            "used": any(ticket.checked_in_at for b in live for ticket in b.tickets.all()),
            "told": len(told),
            "form": form,
            "from_list": "action" in request.POST,
            "over": not live,
        }
        return TemplateResponse(request, "bookings/admin/cancel.html", context)

    def _cancel(self, request: HttpRequest, bookings: list[Any], reason: str) -> None:
        """Each by itself: one that can't be cancelled doesn't keep the others."""
        done: list[Cancelled] = []
        for booking in bookings:
            if booking.state_now not in LIVE_STATES:
                continue
            try:
                cancelled = cancel_once(booking.pk, by_id=request.user.pk, reason=reason)
            except Refused as refused:
                self.message_user(request, f"{booking}: {refused}", messages.ERROR)
                continue
            if cancelled is not None:
                done.append(cancelled)
        self._tell(request, len(done), refunds_of(done))

    def _tell(self, request: HttpRequest, cancelled: int, back: list[Refund]) -> None:
        message = ngettext(
            "%(count)d booking is cancelled; its seats can be sold again.",
            "%(count)d bookings are cancelled; their seats can be sold again.",
            cancelled,
        )
        level = messages.SUCCESS if cancelled else messages.WARNING
        self.message_user(request, message % {"count": cancelled}, level)
        for refund in back:
            sentence = _("To be paid back: %(refund)s.") % {"refund": refund.written}
            self.message_user(request, sentence, messages.WARNING)
