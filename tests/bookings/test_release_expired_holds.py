"""`release_expired_holds` tidies, once or forever."""

import os
import signal
import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from bookings import holds
from bookings.booking import book
from bookings.management.commands import release_expired_holds as command
from bookings.models import Booking, BookingStatus, Ticket
from cinema.management import repeating
from tests.making import make_hall, make_seance, seat_ids
from tests.selling import expire, order

pytestmark = pytest.mark.django_db(transaction=True)


def release(**options: object) -> list[str]:
    output = StringIO()
    call_command("release_expired_holds", stdout=output, **options)
    return output.getvalue().splitlines()


def held(count: int, *, expired: bool) -> None:
    seance = make_seance(hall=make_hall(rows=1, seats=count))
    for seat in seat_ids(seance):
        booked = book(order(seance, [seat], hold=True))
        if expired:
            expire(booked)


@pytest.fixture
def rounds(monkeypatch) -> list[float]:
    """Ends `--every` after three rounds, as Ctrl-C would. The pauses that were made."""
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(repeating.time, "sleep", sleep)
    return pauses


def test_expired_holds_are_released_and_others_left():
    held(2, expired=True)
    held(1, expired=False)
    assert release() == ["Released 2 expired holds."]
    assert Booking.objects.filter(status=BookingStatus.EXPIRED).count() == 2
    assert Booking.objects.filter(status=BookingStatus.HELD).count() == 1
    assert Ticket.objects.filter(released_at=None).count() == 1


def test_more_than_a_batch_is_released_in_batches(monkeypatch):
    held(5, expired=True)
    batches = []

    def in_twos() -> int:
        batches.append(holds.release_expired(limit=2))
        return batches[-1]

    monkeypatch.setattr(command, "release_expired", in_twos)
    assert release() == ["Released 5 expired holds."]
    assert batches == [2, 2, 1, 0]


def test_nothing_to_release_is_no_error():
    assert release() == ["Released 0 expired holds."]


def test_it_keeps_running_and_says_only_what_it_released(rounds):
    held(1, expired=True)
    assert release(every=30) == ["Released 1 expired hold.", "Released 1 expired hold."]
    assert rounds == [30, 30, 30]


def test_a_database_that_is_away_for_a_while_does_not_end_it(rounds, monkeypatch):
    held(1, expired=True)
    answers = iter([OperationalError("server closed the connection"), None, None])

    def away_at_first() -> int:
        if failure := next(answers, None):
            raise failure
        return holds.release_expired()

    monkeypatch.setattr(command, "release_expired", away_at_first)
    errors = StringIO()
    assert release(every=1, stderr=errors)[-1] == "Released 1 expired hold."
    assert errors.getvalue() == "Will try again in 1 s: server closed the connection\n"


def test_sigterm_ends_it_in_order(monkeypatch):
    before = signal.getsignal(signal.SIGTERM)
    to_itself = os.getpid()
    monkeypatch.setattr(repeating.time, "sleep", lambda _pause: os.kill(to_itself, signal.SIGTERM))
    assert release(every=1) == ["Released 0 expired holds."]
    assert signal.getsignal(signal.SIGTERM) is before


def test_once_a_lost_database_is_an_error_in_one_sentence(monkeypatch):
    def away() -> int:
        raise OperationalError("connection refused\nis the server running?")

    monkeypatch.setattr(command, "release_expired", away)
    with pytest.raises(CommandError, match=r"could not do this \(connection refused\): check"):
        release()


@pytest.mark.parametrize("every", ["0", "-1", "nan", "inf", "soon", "86401"])
def test_an_impossible_pause_is_refused(every):
    began = time.monotonic()
    with pytest.raises(CommandError, match="not a number of seconds up to a day"):
        call_command("release_expired_holds", f"--every={every}")
    assert time.monotonic() - began < 5
