"""Showings: planning them, seeing how full they are, cancelling them."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.history import is_sold
from cinema.admin import moment, money
from cinema.api.fields import EARLIEST, LATEST
from movies import schedule
from movies.admin.occupancy import with_occupancy
from movies.admin.seance_cancel import CancellingSeanceAdmin
from movies.admin.seance_filters import ComingFilmFilter, WhenFilter
from movies.admin.seance_page import page_of
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
        if self.instance.pk and is_sold(self.instance.pk):
            self._say_what_is_fixed()
        if starts_at := self.fields.get("starts_at"):
            # Django's widget has a word before each, but none that belongs to it.
            for part, label in zip(starts_at.widget.widgets, (_("Date"), _("Time")), strict=True):
                part.attrs["aria-label"] = label

    def _say_what_is_fixed(self) -> None:
        for name in ("movie", "hall", "starts_at"):
            if name in self.fields:
                self.fields[name].help_text = _(
                    "Tickets were sold, so this stays. Instead, cancel the showing, which tells "
                    "the buyers, and plan another one."
                )

    def clean_starts_at(self) -> datetime:
        starts_at: datetime = self.cleaned_data["starts_at"]
        if not EARLIEST <= starts_at < LATEST:
            raise forms.ValidationError(_("A showing starts between 1970 and 2200."))
        return starts_at


@admin.register(Seance)
class SeanceAdmin(CancellingSeanceAdmin):
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
        return page_of(request, obj) | {"may_cancel": self.may_cancel(request, obj)}

    def create(self, values: dict[str, Any]) -> Seance:
        return schedule.seance_schedule(**values)

    def change(self, key: int, changes: dict[str, Any]) -> Seance:
        return schedule.seance_change(key, **changes)

    def remove(self, obj: Seance) -> None:
        schedule.seance_delete(obj.pk)
