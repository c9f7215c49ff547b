"""What the hall's form sends, and when two of them are the same wish."""

from collections.abc import Iterator

import pytest
from django.http import QueryDict
from django.utils import translation

from aggregator.pages.seat_choice import Choice, NoChoice


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def parsed(text: str) -> Choice:
    return Choice.parsed(QueryDict(text))


def test_the_same_form_sent_again_has_the_same_key() -> None:
    assert parsed("key=a&seat=2&seat=1").key_for(5) == parsed("key=a&seat=1&seat=2").key_for(5)


@pytest.mark.parametrize("other", ["key=a&seat=1", "key=b&seat=1&seat=2", "seat=1&seat=2"])
def test_other_seats_or_another_form_have_another_key(other: str) -> None:
    assert parsed(other).key_for(5) != parsed("key=a&seat=1&seat=2").key_for(5)


def test_a_form_without_a_key_is_always_a_new_wish() -> None:
    assert parsed("seat=1").key_for(5) != parsed("seat=1").key_for(5)


def test_another_showing_has_another_key() -> None:
    choice = parsed("key=a&seat=1")
    assert choice.key_for(5) != choice.key_for(6)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ("key=a", "Choose at least one seat."),
        ("&".join(f"seat={n}" for n in range(11)), "At most 10 seats can be bought at once."),
        *(
            (f"seat=1&seat={bad}", "can't be understood")
            for bad in ("x", "", "-1", "1.5", "9" * 30)
        ),
    ],
)
def test_what_can_not_be_reserved_is_told(form: str, sentence: str) -> None:
    with pytest.raises(NoChoice, match=sentence):
        parsed(form)


def test_what_was_understood_stays_chosen() -> None:
    with pytest.raises(NoChoice) as told:
        parsed("&".join(f"seat={n}" for n in range(11)))
    assert len(told.value.seats) == 10
