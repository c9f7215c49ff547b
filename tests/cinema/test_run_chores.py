"""`run_chores`: everything beside the web server, side by side in one process."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from io import StringIO

import pytest
import requests
from django.conf import settings as django_settings
from django.core.management.base import BaseCommand
from django.db import OperationalError, connection
from django.utils import translation

from bookings.booking import book
from bookings.models import Booking, BookingStatus
from cinema.embedded.memory import free_ports
from cinema.management import repeating
from cinema.management.commands.run_chores import chores
from cinema.management.repeating import Chore, Progress, side_by_side
from tests.counting import samples
from tests.making import make_seance, seat_ids
from tests.polling import eventually
from tests.selling import expire, order


def chore(act: Callable[[], int], name: str = "sweeping", every: float = 0.01) -> Chore:
    return Chore(name, every, act, lambda done: f"{name}: {done}")


class Hearing(Progress):
    def __init__(self) -> None:
        self.heard: list[tuple[str, bool]] = []

    def turned(self, chore: str, *, succeeded: bool) -> None:
        self.heard.append((chore, succeeded))


def until(
    happened: Callable[[], object],
    *todo: Chore,
    by: int = signal.SIGTERM,
    progress: Progress | None = None,
) -> list[str]:
    """Runs them until that happened, then asks to stop. What was said, errors behind a `!`."""
    output, errors = StringIO(), StringIO()
    timed_out: list[AssertionError] = []

    def stop() -> None:
        try:
            eventually(happened)
        except AssertionError as error:
            timed_out.append(error)
        os.kill(os.getpid(), by)

    stopper = threading.Thread(target=stop)
    stopper.start()
    side_by_side(BaseCommand(stdout=output, stderr=errors), todo, progress)
    stopper.join()
    assert not timed_out
    return output.getvalue().splitlines() + [f"!{line}" for line in errors.getvalue().splitlines()]


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_each_is_done_again_and_again_until_a_signal(by):
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    swept: list[int] = []
    dusted: list[int] = []

    def sweep() -> int:
        swept.append(1)
        return len(swept) % 2

    def dust() -> int:
        dusted.append(1)
        return 0

    said = until(
        lambda: len(swept) > 2 and len(dusted) > 2, chore(sweep), chore(dust, "dusting"), by=by
    )
    assert said[:2] == ["sweeping: 1", "sweeping: 1"]
    assert not any("dusting" in line for line in said)  # nothing was done
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before


def test_one_that_waits_holds_up_neither_the_others_nor_the_end(monkeypatch):
    monkeypatch.setattr(repeating, "TURN_SECONDS", 0.2)
    swept: list[int] = []
    released = threading.Event()
    began = time.monotonic()
    until(
        lambda: len(swept) > 2,
        chore(lambda: int(released.wait(20)), "waiting"),
        chore(lambda: swept.append(1) or 0),
    )
    assert time.monotonic() - began < 10
    released.set()


def test_a_turn_goes_on_until_nothing_is_left_and_is_told_as_one():
    left = [1, 1, 1, 0]
    said = until(lambda: not left, chore(lambda: left.pop(0) if left else 0))
    assert said == ["sweeping: 3"]


def test_a_turn_without_end_ends_after_a_while(monkeypatch):
    monkeypatch.setattr(repeating, "TURN_SECONDS", 0.05)
    turns = Hearing()
    until(lambda: len(turns.heard) > 2, chore(lambda: 1), progress=turns)
    assert set(turns.heard) == {("sweeping", True)}


def test_who_is_asked_to_stop_begins_nothing_more():
    """However much is left: a rush's emails would take minutes."""
    begun = threading.Event()
    began = time.monotonic()
    until(begun.is_set, chore(lambda: begun.set() or 1))
    assert time.monotonic() - began < 5


def test_each_turn_is_told_by_how_it_ended():
    turns = Hearing()

    def act() -> int:
        if len(turns.heard) == 1:
            raise ValueError("a mistake")
        if len(turns.heard) == 2:
            raise OperationalError("gone")
        return 0

    until(lambda: len(turns.heard) > 3, chore(act), progress=turns)
    assert [succeeded for _name, succeeded in turns.heard[:4]] == [True, False, False, True]


def test_what_is_being_done_is_finished_first():
    begun, finished = threading.Event(), threading.Event()

    def act() -> int:
        begun.set()
        time.sleep(0.2)
        finished.set()
        return 1

    until(begun.is_set, chore(act))
    assert finished.is_set()


def test_a_lost_database_is_told_once_and_ends_nothing():
    tried: list[int] = []

    def act() -> int:
        tried.append(1)
        if len(tried) < 4:
            raise OperationalError("server closed the connection\nunexpectedly")
        return int(len(tried) == 4)

    said = until(lambda: len(tried) > 4, chore(act))
    assert said[0] == "sweeping: 1"
    assert [line for line in said if line.startswith("!")] == [
        "!sweeping will try again every 0.01 s: server closed the connection"
    ]


def test_one_that_is_lost_again_is_told_again():
    tried: list[int] = []

    def act() -> int:
        tried.append(1)
        if len(tried) in (1, 3):
            raise OperationalError("gone")
        return 0

    said = until(lambda: len(tried) > 4, chore(act))
    assert len(said) == 2


def test_a_mistake_in_one_is_logged_and_ends_nothing(caplog):
    caplog.set_level(logging.ERROR)
    tried: list[int] = []

    def act() -> int:
        tried.append(1)
        raise ValueError("a mistake")

    until(lambda: len(tried) > 2, chore(act))
    assert "sweeping failed" in caplog.text
    assert "ValueError: a mistake" in caplog.text


def test_every_thread_speaks_the_language_of_commands():
    spoken: list[str | None] = []
    until(lambda: spoken, chore(lambda: spoken.append(translation.get_language()) or 0))
    assert spoken[0] == "en"


@pytest.mark.parametrize("payments", ["none", "sandbox", "yookassa"])
def test_the_bank_works_only_for_the_sandbox(settings, payments):
    settings.PAYMENTS = payments
    names = [chore.name for chore in chores()]
    assert names[:3] == ["send_notices", "release_expired_holds", "reconcile_payments"]
    assert ("sandbox" in names) == (payments == "sandbox")
    assert len(names) == len(set(names))


@pytest.mark.django_db(transaction=True)
def test_the_command_does_them_and_stops_in_order(tmp_path):
    seance = make_seance()
    held = book(order(seance, seat_ids(seance)[:1], hold=True))
    expire(held)
    database = connection.settings_dict
    url = (
        f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:"
        f"{database['PORT']}/{database['NAME']}"
    )
    [port] = free_ports(1)
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "cinema.settings",
        "DATABASE_URL": url,
        "DATABASE_REPLICA_URLS": "",
        "DATABASE_POOL_SIZE": "8",
        "PAYMENTS": "sandbox",
        "SITE_URL": "http://127.0.0.1:8000",
        "CHORES_METRICS": f"127.0.0.1:{port}",
    }
    with (tmp_path / "log").open("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "run_chores"],
            cwd=django_settings.BASE_DIR,
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            expired = Booking.objects.filter(status=BookingStatus.EXPIRED)
            eventually(expired.exists, within=30)
            where = f"http://127.0.0.1:{port}"
            eventually(lambda: requests.get(f"{where}/health/ready", timeout=5).ok, within=30)
            told = samples(requests.get(f"{where}/metrics", timeout=5).content)
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=10) == 0
        finally:
            process.kill()
            process.wait()
        log.seek(0)
        said = log.read()
    assert told["holds_expired_total"] == 1
    assert told["showings_upcoming"] == 1
    assert told["seats_upcoming"] == len(seat_ids(seance))
    assert "sales_accepted" not in told  # what only web servers know
    assert "Released 1 expired hold." in said
    assert said.rstrip().endswith("Stopped.")
    assert "Traceback" not in said
    assert "Warning" not in said
