"""Cancelling a showing, and with it its bookings: first what that means, and why."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.admin.payments import Refund, refunds_of, refunds_of_showing
from bookings.booking import cancel_seance
from bookings.models import Booking, BookingStatus, Ticket
from bookings.reasons import OF_SHOWING, ReasonForm
from bookings.vacancy import LIVE
from cinema.admin import ServiceAdmin, money
from cinema.refusals import Refused
from movies.models import Seance


@dataclass(frozen=True)
class Consequences:
    """What is cancelled along with a showing; `total` of the `refunds`."""

    bookings: int
    tickets: int
    emails: int
    without_email: int
    total: str
    refunds: list[Refund]


def consequences(seance: Seance) -> Consequences:
    """As it looks now; somebody may buy until it is done."""
    sold = Booking.objects.filter(seance=seance, status=BookingStatus.CONFIRMED)
    told = sold.aggregate(emails=Count("pk", filter=~Q(email="")), all=Count("pk"))
    tickets = Ticket.objects.filter(LIVE, seance=seance)
    live = tickets.exclude(booking__status=BookingStatus.BLOCKED).aggregate(
        tickets=Count("*"), bookings=Count("booking", distinct=True)
    )
    refunds = refunds_of_showing(seance.pk)
    return Consequences(
        **live,
        emails=told["emails"],
        without_email=told["all"] - told["emails"],
        total=money(sum(refund.amount for refund in refunds)),
        refunds=refunds,
    )


class CancellingSeanceAdmin(ServiceAdmin):
    def may_cancel(self, request: HttpRequest, seance: Seance) -> bool:
        """It cancels the showing's bookings too, so both are needed."""
        return self.has_change_permission(request, seance) and request.user.has_perm(
            "bookings.change_booking"
        )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.cancel_view)
        return [
            path("<int:seance_id>/cancel/", view, name="movies_seance_cancel"),
            *super().get_urls(),
        ]

    def cancel_view(self, request: HttpRequest, seance_id: int) -> HttpResponse:
        """Asks why, then cancels the showing and its bookings."""
        seance = self.get_object(request, str(seance_id))
        if seance is None:
            return redirect("admin:movies_seance_changelist")
        if not self.may_cancel(request, seance):
            raise PermissionDenied
        form = ReasonForm(OF_SHOWING, request.POST if request.method == "POST" else None)
        if form.is_valid():
            return self._cancel(request, seance, form.reason)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "object": seance,
            "title": _("Cancel the showing"),
            "along": consequences(seance),
            "form": form,
        }
        return TemplateResponse(request, "movies/admin/seance_cancel.html", context)

    def _cancel(self, request: HttpRequest, seance: Seance, reason: str) -> HttpResponse:
        try:
            cancelled = cancel_seance(seance.pk, by_id=request.user.pk, reason=reason)
        except Refused as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return redirect("admin:movies_seance_changelist")
        bookings = sum(one.bookings for one in cancelled)
        message = ngettext(
            "The showing is cancelled, and with it %(count)d booking.",
            "The showing is cancelled, and with it %(count)d bookings.",
            bookings,
        )
        self.message_user(request, message % {"count": bookings}, messages.SUCCESS)
        for refund in refunds_of(cancelled):
            sentence = _("To be paid back: %(refund)s.") % {"refund": refund.written}
            self.message_user(request, sentence, messages.WARNING)
        return redirect(reverse("admin:movies_seance_change", args=[seance.pk]))
