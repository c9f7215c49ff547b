"""The showing as an entry for the buyer's calendar (iCalendar, RFC 5545)."""

import hashlib
import uuid
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from bookings.ticket_page import ticket_page
from bookings.tickets_file.contents import SoldBooking, SoldTicket, grouped

REMINDER = timedelta(hours=2)  # before the start


def calendar(sold: SoldBooking) -> bytes:
    """One event in the cinema's time zone, which comes along: not every calendar knows it.

    After an exchange it is the same event in a later version, so a calendar replaces it.
    """
    with translation.override(sold.language):
        found = Calendar()
        found.add("PRODID", f"-//{settings.CITY}//tickets//{sold.language}")
        found.add("VERSION", "2.0")
        found.add("METHOD", "PUBLISH")
        found.add_component(_event(sold))
        # No calendar needs to know what the clocks did in 1970.
        around = timedelta(days=366)
        found.add_missing_timezones(
            first_date=(sold.starts_at - around).date(), last_date=(sold.ends_at + around).date()
        )
        return found.to_ical()


def _event(sold: SoldBooking) -> Event:
    event = Event()
    event.add("UID", _uid(sold.id))
    event.add("SEQUENCE", sold.exchanges)
    event.add("DTSTAMP", sold.changed_at)
    event.add("DTSTART", _unmistakable(sold.starts_at))
    event.add("DTEND", _unmistakable(sold.ends_at))
    event.add("SUMMARY", sold.film)
    event.add("LOCATION", f"{sold.cinema}, {sold.hall}")
    event.add("DESCRIPTION", _description(sold))
    event.add("STATUS", "CONFIRMED")
    if page := ticket_page(sold.id):
        event.add("URL", page)
    event.add_component(_reminder(sold))
    return event


def _unmistakable(moment: datetime) -> datetime:
    """In the hour that comes twice when the clock goes back, a local time is taken for the first
    of both: the second is written in UTC."""
    return moment.astimezone(UTC) if moment.fold else moment


def _uid(booking_id: uuid.UUID) -> str:
    """Calendars show it and send it on, so it must not be the booking's secret."""
    digest = hashlib.blake2b(booking_id.bytes, digest_size=16, person=b"calendar")
    return f"{digest.hexdigest()}@{settings.CITY}"


def _description(sold: SoldBooking) -> str:
    lines = [_line(ticket) for ticket in sold.tickets]
    if page := ticket_page(sold.id):
        lines += ["", page]
    return "\n".join(lines)


def _line(ticket: SoldTicket) -> str:
    seat = _("row %(row)s, seat %(number)s") % {"row": ticket.row, "number": ticket.number}
    return f"{seat} · {_('code')} {grouped(ticket.code)}"


def _reminder(sold: SoldBooking) -> Alarm:
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("TRIGGER", -REMINDER)
    alarm.add("DESCRIPTION", sold.film)
    return alarm
