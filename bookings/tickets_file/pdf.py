"""Tickets to print: A4, several on a page, each whole."""

from io import BytesIO
from threading import Lock

from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from bookings.tickets_file import fonts, stub
from bookings.tickets_file.contents import SoldBooking

PER_PAGE = 4

_WIDTH, _TOP = A4[0], A4[1] - 14 * mm
_GAP = 6 * mm
_LEFT = (_WIDTH - stub.WIDTH) / 2
_QUIET = HexColor("#656b78")

# A loaded font belongs to one document at a time.
_drawing = Lock()


def pdf(sold: SoldBooking) -> bytes:
    """One ticket per seat, in the booking's language. The same booking gives the same bytes."""
    written = BytesIO()
    with _drawing, translation.override(sold.language):
        fonts.load()
        canvas = Canvas(written, A4, invariant=1, lang=sold.language, initialFontName=fonts.REGULAR)
        canvas.setTitle(_("Your tickets: %(film)s") % {"film": sold.film})
        canvas.setAuthor(sold.cinema)
        canvas.setSubject(_numbered(sold))
        canvas.setCreator(sold.cinema)
        pages = range(0, len(sold.tickets), PER_PAGE)
        for page, first in enumerate(pages, start=1):
            _page(canvas, sold, first)
            _footer(canvas, sold, f"{page} / {len(pages)}" if len(pages) > 1 else "")
            canvas.showPage()
        canvas.save()
    return written.getvalue()


def _page(canvas: Canvas, sold: SoldBooking, first: int) -> None:
    for place, ticket in enumerate(sold.tickets[first : first + PER_PAGE]):
        top = _TOP - place * (stub.HEIGHT + _GAP)
        stub.draw(canvas, sold, ticket, _LEFT, top - stub.HEIGHT)


def _footer(canvas: Canvas, sold: SoldBooking, page: str) -> None:
    canvas.setFont(fonts.REGULAR, 8)
    canvas.setFillColor(_QUIET)
    canvas.drawString(_LEFT, 9 * mm, _numbered(sold))
    canvas.drawRightString(_LEFT + stub.WIDTH, 9 * mm, page)


def _numbered(sold: SoldBooking) -> str:
    return f"{_('Booking')} {sold.short_id}"
