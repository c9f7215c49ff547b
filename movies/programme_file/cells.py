"""What stands in a cell, as a value. CSV has text only; Excel has numbers, dates and times too."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from cinema.api.fields import EARLIEST, LATEST
from movies.api.body import ImageAddress, Language
from movies.models import AgeRating, Format, Genre
from movies.programme_file.mistakes import BadCell
from movies.programme_file.text import plain, unguarded

_MONEY = re.compile(r"(-?)([0-9]{1,8})(?:[.,]([0-9]+))?")
_DAYS = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})"),
)
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?")
_OFFSET = re.compile(r"[+-]\d{2}:\d{2}")


def text(cell: Any) -> str:
    if isinstance(cell, bool | date | time | timedelta):
        raise BadCell(_("is no text for Excel: give the cell the format “Text” and type it again"))
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # a film called “12”
    return unguarded(plain(str(cell)))


def whole(cell: Any) -> int:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, bool) or not re.fullmatch(r"[0-9]{1,9}", str(cell).strip()):
        raise BadCell(_("is not a whole number"))
    return int(cell)


def money(cell: Any) -> Decimal:
    """`250`, `250.5`, `250,50` or `1 250,50`."""
    found = _MONEY.fullmatch(re.sub(r"\s", "", str(cell)))
    if found is None or isinstance(cell, bool):
        raise BadCell(_("is not a price like 250 or 250,50"))
    minus, whole_part, decimals = found.groups(default="")
    if minus:
        raise BadCell(_("a price can't be negative"))
    if len(decimals.rstrip("0")) > 2:
        raise BadCell(_("a price has at most two decimals"))
    return Decimal(f"{whole_part}.{decimals or 0}").quantize(Decimal("0.01"))


def genres(cell: Any) -> list[str]:
    found = [genre.strip().lower() for genre in re.split("[,;]", text(cell)) if genre.strip()]
    if unknown := [genre for genre in found if genre not in Genre.values]:
        raise BadCell(
            _("there is no genre %(unknown)s; known are %(known)s")
            % {"unknown": ", ".join(unknown), "known": ", ".join(Genre.values)}
        )
    return list(dict.fromkeys(found))


def age_rating(cell: Any) -> str:
    return _one_of(AgeRating.values, cell)


def projection(cell: Any) -> str:
    return _one_of(Format.values, cell)


def _one_of(values: list[str], cell: Any) -> str:
    by_lower = {value.lower(): value for value in values}
    if found := by_lower.get(text(cell).lower()):
        return found
    raise BadCell(_("is not one of %(values)s") % {"values": ", ".join(values)})


def address(cell: Any) -> str:
    """Of a poster, as strict as over the API: nothing that a browser would run."""
    found = text(cell)
    try:
        return str(ImageAddress(max_length=2000).run_validation(found))
    except ValidationError as error:
        raise BadCell(_("is not an address: https://… or a path like /static/…")) from error


def language(cell: Any) -> str:
    found = text(cell)
    try:
        return str(Language().run_validation(found))
    except ValidationError as error:
        raise BadCell(_("is not a language like ru or en")) from error


def day(cell: Any) -> date:
    found = _day(cell)
    if not EARLIEST.date() < found < LATEST.date():
        raise BadCell(_("is not between 1970 and 2200"))
    return found


def _day(cell: Any) -> date:
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date()
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return cell
    for pattern in _DAYS:
        if found := pattern.fullmatch(str(cell).strip()):
            return _dated(found.groupdict())
    raise BadCell(_("is not a date like 31.12.2030 or 2030-12-31"))


def _dated(parts: Mapping[str, str]) -> date:
    try:
        return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except ValueError as error:
        raise BadCell(_("is not a day of the calendar")) from error


@dataclass(frozen=True, slots=True)
class Clock:
    """What a clock at the cinema shows. `offset` from UTC, where it was written."""

    time: time
    offset: timedelta | None = None


def clock(cell: Any) -> Clock:
    """`18:30`; with its offset, `02:30+03:00`, where the clocks are put back."""
    if isinstance(cell, time):
        return Clock(cell)
    if isinstance(cell, timedelta) and timedelta(0) <= cell < timedelta(days=1):
        return Clock((datetime.min + cell).time())  # the format [h]:mm
    written = re.sub(r"\s", "", str(cell))
    shown, offset = written[:-6], written[-6:]
    if not _OFFSET.fullmatch(offset):
        shown, offset = written, ""
    if not _CLOCK.fullmatch(shown):
        raise BadCell(_("is not a time like 18:30"))
    try:
        read = datetime.fromisoformat(f"2000-01-01T{shown.zfill(5)}{offset}")
    except ValueError as error:
        raise BadCell(_("is not a time of the day")) from error
    return Clock(read.time(), read.utcoffset())


def moment(on: date, at: Clock, zone: ZoneInfo) -> datetime:
    """When that is. A time that the clocks skip is refused, and one they show twice asked about."""
    shown = datetime.combine(on, at.time)
    possible = {
        shown.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        for fold in (0, 1)
        if _exists(shown, fold, zone)
    }
    if at.offset is not None:
        possible &= {(shown - at.offset).replace(tzinfo=UTC)}
    if not possible:
        raise BadCell(_("the cinema's clocks don't show this time on that day"))
    if len(possible) > 1:
        ways = (one.astimezone(zone).isoformat(timespec="minutes")[11:] for one in sorted(possible))
        raise BadCell(
            _("the clocks show this time twice on that day: write %(ways)s")
            % {"ways": _(" or ").join(ways)}
        )
    return possible.pop()


def _exists(shown: datetime, fold: int, zone: ZoneInfo) -> bool:
    there = shown.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    return there.astimezone(zone).replace(tzinfo=None, fold=0) == shown
