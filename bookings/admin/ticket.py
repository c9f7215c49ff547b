"""Tickets, to look one up by the code that somebody shows at the door."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from bookings.admin.states import TICKET_STATE, TICKET_STATES
from bookings.checkin import written_code
from bookings.models import Ticket
from cinema.admin import ReadOnlyAdmin, money


class TicketColumns:
    """What a ticket costs and whether it lets somebody in."""

    @admin.display(description=gettext_lazy("price"))
    def amount(self, ticket: Ticket) -> str:
        return money(ticket.price)

    @admin.display(description=gettext_lazy("state"))
    def state(self, ticket: Any) -> str:
        return str(TICKET_STATES[ticket.state_now])


@admin.register(Ticket)
class TicketAdmin(TicketColumns, ReadOnlyAdmin):
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
        "held_until",
        "released_at",
        "of",
    ]
    readonly_fields = ["amount", "state", "of"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ticket]:
        return super().get_queryset(request).annotate(state_now=TICKET_STATE)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Ticket], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(code__startswith=written_code(search_term)), False

    @admin.display(description=gettext_lazy("booking"))
    def of(self, ticket: Ticket) -> str:
        address = reverse("admin:bookings_booking_change", args=[ticket.booking_id])
        return format_html('<a href="{}">{}</a>', address, ticket.booking_id)


class TicketInline(TicketColumns, admin.TabularInline):
    """A booking's tickets, for everybody who may see the booking."""

    model = Ticket
    fields = ["seat", "code", "amount", "state"]
    readonly_fields = ["seat", "code", "amount", "state"]
    extra = 0
    can_delete = False
    ordering = ["id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ticket]:
        found = super().get_queryset(request)
        return found.annotate(state_now=TICKET_STATE).select_related("seat")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
