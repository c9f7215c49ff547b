"""The programme on a time axis: days by hall, each showing with its film's real length and the
hall's turnaround.

A day is the cinema's own (`movies.business_day`): what starts after midnight belongs to the evening
before. On the axis an hour is an hour, so the night when clocks change is longer or shorter there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.history import EVER_SOLD
from bookings.models import Booking
from movies import business_day
from movies.admin.occupancy import with_occupancy
from movies.models import Hall, Seance, SeanceStatus
from movies.refusals import SeanceFixed

if TYPE_CHECKING:
    from movies.admin.occupancy import OccupiedSeance

    class ShownSeance(OccupiedSeance):
        """`is_fixed`: by what was sold."""

        is_fixed: bool

        class Meta:
            abstract = True


Limits = tuple[datetime, datetime]

# What the axis has at least: hours of the clock, the second one on the next day.
USUAL_OPENING, USUAL_CLOSING = 8, 25
HOUR = timedelta(hours=1)
# A film and a turnaround, each of a day: the constraints allow no more.
LONGEST_OCCUPATION = timedelta(days=2)


@dataclass(frozen=True)
class Block:
    """A showing in a lane. `continued`: it began on an earlier day and still occupies the hall."""

    seance: "ShownSeance"
    continued: bool

    @property
    def starts(self) -> str:
        return _clock(self.seance.starts_at)

    @property
    def ends(self) -> str:
        return _clock(self.seance.ends_at)

    @property
    def seconds(self) -> dict[str, int]:
        """Its times for the scripts, since 1970."""
        names = {"starts": "starts_at", "ends": "ends_at", "free": "hall_free_at"}
        return {name: int(getattr(self.seance, field).timestamp()) for name, field in names.items()}

    @property
    def is_cancelled(self) -> bool:
        return self.seance.status == SeanceStatus.CANCELLED

    @property
    def why(self) -> str:
        """Why it stays where it is; empty when it may be moved."""
        if self.is_cancelled:
            return _("It is cancelled.")
        if self.seance.is_fixed:
            return str(SeanceFixed())
        if self.continued:
            return _("It began on the day before.")
        return ""


@dataclass(frozen=True)
class Lane:
    hall: Hall
    blocks: list[Block]


@dataclass(frozen=True)
class Day:
    """`opens`: where its axis begins. `hours`: the beginnings of its hours."""

    date: date
    opens: datetime
    hours: list[datetime]
    lanes: list[Lane]
    is_today: bool


@dataclass(frozen=True)
class Board:
    """`hours`: how long the axis is, the same for every day."""

    days: list[Day]
    hours: int


def board_of(days: Sequence[date]) -> Board:
    """`days`: one after the other."""
    limits = [business_day.bounds(day) for day in days]
    seances = _seances(limits[0][0], limits[-1][1])
    blocks = [_blocks(seances, begins, ends) for begins, ends in limits]
    opening = _opening(blocks, limits)
    opens = [_opens(day, opening) for day in days]
    hours = _hours(blocks, opens, limits, opening)
    halls = list(Hall.objects.all())
    today = business_day.day_of(timezone.now())
    return Board(
        [
            Day(
                day,
                opens[at],
                [opens[at] + hour * HOUR for hour in range(hours)],
                [_lane(hall, blocks[at], opens[at]) for hall in halls],
                day == today,
            )
            for at, day in enumerate(days)
        ],
        hours,
    )


def _seances(begins: datetime, ends: datetime) -> "list[ShownSeance]":
    shown = Seance.objects.filter(
        starts_at__gt=begins - LONGEST_OCCUPATION, starts_at__lt=ends, hall_free_at__gt=begins
    )
    sold = Booking.objects.filter(EVER_SOLD, seance=OuterRef("pk"))
    counted: Any = with_occupancy(shown).annotate(is_fixed=Exists(sold))
    return list(counted.select_related("movie", "hall").order_by("starts_at", "id"))


def _blocks(seances: "list[ShownSeance]", begins: datetime, ends: datetime) -> list[Block]:
    return [
        Block(seance, continued=seance.starts_at < begins)
        for seance in seances
        if seance.starts_at < ends and seance.hall_free_at > begins
    ]


def _opening(blocks: list[list[Block]], limits: list[Limits]) -> int:
    """The hour of the clock at which the axis begins: the usual one, or that of an early bird."""
    earliest = min(
        (
            block.seance.starts_at - begins
            for (begins, _ends), of_day in zip(limits, blocks, strict=True)
            for block in of_day
            if not block.continued
        ),
        default=timedelta(days=1),
    )
    return min(USUAL_OPENING, business_day.DAY_BEGINS.hour + earliest // HOUR)


def _opens(day: date, opening: int) -> datetime:
    # In UTC: hours added to a local time would be hours of the clock.
    return timezone.make_aware(datetime.combine(day, time(opening))).astimezone(UTC)


def _hours(
    blocks: list[list[Block]], opens: list[datetime], limits: list[Limits], opening: int
) -> int:
    """Until the last hall of any day is free, but not beyond the next morning."""
    needed = [USUAL_CLOSING - opening]
    for opened, (_begins, ends), of_day in zip(opens, limits, blocks, strict=True):
        last = max((block.seance.hall_free_at for block in of_day), default=opened)
        needed.append(-((opened - min(last, ends)) // HOUR))
    return max(needed)


def _clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"


def _lane(hall: Hall, blocks: list[Block], opens: datetime) -> Lane:
    """Without what was over before the axis begins: a film of the night before."""
    return Lane(
        hall,
        [
            block
            for block in blocks
            if block.seance.hall_id == hall.pk and block.seance.hall_free_at > opens
        ],
    )
