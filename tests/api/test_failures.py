"""How failures speak: in English and in one form to programs, as pages to staff in the admin."""

import json

import pytest
from django.db import OperationalError
from django.test import Client
from rest_framework.test import APIClient

from movies import listings
from tests.making import make_staff

pytestmark = pytest.mark.django_db

MOVIE = {"name": "Солярис", "description": "О памяти", "image_url": "https://a.example/2.svg"}


def errors(answer):
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    return answer.json()["errors"]


def enter(client, body, **headers):
    content = body if isinstance(body, bytes) else json.dumps(body)
    return client.post("/movies", content, content_type="application/json", headers=headers)


@pytest.fixture
def outside() -> Client:
    """Where an exception is a 500; signed in to the admin."""
    client = Client(raise_request_exception=False)
    client.force_login(make_staff())
    return client


def test_it_speaks_english_whatever_the_browser_speaks(api, staff):
    russian = {"Accept-Language": "ru"}
    [unknown] = errors(api.get("/movies/17", headers=russian))
    assert unknown["detail"] == "movie_id 17 not found"
    [anonymous] = errors(enter(api, MOVIE, **russian))
    assert anonymous["detail"] == "Authentication credentials were not provided."
    [missing] = errors(enter(staff, {**MOVIE, "name": "x" * 201}, **russian))
    assert missing["detail"] == "The text is longer than 200 characters"
    [wrong] = errors(api.put("/schema", headers=russian))
    assert wrong["detail"] == 'Method "PUT" not allowed.'


def test_the_admin_before_it_does_not_change_its_language(api):
    api.get("/admin/login/", headers={"Accept-Language": "ru"})
    [anonymous] = errors(enter(api, MOVIE))
    assert anonymous["detail"] == "Authentication credentials were not provided."


@pytest.mark.parametrize("path", ["/movies", "/movies/17", "/nothing"])
def test_its_answers_are_the_same_in_every_language_and_to_everybody(api, path):
    answer = api.get(path, headers={"Accept-Language": "ru", "Cookie": "sessionid=abcdefghij"})
    assert "Content-Language" not in answer
    assert "Vary" not in answer


def test_several_wrong_fields_are_told_together(staff):
    answer = enter(staff, {"name": 5, "description": None, "image_url": "javascript:1"})
    assert answer.status_code == 422
    assert [(error["source"]["pointer"], error["detail"]) for error in errors(answer)] == [
        ("/data/name", "5 is not of type 'string'"),
        ("/data/description", "None is not of type 'string'"),
        ("/data/image_url", "'javascript:1' is not a 'uri'"),
    ]


def test_a_missing_field_outweighs_a_wrong_one(staff):
    answer = enter(staff, {**MOVIE, "name": 5})
    assert answer.status_code == 422
    answer = enter(staff, {"name": 5, "description": ""})
    assert answer.status_code == 400
    assert {error["title"] for error in errors(answer)} == {"Bad request", "Validation failed"}


def test_a_field_inside_a_field_is_pointed_at(staff):
    translations = {"en": {"name": "Solaris"}, "de": {"name": 5}}
    [error] = errors(enter(staff, {**MOVIE, "translations": translations}))
    assert error["source"] == {"pointer": "/data/translations/de/name"}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (b"1e400", "1E+400"),
        (b"1e9999999", "1E+9999999"),
        (b"1.50", "1.50"),
        (b"true", "True"),
        (b"null", "None"),
        (b'[1.5, "a"]', "[1.5, 'a']"),
        (b'{"a": {"b": {"c": {"d": 1}}}}', "{'a': {'b': {'c': {...}}}}"),
        (b"[" * 300 + b"]" * 300, "[[[[...]]]]"),
    ],
    ids=lambda value: repr(value[:12]),
)
def test_a_wrong_value_is_shown_as_it_was_sent_and_no_deeper_than_needed(staff, written, shown):
    body = json.dumps({**MOVIE, "name": "?"}).encode().replace(b'"?"', written)
    [error] = errors(enter(staff, body))
    assert error["detail"] == f"{shown} is not of type 'string'"


def test_a_long_value_is_shortened(staff):
    [error] = errors(enter(staff, {**MOVIE, "year": "x" * 100_000}))
    assert len(error["detail"]) < 130


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded"])
def test_a_large_body_of_a_session_is_refused_in_the_form(content_type):
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.force_login(make_staff())
    answer = browser.post("/movies", b"x=" + b"y" * 2 * 1024 * 1024, content_type=content_type)
    assert answer.status_code in (403, 413)
    errors(answer)


def test_a_mistake_of_ours_is_500_and_keeps_its_secrets(monkeypatch):
    def broken(**options):
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(listings, "movies", broken)
    answer = APIClient(raise_request_exception=False).get("/movies")
    assert answer.status_code == 500
    [error] = errors(answer)
    assert error["title"] == "Internal error"
    assert "secret" not in answer.content.decode()


def is_page(answer):
    return answer["Content-Type"].startswith("text/html") and b"<html" in answer.content


def test_the_admin_shows_pages_instead(outside, monkeypatch):
    answer = outside.get("/admin/nothing/here/")
    assert (answer.status_code, is_page(answer)) == (404, True)
    answer = outside.get("/admin/", headers={"Host": "evil.example"})
    assert (answer.status_code, is_page(answer)) == (400, True)


@pytest.mark.parametrize(("exception", "status"), [(OperationalError, 503), (KeyError, 500)])
def test_the_admin_shows_a_page_when_it_fails(outside, monkeypatch, exception, status):
    def broken(*args, **kwargs):
        raise exception("a secret")

    monkeypatch.setattr("django.contrib.admin.sites.AdminSite.each_context", broken)
    answer = outside.get("/admin/")
    assert (answer.status_code, is_page(answer)) == (status, True)
    assert b"secret" not in answer.content


def test_a_csrf_failure_in_the_admin_is_a_page():
    answer = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "a"})
    assert (answer.status_code, is_page(answer)) == (403, True)
