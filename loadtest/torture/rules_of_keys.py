"""What a retried request does and is told."""

from collections import defaultdict
from collections.abc import Iterator

from loadtest.torture.history import DONE, REFUSED, UNKNOWN
from loadtest.torture.known import Known
from loadtest.torture.owning import MAKING

MISUSED = 422  # the answer to a key that comes with another request


def answered_differently(known: Known) -> Iterator[str]:
    answers: dict[str, set[tuple[object, ...]]] = defaultdict(set)
    for one in known.attempts:
        if one.action == "misuse":
            if one.outcome == DONE or (one.outcome == REFUSED and one.status != MISUSED):
                yield f"key {one.key} came with another request and was answered {one.status}"
        elif one.key and one.outcome != UNKNOWN:
            answer = (one.outcome, one.status, one.booking, one.state, one.total, one.seats)
            answers[one.key].add(answer)
    for key, different in answers.items():
        if len(different) > 1:
            yield f"key {key} was answered differently: {sorted(map(str, different))}"


def done_differently(known: Known) -> Iterator[str]:
    """The tables know as many bookings of a key as its buyer was told: one, or none."""
    made: dict[str, set[str]] = defaultdict(set)
    for row in known.end.bookings:
        made[row.key].add(row.id)
    asked = {one.key: one for one in known.attempts if one.action in MAKING}
    possible = {one.key: one for one in known.owned}
    for key, bookings in made.items():
        if len(bookings) > 1:
            yield f"key {key} has made {len(bookings)} bookings: {', '.join(sorted(bookings))}"
        if key not in asked:
            yield f"{', '.join(sorted(bookings))} was made by nobody's key, {key}"
        elif key not in possible:
            yield f"key {key} was refused, and has made {', '.join(sorted(bookings))}"
        elif possible[key].booking and possible[key].booking not in bookings:
            yield f"key {key} was answered with {possible[key].booking}, the table has {bookings}"
