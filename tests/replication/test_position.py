"""Positions in the log, and the token that carries one."""

import time
from unittest.mock import patch

import pytest
from django.core import signing
from hypothesis import given
from hypothesis import strategies as st

from cinema.replication.position import (
    MAX_AGE,
    Position,
    current_position,
    make_token,
    parse_lsn,
    read_token,
)

positions = st.builds(Position, st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1))


@pytest.mark.parametrize(
    ("text", "lsn"),
    [
        ("0/0", 0),
        ("0/1000028", 0x1000028),
        ("16/B374D848", 0x16_B374D848),
        ("FFFFFFFF/FFFFFFFF", 2**64 - 1),
    ],
)
def test_a_position_is_read_as_postgresql_writes_it(text: str, lsn: int) -> None:
    assert parse_lsn(text) == lsn
    assert Position.parse(text, "0000000A") == Position(timeline=10, lsn=lsn)


@given(positions)
def test_what_postgresql_writes_is_read(position: Position) -> None:
    text = f"{position.lsn >> 32:X}/{position.lsn & 0xFFFFFFFF:X}"
    assert Position.parse(text, f"{position.timeline:08X}") == position


@given(positions, positions)
def test_positions_compare_on_one_timeline_only(one: Position, other: Position) -> None:
    assert one.covers(one)
    assert one.covers(other) == (one.timeline == other.timeline and one.lsn >= other.lsn)


@pytest.mark.parametrize(
    ("server", "write", "covers"),
    [
        (Position(1, 100), Position(1, 99), True),
        (Position(1, 100), Position(1, 100), True),
        (Position(1, 100), Position(1, 101), False),
        (Position(2, 100), Position(1, 99), False),
        (Position(1, 100), Position(2, 99), False),
    ],
)
def test_a_failover_makes_positions_incomparable(
    server: Position, write: Position, covers: bool
) -> None:
    assert server.covers(write) is covers


@given(positions)
def test_a_token_carries_its_position(position: Position) -> None:
    assert read_token(make_token(position)) == position


@given(positions, st.data())
def test_a_mangled_token_is_none(position: Position, data: st.DataObject) -> None:
    token = make_token(position)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(exclude_characters=token[place]))
    assert read_token(token[:place] + other + token[place + 1 :]) is None
    assert read_token(token[:place]) is None


@given(st.text())
def test_an_invented_token_is_none(text: str) -> None:
    assert read_token(text) is None


def test_a_token_with_another_signature_or_content_is_none() -> None:
    for forger in (
        signing.TimestampSigner(key="guessed", salt="cinema.consistency"),
        signing.TimestampSigner(salt="another"),
        signing.Signer(salt="cinema.consistency"),
    ):
        assert read_token(forger.sign("1-64")) is None
    own = signing.TimestampSigner(salt="cinema.consistency")
    assert read_token(own.sign("not-hex")) is None
    assert read_token(own.sign("1")) is None


def test_a_token_expires() -> None:
    token = make_token(Position(1, 100))
    with patch.object(signing.time, "time", return_value=time.time() + MAX_AGE - 2):
        assert read_token(token) == Position(1, 100)
    with patch.object(signing.time, "time", return_value=time.time() + MAX_AGE + 2):
        assert read_token(token) is None


@pytest.mark.django_db
def test_the_primary_tells_its_position() -> None:
    before = current_position()
    assert before.timeline == 1
    assert current_position().covers(before)
