"""Emails to buyers: queued with what they tell of, sent once, and again when that failed."""

from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.utils import timezone
from icalendar import Calendar

from bookings.booked import Booked
from bookings.booking import book, cancel, cancel_seance
from bookings.claiming import Order
from bookings.exchanging import exchange
from bookings.models import Booking, Notice, NoticeKind, Payment, PaymentStatus
from bookings.notices import LEASE, PAUSES, queue, resend, send_next
from bookings.refusals import NoEmail, NotSold
from bookings.tickets_file.contents import grouped
from cinema.refusals import NotFound
from movies.models import Hall
from tests.making import make_hall, make_movie, make_seance, make_staff, seat_ids
from tests.pdf_reading import read_pdf
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def sell(seats: int = 2, **fields: object) -> Booked:
    hall = make_hall(rows=1, seats=4, name=f"Синий {Hall.objects.count()}")
    seance = make_seance(movie=make_movie("Стачка"), hall=hall)
    asked = {"seance_id": seance.pk, "seat_ids": seat_ids(seance)[:seats], "email": "anna@b.org"}
    return book(Order(**asked | fields))  # type: ignore[arg-type]


def sent() -> mail.EmailMessage:
    """The only email that is waiting, once it is sent."""
    mail.outbox.clear()
    assert send_next()
    assert not send_next()
    [message] = mail.outbox
    return message


def due_now() -> None:
    Notice.objects.update(next_attempt_at=timezone.now())


@pytest.fixture
def broken_server(monkeypatch):
    """A mail server that hangs up; `.repair()` brings it back."""

    def hang_up(self, messages):
        raise SMTPServerDisconnected("it hung up")

    works = EmailBackend.send_messages
    monkeypatch.setattr(EmailBackend, "send_messages", hang_up)

    class Server:
        def repair(self):
            monkeypatch.setattr(EmailBackend, "send_messages", works)

    return Server()


def test_a_notice_is_queued_only_with_what_it_tells_of():
    booked, staff = sell(), make_staff()
    with transaction.atomic():
        cancel(booked.id, by_id=staff.pk, reason="projector")
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    cancel(booked.id, by_id=staff.pk, reason="projector")
    assert Notice.objects.get().kind == NoticeKind.CANCELLED
    cancel(booked.id, by_id=staff.pk, reason="again")
    assert Notice.objects.count() == 1


def test_who_cancels_by_themselves_or_left_no_email_is_told_nothing():
    cancel(sell().id)
    cancel(sell(email="").id, by_id=make_staff().pk)
    cancel(sell(hold=timedelta(minutes=5)).id, by_id=make_staff("other").pk)
    queue([sell(email="").id], NoticeKind.TICKETS)
    assert not Notice.objects.exists()


def test_a_notice_is_sent_once():
    booked = sell()
    resend(booking_id=booked.id)
    assert sent().to == ["anna@b.org"]
    notice = Notice.objects.get()
    assert notice.sent_at is not None
    assert (notice.attempts, notice.error) == (1, "")
    due_now()
    assert not send_next()


def test_two_senders_share_the_queue_and_send_nothing_twice():
    for _ in range(6):
        resend(booking_id=sell().id)

    def send_all() -> int:
        number = 0
        while send_next():
            number += 1
        return number

    results = race(send_all, send_all, send_all)
    assert sum(results) == 6
    assert len(mail.outbox) == 6


def test_what_another_sender_has_in_hand_is_skipped():
    resend(booking_id=sell().id)
    with transaction.atomic():
        list(Notice.objects.select_for_update())
        [found] = race(send_next)
    assert found is False
    assert send_next()


def test_a_slow_mail_server_is_waited_for_in_no_transaction_and_gets_an_email_once(monkeypatch):
    """The database ends whoever is idle in one, and the email would be sent again and again."""
    works = EmailBackend.send_messages

    def dawdle(self, messages):
        assert not connection.in_atomic_block
        assert race(send_next) == [False]
        return works(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", dawdle)
    resend(booking_id=sell().id)
    assert sent()
    assert Notice.objects.get().sent_at is not None


def test_a_sender_that_was_killed_leaves_its_notice_to_the_next(monkeypatch):
    def die(self, messages):
        raise KeyboardInterrupt

    works = EmailBackend.send_messages
    monkeypatch.setattr(EmailBackend, "send_messages", die)
    resend(booking_id=sell().id)
    with pytest.raises(KeyboardInterrupt):
        send_next()
    monkeypatch.setattr(EmailBackend, "send_messages", works)
    assert not send_next()
    notice = Notice.objects.get()
    assert (notice.sent_at, notice.attempts) == (None, 1)
    assert timezone.now() < notice.next_attempt_at <= timezone.now() + LEASE
    due_now()
    assert sent()


def test_a_failed_notice_is_tried_again_after_a_pause(broken_server):
    resend(booking_id=sell().id)
    assert send_next()
    notice = Notice.objects.get()
    assert (notice.attempts, notice.sent_at, notice.error) == (1, None, "SMTPServerDisconnected")
    pause = notice.next_attempt_at - timezone.now()
    assert PAUSES[0] - timedelta(seconds=20) < pause <= PAUSES[0]
    assert not send_next()
    broken_server.repair()
    due_now()
    assert sent()
    assert Notice.objects.get().error == ""


@pytest.mark.parametrize(
    ("failure", "named"),
    [
        (
            SMTPRecipientsRefused({"anna@example.org": (550, b"<anna@example.org>: no such user")}),
            "SMTPRecipientsRefused 550",
        ),
        (SMTPDataError(554, b"anna@example.org has too much"), "SMTPDataError 554"),
        (ConnectionRefusedError(111, "Connection refused"), "ConnectionRefusedError 111"),
    ],
    ids=["recipient", "data", "connection"],
)
def test_what_a_mail_server_says_is_kept_without_the_address(monkeypatch, caplog, failure, named):
    def refuse(self, messages):
        raise failure

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    caplog.set_level("WARNING", "bookings.notices")
    resend(booking_id=sell(email="anna@example.org").id)
    assert send_next()
    assert Notice.objects.get().error == named
    assert named in caplog.text
    assert "anna" not in caplog.text


def test_after_the_last_pause_it_is_given_up(broken_server):
    resend(booking_id=sell().id)
    for _ in range(len(PAUSES) + 1):
        due_now()
        assert send_next()
    notice = Notice.objects.get()
    assert (notice.attempts, notice.next_attempt_at) == (len(PAUSES) + 1, None)
    assert (notice.sent_at, notice.error) == (None, "SMTPServerDisconnected")
    assert not send_next()


def test_an_email_that_can_not_be_written_does_not_keep_the_others():
    bad, good = sell(), sell(email="petr@b.org")
    for booked in (bad, good):
        resend(booking_id=booked.id)
    Booking.objects.filter(pk=bad.id).update(email="a\nb@b.org")  # no form lets this through
    while send_next():
        pass
    assert [message.to for message in mail.outbox] == [["petr@b.org"]]
    assert Notice.objects.get(booking=bad.id).error == "BadHeaderError"


def test_old_tickets_are_not_sent_any_more_once_they_are_cancelled(broken_server):
    booked = sell()
    resend(booking_id=booked.id)
    assert send_next()
    broken_server.repair()
    cancel(booked.id)
    due_now()
    while send_next():
        pass
    assert mail.outbox == []
    assert Notice.objects.get().next_attempt_at is None


def test_tickets_are_sent_again_to_another_address_which_stays():
    booked = sell(email="")
    with pytest.raises(NoEmail):
        resend(booking_id=booked.id)
    resend(booking_id=booked.id, email="petr@b.org")
    assert sent().to == ["petr@b.org"]
    assert Booking.objects.get().email == "petr@b.org"


def test_there_is_nothing_to_send_again_of_what_is_not_sold():
    booked = sell()
    cancel(booked.id)
    with pytest.raises(NotSold):
        resend(booking_id=booked.id, email="petr@b.org")
    with pytest.raises(NotFound):
        resend(booking_id="00000000-0000-4000-8000-000000000000")
    assert Booking.objects.get().email == "anna@b.org"


def test_the_tickets_say_where_and_when_and_the_codes():
    booked = sell()
    resend(booking_id=booked.id)
    message = sent()
    starts = timezone.localtime(Booking.objects.get().seance.starts_at)
    assert "Стачка" in message.subject
    for said in ("Стачка", "Синий", f"{starts:%H:%M}", "500", str(booked.id)):
        assert said in message.body
    for ticket in booked.tickets:
        assert ticket.code in message.body
    assert "\n\n\n" not in message.body


def test_after_a_move_only_the_new_tickets_are_named():
    booked = sell()
    seats = seat_ids(Booking.objects.get().seance)
    moved = exchange(booking_id=booked.id, seat_ids=[seats[0], seats[3]])
    body = sent().body
    kept, new = sorted(moved.tickets, key=lambda ticket: ticket.seat_id)
    assert kept.code in body
    assert new.code in body
    assert booked.tickets[1].code not in body


def test_the_tickets_come_along_to_print_and_for_the_calendar():
    booked = sell()
    resend(booking_id=booked.id)
    printed, entry = sent().attachments
    short = str(booked.id)[:8]
    assert (printed[0], printed[2]) == (f"tickets-{short}.pdf", "application/pdf")
    assert (entry[0], entry[2]) == (f"tickets-{short}.ics", "text/calendar")
    assert len(read_pdf(printed[1]).pictures) == 2
    [event] = Calendar.from_ical(entry[1]).walk("VEVENT")
    assert event["SUMMARY"] == "Стачка"


def test_after_a_move_the_new_tickets_come_along():
    booked = sell()
    seats = seat_ids(Booking.objects.get().seance)
    moved = exchange(booking_id=booked.id, seat_ids=seats[2:4])
    printed, entry = sent().attachments
    [page] = read_pdf(printed[1]).pages
    for ticket in moved.tickets:
        assert grouped(ticket.code) in page
    assert Calendar.from_ical(entry[1]).walk("VEVENT")[0]["SEQUENCE"] == 1


def test_an_email_with_tickets_leads_to_their_page(settings):
    settings.SITE_URL = "https://tickets.example"
    booked = sell()
    resend(booking_id=booked.id)
    body = sent().body
    assert f"\nhttps://tickets.example/kazan/tickets/{booked.id}/\n" in body
    assert "\n\n\n" not in body


def test_without_a_storefront_there_is_no_link(settings):
    settings.SITE_URL = ""
    resend(booking_id=sell().id)
    assert "http" not in sent().body


def test_an_email_whose_tickets_can_not_be_drawn_is_not_sent_without_them(monkeypatch):
    def fail(sold):
        raise ValueError("no ink")

    monkeypatch.setattr("bookings.tickets_file.pdf.pdf", fail)
    resend(booking_id=sell().id)
    assert send_next()
    assert mail.outbox == []
    notice = Notice.objects.get()
    assert (notice.sent_at, notice.error) == (None, "ValueError")
    assert notice.next_attempt_at > timezone.now()


def refund(booked: Booked, **fields: object) -> None:
    Payment.objects.create(
        booking_id=booked.id,
        gateway="sandbox",
        gateway_id=f"gw-{booked.id}",
        amount="500",
        currency="RUB",
        status=PaymentStatus.REFUNDING,
        settled_at=timezone.now(),
        **fields,
    )
    queue([booked.id], NoticeKind.REFUNDED)


def test_who_paid_too_late_is_told_that_the_money_goes_back():
    booked = sell(hold=timedelta(minutes=5))
    refund(booked)
    cancel(booked.id)
    message = sent()
    assert "Стачка" in message.subject
    for said in ("500", "RUB", str(booked.id)):
        assert said in message.body
    assert booked.tickets[0].code not in message.body
    assert message.attachments == []
    assert "\n\n\n" not in message.body


def test_who_paid_twice_is_told_that_the_tickets_stay_valid(settings):
    settings.LANGUAGE_CODE = "en"
    refund(sell())
    body = sent().body
    assert "your tickets stay valid" in body
    assert "there are no tickets" not in body


@pytest.mark.parametrize("whole_showing", [True, False])
def test_a_cancellation_says_why_and_what_is_paid_back(whole_showing):
    booked, staff = sell(), make_staff()
    if whole_showing:
        cancel_seance(booked.seance_id, by_id=staff.pk, reason="сломан проектор")
    else:
        cancel(booked.id, by_id=staff.pk, reason="сломан проектор")
    message = sent()
    assert "Стачка" in message.subject
    for said in ("сломан проектор", "500", "RUB", str(booked.id)):
        assert said in message.body
    assert booked.tickets[0].code not in message.body


def test_nothing_is_promised_back_for_what_was_free():
    booked = sell()
    Booking.objects.update(total=0)
    cancel(booked.id, by_id=make_staff().pk, reason="сломан проектор")
    body = sent().body
    assert "RUB" not in body
    assert str(booked.id) in body


@pytest.mark.parametrize(
    ("language", "said"), [("ru", "Ваши билеты"), ("en", "Your tickets")], ids=["ru", "en"]
)
def test_an_email_comes_in_the_cinemas_language_whoever_sends_it(settings, language, said):
    settings.LANGUAGE_CODE = language
    resend(booking_id=sell().id)
    assert said in sent().subject


def test_the_command_sends_what_is_due(capsys):
    resend(booking_id=sell().id)
    call_command("send_notices")
    assert len(mail.outbox) == 1
    connections.close_all()
