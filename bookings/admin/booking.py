"""Bookings: finding them and reading them. They are made by selling only; what can be done with
one has a page of its own."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings import staff
from bookings.admin.booking_cancel import CancellingAdmin
from bookings.admin.booking_filters import FilmFilter, SellerFilter, ShowingFilter, StateFilter
from bookings.admin.booking_page import page_of
from bookings.admin.naming import person, seats_by_row, two_lines
from bookings.admin.search import search
from bookings.admin.states import BOOKING_STATE
from bookings.models import Booking, BookingStatus, Ticket
from cinema.admin import moment, money

MOST_AT_ONCE = 100
"""Bookings on a page, and that can be cancelled together: as many as somebody can look at first."""


@admin.register(Booking)
class BookingAdmin(CancellingAdmin):
    list_display = ["short_id", "what", "amount", "state", "buyer"]
    list_select_related = ["seance__movie", "seance__hall", "sold_by"]
    list_filter = [ShowingFilter, StateFilter, SellerFilter, FilmFilter, "created_at"]
    search_fields = ["id"]  # makes the search box appear; see get_search_results
    search_help_text = gettext_lazy(
        "An email or how it begins, a ticket's code, or a booking's id or how it begins."
    )
    sortable_by = ()
    list_per_page = list_max_show_all = MOST_AT_ONCE
    fields = ["id"]  # the page's template shows the rest
    readonly_fields = ["id"]
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

    @admin.display(description=gettext_lazy("booking"))
    def short_id(self, booking: Booking) -> str:
        return two_lines(str(booking.pk)[:8], moment(booking.created_at))

    @admin.display(description=gettext_lazy("showing, seats"))
    def what(self, booking: Booking) -> str:
        return two_lines(str(booking.seance), seats_by_row(booking))

    @admin.display(description=gettext_lazy("total"))
    def amount(self, booking: Booking) -> str:
        return money(booking.total)

    @admin.display(description=gettext_lazy("status"))
    def state(self, booking: Any) -> str:
        return str(BookingStatus(booking.state_now).label)

    @admin.display(description=gettext_lazy("buyer"))
    def buyer(self, booking: Booking) -> str:
        return two_lines(booking.email, person(booking.sold_by))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {**(extra_context or {}), "may_sell": staff.may_sell(request.user)}
        return super().changelist_view(request, context)

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if request.POST.get("select_across", "0") == "0" and len(chosen) <= MOST_AT_ONCE:
            return super().response_action(request, queryset, *args, **kwargs)
        sentence = _("At most %(count)d bookings at once.") % {"count": MOST_AT_ONCE}
        self.message_user(request, sentence, messages.ERROR)
        return None

    def page_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return page_of(request, obj)
