"""Halls: changing and deleting them."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bookings import history
from cinema.refusals import NotFound
from movies import schedule
from movies.models import Hall, Seance, Seat
from movies.refusals import InUse, SoldAlready


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
def seat_delete(seat_id: int) -> None:
    """Deletes a seat. Raises NotFound, and SoldAlready when it was ever sold or held."""
    seat = Seat.objects.select_for_update().filter(pk=seat_id).first()
    if seat is None:
        raise NotFound("seat_id", seat_id)
    if tickets := seat.tickets.count():
        raise SoldAlready(str(seat), tickets)
    seat.delete()
