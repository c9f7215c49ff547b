"""A cinema's day lasts from six in the morning to the next six: a late showing is the evening's.

So 00:30 on a Friday is the night from Friday to Saturday. Clocks are the cinema's own.
"""

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

from cinema.api.fields import EARLIEST, LATEST
from cinema.refusals import Refused
from movies.refusals import NoSuchTime, TimeShownTwice

DAY_BEGINS = time(6)
A_DAY = timedelta(days=1)
# Of the years that showings can have. Room on both sides for the night that belongs to a day, and
# for days that are counted on.
FIRST_DAY = EARLIEST.date() + timedelta(days=7)
LAST_DAY = LATEST.date() - timedelta(days=7)


def bounds(day: date) -> tuple[datetime, datetime]:
    """When that day begins and when the next one does, in UTC."""
    return at(day, DAY_BEGINS).astimezone(UTC), at(day + A_DAY, DAY_BEGINS).astimezone(UTC)


def day_of(moment: datetime) -> date:
    """The day to which a moment belongs."""
    local = timezone.localtime(moment, timezone.get_default_timezone())
    return local.date() if local.time() >= DAY_BEGINS else local.date() - A_DAY


def at(day: date, clock: time) -> datetime:
    """When the clock shows this time on that day. In a night when it is changed it may never do so,
    or twice: see `unclear`.
    """
    calendar_day = day if clock >= DAY_BEGINS else day + A_DAY
    return datetime.combine(calendar_day, clock, timezone.get_default_timezone())


def unclear(moment: datetime) -> Refused | None:
    """Why a time of the clock is no moment: the clock never shows it, or twice."""
    # By way of UTC: within one zone only the hands of the clock are compared.
    back = moment.astimezone(UTC).astimezone(moment.tzinfo)
    if back.replace(tzinfo=None) != moment.replace(tzinfo=None):
        return NoSuchTime(moment)
    if moment.utcoffset() != moment.replace(fold=1 - moment.fold).utcoffset():
        return TimeShownTwice(moment)
    return None
