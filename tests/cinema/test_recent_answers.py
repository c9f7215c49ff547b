"""What everybody reads is made once for all who ask in the same moment, and is never old."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import close_old_connections
from django.test import RequestFactory

from cinema.recent_answers import MOST_BYTES, RENEWED_AFTER, SHOWN_FOR, RecentAnswers
from movies.models import Movie
from tests.polling import eventually

pytestmark = pytest.mark.django_db


Answer = tuple[int, dict[str, str], bytes]


class Asked:
    """The provider behind a RecentAnswers, at a time that the test sets."""

    def __init__(self) -> None:
        self.now = 100.0
        self.made = 0
        self.meanwhile: Callable[[], object] = lambda: None
        self._django = WSGIHandler()
        self._application = RecentAnswers(self._answer, clock=lambda: self.now)

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.made += 1
        answer = self._django(environ, start_response)
        self.meanwhile()
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        answer = self._asked(self._application, path, headers)
        assert answer
        return answer

    def at_once(self, path: str, **headers: str) -> Answer | None:
        return self._asked(self._application.at_once, path, headers)

    @staticmethod
    def _asked(answers: Any, path: str, headers: dict[str, str]) -> Answer | None:
        environ = RequestFactory(headers=headers).get(path).environ
        started: list[Any] = []
        answer = answers(environ, lambda *given: started.extend(given))
        if answer is None:
            assert not started
            return None
        return int(started[0][:3]), dict(started[1]), b"".join(answer)

    def names(self, **headers: str) -> list[str]:
        status, _headers, body = self.get("/movies", **headers)
        assert status == 200
        return [movie["name"] for movie in json.loads(body)["data"]]


@pytest.fixture
def asked() -> Iterator[Asked]:
    # As Django's own test client does it: the test's transaction goes on.
    request_started.disconnect(close_old_connections)
    yield Asked()
    request_started.connect(close_old_connections)


@pytest.fixture
def aelita() -> Movie:
    return Movie.objects.create(name="Aelita", description="Mars", image_url="/aelita.svg")


def test_who_asks_in_the_same_moment_gets_the_same_answer(asked, aelita):
    first = asked.get("/movies")
    again = asked.get("/movies")
    assert asked.made == 1
    assert again[0] == 200
    assert again[2] == first[2]
    own = {"X-Request-ID"}
    assert {k: v for k, v in again[1].items() if k not in own} == {
        k: v for k, v in first[1].items() if k not in own
    }
    assert again[1]["X-Request-ID"] != first[1]["X-Request-ID"]


def test_nobody_gets_one_that_is_old(asked, aelita):
    assert asked.names() == ["Aelita"]
    Movie.objects.update(name="Solaris")
    asked.now += SHOWN_FOR
    assert asked.names() == ["Solaris"]


def test_one_asks_anew_while_the_others_still_get_what_is_there(asked, aelita):
    asked.get("/movies")
    asked.now += RENEWED_AFTER
    of_others = []

    def ask_meanwhile() -> None:
        asked.meanwhile = lambda: None
        of_others.extend(asked.get("/movies")[0] for _ in range(5))

    asked.meanwhile = ask_meanwhile
    asked.get("/movies")
    assert of_others == [200] * 5
    assert asked.made == 2


def test_its_age_counts_from_the_question_however_long_the_making_takes(asked, aelita):
    def take_long() -> None:
        asked.now += SHOWN_FOR

    asked.meanwhile = take_long
    asked.get("/movies")
    asked.get("/movies")
    assert asked.made == 2


@pytest.mark.parametrize(
    "header",
    [
        {"X-Consistency-Token": "any"},
        {"Cookie": "consistency_token=any"},
        {"Authorization": "Token any"},
        {"Cache-Control": "no-cache"},
    ],
)
def test_who_has_written_or_is_somebody_is_answered_by_the_database(asked, aelita, header):
    asked.get("/movies")
    Movie.objects.update(name="Solaris")
    assert asked.names(**header) == ["Solaris"]


def test_who_has_it_already_is_told_so(asked, aelita):
    etag = asked.get("/movies")[1]["ETag"]
    for known in (etag, f'"other", W/{etag}', "*"):
        status, headers, body = asked.get("/movies", **{"If-None-Match": known})
        assert (status, body, headers["ETag"]) == (304, b"", etag)
        assert "Content-Length" not in headers
    assert asked.get("/movies", **{"If-None-Match": '"other"'})[0] == 200
    assert asked.made == 1


def test_that_may_also_be_the_first_who_asks(asked, aelita):
    """Else an answer that all have already would be made for each of them."""
    etag = asked.get("/movies")[1]["ETag"]
    asked.now += 1
    made = asked.made
    for _ in range(3):
        assert asked.get("/movies", **{"If-None-Match": etag})[0] == 304
    assert asked.made == made + 1


def test_other_addresses_hosts_and_refusals_are_others_answers(asked, aelita):
    asked.get("/movies")
    assert asked.get("/movies?max_results=0")[0] == 422
    assert asked.get("/movies", Host="evil.example")[0] == 400
    assert asked.get("/movies/999")[0] == 404
    assert asked.get("/movies/999")[0] == 404
    assert asked.made == 5


def test_what_it_keeps_has_a_bound(asked, aelita):
    asked.get("/movies")
    for number in range(1, 30):
        asked.now += 0.1
        asked.get(f"/movies?max_results={number}")
    kept = asked._application._kept
    assert len(kept) <= SHOWN_FOR / 0.1 + 2
    assert asked._application._bytes == sum(len(one.content) for one in kept.values()) < MOST_BYTES


def test_it_is_counted_and_logged_as_any_other_answer(asked, aelita, caplog):
    with caplog.at_level("INFO", logger="cinema.requests"):
        asked.get(f"/movies/{aelita.pk}")
        asked.get(f"/movies/{aelita.pk}", **{"X-Request-ID": "mine"})
    first, second = (record.fields for record in caplog.records)
    assert second["route"] == first["route"] == "/movies/{movie_id}"
    assert second["status"] == 200
    assert "database" not in second


def test_where_nothing_may_be_shown_one_makes_it_and_the_others_wait(asked, aelita):
    """Threads without a database: what is made here comes from before."""
    content = asked.get("/movies")[2]
    asked.now += 1
    made, ready = [], threading.Event()

    def slowly(environ: dict[str, Any], start_response: Any) -> Any:
        made.append(environ["PATH_INFO"])
        ready.wait(5)
        environ["cinema.shared_content"] = content
        start_response("200 OK", [("ETag", '"e"')])
        return [content]

    asked._application._application = slowly
    answers: list[int] = []
    readers = [
        threading.Thread(target=lambda: answers.append(asked.get("/movies")[0])) for _ in range(8)
    ]
    for reader in readers:
        reader.start()
    eventually(lambda: len(made) == 1)
    ready.set()
    for reader in readers:
        reader.join()
    assert answers == [200] * 8
    assert len(made) == 1


def test_a_slow_making_does_not_undo_a_later_one(asked, aelita):
    def meanwhile_a_faster_one() -> None:
        asked.meanwhile = lambda: None
        asked.now += RENEWED_AFTER / 2
        Movie.objects.update(name="Solaris")
        asked._application._being_made.clear()  # as after waiting for too long
        assert asked.names() == ["Solaris"]

    asked.meanwhile = meanwhile_a_faster_one
    assert asked.names() == ["Aelita"]
    assert asked.names() == ["Solaris"]


def test_while_it_takes_long_to_ask_anew_nobody_gets_what_has_grown_old(asked, aelita):
    asked.get("/movies")
    asked.now += RENEWED_AFTER
    Movie.objects.update(name="Solaris")

    def ask_later() -> None:
        asked.meanwhile = lambda: None
        asked.now += SHOWN_FOR
        assert asked.names() == ["Solaris"]

    asked.meanwhile = ask_later
    asked.get("/movies")
    assert asked.made == 3


def test_what_a_replica_is_behind_is_part_of_the_age(asked, aelita, monkeypatch):
    monkeypatch.setattr("cinema.recent_answers._lag", lambda: SHOWN_FOR)
    asked.names()
    asked.names()
    assert asked.made == 2


def test_what_is_there_is_given_without_waiting_and_nothing_is_made_for_it(asked, aelita):
    assert asked.at_once("/movies") is None
    made = asked.get("/movies")
    status, headers, body = asked.at_once("/movies")
    assert (status, body, headers["ETag"]) == (200, made[2], made[1]["ETag"])
    assert asked.at_once("/movies", **{"If-None-Match": made[1]["ETag"]})[0] == 304
    assert asked.at_once("/movies", Cookie="a=b") is None
    assert asked.at_once("/health") is None
    asked.now += SHOWN_FOR
    assert asked.at_once("/movies") is None
    assert asked.made == 1


def test_who_is_to_ask_anew_is_the_one_to_whom_it_was_not_given(asked, aelita):
    assert asked.names() == ["Aelita"]
    Movie.objects.update(name="Solaris")
    asked.now += RENEWED_AFTER
    assert asked.at_once("/movies") is None
    assert b"Aelita" in asked.at_once("/movies")[2]
    assert asked.names() == ["Solaris"]
    assert b"Solaris" in asked.at_once("/movies")[2]
    assert asked.names() == ["Solaris"]
    assert asked.made == 2


def test_what_has_grown_old_while_somebody_asks_anew_is_not_given_at_once(asked, aelita):
    assert asked.names() == ["Aelita"]
    asked.now += RENEWED_AFTER
    assert asked.at_once("/movies") is None
    assert asked.at_once("/movies") is not None
    asked.now += SHOWN_FOR - RENEWED_AFTER
    assert asked.at_once("/movies") is None
