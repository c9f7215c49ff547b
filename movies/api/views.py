"""Films and showings over HTTP. Reading is public and may be answered by a replica."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from rest_framework.authentication import BaseAuthentication
from rest_framework.decorators import action
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from cinema.api.json import JSONResponse, encode
from cinema.api.parameters import BooleanParameter
from cinema.api.views import ApiViewSet, read_body, read_id
from cinema.recent_answers import tagged
from cinema.replication.reading import from_replica
from movies import listings, programme, schedule, seat_maps
from movies.api import parameters, schema
from movies.api.body import MovieBody, SeanceBody
from movies.models import Movie, Seance


class ProgrammeViewSet(ApiViewSet):
    def get_authenticators(self) -> list[BaseAuthentication]:
        """Reading is public, so a read asks the primary about nobody's credentials."""
        reading = self.request is not None and self.request.method in SAFE_METHODS
        return [] if reading else super().get_authenticators()


@schema.MOVIES
class MovieViewSet(ProgrammeViewSet):
    staff_model = Movie
    lookup_url_kwarg = "movie_id"

    @from_replica
    def list(self, request: Request) -> HttpResponse:
        """Films, the newest first."""
        found = listings.movies(
            max_results=parameters.MAX_RESULTS.read(request.query_params),
            with_seances=parameters.WITH_SEANCES.read(request.query_params),
        )
        return tagged(request._request, found)

    @from_replica
    def retrieve(self, request: Request, movie_id: str) -> HttpResponse:
        """One film."""
        return tagged(request._request, listings.movie(read_id("movie_id", movie_id)))

    def create(self, request: Request) -> HttpResponse:
        """Enter a film."""
        body = read_body(MovieBody, request)
        movie = programme.movie_create(**body)
        return _written_movie(movie, body, status=201)

    def partial_update(self, request: Request, movie_id: str) -> HttpResponse:
        """Change the given fields of a film."""
        known = read_id("movie_id", movie_id)
        body = read_body(MovieBody, request, partial=True)
        return _written_movie(programme.movie_update(known, **body), body)

    def destroy(self, request: Request, movie_id: str) -> HttpResponse:
        """Delete a film that has never been sold, with its showings."""
        known = read_id("movie_id", movie_id)
        programme.movie_delete(known)
        return _deleted("movies", known)


@schema.ALL_SEANCES
class AllSeancesViewSet(ProgrammeViewSet):
    staff_model = Seance

    @from_replica
    def list(self, request: Request) -> HttpResponse:
        """Showings of all films, the newest first."""
        wanted = _wanted(request, parameters.SEATS_ASKED_FOR)
        return tagged(request._request, listings.seances(wanted))


@schema.SEANCES
class SeanceViewSet(ProgrammeViewSet):
    staff_model = Seance
    lookup_url_kwarg = "seance_id"

    @from_replica
    def list(self, request: Request, movie_id: str) -> HttpResponse:
        """Showings of a film, the newest first."""
        wanted = _wanted(request, parameters.SEATS)
        known = read_id("movie_id", movie_id)
        return tagged(request._request, listings.seances_of_movie(known, wanted))

    @from_replica
    def retrieve(self, request: Request, movie_id: str, seance_id: str) -> HttpResponse:
        """One showing with its hall's seat map."""
        return tagged(
            request._request,
            seat_maps.seat_map(read_id("movie_id", movie_id), read_id("seance_id", seance_id)),
        )

    @action(detail=True, url_path="best-seats")
    @from_replica
    def best_seats(self, request: Request, movie_id: str, seance_id: str) -> HttpResponse:
        """Seats to propose to somebody who only says how many.

        Together where a row has as many, near the middle and towards the back; none when fewer
        are free. Nothing is reserved.
        """
        count = parameters.COUNT.read(request.query_params)
        movie, seance = read_id("movie_id", movie_id), read_id("seance_id", seance_id)
        return tagged(request._request, seat_maps.best_seats(movie, seance, count=count))

    def create(self, request: Request, movie_id: str) -> HttpResponse:
        """Plan a showing."""
        known = read_id("movie_id", movie_id)
        body = read_body(SeanceBody, request)
        seance = schedule.seance_schedule(
            movie_id=known,
            starts_at=body["datetime"],
            price=body["price"],
            hall_id=body.get("hall"),
            format=body["format"],
            language=body["language"],
        )
        answer = JSONResponse(listings.created_seance(seance), 201)
        answer["Location"] = f"/movies/{known}/seances/{seance.pk}"
        return answer

    def destroy(self, request: Request, movie_id: str, seance_id: str) -> HttpResponse:
        """Delete a showing that has never been sold."""
        movie, seance = read_id("movie_id", movie_id), read_id("seance_id", seance_id)
        schedule.seance_delete(seance, movie_id=movie)
        return _deleted("seances", seance)


def _wanted(request: Request, seats: BooleanParameter) -> listings.SeanceFilter:
    query = request.query_params
    return listings.SeanceFilter(
        max_results=parameters.MAX_RESULTS.read(query),
        date=parameters.DATE.read(query),
        since=parameters.FROM.read(query),
        until=parameters.TO.read(query),
        order=listings.ORDERINGS[parameters.ORDERING.read(query)],
        seats=seats.read(query),
    )


def _written_movie(movie: Movie, body: Mapping[str, Any], status: int = 200) -> JSONResponse:
    """What a write answers: the three fields of the contract and whatever else was sent."""
    names = dict.fromkeys(["name", "description", "image_url", *body])
    attributes = {
        name: body[name] if name == "translations" else getattr(movie, name) for name in names
    }
    if "age_rating" in names:
        attributes["age_rating"] = movie.age_rating or None
    data = {"id": movie.pk, "type": "movies", "attributes": attributes}
    headers = {"Location": f"/movies/{movie.pk}"} if status == 201 else None
    return JSONResponse(encode({"data": data}), status, headers)


def _deleted(kind: str, key: int) -> JSONResponse:
    return JSONResponse(encode({"data": {"id": str(key), "type": kind}}))
