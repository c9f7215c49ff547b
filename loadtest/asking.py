"""A user who asks a provider and knows an outcome from a failure."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gevent
from locust import FastHttpUser

CONSISTENCY = "X-Consistency-Token"
REFUSALS = (402, 409, 422)
"""The cinema's rules say no, which is an outcome."""
PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0)
"""Seconds between asking for a sale again that was not answered."""


@dataclass(frozen=True)
class Answer:
    """What came; status 0: nothing, or not all of it, or not in time."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def title(self) -> str:
        try:
            return str(self.body["errors"][0]["title"])
        except (KeyError, IndexError, TypeError):
            return "no error as the contract has it"

    @property
    def taken(self) -> set[int]:
        """The seats that the cinema names as taken."""
        if self.status != 409 or self.title != "Seat already taken":
            return set()
        return set(self.body["errors"][0].get("seats", ()))

    @property
    def is_final(self) -> bool:
        return self.status not in (0, 503) and not (
            self.status == 409 and "Retry-After" in self.headers
        )

    def outcome(self, good: Mapping[int, str]) -> str | None:
        """In a word or two, for the table of results. None: a failure."""
        if self.status in good:
            return good[self.status]
        if self.status in REFUSALS and isinstance(self.body, dict):
            return self.title.lower()
        return "too many requests" if self.status == 429 else None


class Asking(FastHttpUser):
    abstract = True
    network_timeout = 20.0
    connection_timeout = 5.0

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        self._token = ""

    def ask(
        self,
        what: str,
        path: str,
        good: Mapping[int, str],
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        **sent: Any,
    ) -> Answer:
        """`what`: its row in the table, together with the outcome. `good`: outcomes by status."""
        with self.client.request(
            method,
            path,
            name=what,
            headers={**({CONSISTENCY: self._token} if self._token else {}), **(headers or {})},
            catch_response=True,
            allow_redirects=False,
            **sent,
        ) as response:
            answer = Answer(response.status_code, response.headers or {}, body_of(response))
            outcome = answer.outcome(good)
            if outcome is None:
                # Without a status there is an exception, which says more.
                if answer.status:
                    response.failure(f"{answer.status} {answer.title}")
            else:
                response.request_meta["name"] = f"{what}: {outcome}" if outcome else what
                response.success()
        self._token = answer.headers.get(CONSISTENCY) or self._token
        if answer.status == 429:
            gevent.sleep(_seconds(answer.headers.get("Retry-After")))
        return answer

    def insist(self, what: str, path: str, good: Mapping[int, str], **sent: Any) -> Answer:
        """Asks again with the same key until there is an answer, as every client should: then a
        sale happens once, whatever happens to the connection."""
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        answer = self.ask(what, path, good, headers=headers, **sent)
        for pause in PAUSES:
            if answer.is_final:
                break
            gevent.sleep(pause)
            answer = self.ask(what, path, good, headers=headers, **sent)
        return answer

    def complain(self, about: str, sentence: str) -> None:
        """An answer that came and is wrong: a failure in the table and in the exit code."""
        complain(self.environment, about, sentence)


def complain(environment: Any, about: str, sentence: str) -> None:
    environment.events.request.fire(
        request_type="CHECK",
        name=about,
        response_time=0,
        response_length=0,
        exception=AssertionError(sentence),
        context={},
    )


def body_of(response: Any) -> Any:
    try:
        return json.loads(response.content)
    except (TypeError, ValueError):  # none, or a page
        return response.text if response.content else None


def _seconds(retry_after: str | None, longest: float = 10.0) -> float:
    return min(float(retry_after), longest) if retry_after and retry_after.isdigit() else 1.0
