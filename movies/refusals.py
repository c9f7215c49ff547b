"""What the programme's rules refuse."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cinema.refusals import Refused


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


class SeatFixed(Refused):
    """People hold tickets that name its row and number."""

    def sentence(self) -> str:
        return _(
            "Tickets for coming showings have been sold or held for this seat, so its row and "
            "number are fixed until then."
        )
