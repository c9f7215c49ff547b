"""Asking a provider, and telling its answers from its refusals."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from aggregator.calling import Answer, CityUnavailable, Deadline, Keep, ask, read
from aggregator.cities import City
from aggregator.provider_api.values import identity

T = TypeVar("T")

TOKEN = "X-Consistency-Token"  # noqa: S105 a header's name
LISTING = Keep(fresh=0.25, revalidate=0.25, if_error=300)
SEATS = Keep(fresh=0.5, revalidate=0, if_error=0)
"""Nobody sees what is older than a second, as a provider may answer with what was true 0.4 s ago;
and never a seat map of before a city failed."""


class Refused(Exception):
    """The provider says no. `seats`: those it names, when others have them."""

    def __init__(self, status: int, title: str, detail: str, seats: tuple[int, ...] = ()) -> None:
        super().__init__(f"{status} {title}")
        self.status, self.title, self.detail, self.seats = status, title, detail, seats


@dataclass(frozen=True)
class Asking:
    """Which city a page asks, until when, and the write of its visitor that it has to see."""

    city: City
    deadline: Deadline
    token: str = ""
    _ages: list[float] = field(default_factory=list, init=False, repr=False, compare=False)

    def known_at(self, now: datetime) -> datetime | None:
        """When the oldest of the answers was true that were shown because the city fails; None when
        all of them are the city's of now."""
        return now - timedelta(seconds=max(self._ages)) if self._ages else None

    async def get(
        self,
        path: str,
        parse: Callable[[Any], T],
        *,
        keep: Keep | None = None,
        **query: str,
    ) -> T:
        """The `data` of a read, parsed. With `keep` it may come from the cache, unless the visitor
        has just written something."""
        if keep and not self.token:
            kept = await read(self.city, path, query=query, deadline=self.deadline, keep=keep)
            if kept.failing:
                self._ages.append(kept.age)
            return self.parsed(kept.answer, lambda body: parse(body["data"]))
        answer = await ask(
            self.city, "GET", path, query=query, headers=self._headers(), deadline=self.deadline
        )
        return self.parsed(answer, lambda body: parse(body["data"]))

    async def send(
        self,
        method: str,
        path: str,
        parse: Callable[[Any], T],
        *,
        json: Mapping[str, Any] | None = None,
        key: str = "",
    ) -> tuple[T, str]:
        """A write and the token to see it by. With `key` it may be repeated and happens once."""
        headers = {"Idempotency-Key": key} if key else {}
        answer = await ask(
            self.city, method, path, json=json, headers=headers, deadline=self.deadline
        )
        return self.parsed(answer, parse), answer.headers.get(TOKEN, "")

    def _headers(self) -> dict[str, str]:
        return {TOKEN: self.token} if self.token else {}

    def parsed(self, answer: Answer, parse: Callable[[Any], T]) -> T:
        """Raises Refused for a refusal, CityUnavailable for what the contract doesn't know."""
        body = answer.json()
        try:
            if answer.status < 400:
                return parse(body)
            refusal = _refusal(answer.status, body["errors"][0])
        except (KeyError, IndexError, TypeError, ValueError, ArithmeticError, AttributeError):
            raise CityUnavailable(self.city, CityUnavailable.NONSENSE) from None
        if answer.status >= 500:
            raise CityUnavailable(self.city, CityUnavailable.NOT_SELLING)
        raise refusal


def _refusal(status: int, error: Mapping[str, Any]) -> Refused:
    seats = tuple(identity(seat) for seat in error.get("seats", ()))
    return Refused(status, str(error["title"]), str(error.get("detail", "")), seats)
