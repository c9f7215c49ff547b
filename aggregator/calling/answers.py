"""What a city answers, and that it doesn't."""

import functools
import json
from dataclasses import dataclass
from typing import Any, Final

from multidict import CIMultiDictProxy

from aggregator.cities import City

UNREACHABLE: Final = "Failed to connect"
TOO_LATE: Final = "Request timeout exceeded"
MOST_JSON = 4 * 1024 * 1024
"""Characters. While more is parsed, the visitors of every city would wait."""


class CityUnavailable(Exception):
    """The city can't be asked now: `title` is the contract's for it, `reason` for the log.

    It is UNREACHABLE or TOO_LATE; NONSENSE and NOT_SELLING are UNREACHABLE for programs."""

    UNREACHABLE = UNREACHABLE
    TOO_LATE = TOO_LATE
    NONSENSE = "answers what the contract doesn't know"
    NOT_SELLING = "says that it can't sell now"

    def __init__(self, city: City, reason: str) -> None:
        super().__init__(f"{city.id}: {reason}")
        self.city = city
        self.reason = reason

    @property
    def title(self) -> str:
        return TOO_LATE if self.reason == TOO_LATE else UNREACHABLE


@dataclass(frozen=True)
class Answer:
    city: City
    status: int
    headers: CIMultiDictProxy[str]
    body: bytes

    def json(self) -> Any:
        """Parsed once and shared by all who read it from the cache: not to be changed.
        Raises CityUnavailable for what is not JSON, and for text that no page can be written with
        (half of a surrogate pair)."""
        return self._parsed

    @functools.cached_property
    def _parsed(self) -> Any:
        try:
            return _loaded(self.body.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            raise CityUnavailable(self.city, CityUnavailable.NONSENSE) from None

    @property
    def content_type(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _loaded(text: str) -> Any:
    if len(text) > MOST_JSON:
        raise ValueError(len(text))
    parsed = json.loads(text)
    if "\\ud" in text or "\\uD" in text:
        json.dumps(parsed, ensure_ascii=False).encode()
    return parsed
