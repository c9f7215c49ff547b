"""Who fails to log in too often waits; colleagues at the same address don't."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.apps import apps
from django.contrib import admin
from django.core.management import call_command
from django.db.models import F
from django.test import Client, RequestFactory
from rest_framework.test import APIClient

from cinema.security.client_address import client_address
from tests.making import make_staff

LOGIN, WRONG = "/admin/login/", "wrong"


@pytest.fixture
def anna(db):
    return make_staff("anna")


def attempt(username: str = "anna", password: str = WRONG, *, address: str = "10.0.0.1", **more):
    more = {"accept-language": "en"} | more
    return Client(REMOTE_ADDR=address).post(
        LOGIN, {"username": username, "password": password}, headers=more
    )


def text_of(answer) -> str:
    return answer.content.decode()


def fail(times: int, **more) -> None:
    for _time in range(times):
        attempt(**more)


def test_the_fifth_failure_locks_out_and_says_for_how_long(anna):
    fail(4)
    answer = attempt()
    assert answer.status_code == 429
    assert 14 * 60 < int(answer["Retry-After"]) <= 15 * 60
    assert "Try again in 15 minutes." in text_of(answer)
    assert 'id="login-form"' in text_of(answer)
    assert answer.context["form"].errors


def test_fewer_lock_nobody_out(anna):
    fail(4)
    assert attempt(password="correct horse").status_code == 302


def test_locked_out_even_the_right_password_is_refused(anna):
    fail(5)
    answer = attempt(password="correct horse")
    assert answer.status_code == 429
    assert "_auth_user_id" not in answer.wsgi_request.session


def test_another_browser_of_the_same_place_is_locked_out_too(anna):
    for number in range(5):
        attempt(**{"user-agent": f"browser {number}"})
    assert attempt(password="correct horse").status_code == 429


def test_colleagues_and_other_places_are_not_locked_out(anna):
    make_staff("boris")
    fail(5)
    assert attempt("boris", "correct horse").status_code == 302
    assert attempt(password="correct horse", address="10.0.0.2").status_code == 302


def test_the_lock_ends_by_itself_and_trying_does_not_lengthen_it(anna):
    fail(5)
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=10))
    answer = attempt()
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) <= 5 * 60
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=5, seconds=1))
    assert attempt(password="correct horse").status_code == 302


def test_success_forgets_the_failures(anna):
    fail(4)
    attempt(password="correct horse")
    assert not AccessAttempt.objects.exists()


def test_a_manager_unlocks_by_command(anna):
    fail(5)
    call_command("axes_reset_username", "anna")
    assert attempt(password="correct horse").status_code == 302


def test_how_often_is_a_setting(anna, settings):
    settings.AXES_FAILURE_LIMIT = 2
    fail(1)
    assert attempt().status_code == 429


def test_the_sentence_comes_in_both_languages(anna):
    fail(5)
    russian = Client(REMOTE_ADDR="10.0.0.1").post(
        LOGIN, {"username": "anna", "password": "x"}, headers={"accept-language": "ru"}
    )
    assert "Попробуйте снова через 15 минут." in text_of(russian)


def test_no_password_is_kept(anna):
    attempt(password="my secret")
    kept = AccessAttempt.objects.values().get()
    assert "my secret" not in str(kept)
    for model in apps.get_app_config("axes").get_models():
        assert not admin.site.is_registered(model)


@pytest.mark.parametrize("name", ["a\0b", "a" * 10_000, "ﬁ" * 151, " ", "’; --"])
@pytest.mark.parametrize("password", ["wrong", "\0", "x" * 10_000])
def test_what_can_be_no_username_is_an_error_of_the_form(anna, name, password):
    answer = attempt(name, password)
    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_wrong_tokens_of_the_api_do_not_count(anna):
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION="Token 123456")
    for _time in range(6):
        assert api.post("/movies", {}, format="json").status_code == 401
    assert not AccessAttempt.objects.exists()


# Whose address it is


@pytest.mark.parametrize(
    ("proxies", "passed", "told"),
    [
        (0, "203.0.113.7", "10.1.1.1"),  # anybody may send the header
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "1.2.3.4, 203.0.113.7", "203.0.113.7"),  # the caller invented the first
        (2, "1.2.3.4, 203.0.113.7, 10.9.9.9", "203.0.113.7"),
        (2, "203.0.113.7", "10.1.1.1"),  # came past a gateway
        (1, "", "10.1.1.1"),
        (1, "unknown", "10.1.1.1"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (1, "::ffff:203.0.113.7", "203.0.113.7"),
    ],
)
def test_the_address_is_what_trusted_gateways_saw(settings, proxies, passed, told):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get(
        LOGIN, REMOTE_ADDR="10.1.1.1", headers={"x-forwarded-for": passed}
    )
    assert client_address(request) == told


def test_a_socket_without_addresses_counts_as_one_place(db):
    assert client_address(RequestFactory().get(LOGIN, REMOTE_ADDR="")) == "0.0.0.0"
    assert attempt(address="").status_code == 200
