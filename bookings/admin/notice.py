"""Emails to buyers: which were sent, which wait, which were given up and why."""

from typing import Any

from django.contrib import admin
from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bookings.admin.naming import two_lines
from bookings.models import Notice
from cinema.admin import ReadOnlyAdmin, moment

STATES: dict[str, str | Promise] = {
    "waiting": gettext_lazy("waiting"),
    "sent": pgettext_lazy("notice", "sent"),
    "given up": gettext_lazy("given up"),
}
# "waiting" as the index `notice_to_send` says it.
_CONDITIONS = {
    "waiting": Q(sent_at__isnull=True, next_attempt_at__isnull=False),
    "sent": Q(sent_at__isnull=False),
    "given up": Q(sent_at__isnull=True, next_attempt_at__isnull=True),
}


def with_state(notices: QuerySet[Notice]) -> QuerySet[Any]:
    """Adds `state_now`, one of STATES."""
    cases = [When(condition, then=Value(name)) for name, condition in _CONDITIONS.items()]
    return notices.annotate(state_now=Case(*cases, output_field=CharField()))


class NoticeStateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return list(STATES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        return queryset.filter(_CONDITIONS.get(self.value() or "", Q()))


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ["kind", "to", "of", "queued", "outcome", "attempts"]
    list_select_related = ["booking"]
    list_filter = [NoticeStateFilter, "kind"]
    sortable_by = ()
    readonly_fields = ["to", "of", "state"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        return with_state(super().get_queryset(request))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = ["kind", "to", "of", "created_at", "state", "attempts", "sent_at"]
        return shown if obj and obj.sent_at else [*shown, "next_attempt_at", "error"]

    @admin.display(description=gettext_lazy("email"))
    def to(self, notice: Notice) -> str:
        return notice.booking.email

    @admin.display(description=gettext_lazy("booking"))
    def of(self, notice: Notice) -> SafeString:
        address = reverse("admin:bookings_booking_change", args=[notice.booking_id])
        return format_html('<a href="{}">{}</a>', address, str(notice.booking_id)[:8])

    @admin.display(description=gettext_lazy("queued"))
    def queued(self, notice: Notice) -> str:
        return moment(notice.created_at)

    @admin.display(description=gettext_lazy("state"))
    def outcome(self, notice: Any) -> str:
        return two_lines(self.state(notice), notice.error)

    @admin.display(description=gettext_lazy("state"))
    def state(self, notice: Any) -> str:
        if notice.state_now == "waiting" and notice.attempts:
            return _("again %(time)s") % {"time": moment(notice.next_attempt_at)}
        return str(STATES[notice.state_now])
