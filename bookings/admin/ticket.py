"""Tickets, to look one up by the code that somebody shows at the door."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from bookings.admin.states import TICKET_STATE, TICKET_STATES
from bookings.checkin import written_code
from bookings.models import Booking, BookingStatus, Ticket
from cinema.admin import ReadOnlyAdmin, money


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    list_display = ["code", "seat", "seance", "amount", "state"]
    list_select_related = ["seat", "seance__movie", "seance__hall"]
    search_fields = ["code"]  # makes the search box appear; see get_search_results
    search_help_text = gettext_lazy("The code of a ticket, or how it begins.")
    sortable_by = ()
    fields = [
        "code",
        "seat",
        "seance",
        "amount",
        "state",
        "category",
        "held_until",
        "checked_in_at",
        "checked_in_by",
        "released_at",
        "exchanged_at",
        "replaced_by",
        "of",
    ]
    readonly_fields = ["amount", "state", "of"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ticket]:
        """Seats that are not for sale have tickets too, whose codes mean nothing."""
        blocking = Booking.objects.filter(status=BookingStatus.BLOCKED)  # few, with an index
        sold = super().get_queryset(request).exclude(booking__in=blocking)
        return sold.annotate(state_now=TICKET_STATE)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Ticket], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(code__startswith=written_code(search_term)), False

    @admin.display(description=gettext_lazy("price"))
    def amount(self, ticket: Ticket) -> str:
        return money(ticket.price)

    @admin.display(description=gettext_lazy("state"))
    def state(self, ticket: Any) -> str:
        return str(TICKET_STATES[ticket.state_now])

    @admin.display(description=gettext_lazy("booking"))
    def of(self, ticket: Ticket) -> str:
        address = reverse("admin:bookings_booking_change", args=[ticket.booking_id])
        return format_html('<a href="{}">{}</a>', address, ticket.booking_id)
