"""What the files say, as it is valid now."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import number_format

from bookings.models import Booking, BookingStatus, Ticket
from bookings.refusals import NotSold
from cinema.refusals import NotFound
from movies.models import Movie

_SIGNS = {"RUB": "₽", "EUR": "€", "USD": "$", "KZT": "₸", "GBP": "£", "UAH": "₴", "TRY": "₺"}


@dataclass(frozen=True)
class SoldTicket:
    row: str
    number: int
    category: str
    price: Decimal
    code: str


@dataclass(frozen=True)
class SoldBooking:
    """`starts_at`, `ends_at`: in the cinema's time zone. `exchanges`: how often it was moved to
    other seats; `changed_at`: when it was sold or last moved. The texts are in `language`."""

    id: uuid.UUID
    language: str
    cinema: str
    film: str
    age_rating: str
    format: str
    hall: str
    starts_at: datetime
    ends_at: datetime
    tickets: list[SoldTicket]
    total: Decimal
    exchanges: int
    changed_at: datetime

    @property
    def short_id(self) -> str:
        """Enough to find it by, and no secret."""
        return str(self.id)[:8]

    @property
    def file_name(self) -> str:
        """Without its ending."""
        return f"tickets-{self.short_id}"


def find(booking_id: uuid.UUID, *, language: str) -> SoldBooking:
    """The booking with the tickets that are good now. Raises NotFound, NotSold."""
    found = Booking.objects.exclude(status=BookingStatus.BLOCKED)
    booking = found.select_related("seance__movie", "seance__hall").filter(pk=booking_id).first()
    if booking is None:
        raise NotFound("booking_id", booking_id)
    if booking.status != BookingStatus.CONFIRMED:
        raise NotSold
    tickets = list(booking.tickets.select_related("seat__category").order_by("pk"))
    seance, zone = booking.seance, ZoneInfo(settings.TIME_ZONE)
    moved = {ticket.exchanged_at for ticket in tickets if ticket.exchanged_at}
    return SoldBooking(
        id=booking.pk,
        language=language,
        cinema=settings.CITY_NAME,
        film=_title(seance.movie, language),
        age_rating=seance.movie.age_rating,
        format=seance.get_format_display(),
        hall=seance.hall.name,
        starts_at=seance.starts_at.astimezone(zone),
        ends_at=seance.ends_at.astimezone(zone),
        tickets=[_sold(ticket) for ticket in tickets if ticket.released_at is None],
        total=booking.total,
        exchanges=len(moved),
        changed_at=max({booking.confirmed_at or booking.created_at, *moved}),
    )


def amount(money: Decimal) -> str:
    """Money as a buyer reads it, in the language that is active: `1 250 ₽`."""
    places = 0 if money == money.to_integral_value() else 2
    written = number_format(money, decimal_pos=places, use_l10n=True, force_grouping=True)
    return f"{written}\u00a0{_SIGNS.get(settings.CURRENCY, settings.CURRENCY)}"


def grouped(code: str) -> str:
    """A code as people read it out; the door takes it with the spaces, too."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def _title(movie: Movie, language: str) -> str:
    if language == settings.LANGUAGE_CODE:
        return movie.name
    names = movie.translations.filter(language=language).values_list("name", flat=True)
    return names.first() or movie.name


def _sold(ticket: Ticket) -> SoldTicket:
    return SoldTicket(
        row=ticket.seat.row,
        number=ticket.seat.number,
        category=ticket.category_name,
        price=ticket.price,
        code=ticket.code,
    )
