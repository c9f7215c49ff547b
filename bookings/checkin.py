"""At the door: a ticket lets its buyer in once.

One UPDATE decides, so of two doors that scan the same ticket at the same moment one is told that
it has been used.
"""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Now

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
from movies.models import Seance, SeanceStatus

DOORS_OPEN = timedelta(minutes=90)  # before the start
UNDO_TIME = timedelta(minutes=10)
_LONGEST_FILM = timedelta(days=1)  # a constraint's limit

# The booking is locked first, as everywhere: whoever cancels it or moves it to other seats waits
# until the ticket is checked in, or this waits and then looks again at what became of both.
_CHECK_IN = """
WITH booking AS (
    SELECT booking.id
    FROM bookings_ticket ticket JOIN bookings_booking booking ON booking.id = ticket.booking_id
    WHERE ticket.code = %(code)s AND ticket.seance_id = ANY(%(seances)s::bigint[])
      AND booking.status = 'confirmed'
    FOR SHARE OF booking
)
UPDATE bookings_ticket SET checked_in_at = now(), checked_in_by_id = %(by)s
FROM booking
WHERE booking_id = booking.id AND code = %(code)s
  AND released_at IS NULL AND held_until IS NULL AND checked_in_at IS NULL
RETURNING bookings_ticket.id
"""

# Somebody may type a code with the Russian letters that look like its own.
_LOOKALIKES = str.maketrans("АВЕКМНРСТУХ", "ABEKMHPCTYX")
_A_CODE = re.compile(r"[0-9A-Z]{6,16}\Z")


def written_code(text: str) -> str:
    """A code as it is stored, however somebody wrote it down."""
    return re.sub(r"[\s\0\u2010-\u2015-]", "", text).upper().translate(_LOOKALIKES)


def scanned_code(text: str) -> str:
    """The code in what a scanner has read: it alone, or an address with it at the end or as
    `?code=`."""
    try:
        address = urlsplit(text.strip())
    except ValueError:
        return written_code(text)
    if address.scheme not in ("http", "https"):
        return written_code(text)
    named = parse_qs(address.query).get("code", [])
    for part in [*named, address.path.rstrip("/").rpartition("/")[2]]:
        if _A_CODE.match(code := written_code(part)):
            return code
    return written_code(text)


def open_doors() -> QuerySet[Seance]:
    """The showings that people are let into now: from DOORS_OPEN before the start to the end."""
    return Seance.objects.filter(
        status=SeanceStatus.SCHEDULED,
        starts_at__gt=Now() - _LONGEST_FILM,
        starts_at__lte=Now() + DOORS_OPEN,
        ends_at__gt=Now(),
    )


def check_in(*, code: str, seance_ids: Sequence[int], by_id: int) -> Ticket:
    """Lets the buyer of this ticket into one of these showings, once. Returns the ticket.

    Raises NotAdmitted: TicketUnknown, TicketForOtherSeance, TicketCancelled, TicketExchanged,
    TicketNotPaid, TicketUsed.
    """
    stored = written_code(code)
    parameters: dict[str, Any] = {"code": stored, "seances": list(seance_ids), "by": by_id}
    for _attempt in range(2):
        with connection.cursor() as cursor:
            cursor.execute(_CHECK_IN, parameters)
            admitted = cursor.rowcount == 1
        ticket = _find(stored)
        if ticket is None:
            raise TicketUnknown
        if admitted:
            return ticket
        refused = _why_not(ticket, seance_ids)
        # Nobody has used it: it became good between the two looks, being paid or checked out.
        if not isinstance(refused, TicketUsed) or ticket.checked_in_at:
            break
    raise refused


def undo_check_in(*, ticket_id: int, by_id: int | None = None) -> bool:
    """Somebody was checked in by mistake: the ticket is good again.

    `by_id`: only what this person checked in, less than UNDO_TIME ago. False: nothing was undone.
    """
    used = Ticket.objects.filter(
        pk=ticket_id, checked_in_at__isnull=False, released_at__isnull=True
    )
    if by_id is not None:
        used = used.filter(checked_in_by=by_id, checked_in_at__gt=Now() - UNDO_TIME)
    return used.update(checked_in_at=None, checked_in_by=None) == 1


def _find(code: str) -> Ticket | None:
    tickets = Ticket.objects.exclude(booking__status=BookingStatus.BLOCKED).select_related(
        "seat",
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
