"""What a browser is told that our pages may do."""

import pytest
from django.test import Client

from tests.making import make_staff
from tests.office import director

HEADER = "Content-Security-Policy"


def directives(answer) -> dict[str, str]:
    return dict(part.split(" ", 1) for part in answer[HEADER].split("; "))


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/admin/login/", "/docs", "/movies", "/nowhere", "/admin/"])
def test_every_answer_has_the_strict_policy(address):
    policy = directives(Client().get(address))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    for closed in ("object-src", "base-uri", "frame-ancestors"):
        assert policy[closed] == "'none'"
    assert policy["form-action"] == "'self'"
    assert "unsafe" not in str(policy)


@pytest.mark.django_db
def test_only_the_camera_may_be_used_and_only_by_us():
    answer = director().get("/admin/")
    assert "camera=(self)" in answer["Permissions-Policy"]
    assert "microphone=()" in answer["Permissions-Policy"]
    assert "geolocation=()" in answer["Permissions-Policy"]
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
def test_sessions_are_out_of_reach_of_scripts_and_other_sites():
    client = Client()
    name = make_staff().username
    client.post("/admin/login/", {"username": name, "password": "correct horse"})
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 12 * 3600


@pytest.mark.django_db
def test_the_docs_ask_no_other_host():
    script = Client().get("/docs?script=").content.decode()
    assert '"validatorUrl": null' in script
