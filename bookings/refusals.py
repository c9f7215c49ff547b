"""What the rules of selling refuse."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cinema.refusals import Refused

if TYPE_CHECKING:
    from bookings.models import Ticket


def _listed(seats: Sequence[int]) -> str:
    return ", ".join(map(str, seats))


class SeatsTaken(Refused):
    """Somebody else has them. `seats`: every taken seat of the request, ascending."""

    def __init__(self, seats: Sequence[int]) -> None:
        self.seats = sorted(seats)

    def sentence(self) -> str:
        return _("Taken seats: %(seats)s") % {"seats": _listed(self.seats)}


class SeatsElsewhere(Refused):
    """These seats are not in the showing's hall."""

    def __init__(self, seats: Sequence[int]) -> None:
        self.seats = sorted(seats)

    def sentence(self) -> str:
        return _("Not in the hall of this showing: %(seats)s") % {"seats": _listed(self.seats)}


class SeanceStarted(Refused):
    def sentence(self) -> str:
        return _("Sales closed when the showing started.")


class SeanceOver(Refused):
    def sentence(self) -> str:
        return _("The showing is over: what was sold for it stays as it is.")


class SeanceCancelled(Refused):
    def sentence(self) -> str:
        return _("The cinema has cancelled this showing.")


class HoldExpired(Refused):
    def sentence(self) -> str:
        return _("The seats were reserved for some minutes, which are over. Choose seats again.")


class PaymentRequired(Refused):
    def sentence(self) -> str:
        return _("The seats are reserved; they are sold once they are paid.")


class NothingToPay(Refused):
    """This cinema takes no payments online, or the booking is sold or free."""

    def sentence(self) -> str:
        return _("There is nothing to pay online for this booking.")


class EmailMissing(Refused):
    """A hold that nobody has left an address for can't be bought."""

    def sentence(self) -> str:
        return _("'email' is a required property")


class ReturnAddressRefused(Refused):
    """`address` doesn't belong to one of the cinema's sites."""

    def __init__(self, address: str) -> None:
        self.address = address

    def sentence(self) -> str:
        return _("%(address)s is not an address of a site that sells for this cinema") % {
            "address": repr(self.address[:100])
        }


class AlreadySold(Refused):
    def sentence(self) -> str:
        return _("This booking is sold already.")


class BookingCancelled(Refused):
    def sentence(self) -> str:
        return _("This booking has been cancelled.")


class CancellationClosed(Refused):
    """`minutes`: the cinema's notice before the start of the showing."""

    def __init__(self, minutes: int) -> None:
        self.minutes = minutes

    def sentence(self) -> str:
        return _(
            "A booking can be cancelled until %(minutes)d minutes before the showing starts."
        ) % {"minutes": self.minutes}


class TicketsUsed(Refused):
    """Somebody of this booking was let in already."""

    def sentence(self) -> str:
        return _("A ticket of this booking has been used; ask the cinema's staff.")


class NotSold(Refused):
    """It is held, cancelled or expired, so it has no tickets that are good for anything."""

    def sentence(self) -> str:
        return _("This booking is not sold.")


class OtherNumberOfSeats(Refused):
    """`number`: how many seats the booking has."""

    def __init__(self, number: int) -> None:
        self.number = number

    def sentence(self) -> str:
        return ngettext(
            "The booking has %(count)d seat: choose as many.",
            "The booking has %(count)d seats: choose as many.",
            self.number,
        ) % {"count": self.number}


class OtherDifference(Refused):
    """Other seats cost `difference` more, not what was agreed; negative: less."""

    def __init__(self, difference: Decimal) -> None:
        self.difference = difference

    def sentence(self) -> str:
        return _("These seats cost another difference than was agreed: %(difference)s") % {
            "difference": self.difference
        }


class NoEmail(Refused):
    def sentence(self) -> str:
        return _("This booking has no email to send anything to.")


class KeyReused(Refused):
    """The idempotency key belongs to another request."""

    def sentence(self) -> str:
        return _("This Idempotency-Key was used for another request; choose a new one.")


class KeyInProgress(Refused):
    """The first request with this key has not been answered yet."""

    def sentence(self) -> str:
        return _("The first request with this Idempotency-Key is still running; ask again.")


class NotAdmitted(Refused):
    """The door says no. `ticket`: what is known of it; None for a code that was never printed."""

    def __init__(self, ticket: "Ticket | None" = None) -> None:
        self.ticket = ticket


class TicketUnknown(NotAdmitted):
    def sentence(self) -> str:
        return _("There is no ticket with this code.")


class TicketForOtherSeance(NotAdmitted):
    def sentence(self) -> str:
        return _("This ticket is for another showing: %(showing)s.") % {
            "showing": self.ticket and self.ticket.seance
        }


class TicketCancelled(NotAdmitted):
    def sentence(self) -> str:
        return _("This ticket was cancelled.")


class TicketExchanged(NotAdmitted):
    def sentence(self) -> str:
        return _("This ticket was exchanged for another one: %(seat)s.") % {
            "seat": self.ticket and self.ticket.replaced_by and self.ticket.replaced_by.seat
        }


class TicketNotPaid(NotAdmitted):
    def sentence(self) -> str:
        return _("The seat is only reserved; this ticket is not paid.")


class TicketUsed(NotAdmitted):
    def sentence(self) -> str:
        return _("This ticket has been used already.")
