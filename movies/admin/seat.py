"""Seats, and the categories that price and colour them."""

import re
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet
from django.forms import ModelForm, TextInput
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cinema.admin import ServiceAdmin, money
from movies import halls
from movies.admin.occupancy import count_of
from movies.models import Seat, SeatCategory

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")


@admin.register(Seat)
class SeatAdmin(ServiceAdmin):
    list_display = ["place", "kind", "for_wheelchair", "hall", "x", "y"]
    change_list_template = "movies/admin/coloured_change_list.html"
    list_filter = ["hall", "category", "wheelchair"]
    list_select_related = ["hall", "category"]
    search_fields = ["=row"]
    search_help_text = gettext_lazy("The row, as written on it.")
    fields = ["hall", "row", "number", "category", "wheelchair", "x", "y"]

    @admin.display(description=gettext_lazy("seat"), ordering="row")
    def place(self, seat: Seat) -> str:
        return str(seat)

    @admin.display(description=gettext_lazy("category"), ordering="category")
    def kind(self, seat: Seat) -> str:
        return swatch(seat.category)

    @admin.display(description="♿", ordering="wheelchair", boolean=True)
    def for_wheelchair(self, seat: Seat) -> bool:
        return seat.wheelchair

    def get_readonly_fields(self, request: HttpRequest, obj: Seat | None = None) -> list[str]:
        return ["hall"] if obj else []  # a seat doesn't move to another hall

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """One action for every category there is: seats are priced by the row, not one by one."""
        actions: dict[str, Any] = super().get_actions(request)
        if self.has_change_permission(request):
            for category in SeatCategory.objects.all():
                name = f"make_category_{category.pk}"
                label = _("Make the selected seats “%(category)s”") % {
                    "category": category.name.replace("%", "%%")
                }
                actions[name] = (_categorise(category), name, label)
        return actions

    def create(self, values: dict[str, Any]) -> Seat:
        return halls.seat_create(**values)

    def change(self, key: int, changes: dict[str, Any]) -> Seat:
        return halls.seat_change(key, **changes)

    def remove(self, obj: Seat) -> None:
        halls.seat_delete(obj.pk)


def _categorise(category: SeatCategory) -> Callable[[SeatAdmin, HttpRequest, QuerySet[Seat]], None]:
    def act(page: SeatAdmin, request: HttpRequest, queryset: QuerySet[Seat]) -> None:
        for seat in queryset:
            halls.seat_change(seat.pk, category_id=category.pk)
        number = len(queryset)
        message = ngettext(
            "%(count)d seat is “%(category)s” now.",
            "%(count)d seats are “%(category)s” now.",
            number,
        )
        page.message_user(
            request, message % {"count": number, "category": category.name}, messages.SUCCESS
        )

    return act


class SeatCategoryForm(ModelForm):
    class Meta:
        model = SeatCategory
        fields = ["name", "colour", "surcharge"]
        widgets = {"colour": TextInput(attrs={"type": "color"})}


@admin.register(SeatCategory)
class SeatCategoryAdmin(ServiceAdmin):
    form = SeatCategoryForm
    list_display = ["label", "price", "seat_count"]
    change_list_template = "movies/admin/coloured_change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[SeatCategory]:
        seats = Seat.objects.filter(category=OuterRef("pk"))
        return super().get_queryset(request).annotate(seats_total=count_of(seats, "category"))

    @admin.display(description=gettext_lazy("name"), ordering="name")
    def label(self, category: SeatCategory) -> str:
        return swatch(category)

    @admin.display(description=gettext_lazy("surcharge"), ordering="surcharge")
    def price(self, category: SeatCategory) -> str:
        return money(category.surcharge)

    @admin.display(description=gettext_lazy("seats"))
    def seat_count(self, category: Any) -> int:
        return category.seats_total

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(colours)
        return [path("colours.css", view, name="movies_seatcategory_colours"), *super().get_urls()]

    def create(self, values: dict[str, Any]) -> SeatCategory:
        return halls.category_create(**values)

    def change(self, key: int, changes: dict[str, Any]) -> SeatCategory:
        return halls.category_change(key, **changes)

    def remove(self, obj: SeatCategory) -> None:
        halls.category_delete(obj.pk)


def colours(request: HttpRequest) -> HttpResponse:
    """The categories' colours as a stylesheet, so that no page needs inline styles."""
    rules = [
        f".category-{key} {{ --category: {colour}; }}"
        for key, colour in SeatCategory.objects.values_list("pk", "colour")
        if _COLOUR.match(colour)
    ]
    return HttpResponse("\n".join(rules), content_type="text/css")


def swatch(category: SeatCategory) -> str:
    return format_html('<span class="swatch category-{}"></span> {}', category.pk, category.name)
