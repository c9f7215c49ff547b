"""Payments online: what became of each, and why money goes back."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from bookings.admin.naming import two_lines
from bookings.models import Payment
from bookings.payments.gateways import GATEWAYS
from cinema.admin import ReadOnlyAdmin, moment, money


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ["begun", "of", "sum", "outcome", "at_gateway"]
    list_filter = ["status", "created_at"]
    search_fields = ["gateway_id"]  # makes the search box appear; see get_search_results
    search_help_text = gettext_lazy("The payment's number at the gateway.")
    sortable_by = ()
    readonly_fields = ["of"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Without the addresses: the one to return to has the buyer's secret in it."""
        shown = ["of", "amount", "currency", "status", "reason", "gateway", "gateway_id"]
        return [*shown, "created_at", "settled_at", "refunded_at", "next_look_at"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Payment], bool]:
        """As the index `payment_at_gateway` has it."""
        if term := search_term.strip():
            named = queryset.filter(gateway__in=GATEWAYS, gateway_id=term)
            queryset = named.exclude(gateway_id="")
        return queryset, False

    @admin.display(description=gettext_lazy("begun"))
    def begun(self, payment: Payment) -> str:
        return moment(payment.created_at)

    @admin.display(description=gettext_lazy("booking"))
    def of(self, payment: Payment) -> SafeString:
        address = reverse("admin:bookings_booking_change", args=[payment.booking_id])
        return format_html('<a href="{}">{}</a>', address, str(payment.booking_id)[:8])

    @admin.display(description=gettext_lazy("amount"))
    def sum(self, payment: Payment) -> str:
        return money(payment.amount)

    @admin.display(description=gettext_lazy("status"))
    def outcome(self, payment: Payment) -> str:
        return two_lines(payment.get_status_display(), payment.reason)

    @admin.display(description=gettext_lazy("gateway"))
    def at_gateway(self, payment: Payment) -> str:
        return two_lines(payment.gateway, payment.gateway_id)
