"""`create_staff` makes accounts that may do what their role may."""

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from cinema.roles import make_roles

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def roles(db):
    make_roles()


def create(*arguments: str) -> str:
    output = StringIO()
    call_command("create_staff", *arguments, stdout=output)
    return output.getvalue().strip()


def test_it_prints_a_password_that_opens_the_site_for_the_role():
    said = create("anna", "box office")
    name, password = said.split(" (box office): ")
    anna = Client().post("/admin/login/?next=/admin/", {"username": name, "password": password})
    assert anna.status_code == 302
    assert User.objects.get(username="anna").has_perm("bookings.add_booking")
    assert not User.objects.get(username="anna").has_perm("movies.add_movie")


def test_a_given_password_is_used_and_not_printed(monkeypatch):
    monkeypatch.setenv("STAFF_PASSWORD", "correct horse battery")
    assert create("anna", "door") == "anna (door)"
    assert User.objects.get(username="anna").check_password("correct horse battery")


def test_a_username_is_kept_as_the_login_reads_it(monkeypatch):
    monkeypatch.setenv("STAFF_PASSWORD", "correct horse 17")
    typed = "и\u0306ра"  # Й of two characters, as some keyboards write it
    create(typed, "door")
    assert "stays as it is" in create("йра", "door")
    login = {"username": typed, "password": "correct horse 17"}
    assert Client().post("/admin/login/", login).status_code == 302


def test_several_at_once():
    create("anna", "door", "boris", "manager")
    assert User.objects.filter(username__in=["anna", "boris"]).count() == 2


def test_an_account_that_exists_stays_as_it_is():
    create("anna", "door")
    before = User.objects.get(username="anna").password
    assert "stays as it is" in create("anna", "manager")
    after = User.objects.get(username="anna")
    assert (after.password, [*after.groups.values_list("name", flat=True)]) == (before, ["door"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["anna", "director"], "There is no role 'director'"),
        (["anna", "door", "boris"], "'boris' has no role"),
        (["a b", "door"], "'a b' can't be made"),
    ],
)
def test_what_it_can_t_do_is_said_and_nothing_is_made(arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        create(*arguments)
    assert not User.objects.exists()


def test_a_weak_password_is_refused(monkeypatch):
    monkeypatch.setenv("STAFF_PASSWORD", "123")
    with pytest.raises(CommandError, match="can't be made"):
        create("anna", "door")
