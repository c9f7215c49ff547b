"""Calls to the cities' providers: within a deadline, repeated only where that is safe, and so that
no city can harm the others. docs/aggregator.md tells the rules."""

from collections.abc import Mapping
from typing import Any

from aggregator.calling.answers import Answer, CityUnavailable
from aggregator.calling.cache import Keep, Kept
from aggregator.calling.calls import Calls
from aggregator.calling.deadline import Deadline
from aggregator.calling.limits import Limits
from aggregator.cities import City

__all__ = [
    "Answer",
    "CityUnavailable",
    "Deadline",
    "Keep",
    "Kept",
    "ask",
    "calls",
    "close",
    "configure",
    "read",
]

_calls = Calls(Limits())


def configure(limits: Limits) -> Calls:
    """Once, when the process starts."""
    global _calls
    _calls = Calls(limits)
    return _calls


def calls() -> Calls:
    return _calls


async def ask(
    city: City,
    method: str,
    path: str,
    *,
    query: Mapping[str, str] | None = None,
    json: Any = None,
    headers: Mapping[str, str] | None = None,
    deadline: Deadline,
) -> Answer:
    """The city's answer, refusals included. `path` begins with "/" and is percent-encoded.
    Raises CityUnavailable."""
    return await _calls.ask(
        city, method, path, query=query, json=json, headers=headers, deadline=deadline
    )


async def read(
    city: City,
    path: str,
    *,
    query: Mapping[str, str] | None = None,
    deadline: Deadline,
    keep: Keep,
    picture: bool = False,
) -> Kept:
    """A GET of what everybody may see, JSON or a `picture`, through the cache.
    Raises CityUnavailable."""
    return await _calls.read(city, path, query=query, deadline=deadline, keep=keep, picture=picture)


async def close() -> None:
    await _calls.close()
