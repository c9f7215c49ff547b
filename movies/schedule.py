"""Showings: planning, moving and deleting them.

That no two overlap in a hall, turnaround included, is the constraint `seance_has_hall_to_itself`;
here its violation becomes a refusal. Whoever plans in a hall locks its row first: two plans that
check each other at the same moment would deadlock on the constraint. The order of locks is film,
hall, showing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from bookings import history
from cinema.constraints import violated
from cinema.refusals import NotFound
from movies.models import Format, Hall, Movie, Seance, Seat
from movies.refusals import HallOccupied, HallUnknown, SeanceFixed, SoldAlready


@transaction.atomic
def seance_schedule(
    *,
    movie_id: int,
    starts_at: datetime,
    price: Decimal,
    hall_id: int | None = None,
    format: str = Format.FLAT,
    language: str = "ru",
) -> Seance:
    """Plans a showing; without a hall, in the first that is free for all of it.

    Raises NotFound for the film, HallUnknown, and HallOccupied.
    """
    movie = _locked_movie(movie_id)
    seance = Seance(movie=movie, starts_at=starts_at, price=price, format=format, language=language)
    if hall_id is not None:
        return _place(seance, _locked_hall(hall_id))
    with_seats = Hall.objects.filter(Exists(Seat.objects.filter(hall=OuterRef("pk"))))
    for candidate in with_seats.order_by("id").values_list("id", flat=True):
        try:
            return _place(seance, _locked_hall(candidate))
        except HallOccupied:
            continue
    raise HallOccupied(None)


@transaction.atomic
def seance_change(seance_id: int, **changes: Any) -> Seance:
    """Changes film, hall, start, price, format or language of a showing.

    Raises NotFound, HallUnknown, HallOccupied, and SeanceFixed for film, hall and start once seats
    are sold.
    """
    before = Seance.objects.filter(pk=seance_id).first()
    if before is None:
        raise NotFound("seance_id", seance_id)
    # In the order of locks; what is planned for others must hold still meanwhile.
    _locked_movie(changes.get("movie_id", before.movie_id))
    hall = _locked_hall(changes.get("hall_id", before.hall_id))
    seance = Seance.objects.select_for_update().filter(pk=seance_id).first()
    if seance is None:
        raise NotFound("seance_id", seance_id)
    moves = any(
        getattr(seance, name) != changes.get(name, getattr(seance, name))
        for name in ("movie_id", "hall_id", "starts_at")
    )
    if moves and history.tickets_of([seance_id]):
        raise SeanceFixed
    if moves:
        history.forget_unsold([seance_id], keep_blocks=hall.pk == seance.hall_id)
    for name, value in changes.items():
        setattr(seance, name, value)
    return _place(seance, hall if hall.pk == seance.hall_id else _locked_hall(seance.hall_id))


@transaction.atomic
def seance_delete(seance_id: int, *, movie_id: int | None = None) -> None:
    """Deletes a showing. Raises NotFound (also when it isn't this film's) and SoldAlready."""
    # Locked, so that no booking can begin meanwhile: its foreign key waits for us.
    seance = Seance.objects.select_for_update().filter(pk=seance_id).first()
    if seance is None or movie_id not in (None, seance.movie_id):
        raise NotFound("seance_id", seance_id)
    if tickets := history.tickets_of([seance_id]):
        raise SoldAlready(str(seance), tickets)
    history.forget_unsold([seance_id])
    seance.delete()


def follow_durations(seances: QuerySet[Seance]) -> None:
    """Sets the ends of showings anew, after a film's length or a hall's turnaround changed.

    Raises HallOccupied where one would run into the next.
    """
    halls = Hall.objects.filter(pk__in=seances.values("hall_id")).order_by("id")
    locked = {hall.pk: hall for hall in halls.select_for_update(no_key=True)}
    # Locked and read again: one that is being cancelled must stay cancelled.
    for seance in seances.select_for_update(of=("self",)).select_related("movie").order_by("id"):
        _place(seance, locked[seance.hall_id])


def occupy(seance: Seance, hall: Hall) -> None:
    """Puts a showing into a hall and works out until when it is occupied. Saves nothing."""
    seance.hall = hall
    seance.ends_at = seance.starts_at + timedelta(minutes=seance.movie.duration_minutes)
    seance.hall_free_at = seance.ends_at + timedelta(minutes=hall.turnaround_minutes)


def _place(seance: Seance, hall: Hall) -> Seance:
    occupy(seance, hall)
    with _hall_to_itself(hall), transaction.atomic():
        seance.save()
    return seance


@contextmanager
def _hall_to_itself(hall: Hall) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        if violated(error) != "seance_has_hall_to_itself":
            raise
        raise HallOccupied(hall.name) from error


def _locked_movie(movie_id: int) -> Movie:
    """Locked, so that it is neither deleted nor made longer meanwhile."""
    movie = Movie.objects.select_for_update(no_key=True).filter(pk=movie_id).first()
    if movie is None:
        raise NotFound("movie_id", movie_id)
    return movie


def _locked_hall(hall_id: int) -> Hall:
    hall = Hall.objects.select_for_update(no_key=True).filter(pk=hall_id).first()
    if hall is None:
        raise HallUnknown(hall_id)
    return hall
