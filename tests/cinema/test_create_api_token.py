"""`create_api_token` prints a token that the API takes."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone
from knox.models import AuthToken
from rest_framework.test import APIClient

from tests.making import make_movie, make_staff

pytestmark = pytest.mark.django_db
FILM = {"name": "Стачка", "description": "", "image_url": ""}


def create(*arguments: str) -> str:
    output = StringIO()
    call_command("create_api_token", *arguments, stdout=output)
    return output.getvalue()


def enter_film(token: str) -> int:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client.post("/movies", FILM, format="json").status_code


def test_the_token_alone_is_printed_and_the_api_takes_it():
    make_staff("anna")
    printed = create("anna")
    assert printed == f"{printed.strip()}\n"
    assert " " not in printed
    assert enter_film(printed.strip()) == 201


def test_the_user_is_found_however_the_name_is_typed():
    make_staff("йра")
    assert create("и\u0306ра")


def test_each_call_makes_another_token():
    make_staff("anna")
    assert create("anna") != create("anna")
    assert AuthToken.objects.count() == 2


def test_only_a_digest_is_stored():
    make_staff("anna")
    token = create("anna").strip()
    assert token not in str(AuthToken.objects.values_list().get())


def test_an_unknown_user_is_an_error_that_says_what_to_do():
    with pytest.raises(CommandError, match="There is no user 'anna': add --create"):
        create("anna")
    assert not User.objects.exists()


def test_create_makes_staff_without_a_password_who_may_manage_films_and_showings_only():
    token = create("importer", "--create").strip()
    user = User.objects.get(username="importer")
    assert user.is_staff
    assert not user.is_superuser
    assert not user.has_usable_password()
    assert {permission.partition("_")[2] for permission in user.get_all_permissions()} == {
        "movie",
        "seance",
    }
    for verb in ("add", "change", "delete"):
        assert user.has_perms([f"movies.{verb}_movie", f"movies.{verb}_seance"])
    assert enter_film(token) == 201
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    assert client.delete(f"/movies/{make_movie().pk}").status_code == 200


def test_create_leaves_a_user_who_is_there_as_they_are():
    make_staff("anna", superuser=False)
    assert enter_film(create("anna", "--create").strip()) == 403
    user = User.objects.get()
    assert user.check_password("correct horse")
    assert not user.get_all_permissions()


def test_a_token_is_valid_for_so_many_days_or_until_it_is_deleted():
    make_staff("anna")
    create("anna")
    assert AuthToken.objects.get().expiry is None
    AuthToken.objects.all().delete()
    token = create("anna", "--days", "30").strip()
    expiry = AuthToken.objects.get().expiry
    assert abs(expiry - timezone.now() - timedelta(days=30)) < timedelta(minutes=1)
    AuthToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    assert enter_film(token) == 401


@pytest.mark.parametrize("lacks", ["is_staff", "is_active"])
def test_a_token_the_api_would_refuse_is_not_made(lacks):
    make_staff("anna")
    User.objects.update(**{lacks: False})
    with pytest.raises(CommandError, match="'anna' is not active staff"):
        create("anna")
    assert not AuthToken.objects.exists()


@pytest.mark.parametrize("name", ["a b/c", "", "a" * 151])
def test_an_impossible_name_is_refused_in_one_sentence(name):
    with pytest.raises(CommandError, match="can't be a username: ") as error:
        create(name, "--create")
    assert "\n" not in str(error.value)
    assert not User.objects.exists()


@pytest.mark.parametrize("days", ["0", "-1", "3651", "soon", "99999999999"])
def test_an_impossible_number_of_days_is_refused(days):
    with pytest.raises(CommandError, match="not a number of days from 1 to 3650"):
        create("anna", f"--days={days}")
