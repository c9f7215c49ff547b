"""Halls, with a picture of their seats."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from cinema.admin import ServiceAdmin
from movies import halls
from movies.admin import seatmap
from movies.admin.hall_editor import may_draw
from movies.admin.occupancy import count_of
from movies.models import Hall, Seat


@admin.register(Hall)
class HallAdmin(ServiceAdmin):
    list_display = ["name", "seat_count", "turnaround_minutes"]
    fields = ["name", "turnaround_minutes"]
    search_fields = ["name"]
    change_form_template = "movies/admin/hall_change_form.html"
    removed_along = ("seats",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Hall]:
        seats = Seat.objects.filter(hall=OuterRef("pk"))
        return super().get_queryset(request).annotate(seats_total=count_of(seats, "hall"))

    @admin.display(description=gettext_lazy("seats"), ordering="seats_total")
    def seat_count(self, hall: Any) -> int:
        return hall.seats_total

    def page_context(self, request: HttpRequest, obj: Hall) -> dict[str, Any]:
        return {
            "is_nav_sidebar_enabled": False,  # a hall needs the width
            "map": seatmap.of_hall(obj.pk),
            "may_draw": may_draw(request.user),
        }

    def response_add(
        self, request: HttpRequest, obj: Hall, post_url_continue: str | None = None
    ) -> HttpResponse:
        """A new hall has no seats: they are drawn next."""
        response = super().response_add(request, obj, post_url_continue)
        goes_on = request.POST.keys() & {"_continue", "_addanother", "_popup"}
        if goes_on or not may_draw(request.user):
            return response
        return redirect("admin:hall_editor", obj.pk)

    def create(self, values: dict[str, Any]) -> Hall:
        return halls.hall_create(**values)

    def change(self, key: int, changes: dict[str, Any]) -> Hall:
        return halls.hall_change(key, **changes)

    def remove(self, obj: Hall) -> None:
        halls.hall_delete(obj.pk)
