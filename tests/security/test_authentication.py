"""API2: who is asking? The lockout, the second factor and tokens have tests of their own in
tests/cinema and tests/contract; here is what a session and a login give away."""

import re

import pytest
from django.test import Client

from tests.making import make_staff, make_token

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"
RIGHT = {"username": "anna", "password": "correct horse"}


@pytest.fixture
def anna():
    return make_staff("anna")


def signed_in() -> Client:
    client = Client()
    assert client.post(LOGIN, RIGHT).status_code == 302
    assert client.get("/admin/").status_code == 200
    return client


def test_a_session_s_key_is_another_after_the_login(anna):
    client = Client()
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    client.post(LOGIN, RIGHT)
    assert client.cookies["sessionid"].value != planted
    stranger = Client()
    stranger.cookies["sessionid"] = planted
    assert stranger.get("/admin/").status_code == 302


def test_a_session_that_was_left_is_over_wherever_its_cookie_was_copied(anna):
    client, thief = signed_in(), Client()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    assert thief.get("/admin/").status_code == 200
    client.post("/admin/logout/")
    assert thief.get("/admin/").status_code == 302


def test_a_new_password_ends_every_other_session(anna):
    here, elsewhere = signed_in(), signed_in()
    new = {"old_password": "correct horse", "new_password1": "Vom Mars 42"}
    here.post("/admin/password_change/", new | {"new_password2": "Vom Mars 42"})
    assert here.get("/admin/").status_code == 200
    assert elsewhere.get("/admin/").status_code == 302


@pytest.mark.parametrize("lost", ["is_active", "is_staff"])
def test_who_is_no_member_of_staff_any_more_is_out_at_once(anna, lost):
    client, token = signed_in(), make_token(anna)
    setattr(anna, lost, False)
    anna.save()
    assert client.get("/admin/").status_code == 302
    answer = Client().post("/movies", "{}", "application/json", HTTP_AUTHORIZATION=f"Token {token}")
    assert answer.status_code in (401, 403)


def test_a_failed_login_does_not_tell_whether_there_is_such_an_account(anna):
    said = []
    for name in ("anna", "nobody"):
        page = Client().post(LOGIN, {"username": name, "password": "wrong"})
        said.append(re.sub(r'(csrfmiddlewaretoken|name="username").*?>', "", page.content.decode()))
    assert said[0] == said[1].replace("nobody", "anna")


def test_a_login_leads_to_no_other_site(anna):
    for elsewhere in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"):
        answer = Client().post(LOGIN, RIGHT | {"next": elsewhere})
        assert answer.status_code == 302
        assert answer["Location"] == "/admin/"


def test_a_login_form_of_another_site_is_refused(anna):
    assert Client(enforce_csrf_checks=True).post(LOGIN, RIGHT).status_code == 403


def test_a_page_of_the_staff_is_kept_by_no_cache(anna):
    assert "no-store" in signed_in().get("/admin/").headers["Cache-Control"]
    assert "no-store" in Client().get(LOGIN).headers["Cache-Control"]
