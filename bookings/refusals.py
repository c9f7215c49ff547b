"""What the rules of selling refuse."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from cinema.refusals import Refused


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


class SeanceCancelled(Refused):
    def sentence(self) -> str:
        return _("The cinema has cancelled this showing.")


class HoldExpired(Refused):
    def sentence(self) -> str:
        return _("The seats were reserved for some minutes, which are over. Choose seats again.")


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


class KeyReused(Refused):
    """The idempotency key belongs to another request."""

    def sentence(self) -> str:
        return _("This Idempotency-Key was used for another request; choose a new one.")


class KeyInProgress(Refused):
    """The first request with this key has not been answered yet."""

    def sentence(self) -> str:
        return _("The first request with this Idempotency-Key is still running; ask again.")
