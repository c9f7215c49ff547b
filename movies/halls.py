"""Halls, their seats and what the seats cost: entering, changing and deleting them."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bookings import history
from cinema.refusals import NotFound
from movies import schedule, sold_seats
from movies.models import Hall, Seance, Seat, SeatCategory
from movies.refusals import HallUnknown, InUse, SeatFixed, SeatsSold, SoldAlready


def hall_create(*, name: str, turnaround_minutes: int = 15) -> Hall:
    """A new hall, without seats yet."""
    return Hall.objects.create(name=name, turnaround_minutes=turnaround_minutes)


@transaction.atomic
def hall_change(hall_id: int, **changes: Any) -> Hall:
    """Renames a hall or changes its turnaround; future showings follow.

    Raises NotFound, and HallOccupied when a longer turnaround would run into the next showing.
    """
    hall = Hall.objects.select_for_update(no_key=True).filter(pk=hall_id).first()
    if hall is None:
        raise NotFound("hall_id", hall_id)
    turnaround_before = hall.turnaround_minutes
    for name, value in changes.items():
        setattr(hall, name, value)
    hall.save()
    if hall.turnaround_minutes != turnaround_before:
        schedule.follow_durations(Seance.future().filter(hall=hall))
    return hall


@transaction.atomic
def hall_delete(hall_id: int) -> None:
    """Deletes a hall and its seats. Raises NotFound, SoldAlready, InUse while showings exist."""
    hall = Hall.objects.select_for_update().filter(pk=hall_id).first()
    if hall is None:
        raise NotFound("hall_id", hall_id)
    seances = list(hall.seances.values_list("id", flat=True))
    if tickets := history.tickets_of(seances):
        raise SoldAlready(str(hall), tickets)
    if seances:
        raise InUse(str(hall), _("showings are planned in it"))
    hall.seats.all().delete()
    hall.delete()


@transaction.atomic
def seat_create(
    *,
    hall_id: int,
    row: str,
    number: int,
    x: int,
    y: int,
    category_id: int,
    wheelchair: bool = False,
) -> Seat:
    """A new seat in a cell of the hall's grid. Raises HallUnknown."""
    # Locked, so that the hall can't be deleted meanwhile.
    if not Hall.objects.select_for_update(no_key=True).filter(pk=hall_id).exists():
        raise HallUnknown(hall_id)
    return Seat.objects.create(
        hall_id=hall_id,
        row=row,
        number=number,
        x=x,
        y=y,
        category_id=category_id,
        wheelchair=wheelchair,
    )


@transaction.atomic
def seat_change(seat_id: int, **changes: Any) -> Seat:
    """Changes row, number, place in the grid, category or wheelchair; never the hall.

    Raises NotFound, and SeatFixed for row and number while tickets for coming showings name them.
    """
    # Locked, so that no ticket can be sold meanwhile: its foreign key waits for us.
    seat = Seat.objects.select_for_update().filter(pk=seat_id).first()
    if seat is None:
        raise NotFound("seat_id", seat_id)
    renamed = any(
        getattr(seat, name) != changes.get(name, getattr(seat, name)) for name in ("row", "number")
    )
    if renamed and sold_seats.awaiting_somebody([seat_id]):
        raise SeatFixed
    for name, value in changes.items():
        setattr(seat, name, value)
    seat.save()
    return seat


@transaction.atomic
def seat_delete(seat_id: int) -> None:
    """Deletes a seat. Raises NotFound, and SeatsSold when it was ever sold, held or blocked."""
    seat = Seat.objects.select_for_update().filter(pk=seat_id).first()
    if seat is None:
        raise NotFound("seat_id", seat_id)
    if sold_seats.ever_taken([seat_id]):
        raise SeatsSold([seat])
    seat.delete()


def category_create(*, name: str, colour: str, surcharge: Decimal) -> SeatCategory:
    """A new kind of seats."""
    return SeatCategory.objects.create(name=name, colour=colour, surcharge=surcharge)


@transaction.atomic
def category_change(category_id: int, **changes: Any) -> SeatCategory:
    """Renames, recolours or reprices; what is sold already keeps its price. Raises NotFound."""
    category = SeatCategory.objects.select_for_update(no_key=True).filter(pk=category_id).first()
    if category is None:
        raise NotFound("category_id", category_id)
    for name, value in changes.items():
        setattr(category, name, value)
    category.save()
    return category


@transaction.atomic
def category_delete(category_id: int) -> None:
    """Deletes a category. Raises NotFound, and InUse while seats are of it."""
    # Locked, so that no seat can become one of it meanwhile.
    category = SeatCategory.objects.select_for_update().filter(pk=category_id).first()
    if category is None:
        raise NotFound("category_id", category_id)
    if category.seats.exists():
        raise InUse(str(category), _("there are seats of this category"))
    category.delete()
