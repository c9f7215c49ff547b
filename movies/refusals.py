"""What the programme's rules refuse."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cinema.refusals import Refused

if TYPE_CHECKING:
    from movies.models import Seat


class HallOccupied(Refused):
    """Another showing, its turnaround included, is in the hall then. No name: in every hall."""

    def __init__(self, hall_name: str | None) -> None:
        self.hall_name = hall_name

    def sentence(self) -> str:
        if self.hall_name is None:
            return _("No hall is free for the whole showing; choose another time.")
        return _("The hall %(hall)s is occupied then; choose another time or hall.") % {
            "hall": self.hall_name
        }


class HallUnknown(Refused):
    def __init__(self, hall_id: int) -> None:
        self.hall_id = hall_id

    def sentence(self) -> str:
        return _("There is no hall %(hall)s.") % {"hall": self.hall_id}


class SoldAlready(Refused):
    """What has been sold stays: its history belongs to the buyers and to the accounts."""

    def __init__(self, subject: str, tickets: int) -> None:
        self.subject, self.tickets = subject, tickets

    def sentence(self) -> str:
        return ngettext(
            "%(subject)s can't be deleted: %(count)d ticket has been sold or held for it. "
            "Cancel instead, which keeps the history.",
            "%(subject)s can't be deleted: %(count)d tickets have been sold or held for it. "
            "Cancel instead, which keeps the history.",
            self.tickets,
        ) % {"subject": self.subject, "count": self.tickets}


class InUse(Refused):
    """Something else is built on it."""

    def __init__(self, subject: str, reason: str) -> None:
        self.subject, self.reason = subject, reason

    def sentence(self) -> str:
        return _("%(subject)s can't be deleted: %(reason)s.") % {
            "subject": self.subject,
            "reason": self.reason,
        }


class SeanceFixed(Refused):
    """A showing with sold tickets keeps its film, hall and time."""

    def sentence(self) -> str:
        return _(
            "Tickets have been sold or held for this showing, so its film, hall and time "
            "are fixed. Cancel it and plan another one."
        )


class SeanceMoved(Refused):
    """It is no longer where somebody took hold of it."""

    def sentence(self) -> str:
        return _("Somebody else has moved this showing meanwhile.")


class SeatFixed(Refused):
    """People hold tickets that name its row and number."""

    def sentence(self) -> str:
        return _(
            "Tickets for coming showings have been sold or held for this seat, so its row and "
            "number are fixed until then."
        )


class SeatsSold(Refused):
    """Seats that were ever taken would be removed, or ones that people hold tickets for renamed.

    It names all of them.
    """

    def __init__(self, removed: Sequence["Seat"], renamed: Sequence["Seat"] = ()) -> None:
        self.removed, self.renamed = removed, renamed

    def sentence(self) -> str:
        sentences = []
        if self.removed:
            sentences.append(
                _(
                    "These seats have been sold, held or blocked before, so they can't be "
                    "removed: %(seats)s."
                )
                % {"seats": _listed(self.removed)}
            )
        if self.renamed:
            sentences.append(
                _(
                    "Tickets for coming showings have been sold or held for these seats, so their "
                    "row and number are fixed until then: %(seats)s."
                )
                % {"seats": _listed(self.renamed)}
            )
        return " ".join(sentences)


class PlanOutdated(Refused):
    """The plan that somebody began with is no longer the hall's."""

    def sentence(self) -> str:
        return _(
            "Somebody else has changed the seats of this hall since you opened it. Nothing was "
            "saved; open the hall in another window and compare."
        )


class PlanFaulty(Refused):
    """A plan that can't be a hall's. `cells`: where to look, as (x, y)."""

    def __init__(self, problems: Sequence[str], cells: Sequence[tuple[int, int]] = ()) -> None:
        self.problems, self.cells = problems, cells

    SHOWN = 10

    def sentence(self) -> str:
        return " ".join(self.problems[: self.SHOWN])


def _listed(seats: Sequence["Seat"]) -> str:
    """`row 5: 3, 4; row Б1: 7`, rows in the order given."""
    rows: dict[str, list[int]] = {}
    for seat in seats:
        rows.setdefault(seat.row, []).append(seat.number)
    return "; ".join(
        _("row %(row)s: %(numbers)s")
        % {"row": row, "numbers": ", ".join(str(number) for number in sorted(numbers))}
        for row, numbers in rows.items()
    )


class NeededByAnother(Refused):
    """A showing has the hall then, turnaround included. `is_planned`: one of the same plan."""

    def __init__(
        self, film: str, starts_at: datetime, free_at: datetime, *, is_planned: bool = False
    ) -> None:
        self.film, self.starts_at, self.free_at = film, starts_at, free_at
        self.is_planned = is_planned

    def sentence(self) -> str:
        sentence = (
            _("“%(film)s” of this plan needs the hall from %(from)s to %(until)s.")
            if self.is_planned
            else _("The hall is occupied by “%(film)s” from %(from)s to %(until)s.")
        )
        return sentence % {
            "film": self.film,
            "from": _clock(self.starts_at),
            "until": _clock(self.free_at),
        }


class AlreadyBegun(Refused):
    """By the database's clock."""

    def sentence(self) -> str:
        return _("That time is over already.")


class HallWithoutSeats(Refused):
    def __init__(self, hall_name: str) -> None:
        self.hall_name = hall_name

    def sentence(self) -> str:
        return _("The hall %(hall)s has no seats yet.") % {"hall": self.hall_name}


class FilmUnknown(Refused):
    """Deleted, after somebody began to plan it."""

    def sentence(self) -> str:
        return _("There is no such film any more.")


class NoSuchTime(Refused):
    """Clocks go forward over it. `clock`: what they would have to show."""

    def __init__(self, clock: datetime) -> None:
        self.clock = clock

    def sentence(self) -> str:
        return _("There is no %(time)s in that night: the clocks go forward.") % {
            "time": time_format(self.clock.time(), "H:i")
        }


class TimeShownTwice(Refused):
    """Clocks go back over it. `clock`: what they show."""

    def __init__(self, clock: datetime) -> None:
        self.clock = clock

    def sentence(self) -> str:
        return _(
            "The clocks show %(time)s twice in that night. Choose another time; in the schedule "
            "the showing can be dragged to either."
        ) % {"time": time_format(self.clock.time(), "H:i")}


class TooManyShowings(Refused):
    def __init__(self, count: int, most: int) -> None:
        self.count, self.most = count, most

    def sentence(self) -> str:
        return _(
            "These would be %(count)d showings; at most %(most)d are planned at once. Choose "
            "fewer days, halls or times."
        ) % {"count": self.count, "most": self.most}


class ShowingsRefused(Refused):
    """Of showings that were to be planned together, these can't be, by their positions."""

    def __init__(self, conflicts: Mapping[int, Refused]) -> None:
        self.conflicts = conflicts

    def sentence(self) -> str:
        return ngettext(
            "Nothing was planned: %(count)d showing has a conflict.",
            "Nothing was planned: %(count)d showings have a conflict.",
            len(self.conflicts),
        ) % {"count": len(self.conflicts)}


def _clock(moment: datetime) -> str:
    return time_format(timezone.localtime(moment).time(), "H:i")
