"""Showings: planning, moving and deleting them.

That no two overlap in a hall, turnaround included, is the constraint `seance_has_hall_to_itself`;
here its violation becomes a refusal. Whoever plans in a hall locks its row first: two plans that
check each other at the same moment would deadlock on the constraint. The order of locks is film,
hall, showing.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from bookings import history
from bookings.refusals import SeanceCancelled
from cinema.constraints import violated
from cinema.refusals import NotFound, Refused
from movies.models import Format, Hall, Movie, Seance, SeanceStatus, Seat
from movies.refusals import (
    AlreadyBegun,
    HallOccupied,
    HallUnknown,
    HallWithoutSeats,
    SeanceFixed,
    SeanceMoved,
    SoldAlready,
)

Place = tuple[int, datetime]
"""A hall's id and a start."""

HAS_SEATS = Exists(Seat.objects.filter(hall=OuterRef("pk")))


@transaction.atomic
def seance_schedule(
    *,
    movie_id: int,
    starts_at: datetime,
    price: Decimal,
    hall_id: int | None = None,
    format: str = Format.FLAT,
    language: str = "ru",
    for_sale: bool = False,
) -> Seance:
    """Plans a showing; without a hall, in the first that is free for all of it.

    Raises NotFound for the film, HallUnknown, HallOccupied, and where it is meant to be sold from
    now on, `for_sale`, what `unsaleable` finds.
    """
    movie = _locked_movie(movie_id)
    seance = Seance(movie=movie, starts_at=starts_at, price=price, format=format, language=language)
    if hall_id is not None:
        return _place(seance, _locked_hall(hall_id), for_sale=for_sale)
    with_seats = Hall.objects.filter(HAS_SEATS).order_by("id")
    for candidate in with_seats.values_list("id", flat=True):
        try:
            return _place(seance, _locked_hall(candidate), for_sale=for_sale)
        except HallOccupied:
            continue
    raise HallOccupied(None)


@transaction.atomic
def seance_change(
    seance_id: int, *, expected: Place | None = None, for_sale: bool = False, **changes: Any
) -> Seance:
    """Changes film, hall, start, price, format or language of a showing.

    Raises NotFound, HallUnknown, HallOccupied, SeanceCancelled, SeanceMoved if it isn't in the
    `expected` place any more, and SeanceFixed for film, hall and start once seats are sold.
    `for_sale` as in `seance_schedule`, for one that moves.
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
    if seance.status == SeanceStatus.CANCELLED:
        raise SeanceCancelled
    if expected not in (None, (seance.hall_id, seance.starts_at)):
        raise SeanceMoved
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
    hall = hall if hall.pk == seance.hall_id else _locked_hall(seance.hall_id)
    return _place(seance, hall, for_sale=for_sale and moves)


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
    # In UTC: added to a local time, minutes would be those of the clock.
    length = timedelta(minutes=seance.movie.duration_minutes)
    seance.ends_at = seance.starts_at.astimezone(UTC) + length
    seance.hall_free_at = seance.ends_at + timedelta(minutes=hall.turnaround_minutes)


def unsaleable(seances: Mapping[int, Seance]) -> dict[int, Refused]:
    """What nobody could buy: AlreadyBegun by the database's clock, and HallWithoutSeats.

    A programme that comes from elsewhere may have it; by hand it is planned only by mistake.
    """
    halls = Hall.objects.filter(pk__in={seance.hall_id for seance in seances.values()})
    known = {key: (now, has) for key, now, has in halls.values_list("pk", Now(), HAS_SEATS)}
    refused: dict[int, Refused] = {}
    for number, seance in seances.items():
        now, has_seats = known[seance.hall_id]
        if seance.starts_at <= now:
            refused[number] = AlreadyBegun()
        elif not has_seats:
            refused[number] = HallWithoutSeats(seance.hall.name)
    return refused


def _place(seance: Seance, hall: Hall, *, for_sale: bool = False) -> Seance:
    occupy(seance, hall)
    if for_sale:
        for refused in unsaleable({0: seance}).values():
            raise refused
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
