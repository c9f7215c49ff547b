"""Showings: planning them, seeing how full they are, cancelling them."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bookings.booking import cancel_seance
from bookings.models import Ticket
from cinema.admin import ServiceAdmin, moment, money
from cinema.api.fields import EARLIEST, LATEST
from cinema.refusals import Refused
from movies import schedule
from movies.admin import seatmap
from movies.admin.occupancy import LIVE, with_occupancy
from movies.admin.seance_filters import ComingFilmFilter, WhenFilter
from movies.models import Format, Seance, SeanceStatus


class SeanceForm(ModelForm):
    format = forms.ChoiceField(
        label=capfirst(gettext_lazy("format")), choices=[(name, name) for name in Format.values]
    )

    class Meta:
        model = Seance
        fields = ["movie", "hall", "starts_at", "price", "format", "language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hall: Any = self.fields.get("hall")  # not there for who may only look
        if hall and not self.instance.pk:
            hall.required = False
            hall.empty_label = _("the first that is free")

    def clean_starts_at(self) -> datetime:
        starts_at: datetime = self.cleaned_data["starts_at"]
        if not EARLIEST <= starts_at < LATEST:
            raise forms.ValidationError(_("A showing starts between 1970 and 2200."))
        return starts_at


@admin.register(Seance)
class SeanceAdmin(ServiceAdmin):
    form = SeanceForm
    list_display = [
        "starts",
        "film",
        "hall",
        "sold",
        "vacant",
        "base_price",
        "projection",
        "status",
    ]
    list_display_links = ["starts", "film"]
    list_filter = [WhenFilter, "hall", "status", ComingFilmFilter]
    list_select_related = ["movie", "hall"]
    search_fields = ["movie__name", "movie__original_title"]
    search_help_text = gettext_lazy("Title of the film.")
    date_hierarchy = "starts_at"
    autocomplete_fields = ["movie"]
    readonly_fields = ["ends_at", "hall_free_at", "status"]
    change_form_template = "movies/admin/seance_change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_occupancy(super().get_queryset(request)).select_related("movie", "hall")

    def get_ordering(self, request: HttpRequest) -> Any:
        backwards = request.GET.get("when") in ("past", "all")
        return ["-starts_at"] if backwards else ["starts_at"]

    def get_fieldsets(self, request: HttpRequest, obj: Seance | None = None) -> Any:
        asked = ["movie", "hall", "starts_at", "price", "format", "language"]
        return [(None, {"fields": [*asked, *self.readonly_fields] if obj else asked})]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        cancelled = obj is not None and obj.status == SeanceStatus.CANCELLED
        return not cancelled and super().has_change_permission(request, obj)

    def may_cancel(self, request: HttpRequest, seance: Seance) -> bool:
        """It cancels the showing's bookings too, so both are needed."""
        return self.has_change_permission(request, seance) and request.user.has_perm(
            "bookings.change_booking"
        )

    @admin.display(description=gettext_lazy("starts"), ordering="starts_at")
    def starts(self, seance: Seance) -> str:
        return moment(seance.starts_at)

    @admin.display(description=gettext_lazy("film"), ordering="movie__name")
    def film(self, seance: Seance) -> str:
        return str(seance.movie)

    @admin.display(description=gettext_lazy("format"), ordering="format")
    def projection(self, seance: Seance) -> str:
        return seance.format

    @admin.display(description=gettext_lazy("base price"), ordering="price")
    def base_price(self, seance: Seance) -> str:
        return money(seance.price)

    @admin.display(description=gettext_lazy("tickets sold"))
    def sold(self, seance: Any) -> str:
        if not seance.seats_held:
            return str(seance.seats_sold)
        return _("%(sold)d and %(held)d held") % {
            "sold": seance.seats_sold,
            "held": seance.seats_held,
        }

    @admin.display(description=gettext_lazy("vacant seats"))
    def vacant(self, seance: Any) -> str:
        if seance.status == SeanceStatus.CANCELLED:
            return ""
        return format_html(
            '{} <progress class="occupancy" max="{}" value="{}"></progress>',
            seance.seats_vacant,
            seance.seats_total,
            seance.seats_total - seance.seats_vacant,
        )

    def page_context(self, request: HttpRequest, obj: Seance) -> dict[str, Any]:
        on_sale = Seance.future().filter(pk=obj.pk).exists()
        return {
            "map": seatmap.of_seance(obj),
            "link_bookings": request.user.has_perm("bookings.view_booking"),
            "may_sell": on_sale and request.user.has_perm("bookings.add_booking"),
            "may_cancel": self.may_cancel(request, obj),
        }

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.cancel_view)
        return [
            path("<int:seance_id>/cancel/", view, name="movies_seance_cancel"),
            *super().get_urls(),
        ]

    def cancel_view(self, request: HttpRequest, seance_id: int) -> HttpResponse:
        """Asks once more, then cancels the showing and its bookings."""
        seance = self.get_object(request, str(seance_id))
        if seance is None:
            return redirect("admin:movies_seance_changelist")
        if not self.may_cancel(request, seance):
            raise PermissionDenied
        if request.method == "POST":
            return self._cancel(request, seance)
        tickets = Ticket.objects.filter(LIVE, seance=seance)
        live = tickets.aggregate(tickets=Count("*"), bookings=Count("booking", distinct=True))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "object": seance,
            "title": _("Cancel the showing"),
            "live": live,
        }
        return TemplateResponse(request, "movies/admin/seance_cancel.html", context)

    def _cancel(self, request: HttpRequest, seance: Seance) -> HttpResponse:
        try:
            bookings = cancel_seance(seance.pk)
        except Refused as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return redirect("admin:movies_seance_changelist")
        self.log_change(request, seance, _("Cancelled the showing."))
        message = ngettext(
            "The showing is cancelled, and with it %(count)d booking.",
            "The showing is cancelled, and with it %(count)d bookings.",
            bookings,
        )
        self.message_user(request, message % {"count": bookings}, messages.SUCCESS)
        return redirect(reverse("admin:movies_seance_change", args=[seance.pk]))

    def create(self, values: dict[str, Any]) -> Seance:
        return schedule.seance_schedule(**values)

    def change(self, key: int, changes: dict[str, Any]) -> Seance:
        return schedule.seance_change(key, **changes)

    def remove(self, obj: Seance) -> None:
        schedule.seance_delete(obj.pk)
