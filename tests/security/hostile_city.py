"""A city that was taken over: wherever it may answer a text, it answers one that would run."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.aggregator.doubles import Answering, Asked, answering

BOOKING = "0193a1b2-1111-4222-8333-444455556666"
SCRIPT = "<script>alert(1)</script>"
BREAKS_OUT = f"\"'></title></option>{SCRIPT}<img src=x onerror=alert(1)>{{{{ 7*7 }}}}"
LEADS_AWAY = "javascript:alert(1)"


def _film(image_url: str) -> dict[str, Any]:
    texts = dict.fromkeys(("name", "description", "director", "original_title"), BREAKS_OUT)
    more = {"age_rating": BREAKS_OUT, "genres": [BREAKS_OUT], "duration_minutes": 90}
    return {"id": 1, "image_url": image_url, "comingSoon": True, **texts, **more}


def _seance() -> dict[str, Any]:
    start = datetime.now(UTC) + timedelta(minutes=1)
    seat = {"id": 1, "vacant": True, "row": BREAKS_OUT, "number": 1, "position": {"x": 0, "y": 0}}
    category = {"id": 1, "name": BREAKS_OUT, "colour": f"red;{BREAKS_OUT}", "price": 250}
    return {
        "id": 2, "movie_id": 1, "price": 250, "currency": BREAKS_OUT, "status": "scheduled",
        "datetime": start.strftime("%Y-%m-%dT%H:%M:%SZ"), "hall": {"id": 1, "name": BREAKS_OUT},
        "format": BREAKS_OUT, "language": BREAKS_OUT, "categories": [category],
        "seats": [{**seat, "category": BREAKS_OUT, "price": 250}],
    }  # fmt: skip


def _booking() -> dict[str, Any]:
    ticket = {"id": 5, "seat_id": 1, "code": BREAKS_OUT, "row": BREAKS_OUT, "number": 1}
    booking = {"id": BOOKING, "movie_id": 1, "seance_id": 2, "email": BREAKS_OUT, "total": 250}
    return {"booking": {**booking, "status": "confirmed", "tickets": [ticket]}, "data": [5]}


def answers(image_url: str) -> Answering:
    """`image_url`: where it says that its posters are."""

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        path = asked.target.partition("?")[0]
        if asked.method != "GET":
            refused = {"title": BREAKS_OUT, "detail": BREAKS_OUT, "seats": [1]}
            await answering(409, json.dumps({"errors": [refused]}).encode())(asked, writer)
            return
        found = {
            "/movies": {"data": [_film(image_url)]},
            "/movies/1": {"data": _film(image_url)},
            "/seances": {"data": [_seance()]},
            "/movies/1/seances": {"data": [_seance()]},
            "/movies/1/seances/2": {"data": _seance()},
            f"/bookings/{BOOKING}": _booking(),
        }.get(path)
        status = 404 if found is None else 200
        await answering(status, json.dumps(found).encode())(asked, writer)

    return answer
