"""What a client makes of an answer, and how it insists on one."""

import random
from pathlib import Path
from typing import Any

import pytest

from loadtest.torture.box_office import Programme
from loadtest.torture.client import Client, Request, outcome_of, shown_by, told_by
from loadtest.torture.history import DONE, REFUSED, UNKNOWN, Place, Recorder, read
from loadtest.torture.provider import Answer

HERE = Place(1, 1)
BOOKING = {
    "id": "a",
    "status": "held",
    "total": 250,
    "expires_in": 5.0,
    "tickets": [{"seat_id": 1}, {"seat_id": 2}],
}


def answer(status: int, body: Any = "", **headers: str) -> Answer:
    return Answer(0.0, 0.0, status, headers, body)


@pytest.mark.parametrize(
    ("status", "headers", "outcome"),
    [
        (200, {}, DONE),
        (201, {}, DONE),
        (409, {}, REFUSED),
        (409, {"Retry-After": "1"}, UNKNOWN),  # the first request is still running
        (422, {}, REFUSED),
        (404, {}, REFUSED),
        (500, {}, UNKNOWN),
        (503, {"Retry-After": "1"}, UNKNOWN),
        (0, {}, UNKNOWN),
    ],
)
def test_what_was_not_answered_for_good_is_unknown(
    status: int, headers: dict[str, str], outcome: str
) -> None:
    assert outcome_of(answer(status, **headers)) == outcome


def test_it_notes_what_an_answer_says_of_a_booking() -> None:
    said = {"booking": "a", "state": "held", "total": 250.0, "lasts": 5.0, "seats": [1, 2]}
    assert told_by(answer(201, {"booking": BOOKING})) == said
    assert told_by(answer(409, {"errors": [{"title": "taken", "seats": [2]}]})) == {"seats": [2]}


@pytest.mark.parametrize("body", ["<html>", {}, {"booking": {}}, {"errors": []}, [], None])
def test_an_answer_of_another_form_says_nothing(body: Any) -> None:
    assert told_by(answer(200, body)) == told_by(answer(409, body)) == {}
    assert shown_by(answer(200, body)) == []


def test_it_insists_with_the_same_key_and_notes_every_time(tmp_path: Path) -> None:
    answers = [answer(0), answer(503), answer(201, {"booking": BOOKING})]
    keys: list[str] = []

    def ask(method: str, path: str, **more: Any) -> Answer:
        keys.append(more["headers"]["Idempotency-Key"])
        return answers[min(len(keys), len(answers)) - 1]

    programme = Programme(1, [1], [1, 2], [])
    with Recorder(tmp_path / "history.jsonl") as recorder:
        client = Client(7, [ask], programme, recorder, random.Random(4))
        send = lambda ask: programme.book(ask, [HERE], "k", hold=True)  # noqa: E731
        told = client.insist(Request("hold", "k", send, {"places": [HERE]}))
    assert (told.outcome, told.booking, told.lasts) == (DONE, "a", 5.0)
    attempts = read(tmp_path / "history.jsonl").attempts
    assert [one.outcome for one in attempts][:3] == [UNKNOWN, UNKNOWN, DONE]
    assert set(keys) == {one.key for one in attempts} == {"k"}
    assert {(one.client, one.places) for one in attempts} == {(7, (HERE,))}
