"""What `/schema` says about the programme's operations."""

from drf_spectacular.utils import extend_schema, extend_schema_view

from cinema.api.schema import NOT_MODIFIED, READING, failing
from movies.api import answers, parameters
from movies.api.body import MovieBody, SeanceBody

_NOT_FOUND = failing("Not found")
_INVALID = failing("Validation failed")
_SOLD = failing("Tickets have been sold")

MOVIES = extend_schema_view(
    list=extend_schema(
        operation_id="list_movies",
        tags=["movies"],
        parameters=[
            parameters.MAX_RESULTS.documented,
            parameters.WITH_SEANCES.documented,
            *READING,
        ],
        responses={200: answers.MovieList, 304: NOT_MODIFIED, 422: _INVALID},
    ),
    retrieve=extend_schema(
        operation_id="get_movie",
        tags=["movies"],
        parameters=READING,
        responses={200: answers.MovieAnswer, 304: NOT_MODIFIED, 404: _NOT_FOUND},
    ),
    create=extend_schema(
        operation_id="create_movie",
        tags=["movies"],
        request=MovieBody,
        responses={201: answers.MovieWrittenAnswer, 422: _INVALID},
    ),
    partial_update=extend_schema(
        operation_id="change_movie",
        tags=["movies"],
        request=MovieBody,
        responses={
            200: answers.MovieWrittenAnswer,
            404: _NOT_FOUND,
            409: failing("Hall occupied"),
            422: _INVALID,
        },
    ),
    destroy=extend_schema(
        operation_id="delete_movie",
        tags=["movies"],
        responses={200: answers.DeletedAnswer, 404: _NOT_FOUND, 409: _SOLD},
    ),
)

_FILTER = [
    parameters.MAX_RESULTS.documented,
    parameters.DATE.documented,
    parameters.FROM.documented,
    parameters.TO.documented,
    parameters.ORDERING.documented,
]

ALL_SEANCES = extend_schema_view(
    list=extend_schema(
        operation_id="list_all_seances",
        tags=["seances"],
        parameters=[*_FILTER, parameters.SEATS_ASKED_FOR.documented, *READING],
        responses={200: answers.SeanceList, 304: NOT_MODIFIED, 422: _INVALID},
    ),
)

SEANCES = extend_schema_view(
    list=extend_schema(
        operation_id="list_seances",
        tags=["seances"],
        parameters=[*_FILTER, parameters.SEATS.documented, *READING],
        responses={
            200: answers.SeanceList,
            304: NOT_MODIFIED,
            404: _NOT_FOUND,
            422: _INVALID,
        },
    ),
    retrieve=extend_schema(
        operation_id="get_seance",
        tags=["seances"],
        parameters=READING,
        responses={200: answers.SeatMapAnswer, 304: NOT_MODIFIED, 404: _NOT_FOUND},
    ),
    best_seats=extend_schema(
        operation_id="best_seats",
        tags=["seances"],
        parameters=[parameters.COUNT.documented, *READING],
        responses={
            200: answers.SeatOfferAnswer,
            304: NOT_MODIFIED,
            404: _NOT_FOUND,
            422: _INVALID,
        },
    ),
    create=extend_schema(
        operation_id="plan_seance",
        tags=["seances"],
        request=SeanceBody,
        responses={
            201: answers.SeancePlannedAnswer,
            404: _NOT_FOUND,
            409: failing("Hall occupied"),
            422: _INVALID,
        },
    ),
    destroy=extend_schema(
        operation_id="delete_seance",
        tags=["seances"],
        responses={200: answers.DeletedAnswer, 404: _NOT_FOUND, 409: _SOLD},
    ),
)
