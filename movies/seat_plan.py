"""The whole plan of a hall's seats, rearranged at once or not at all."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cinema.refusals import NotFound
from movies import sold_seats
from movies.models import Hall, Seat, SeatCategory
from movies.refusals import PlanFaulty, PlanOutdated, SeatsSold

MOST_SEATS = 5000

# One statement for all of them: only when it ends must no two be alike, so they may swap.
_UPDATE = """
UPDATE movies_seat SET row = wanted.row, number = wanted.number, x = wanted.x, y = wanted.y,
       category_id = wanted.category, wheelchair = wanted.wheelchair
FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::int[], %s::int[], %s::bigint[], %s::bool[])
     AS wanted(id, row, number, x, y, category, wheelchair)
WHERE movies_seat.id = wanted.id
"""


@dataclass(frozen=True)
class PlannedSeat:
    """A seat as somebody wants it; without an id it is new. `x`, `y`: its cell in the grid."""

    row: str
    number: int
    x: int
    y: int
    category_id: int
    wheelchair: bool = False
    id: int | None = None


@dataclass(frozen=True)
class Arranged:
    """How many seats an arrangement has added, changed and removed."""

    added: int
    changed: int
    removed: int


def version_of(seats: Iterable[Seat]) -> str:
    """Two plans of one hall have the same version only when no seat differs."""
    written = sorted((seat.pk, *_wishes(seat)) for seat in seats)
    return hashlib.sha256(repr(written).encode()).hexdigest()


@transaction.atomic
def seats_arrange(
    *, hall_id: int, seats: Sequence[PlannedSeat], version: str | None = None
) -> Arranged:
    """Makes `seats` the hall's seats: those left out are removed, those without an id are new.

    `version` is that of the plan the caller began with; None takes whatever there is. Raises
    NotFound, PlanOutdated, PlanFaulty, and SeatsSold when a seat that was ever sold, held or
    blocked would be removed, or one with tickets for coming showings get another row or number.
    """
    # The hall first, so that no two plans are saved at once; then the seats, so that no ticket can
    # be sold meanwhile: its foreign key waits for us.
    if not Hall.objects.select_for_update(no_key=True).filter(pk=hall_id).exists():
        raise NotFound("hall_id", hall_id)
    # No category can be deleted meanwhile either.
    categories = set(
        SeatCategory.objects.select_for_update(no_key=True)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    locked = Seat.objects.select_for_update().filter(hall=hall_id).order_by("pk")
    present = {seat.pk: seat for seat in locked}
    if version not in (None, version_of(present.values())):
        raise PlanOutdated
    _check(seats, present.keys(), categories)
    return _arrange(hall_id, present, seats)


def _arrange(hall_id: int, present: dict[int, Seat], seats: Sequence[PlannedSeat]) -> Arranged:
    kept = {seat.id: seat for seat in seats if seat.id is not None}
    removed = [seat for key, seat in present.items() if key not in kept]
    changed = [seat for key, seat in kept.items() if _wishes(seat) != _wishes(present[key])]
    renamed = [
        present[seat.id]
        for seat in changed
        if seat.id and (seat.row, seat.number) != (present[seat.id].row, present[seat.id].number)
    ]
    _refuse_sold(removed, renamed)
    Seat.objects.filter(pk__in=[seat.pk for seat in removed]).delete()
    added = [seat for seat in seats if seat.id is None]
    _write(changed)
    new = [_seat(seat) for seat in added]
    for seat in new:
        seat.hall_id = hall_id
    Seat.objects.bulk_create(new)
    return Arranged(len(added), len(changed), len(removed))


def _write(seats: Sequence[PlannedSeat]) -> None:
    rows = [(seat.id, *_wishes(seat)) for seat in seats]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_UPDATE, [list(column) for column in zip(*rows, strict=True)])


def _refuse_sold(removed: Sequence[Seat], renamed: Sequence[Seat]) -> None:
    taken = sold_seats.ever_taken(seat.pk for seat in removed)
    fixed = sold_seats.awaiting_somebody(seat.pk for seat in renamed)
    if taken or fixed:
        raise SeatsSold(
            sorted((seat for seat in removed if seat.pk in taken), key=_place),
            sorted((seat for seat in renamed if seat.pk in fixed), key=_place),
        )


def _check(seats: Sequence[PlannedSeat], present: Iterable[int], categories: set[int]) -> None:
    """Raises PlanFaulty for what the database could only answer with an error."""
    if len(seats) > MOST_SEATS:
        raise PlanFaulty(
            [
                ngettext(
                    "A hall has at most %(count)d seat.",
                    "A hall has at most %(count)d seats.",
                    MOST_SEATS,
                )
                % {"count": MOST_SEATS}
            ]
        )
    ids = [seat.id for seat in seats if seat.id is not None]
    if len(set(ids)) < len(ids) or not set(ids).issubset(present):
        raise PlanFaulty([_("The plan names a seat that this hall doesn't have, or one twice.")])
    if any(seat.category_id not in categories for seat in seats):
        raise PlanFaulty([_("A seat's category doesn't exist any more. Reload the page.")])
    _check_each(seats)
    _check_none_twice(seats)


def _check_each(seats: Sequence[PlannedSeat]) -> None:
    problems = []
    for seat in seats:
        try:
            # What a row, a number and a cell may be is said once, by the model.
            _seat(seat).clean_fields(exclude=["hall", "category"])
        except ValidationError as error:
            problems.append(f"{_called(seat)}: {' '.join(error.messages)}")
            continue
        if not seat.row.isprintable():
            problems.append(
                _("%(seat)s: a row is named in plain letters and digits.") % {"seat": _called(seat)}
            )
    if problems:
        raise PlanFaulty(problems)


def _check_none_twice(seats: Sequence[PlannedSeat]) -> None:
    names: dict[tuple[str, int], list[PlannedSeat]] = {}
    cells: dict[tuple[int, int], list[PlannedSeat]] = {}
    for seat in seats:
        names.setdefault((seat.row, seat.number), []).append(seat)
        cells.setdefault((seat.x, seat.y), []).append(seat)
    doubled = [same for same in names.values() if len(same) > 1]
    stacked = [same for same in cells.values() if len(same) > 1]
    problems = [
        _("There are several of %(seat)s.") % {"seat": _called(same[0])} for same in doubled
    ]
    problems += [
        _("Several seats are in one place: %(seats)s.") % {"seats": "; ".join(map(_called, same))}
        for same in stacked
    ]
    if problems:
        where = [(seat.x, seat.y) for same in doubled + stacked for seat in same]
        raise PlanFaulty(problems, where)


def _wishes(seat: Seat | PlannedSeat) -> tuple[str, int, int, int, int, bool]:
    return (seat.row, seat.number, seat.x, seat.y, seat.category_id, seat.wheelchair)


def _place(seat: Seat) -> tuple[int, int]:
    return seat.y, seat.x


def _seat(seat: PlannedSeat) -> Seat:
    row, number, x, y, category_id, wheelchair = _wishes(seat)
    return Seat(row=row, number=number, x=x, y=y, category_id=category_id, wheelchair=wheelchair)


def _called(seat: PlannedSeat) -> str:
    return str(Seat(row=seat.row[:20], number=seat.number))
