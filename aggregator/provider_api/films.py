"""Films that a city shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aggregator.provider_api.reading import LISTING, Asking
from aggregator.provider_api.values import identity, listed, whole

MOST_FILMS = 500


@dataclass(frozen=True)
class Film:
    """`image_url` is where the provider says its poster is; pages use the site's own address."""

    id: int
    name: str
    description: str
    image_url: str
    coming_soon: bool
    original_title: str
    year: int | None
    director: str
    duration_minutes: int | None
    age_rating: str
    genres: tuple[str, ...]

    @classmethod
    def parsed(cls, data: Mapping[str, Any], language: str) -> "Film":
        """In the reader's language where the cinema has its texts."""
        told = (data.get("translations") or {}).get(language) or {}
        duration, year = data.get("duration_minutes"), data.get("year")
        return cls(
            id=identity(data["id"]),
            name=str(told.get("name") or data["name"]),
            description=str(told.get("description") or data["description"]),
            image_url=str(data["image_url"]),
            coming_soon=bool(data["comingSoon"]),
            original_title=str(data.get("original_title") or ""),
            year=whole(year, most=9999) if year else None,
            director=str(told.get("director") or data.get("director") or ""),
            duration_minutes=whole(duration) if duration else None,
            age_rating=str(data.get("age_rating") or ""),
            genres=tuple(map(str, data.get("genres") or ())),
        )


async def showing_soon(asking: Asking, language: str) -> list[Film]:
    """The films that are shown today or later, the newest first."""

    def parse(data: Any) -> list[Film]:
        return [Film.parsed(one, language) for one in listed(data, most=MOST_FILMS)]

    return await asking.get(
        "/movies", parse, keep=LISTING, with_seances="true", max_results=str(MOST_FILMS)
    )


async def film(asking: Asking, movie_id: int, language: str) -> Film:
    """Raises Refused (404)."""
    return await asking.get(
        f"/movies/{movie_id}", lambda data: Film.parsed(data, language), keep=LISTING
    )
