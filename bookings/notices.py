"""Emails to buyers: queued in the transaction that gives reason for them, sent by `send_notices`.

So an email never tells of what was rolled back, and a mail server that is away delays nobody. Each
is sent at least once: a process that is killed right after sending sends again.
"""

import logging
import uuid
from collections.abc import Sequence
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.utils import translation

from bookings import tickets_file
from bookings.models import Booking, BookingStatus, Notice, NoticeKind, PaymentStatus
from bookings.refusals import NoEmail, NotSold
from bookings.ticket_page import ticket_page
from cinema.refusals import NotFound, Refused

logger = logging.getLogger(__name__)

PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720)]
"""After each failed attempt; after the last one it is given up."""

LEASE = timedelta(minutes=5)
"""While one sender has a notice in hand, the others leave it alone; if it is killed, not longer."""

_WITH_TICKETS = (NoticeKind.TICKETS, NoticeKind.EXCHANGED)
_GOING_BACK = (PaymentStatus.REFUNDING, PaymentStatus.REFUNDED)


def queue(booking_ids: Sequence[uuid.UUID], kind: NoticeKind) -> None:
    """Queues an email to each buyer who has left an address."""
    reachable = Booking.objects.filter(pk__in=booking_ids).exclude(email="").order_by("pk")
    Notice.objects.bulk_create(
        Notice(booking_id=pk, kind=kind) for pk in reachable.values_list("pk", flat=True)
    )


def resend(*, booking_id: uuid.UUID, email: str | None = None) -> None:
    """Sends the tickets again, to another address when `email` is given, which the booking keeps.

    Raises NotFound, NotSold, NoEmail.
    """
    with transaction.atomic():
        booking = Booking.objects.select_for_update(no_key=True).filter(pk=booking_id).first()
        if booking is None:
            raise NotFound("booking_id", booking_id)
        if booking.status != BookingStatus.CONFIRMED:
            raise NotSold
        if email and email != booking.email:
            booking.email = email
            booking.save(update_fields=["email"])
        if not booking.email:
            raise NoEmail
        queue([booking_id], NoticeKind.TICKETS)


def send_next() -> bool:
    """Sends the oldest notice that is due. False: there was none."""
    notice = _claim()
    if notice is None:
        return False
    try:
        compose(notice).send()
    # An address or a subject that can't be written is a ValueError; the others mustn't wait for it.
    except (SMTPException, OSError, ValueError) as error:
        _failed(notice, error, PAUSES[notice.attempts - 1 :][:1])
    except NotSold as overtaken:
        _failed(notice, overtaken, [])
    else:
        Notice.objects.filter(pk=notice.pk).update(error="", sent_at=Now())
    return True


@transaction.atomic
def _claim() -> Notice | None:
    """Counts the attempt and puts the notice off for LEASE: then it is sent with nothing locked, as
    a transaction that waits for a mail server is ended by the database.
    """
    # Skipping what others are claiming: several senders share the queue.
    due = Notice.objects.filter(sent_at__isnull=True, next_attempt_at__lte=Now())
    notice = due.order_by("next_attempt_at").select_for_update(skip_locked=True).first()
    if notice is None:
        return None
    notice.attempts += 1
    Notice.objects.filter(pk=notice.pk).update(
        attempts=notice.attempts, next_attempt_at=Now() + LEASE
    )
    return notice


def _failed(notice: Notice, error: Exception, pauses: Sequence[timedelta]) -> None:
    """Tried again after the first of the `pauses`; without one it is given up."""
    why = _named(error)
    logger.warning("Notice %d failed, attempt %d: %s", notice.pk, notice.attempts, why)
    Notice.objects.filter(pk=notice.pk).update(
        error=why,
        next_attempt_at=Now() + pauses[0] if pauses else None,
    )


def _named(error: Exception) -> str:
    """The error's kind and number. What a mail server says besides often has the buyer's address,
    which is no business of a log."""
    if isinstance(error, Refused):
        return str(error)
    code = getattr(error, "smtp_code", None) or getattr(error, "errno", None)
    if isinstance(error, SMTPRecipientsRefused):
        code = max((code for code, _text in error.recipients.values()), default=None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


def compose(notice: Notice) -> EmailMessage:
    """The email, in the cinema's language. Raises NotSold for tickets that were cancelled since."""
    booking = Booking.objects.select_related("seance__movie", "seance__hall").get(
        pk=notice.booking_id
    )
    if notice.kind in _WITH_TICKETS and booking.status != BookingStatus.CONFIRMED:
        raise NotSold
    tickets = booking.tickets.filter(replaced_by__isnull=True).select_related("seat")
    context = {
        "booking": booking,
        "seance": booking.seance,
        "tickets": tickets.order_by("id"),
        "refund": booking.payments.filter(status__in=_GOING_BACK).order_by("created_at").last(),
        "page": ticket_page(booking.pk),
        "cinema": settings.CITY_NAME,
        "currency": settings.CURRENCY,
    }
    with translation.override(settings.LANGUAGE_CODE):
        text = render_to_string(f"bookings/notices/{notice.kind}.txt", context)
    subject, _newline, body = text.strip().partition("\n")
    message = EmailMessage(subject, body.strip() + "\n", to=[booking.email])
    if notice.kind in _WITH_TICKETS:
        _attach_tickets(message, booking.pk)
    return message


def _attach_tickets(message: EmailMessage, booking_id: uuid.UUID) -> None:
    from bookings.tickets_file.calendar import calendar
    from bookings.tickets_file.pdf import pdf

    sold = tickets_file.find(booking_id, language=settings.LANGUAGE_CODE)
    message.attach(f"{sold.file_name}.pdf", pdf(sold), "application/pdf")
    message.attach(f"{sold.file_name}.ics", calendar(sold), "text/calendar")
