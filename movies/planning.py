"""Planning many showings at once: looked at beforehand, then all of them or none.

A preview is for people. What decides is the constraint `seance_has_hall_to_itself`, asked when all
are saved, as everywhere: see `movies.schedule`, whose locks and lengths are used here too.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from cinema.constraints import violated
from cinema.refusals import Refused
from movies import business_day
from movies.models import Hall, Movie, Seance, SeanceStatus
from movies.planning_preview import Preview, Wanted, films_of, halls_of, preview, previewed
from movies.refusals import ShowingsRefused, TooManyShowings

__all__ = ["MOST_SHOWINGS", "Preview", "Wanted", "copied", "plan", "preview", "times_that_fit"]

MOST_SHOWINGS = 2000  # a week of a dozen halls, several times over
FIVE_MINUTES = timedelta(minutes=5)


@transaction.atomic
def plan(*, showings: Sequence[Wanted]) -> list[Seance]:
    """Plans all of them, or none. Raises TooManyShowings, and ShowingsRefused with the conflicts.

    It makes as many statements for two thousand as for one.
    """
    if len(showings) > MOST_SHOWINGS:
        raise TooManyShowings(len(showings), MOST_SHOWINGS)
    # Locked in the order of all locks, films and then halls: nobody else plans in them meanwhile,
    # and the films keep their lengths.
    films = films_of(showings).select_for_update(no_key=True)
    halls = halls_of(showings).select_for_update(no_key=True)
    looked_at = previewed(showings, list(films), list(halls))
    if conflicts := _conflicts(looked_at):
        raise ShowingsRefused(conflicts)
    try:
        with transaction.atomic():
            return Seance.objects.bulk_create(each.showing for each in looked_at if each.showing)
    except IntegrityError as error:
        if violated(error) != "seance_has_hall_to_itself":
            raise
        # Somebody wrote without the hall's lock. Now theirs can be seen.
        raise ShowingsRefused(_conflicts(preview(showings))) from error


def copied(*, source: date, days: int, target: date) -> list[Wanted]:
    """The showings of some days as they would be from another day on, by the clock on the wall.

    Cancelled ones are not copied. Days are the cinema's: see `movies.business_day`. Raises
    TooManyShowings.
    """
    begins = business_day.bounds(source)[0]
    ends = business_day.bounds(source + timedelta(days=days - 1))[1]
    seances = Seance.objects.filter(
        status=SeanceStatus.SCHEDULED, starts_at__gte=begins, starts_at__lt=ends
    )
    if (count := seances.count()) > MOST_SHOWINGS:
        raise TooManyShowings(count, MOST_SHOWINGS)
    listed = seances.order_by("starts_at", "hall__name", "id")
    return [_shifted(seance, target - source) for seance in listed]


def times_that_fit(
    *, movie: Movie, halls: Collection[Hall], first: time, last_end: time
) -> list[time]:
    """When the film can begin, one showing after the other in each of the halls.

    The first begins at `first`, the last ends by `last_end`; on five minutes, turnaround between.
    """
    some_day = date(2001, 1, 1)  # clocks don't change on it

    def moment(clock: time) -> datetime:
        return business_day.at(some_day, clock).replace(tzinfo=None)

    length = timedelta(minutes=movie.duration_minutes)
    turnaround = timedelta(minutes=max((hall.turnaround_minutes for hall in halls), default=0))
    starts, times = moment(first), []
    while starts + length <= moment(last_end):
        times.append(starts.time())
        starts = _rounded_up(starts + length + turnaround)
    return times


def _conflicts(previews: Sequence[Preview]) -> dict[int, Refused]:
    return {number: each.conflict for number, each in enumerate(previews) if each.conflict}


def _shifted(seance: Seance, distance: timedelta) -> Wanted:
    local = timezone.localtime(seance.starts_at, timezone.get_default_timezone())
    # Combined, not added to: it is the clock that is copied, in a night when it changes too.
    clock = datetime.combine(local.date() + distance, local.time(), local.tzinfo)
    return Wanted(
        seance.movie_id, seance.hall_id, clock, seance.price, seance.format, seance.language
    )


def _rounded_up(moment: datetime) -> datetime:
    return moment + (datetime.min - moment) % FIVE_MINUTES
