"""What a city answers, read with suspicion: a page can't be drawn with any number, time or list.

All raise ValueError, or what comparing and converting raises.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

LARGEST_ID = 2**63 - 1
LARGEST_AMOUNT = 10**12
LARGEST_COUNT = 10**6
_YEARS = range(1900, 3000)  # which clocks of every time zone can show


def identity(value: Any) -> int:
    """What addresses may contain."""
    return whole(value, most=LARGEST_ID)


def whole(value: Any, *, most: int = LARGEST_COUNT) -> int:
    """From 0 on."""
    number = int(value)
    if not 0 <= number <= most:
        raise ValueError(number)
    return number


def amount(value: Any) -> Decimal:
    """A JSON number as money."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(value)  # noqa: TRY004 a wrong answer, not a mistake of ours
    if not -LARGEST_AMOUNT <= value <= LARGEST_AMOUNT:  # "not a number" isn't, either
        raise ValueError
    return Decimal(str(value))


def instant(text: object) -> datetime:
    """An RFC 3339 time with an offset."""
    moment = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    if moment.tzinfo is None or moment.year not in _YEARS:
        raise ValueError(text)
    return moment.astimezone(UTC)


def listed(value: Any, *, most: int) -> list[Any]:
    """No longer than was asked for: drawing it would keep the visitors of every city waiting."""
    if not isinstance(value, list) or len(value) > most:
        raise ValueError(type(value))
    return value
