"""Bookings: finding them, reading them, cancelling them. They are made by selling only."""

import uuid
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bookings import staff
from bookings.admin.search import search
from bookings.admin.selling import BoxOffice
from bookings.admin.states import BOOKING_STATE, HOLD_IS_OVER
from bookings.admin.ticket import TicketInline
from bookings.booking import cancel
from bookings.models import Booking, BookingStatus, Ticket
from cinema.admin import ReadOnlyAdmin, moment, money
from cinema.refusals import Refused

LIVE_STATES = (BookingStatus.HELD, BookingStatus.CONFIRMED)


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("status")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return BookingStatus.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Booking]) -> QuerySet[Booking]:
        value = self.value()
        if value is None:
            return queryset
        if value == BookingStatus.EXPIRED:
            return queryset.filter(Q(status=value) | HOLD_IS_OVER)
        return queryset.filter(~HOLD_IS_OVER, status=value)


class SellerFilter(admin.SimpleListFilter):
    title = gettext_lazy("sold by")
    parameter_name = "seller"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [("me", _("me")), ("staff", _("the box office")), ("buyer", _("the buyer, online"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Booking]) -> QuerySet[Booking]:
        conditions = {
            "me": Q(sold_by=request.user.pk),
            "staff": Q(sold_by__isnull=False),
            "buyer": Q(sold_by__isnull=True),
        }
        return queryset.filter(conditions.get(self.value() or "", Q()))


@admin.register(Booking)
class BookingAdmin(ReadOnlyAdmin):
    list_display = ["short_id", "showing", "seats", "amount", "state", "email", "made", "seller"]
    list_select_related = ["seance__movie", "seance__hall", "sold_by"]
    list_filter = [StateFilter, SellerFilter, "created_at"]
    search_fields = ["id"]  # makes the search box appear; see get_search_results
    search_help_text = gettext_lazy(
        "An email or how it begins, a ticket's code, or a booking's id or how it begins."
    )
    sortable_by = ()
    actions = ["cancel_selected"]
    inlines = [TicketInline]
    fields = [
        "id",
        "seance",
        "state",
        "email",
        "amount",
        "sold_by",
        "created_at",
        "expires_at",
        "confirmed_at",
        "cancelled_at",
    ]
    readonly_fields = ["id", "state", "amount"]
    change_list_template = "bookings/admin/booking_change_list.html"
    change_form_template = "bookings/admin/booking_change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Booking]:
        tickets = Ticket.objects.select_related("seat").order_by("id")
        return (
            super()
            .get_queryset(request)
            .annotate(state_now=BOOKING_STATE)
            .prefetch_related(Prefetch("tickets", queryset=tickets))
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Booking], bool]:
        return search(queryset, search_term), False

    def may_sell(self, request: HttpRequest) -> bool:
        return staff.may_sell(request.user)

    def has_cancel_permission(self, request: HttpRequest) -> bool:
        return staff.may_cancel(request.user)

    @admin.display(description=gettext_lazy("booking"))
    def short_id(self, booking: Booking) -> str:
        return str(booking.pk)[:8]

    @admin.display(description=gettext_lazy("showing"))
    def showing(self, booking: Booking) -> str:
        return str(booking.seance)

    @admin.display(description=gettext_lazy("seats"))
    def seats(self, booking: Booking) -> str:
        return seats_by_row(booking)

    @admin.display(description=gettext_lazy("total"))
    def amount(self, booking: Booking) -> str:
        return money(booking.total)

    @admin.display(description=gettext_lazy("status"))
    def state(self, booking: Any) -> str:
        return str(BookingStatus(booking.state_now).label)

    @admin.display(description=gettext_lazy("made"))
    def made(self, booking: Booking) -> str:
        return moment(booking.created_at)

    @admin.display(description=gettext_lazy("sold by"))
    def seller(self, booking: Booking) -> str:
        return str(booking.sold_by or "")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        box_office = BoxOffice(self)
        return [
            path("sell/", wrap(box_office.view), name="bookings_booking_sell"),
            path("<uuid:key>/cancel/", wrap(self.cancel_view), name="bookings_booking_cancel"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {**(extra_context or {}), "may_sell": self.may_sell(request)}
        return super().changelist_view(request, context)

    def page_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        live = obj.state_now in LIVE_STATES
        return {"may_cancel": live and self.has_cancel_permission(request)}

    def cancel_view(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        """Asks once more, then cancels the booking."""
        booking = self.get_object(request, str(key))
        if booking is None:
            return redirect("admin:bookings_booking_changelist")
        if not self.has_cancel_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._confirm(request, [booking])
        self._cancel(request, [booking])
        return redirect(reverse("admin:bookings_booking_change", args=[key]))

    @admin.action(permissions=["cancel"], description=gettext_lazy("Cancel selected bookings"))
    def cancel_selected(
        self, request: HttpRequest, queryset: QuerySet[Booking]
    ) -> HttpResponse | None:
        bookings = list(queryset)
        if "confirmed" not in request.POST:
            return self._confirm(request, bookings)
        self._cancel(request, bookings)
        return None

    def _confirm(self, request: HttpRequest, bookings: list[Booking]) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Cancel the booking") if len(bookings) == 1 else _("Cancel bookings"),
            "bookings": [(booking, seats_by_row(booking)) for booking in bookings],
            "from_list": "action" in request.POST,
        }
        return TemplateResponse(request, "bookings/admin/cancel.html", context)

    def _cancel(self, request: HttpRequest, bookings: list[Any]) -> None:
        """Each by itself: one that can't be cancelled doesn't keep the others."""
        cancelled = 0
        for booking in bookings:
            if booking.state_now not in LIVE_STATES:
                continue
            try:
                cancelled += (
                    cancel(booking.pk, by_id=request.user.pk).status == BookingStatus.CANCELLED
                )
            except Refused as refused:
                self.message_user(request, f"{booking}: {refused}", messages.ERROR)
                continue
            self.log_change(request, booking, _("Cancelled."))
        message = ngettext(
            "%(count)d booking is cancelled; its seats can be sold again.",
            "%(count)d bookings are cancelled; their seats can be sold again.",
            cancelled,
        )
        level = messages.SUCCESS if cancelled else messages.WARNING
        self.message_user(request, message % {"count": cancelled}, level)


def seats_by_row(booking: Booking) -> str:
    """As short as it can be read: `row 5: 7, 8; row 6: 1`."""
    rows: dict[str, list[str]] = {}
    for ticket in booking.tickets.all():
        rows.setdefault(ticket.seat.row, []).append(str(ticket.seat.number))
    return "; ".join(
        _("row %(row)s: %(seats)s") % {"row": row, "seats": ", ".join(seats)}
        for row, seats in rows.items()
    )
