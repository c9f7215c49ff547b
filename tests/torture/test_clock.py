"""A node's clock jumps, and comes back; nothing that counts how long something lasts does."""

import time
from pathlib import Path

import pytest
from django.core import signing
from django.utils import timezone

from loadtest.torture import clock
from loadtest.torture.clock import Clock, go_by

HOUR = 3600


@pytest.fixture
def jumping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Of this process, until the test is over."""
    monkeypatch.setattr(clock, "NOTICED", 0)
    for owner, name in ((time, "time"), (time, "time_ns"), (timezone, "now")):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    one = Clock(tmp_path / "clock")
    go_by(one.path)
    return one


def test_all_that_tell_the_time_tell_the_same_wrong_one(jumping: Clock) -> None:
    before, moment, lasting = time.time(), timezone.now(), time.monotonic()
    jumping.jump(HOUR)
    assert time.time() - before == pytest.approx(HOUR, abs=5)
    assert time.time_ns() / 1e9 - before == pytest.approx(HOUR, abs=5)
    assert (timezone.now() - moment).total_seconds() == pytest.approx(HOUR, abs=5)
    assert time.monotonic() - lasting < 5
    jumping.jump(0)
    assert time.time() - before < 5


def test_a_signature_of_now_is_old_for_a_node_that_is_ahead(jumping: Clock) -> None:
    token = signing.TimestampSigner().sign("a")
    jumping.jump(45)
    with pytest.raises(signing.SignatureExpired):
        signing.TimestampSigner().unsign(token, max_age=30)
