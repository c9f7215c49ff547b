"""The watch itself: whatever is changed is noticed."""

import pytest
from django.test import Client
from schemathesis import openapi

from cinema.wsgi import application
from movies.models import Movie
from tests.fuzz.attack import attack, configuration
from tests.fuzz.stored import Stored
from tests.making import make_movie

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_connections_for_long"),
]


def test_a_row_that_comes_or_changes_or_goes_is_noticed():
    stored = Stored()
    film = make_movie()
    assert "movies_movie" in stored.changes()
    assert stored.changes() == []
    Movie.objects.filter(pk=film.pk).update(name="Стачка")
    assert "movies_movie" in stored.changes()
    Client().get("/movies")
    assert stored.changes() == []
    film.delete()
    assert "movies_movie" in stored.changes()


def test_a_refusal_that_changes_something_is_found():
    def careless(environ, start_response):
        def begin(status, headers, *more):
            if status.startswith("4"):
                make_movie()
            return start_response(status, headers, *more)

        return application(environ, begin)

    config = configuration(phases={"coverage": {"enabled": False}, "stateful": {"enabled": False}})
    schema = openapi.from_wsgi("/schema", careless, config=config)
    with pytest.raises(pytest.fail.Exception, match=r"it changed .*movies_movie"):
        attack(schema.include(path="/movies"), "a careless provider")
