"""At the door: a ticket lets its buyer in once.

One UPDATE decides, so of two doors that scan the same ticket at the same moment one is told that
it has been used.
"""

import re
from collections.abc import Sequence

from django.db import connection

from bookings.models import BookingStatus, Ticket
from bookings.refusals import (
    NotAdmitted,
    TicketCancelled,
    TicketExchanged,
    TicketForOtherSeance,
    TicketNotPaid,
    TicketUnknown,
    TicketUsed,
)

_CHECK_IN = """
UPDATE bookings_ticket ticket SET checked_in_at = now(), checked_in_by_id = %(by)s
FROM bookings_booking booking
WHERE ticket.code = %(code)s AND ticket.seance_id = ANY(%(seances)s::bigint[])
  AND booking.id = ticket.booking_id AND booking.status = 'confirmed'
  AND ticket.released_at IS NULL AND ticket.held_until IS NULL AND ticket.checked_in_at IS NULL
RETURNING ticket.id
"""


def written_code(text: str) -> str:
    """A code as it is stored, however somebody wrote it down."""
    return re.sub(r"[\s\0-]", "", text).upper()


def check_in(*, code: str, seance_ids: Sequence[int], by_id: int) -> Ticket:
    """Lets the buyer of this ticket into one of these showings, once. Returns the ticket.

    Raises NotAdmitted: TicketUnknown, TicketForOtherSeance, TicketCancelled, TicketExchanged,
    TicketNotPaid, TicketUsed.
    """
    stored = written_code(code)
    parameters = {"code": stored, "seances": list(seance_ids), "by": by_id}
    with connection.cursor() as cursor:
        cursor.execute(_CHECK_IN, parameters)
        admitted = cursor.rowcount == 1
    ticket = _find(stored)
    if ticket is None:
        raise TicketUnknown
    if not admitted:
        raise _why_not(ticket, seance_ids)
    return ticket


def undo_check_in(*, ticket_id: int) -> bool:
    """Somebody was checked in by mistake: the ticket is good again. False: it wasn't checked in."""
    used = Ticket.objects.filter(pk=ticket_id, checked_in_at__isnull=False)
    return used.update(checked_in_at=None, checked_in_by=None) == 1


def _find(code: str) -> Ticket | None:
    tickets = Ticket.objects.exclude(booking__status=BookingStatus.BLOCKED).select_related(
        "seat__category",
        "booking",
        "seance__movie",
        "seance__hall",
        "checked_in_by",
        "replaced_by__seat",
    )
    return tickets.filter(code=code).first()


def _why_not(ticket: Ticket, seance_ids: Sequence[int]) -> NotAdmitted:
    """In the order in which the door would ask. A hold whose time is over is cancelled too."""
    if ticket.replaced_by_id:
        return TicketExchanged(ticket)
    if ticket.released_at:
        return TicketCancelled(ticket)
    if ticket.held_until:
        return TicketNotPaid(ticket)
    if ticket.seance_id not in seance_ids:
        return TicketForOtherSeance(ticket)
    return TicketUsed(ticket)
