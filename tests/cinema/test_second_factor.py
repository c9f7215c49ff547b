"""The second factor of staff: codes from an app, recovery codes, and what is closed without."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from rest_framework.test import APIClient

from cinema.security import second_factor
from cinema.security.passing import passed
from cinema.security.second_factor import TooSoon, WrongCode
from movies.models import Movie
from tests.cinema.authenticator import code_of, half_logged_in, protect, wrong_code
from tests.making import make_staff
from tests.office import clerk, director, page, text
from tests.racing import race

pytestmark = pytest.mark.django_db

SECURITY, VERIFY, INDEX = "/admin/security/", "/admin/security/verify/", "/admin/"
FILM = {"name": "Стачка", "description": "", "image_url": ""}


@pytest.fixture
def user() -> User:
    return make_staff("anna")


def act(client: Client, action: str, code: str | None = None, **fields: str):
    fields = {"action": action, "password": "correct horse"} | fields
    if code is not None:
        fields["code"] = code
    return client.post(SECURITY, fields, headers={"accept-language": "en"})


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def verify(client: Client, code: str, **fields: str):
    return client.post(VERIFY, {"code": code, **fields}, headers={"accept-language": "en"})


# Switching it on and off


def test_it_is_switched_on_with_a_code_and_then_shows_ten_recovery_codes_once(user):
    client = logged_in(user)
    act(client, "begin")
    offered = client.get(SECURITY)
    assert offered.context["picture"].startswith("data:image/svg+xml")
    assert not second_factor.is_on(user)
    answer = act(client, "turn_on", code_of(user))
    codes = answer.context["codes"]
    assert len(set(codes)) == 10
    assert second_factor.is_on(user)
    assert codes[0] in answer.content.decode()
    again = client.get(SECURITY)
    assert again.context["is_on"]
    assert again.context["codes_left"] == 10
    assert codes[0] not in again.content.decode()


def test_the_key_is_shown_only_until_it_is_confirmed(user):
    client = logged_in(user)
    act(client, "begin")
    secret = client.get(SECURITY).context["secret"]
    assert secret in page(client, SECURITY)
    act(client, "turn_on", code_of(user))
    assert secret not in page(client, SECURITY)


def test_a_wrong_code_does_not_switch_it_on(user):
    client = logged_in(user)
    act(client, "begin")
    assert "This code is wrong" in text(act(client, "turn_on", wrong_code(user)))
    assert not second_factor.is_on(user)


@pytest.mark.parametrize("code", ["", "\0", "1" * 10_000, "１２３４５６", "-12345", "١٢٣٤٥٦", "'"])
def test_what_can_be_no_code_is_refused(user, code):
    client = logged_in(user)
    act(client, "begin")
    answer = act(client, "turn_on", code)
    assert answer.status_code == 200
    assert answer.context["errors"]
    assert not second_factor.is_on(user)


def test_it_is_switched_on_only_by_who_knows_the_password(user):
    client = logged_in(user)
    act(client, "begin")
    assert "not your password" in text(act(client, "turn_on", code_of(user), password="wrong"))
    for _guess in range(4):
        locked = act(client, "turn_on", code_of(user), password="wrong")
    assert locked.status_code == 429
    assert "Try again in 15 minutes" in locked.content.decode()
    assert act(client, "turn_on", code_of(user)).status_code == 429
    assert not second_factor.is_on(user)


def test_no_report_of_an_error_shows_a_code(user):
    client = logged_in(user)
    act(client, "begin")
    hidden = act(client, "turn_on", code_of(user)).wsgi_request.sensitive_post_parameters
    assert hidden == ("code", "password")
    hidden = verify(half_logged_in(user), wrong_code(user)).wsgi_request.sensitive_post_parameters
    assert hidden == ("code",)


def test_it_can_be_given_up_before_it_is_confirmed(user):
    client = logged_in(user)
    act(client, "begin")
    act(client, "give_up")
    assert not TOTPDevice.objects.exists()
    assert "picture" not in client.get(SECURITY).context
    assert "Begin once more" in text(act(client, "turn_on", "123456"))


def test_it_is_switched_off_only_with_a_code(user):
    codes = protect(user)
    client = half_logged_in(user)
    verify(client, codes[0])
    act(client, "turn_off")
    act(client, "turn_off", wrong_code(user))
    assert second_factor.is_on(user)
    act(client, "turn_off", codes[1])
    assert not second_factor.is_on(user)
    assert not StaticToken.objects.exists()
    assert client.get(INDEX).status_code == 200


def test_a_new_key_can_not_replace_the_one_that_is_used(user):
    protect(user)
    before = TOTPDevice.objects.get()
    client = half_logged_in(user)
    verify(client, code_of(user))
    assert "switched on already" in text(act(client, "begin"))
    assert TOTPDevice.objects.get().key == before.key


def test_new_recovery_codes_end_the_former_ones(user):
    codes = protect(user)
    client = half_logged_in(user)
    verify(client, codes[0])
    made = act(client, "new_codes", code_of(user)).context["codes"]
    assert len(made) == 10
    assert not set(made) & set(codes)
    assert verify(half_logged_in(user), codes[1]).status_code == 200
    StaticDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    assert verify(half_logged_in(user), made[1]).status_code == 302


def test_every_member_of_staff_has_the_page_and_a_link_to_it():
    client = clerk()
    assert client.get(SECURITY).status_code == 200
    assert f'href="{SECURITY}"' in client.get(INDEX).content.decode()
    assert Client().get(SECURITY).status_code == 302


# Logging in with it


def test_after_the_password_comes_the_code_and_then_the_page_that_was_wanted(user):
    protect(user)
    client = half_logged_in(user)
    asked = client.get(SECURITY, follow=True)
    assert asked.redirect_chain[-1][0] == f"{VERIFY}?next={SECURITY.replace('/', '%2F')}"
    answer = verify(client, code_of(user), next=SECURITY)
    assert answer["Location"] == SECURITY
    assert client.get(SECURITY).status_code == 200


def test_without_the_code_no_page_opens(user):
    protect(user)
    client = half_logged_in(user)
    models = [f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry]
    pages = [reverse("admin:index"), reverse("admin:password_change"), reverse("admin:jsi18n")]
    pages += [reverse("admin:autocomplete"), SECURITY]
    pages += [reverse(f"admin:{model}_changelist") for model in models]
    for address in pages:
        answer = client.get(address)
        assert answer.status_code == 302, address
        assert answer["Location"].startswith(reverse("admin:login")), address
    act(client, "turn_off", code_of(user))
    assert second_factor.is_on(user)


def test_the_page_of_the_code_tells_nothing_of_the_site(user):
    protect(user)
    shown = half_logged_in(user).get(VERIFY).content.decode()
    for told in ("user-tools", "nav-sidebar", "/admin/movies/", "/admin/box-office/"):
        assert told not in shown
    assert "user-tools" in director().get(INDEX).content.decode()


def test_a_session_from_before_it_was_switched_on_needs_the_code_too(user):
    elsewhere = logged_in(user)
    assert elsewhere.get(INDEX).status_code == 200
    protect(user)
    assert elsewhere.get(INDEX).status_code == 302
    verify(elsewhere, code_of(user))
    assert elsewhere.get(INDEX).status_code == 200


def test_a_session_from_before_a_reset_needs_the_new_code(user):
    codes = protect(user)
    stolen = half_logged_in(user)
    verify(stolen, codes[0])
    assert stolen.get(INDEX).status_code == 200
    second_factor.reset(user=user)
    protect(user)
    assert stolen.get(INDEX).status_code == 302


def test_another_account_s_code_opens_no_session(user):
    other = make_staff("boris")
    protect(user)
    protect(other)
    client = half_logged_in(other)
    verify(client, code_of(other))
    shown = client.session["second_factor"]
    client = half_logged_in(user)
    session = client.session
    session["second_factor"] = shown
    session.save()
    assert client.get(INDEX).status_code == 302


def test_the_session_that_switches_it_on_stays(user):
    client = logged_in(user)
    act(client, "begin")
    act(client, "turn_on", code_of(user))
    assert client.get(INDEX).status_code == 200


def test_a_code_works_once(user):
    protect(user)
    code = code_of(user)
    assert verify(half_logged_in(user), code).status_code == 302
    second = half_logged_in(user)
    assert "used before" in text(verify(second, code))
    assert second.get(INDEX).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_many_who_send_one_code_at_once_one_gets_in(user):
    for code in (protect(user)[0], code_of(user)):
        results = race(*[lambda code=code: second_factor.check(user=user, code=code)] * 8)
        assert results.count(None) == 1, results
        refused = [result for result in results if result is not None]
        assert all(isinstance(result, WrongCode | TooSoon) for result in refused)


def test_a_recovery_code_works_once_however_it_is_written(user):
    codes = protect(user)
    written = f" {codes[0][:4].upper()}-{codes[0][4:]} "
    assert verify(half_logged_in(user), written).status_code == 302
    assert "used before" in text(verify(half_logged_in(user), codes[0]))
    assert second_factor.recovery_codes_left(user) == 9


def test_guessing_is_slowed_down(user):
    protect(user)
    client = half_logged_in(user)
    for _guess in range(3):
        verify(client, wrong_code(user))
    assert "Wait" in text(verify(client, code_of(user)))  # even the right one
    assert client.get(INDEX).status_code == 302


def test_the_wait_does_not_grow_for_ever(user):
    protect(user)
    for _guess in range(3):
        long_ago = timezone.now() - timedelta(days=1)
        TOTPDevice.objects.update(
            throttling_failure_count=second_factor.MOST_FAILURES,
            throttling_failure_timestamp=long_ago,
        )
        with pytest.raises(WrongCode):
            second_factor.check(user=user, code=wrong_code(user))
    with pytest.raises(TooSoon) as refused:
        second_factor.check(user=user, code=code_of(user))
    assert 15 * 60 < refused.value.seconds < 20 * 60


def test_another_s_code_does_not_help(user):
    protect(user)
    other = make_staff("boris")
    protect(other)
    assert verify(half_logged_in(user), code_of(other)).status_code == 200


def test_the_session_changes_its_key_with_the_code(user):
    protect(user)
    client = half_logged_in(user)
    before = client.session.session_key
    verify(client, code_of(user))
    assert client.session.session_key != before


def test_it_leads_nowhere_else(user):
    protect(user)
    answer = verify(half_logged_in(user), code_of(user), next="https://elsewhere.example/")
    assert answer["Location"] == INDEX


def test_another_site_can_not_send_the_form(user):
    protect(user)
    client = half_logged_in(user)
    client.handler.enforce_csrf_checks = True
    assert verify(client, code_of(user)).status_code == 403


def test_somebody_else_can_log_in_instead(user):
    protect(user)
    client = half_logged_in(user)
    client.post(VERIFY, {"leave": "1"})
    assert "_auth_user_id" not in client.session


def test_the_page_of_the_code_is_for_who_needs_it(user):
    assert Client().get(VERIFY)["Location"] == "/admin/login/"
    assert logged_in(user).get(VERIFY)["Location"] == INDEX


@pytest.mark.parametrize("protected", [False, True])
def test_it_is_one_query(user, protected):
    if protected:
        protect(user)
    client = half_logged_in(user)
    if protected:
        verify(client, code_of(user))
    with CaptureQueriesContext(connection) as captured:
        assert client.get(INDEX).status_code == 200
    assert len([query for query in captured if "otp_totp" in query["sql"]]) == 1


def test_nobody_has_passed():
    request = RequestFactory().get(INDEX)
    request.user, request.session = AnonymousUser(), {}
    assert not passed(request)


def test_who_has_not_shown_a_code_can_still_log_in_as_somebody_else(user):
    make_staff("boris")
    protect(user)
    client = half_logged_in(user)
    client.post("/admin/login/", {"username": "boris", "password": "correct horse"})
    assert client.get(INDEX).status_code == 200


@pytest.mark.parametrize("next", ["", "//elsewhere.example/"])
def test_a_login_without_a_place_to_go_leads_to_the_first_page(user, next):
    fields = {"username": "anna", "password": "correct horse"}
    assert Client().post(f"/admin/login/?next={next}", fields)["Location"] == INDEX


# The API


def api_of(client: Client) -> APIClient:
    api = APIClient()
    api.cookies = client.cookies
    return api


def test_the_api_does_not_know_a_session_before_its_code(user):
    protect(user)
    client = half_logged_in(user)
    assert api_of(client).post("/movies", FILM, format="json").status_code == 401
    assert not Movie.objects.exists()
    verify(client, code_of(user))
    assert api_of(client).post("/movies", FILM, format="json").status_code == 201


def test_reading_the_api_stays_public_with_such_a_session(user):
    protect(user)
    assert api_of(half_logged_in(user)).get("/movies").status_code == 200


# Who lost the phone


def colleague_s(user: User) -> str:
    return reverse("admin:second_factor_reset", args=[user.pk])


def test_who_may_change_the_account_takes_the_codes_away(user):
    protect(user)
    User.objects.update(is_superuser=False)
    manager = clerk("change_user", "view_user")
    account = reverse("admin:auth_user_change", args=[user.pk])
    assert colleague_s(user) in manager.get(account).content.decode()
    assert manager.get(colleague_s(user)).context["is_on"]
    manager.post(colleague_s(user))
    assert not second_factor.is_on(user)


def test_others_can_not(user):
    protect(user)
    for client in (clerk(), clerk("view_user"), Client()):
        assert client.post(colleague_s(user)).status_code in (302, 403)
    # The account may do more than they.
    assert clerk("change_user", "view_user").post(colleague_s(user)).status_code == 403
    assert second_factor.is_on(user)


def test_nobody_takes_their_own_codes_away_like_that(user):
    protect(user)
    client = half_logged_in(user)
    verify(client, code_of(user))
    assert client.post(colleague_s(user))["Location"] == SECURITY
    assert second_factor.is_on(user)


def reset(username: str) -> str:
    output = StringIO()
    call_command("reset_second_factor", username, stdout=output)
    return output.getvalue()


def test_the_command_lets_somebody_in_with_the_password_alone(user):
    protect(user)
    assert "password alone" in reset("anna")
    assert half_logged_in(user).get(INDEX).status_code == 200
    assert not TOTPDevice.objects.exists()
    assert not StaticDevice.objects.exists()


def test_the_command_leaves_others_alone(user):
    protect(user)
    other = make_staff("boris")
    assert "nothing was changed" in reset("boris")
    assert second_factor.is_on(user)
    assert not second_factor.is_on(other)


def test_the_command_names_a_user_that_there_is_not():
    with pytest.raises(CommandError, match="There is no user 'nobody'"):
        reset("nobody")


def test_secrets_have_no_page():
    for model in (TOTPDevice, StaticDevice, StaticToken):
        assert not admin.site.is_registered(model)
    user = make_staff("anna")
    protect(user)
    said = page(director(), reverse("admin:auth_user_change", args=[user.pk]))
    assert TOTPDevice.objects.get().key not in said
