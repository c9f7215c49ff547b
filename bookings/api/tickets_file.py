"""Files of a sold booking. Its id is the buyer's secret, so nobody on the way may keep them."""

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from bookings import tickets_file
from bookings.tickets_file import SoldBooking
from cinema.api.parameters import ChoiceParameter
from cinema.api.schema import failing
from cinema.api.views import ApiViewSet, read_uuid

_LANGUAGE = ChoiceParameter(
    "language",
    dict(settings.LANGUAGES),
    default="",
    description="Without it, the best of `Accept-Language`, else the cinema's own.",
)
_FAILURES = {404: failing("Not found"), 409: failing("Not sold"), 422: failing("Validation failed")}


@extend_schema_view(
    pdf=extend_schema(
        operation_id="get_tickets_pdf",
        tags=["bookings"],
        parameters=[_LANGUAGE.documented],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY} | _FAILURES,
    ),
    ics=extend_schema(
        operation_id="get_tickets_ics",
        tags=["bookings"],
        parameters=[_LANGUAGE.documented],
        responses={(200, "text/calendar"): OpenApiTypes.STR} | _FAILURES,
    ),
)
class TicketsFileViewSet(ApiViewSet):
    permission_classes = [AllowAny]
    lookup_url_kwarg = "booking_id"

    @action(detail=True, url_path=r"tickets\.pdf")
    def pdf(self, request: Request, booking_id: str) -> HttpResponse:
        """The tickets to print: one for each seat, with the code that the door reads."""
        from bookings.tickets_file.pdf import pdf

        sold = _find(request, booking_id)
        return _file(pdf(sold), "application/pdf", f"{sold.file_name}.pdf")

    @action(detail=True, url_path=r"tickets\.ics")
    def ics(self, request: Request, booking_id: str) -> HttpResponse:
        """The showing for a calendar, in the cinema's time zone."""
        from bookings.tickets_file.calendar import calendar

        sold = _find(request, booking_id)
        content = calendar(sold)
        return _file(content, "text/calendar; charset=utf-8", f"{sold.file_name}.ics")


def _find(request: Request, booking_id: str) -> SoldBooking:
    language = _LANGUAGE.read(request.query_params) or _accepted(request)
    return tickets_file.find(read_uuid("booking_id", booking_id), language=language)


def _accepted(request: Request) -> str:
    for language, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        try:
            return get_supported_language_variant(language)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    return HttpResponse(content, content_type=content_type, headers=headers)
