"""One ticket on paper: for people on the left, for the door on the right."""

from collections.abc import Iterator, Sequence

import segno
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from bookings.tickets_file.contents import SoldBooking, SoldTicket, amount, grouped
from bookings.tickets_file.fonts import BOLD, REGULAR, drawable, fitted, wrapped

WIDTH, HEIGHT = 180 * mm, 62 * mm

_TEXT, _QUIET, _LINE = HexColor("#16181d"), HexColor("#656b78"), HexColor("#c9cdd6")
_TEAR = 128 * mm  # where the part for the door begins
_MARGIN = 8 * mm
_INNER = _TEAR - 2 * _MARGIN
_PICTURE = 36 * mm
_COLUMNS = (0.0, 22 * mm, 74 * mm, 94 * mm)  # start, hall, row, seat

Module = tuple[int, int, int]


def draw(canvas: Canvas, sold: SoldBooking, ticket: SoldTicket, x: float, y: float) -> None:
    """Draws the ticket with its lower left corner at (x, y)."""
    canvas.saveState()
    canvas.translate(x, y)
    _frame(canvas)
    _heading(canvas, sold)
    _place(canvas, sold, ticket)
    _price(canvas, sold, ticket)
    _door(canvas, ticket)
    canvas.restoreState()


def modules(code: str) -> Iterator[Module]:
    """The dark parts of the code's picture as (column, row, length), row 0 on top."""
    for row, line in enumerate(_matrix(code)):
        start = 0
        while start < len(line):
            end = start
            while end < len(line) and line[end]:
                end += 1
            if end > start:
                yield start, row, end - start
            start = end + 1


def _matrix(code: str) -> Sequence[bytearray]:
    return segno.make(code, error="m", micro=False).matrix


def _frame(canvas: Canvas) -> None:
    canvas.setStrokeColor(_LINE)
    canvas.setLineWidth(0.7)
    canvas.roundRect(0, 0, WIDTH, HEIGHT, 4 * mm)
    canvas.setDash(1.6, 2.4)
    canvas.line(_TEAR, 4 * mm, _TEAR, HEIGHT - 4 * mm)
    canvas.setDash()


def _heading(canvas: Canvas, sold: SoldBooking) -> None:
    _write(canvas, _MARGIN, 53.5 * mm, sold.cinema, size=8.5, colour=_QUIET, width=_INNER - 16 * mm)
    if sold.age_rating:
        _age(canvas, sold.age_rating)
    title = drawable(sold.film)
    one_line = fitted(title, BOLD, 19, _INNER, least=15)
    if not one_line[0].endswith("…"):
        _write(canvas, _MARGIN, 43.5 * mm, *one_line, font=BOLD)
    else:
        for number, line in enumerate(wrapped(title, BOLD, 13, _INNER, lines=2)):
            _write(canvas, _MARGIN, (46.5 - 5.5 * number) * mm, line, size=13, font=BOLD)
    day = date_format(sold.starts_at, "l, j E Y")
    _write(canvas, _MARGIN, 35 * mm, day[:1].upper() + day[1:], size=10.5)


def _age(canvas: Canvas, rating: str) -> None:
    right, width = _TEAR - _MARGIN, 10 * mm
    canvas.setLineWidth(0.7)
    canvas.roundRect(right - width, 51.9 * mm, width, 5.2 * mm, 1.4 * mm)
    canvas.setFillColor(_QUIET)
    canvas.setFont(BOLD, 8.5)
    canvas.drawCentredString(right - width / 2, 53.45 * mm, rating)


def _place(canvas: Canvas, sold: SoldBooking, ticket: SoldTicket) -> None:
    values = (
        (_("Starts"), date_format(sold.starts_at, "H:i")),
        (_("Hall"), sold.hall),
        (_("Row"), ticket.row),
        (_("Seat"), str(ticket.number)),
    )
    ends = (*_COLUMNS[1:], _INNER)
    for (label, value), start, end in zip(values, _COLUMNS, ends, strict=True):
        x, width = _MARGIN + start, end - start - 3 * mm
        _write(canvas, x, 27.3 * mm, label, size=7.5, colour=_QUIET, width=width)
        _write(canvas, x, 20.3 * mm, value, size=15, font=BOLD, width=width)


def _price(canvas: Canvas, sold: SoldBooking, ticket: SoldTicket) -> None:
    canvas.setLineWidth(0.5)
    canvas.line(_MARGIN, 14.5 * mm, _TEAR - _MARGIN, 14.5 * mm)
    price = drawable(amount(ticket.price))
    canvas.setFillColor(_TEXT)
    canvas.setFont(BOLD, 11)
    canvas.drawRightString(_TEAR - _MARGIN, 7.5 * mm, price)
    kind = f"{ticket.category} · {sold.format}"
    _write(canvas, _MARGIN, 7.5 * mm, kind, size=9.5, width=_INNER - 35 * mm)


def _door(canvas: Canvas, ticket: SoldTicket) -> None:
    middle = (_TEAR + WIDTH) / 2
    _picture(canvas, ticket.code, middle - _PICTURE / 2, 18.5 * mm)
    canvas.setFillColor(_TEXT)
    canvas.setFont(BOLD, 11)
    canvas.drawCentredString(middle, 10.8 * mm, grouped(ticket.code))
    canvas.setFillColor(_QUIET)
    canvas.setFont(REGULAR, 7)
    canvas.drawCentredString(middle, 6.6 * mm, _("show this at the door"))


def _picture(canvas: Canvas, code: str, x: float, y: float) -> None:
    """As squares, which stay sharp on any printer; the white around it belongs to the picture."""
    size = _PICTURE / len(_matrix(code))
    outline = canvas.beginPath()
    for column, row, length in modules(code):
        outline.rect(x + column * size, y + _PICTURE - (row + 1) * size, length * size, size)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawPath(outline, stroke=0, fill=1)


def _write(
    canvas: Canvas,
    x: float,
    y: float,
    text: str,
    size: float,
    *,
    font: str = REGULAR,
    colour: HexColor = _TEXT,
    width: float = _INNER,
) -> None:
    """From (x, y), made smaller or shortened where it is wider than `width`."""
    line, fits = fitted(drawable(text), font, size, width, least=min(size, 7.5))
    canvas.setFillColor(colour)
    canvas.setFont(font, fits)
    canvas.drawString(x, y, line)
