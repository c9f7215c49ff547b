"""Accounts and roles: what somebody may do with them who may not do everything."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.utils import translation

from bookings.booking import book, cancel
from bookings.exchanging import exchange
from cinema.roles import make_roles, role_name
from tests.making import make_seance, make_staff, seat_ids
from tests.office import assert_queries_do_not_grow, director, make_member, member_of, page, send
from tests.selling import order

pytestmark = pytest.mark.django_db

USERS = "/admin/auth/user/"
ADD = f"{USERS}add/"
PASSWORD = "a long enough one 17"


@pytest.fixture(autouse=True)
def _roles() -> None:
    make_roles()


def role(name: str) -> int:
    return Group.objects.get(name=name).pk


def change(user: User) -> str:
    return f"{USERS}{user.pk}/change/"


def new_account(**fields: object) -> dict[str, object]:
    return {
        "username": "olga",
        "first_name": "Ольга",
        "password1": PASSWORD,
        "password2": PASSWORD,
        **fields,
    }


def test_a_manager_makes_an_account_with_its_role_in_one_form():
    send(member_of("manager"), ADD, **new_account(groups=[role("box office"), role("door")]))
    olga = User.objects.get(username="olga")
    assert (olga.first_name, olga.is_staff, olga.is_superuser) == ("Ольга", True, False)
    assert {group.name for group in olga.groups.all()} == {"box office", "door"}
    assert olga.check_password(PASSWORD)


def test_a_manager_changes_somebody_s_roles_and_password():
    manager, olga = member_of("manager"), make_member("door", "olga")
    send(manager, change(olga), username="olga", is_active="on", groups=[role("scheduler")])
    olga.refresh_from_db()
    assert [group.name for group in olga.groups.all()] == ["scheduler"]
    assert not olga.is_staff  # unticked
    send(
        manager,
        f"{USERS}{olga.pk}/password/",
        usable_password="true",
        password1=PASSWORD,
        password2=PASSWORD,
    )
    olga.refresh_from_db()
    assert olga.check_password(PASSWORD)


def test_a_manager_can_t_make_anybody_all_powerful():
    manager, olga = member_of("manager"), make_member("door", "olga")
    send(
        manager,
        ADD,
        **new_account(
            username="boris",
            is_superuser="on",
            user_permissions=[Permission.objects.get(codename="delete_user").pk],
        ),
    )
    send(
        manager,
        change(olga),
        username="olga",
        is_active="on",
        is_staff="on",
        is_superuser="on",
        user_permissions=[Permission.objects.get(codename="delete_user").pk],
    )
    assert not User.objects.filter(is_superuser=True).exists()
    assert not User.objects.filter(user_permissions__isnull=False).exists()


def test_a_manager_can_t_change_themselves_into_more():
    me = make_member("manager")
    client = Client()
    client.force_login(me)
    administrators = Group.objects.create(name="administrators")
    administrators.permissions.set(Permission.objects.filter(codename="delete_user"))
    refused = client.post(
        change(me),
        {
            "username": me.username,
            "is_active": "on",
            "is_staff": "on",
            "is_superuser": "on",
            "groups": [role("manager"), administrators.pk],
        },
    )
    assert refused.context["errors"]
    assert [group.name for group in me.groups.all()] == ["manager"]
    assert str(administrators) not in page(client, ADD)


@pytest.mark.parametrize("kind", ["superuser", "another right", "another role"])
def test_an_account_above_their_own_can_only_be_looked_at(kind):
    manager, above = member_of("manager"), make_staff("above", superuser=kind == "superuser")
    wanted = Permission.objects.get(codename="delete_user")
    if kind == "another right":
        above.user_permissions.add(wanted)
    if kind == "another role":
        above.groups.add(Group.objects.create(name="administrators"))
        Group.objects.get(name="administrators").permissions.add(wanted)
    shown = manager.get(change(above))
    assert shown.status_code == 200
    assert not shown.context["has_change_permission"]
    assert b"md5" not in shown.content
    for address in (change(above), f"{USERS}{above.pk}/password/"):
        refused = manager.post(
            address,
            {"username": "above", "usable_password": "true"}
            | {"password1": PASSWORD, "password2": PASSWORD},
        )
        assert refused.status_code == 403
    assert manager.get(f"{USERS}{above.pk}/password/").status_code == 403
    above.refresh_from_db()
    assert above.is_active
    assert above.check_password("correct horse")


def test_an_account_above_their_own_can_t_be_deleted_alone_or_among_others():
    me = make_member("manager")
    me.user_permissions.add(Permission.objects.get(codename="delete_user"))
    client = Client()
    client.force_login(me)
    boss, olga = make_staff("boss"), make_member("door", "olga")
    assert client.post(f"{USERS}{boss.pk}/delete/", {"post": "yes"}).status_code == 403
    chosen = {
        "action": "delete_selected",
        "_selected_action": [boss.pk, olga.pk],
        "post": "yes",
    }
    assert client.post(USERS, chosen).status_code == 403
    assert User.objects.filter(pk__in=[boss.pk, olga.pk]).count() == 2
    send(client, f"{USERS}{olga.pk}/delete/", post="yes")
    assert not User.objects.filter(pk=olga.pk).exists()


def test_nobody_but_a_superuser_changes_a_role():
    me = make_member("manager")
    me.user_permissions.set(Permission.objects.filter(content_type__model="group"))
    client = Client()
    client.force_login(me)
    door = f"/admin/auth/group/{role('door')}/"
    assert client.get(f"{door}change/").status_code == 200
    everything = [permission.pk for permission in Permission.objects.all()]
    fields = {"name": "door", "permissions": everything}
    assert client.post(f"{door}change/", fields).status_code == 403
    assert client.post(f"{door}delete/", {"post": "yes"}).status_code == 403
    assert client.post("/admin/auth/group/add/", fields).status_code == 403
    assert Group.objects.get(name="door").permissions.count() == 1


def test_a_superuser_gives_every_right():
    olga = make_member("door", "olga")
    send(
        director(),
        change(olga),
        username="olga",
        is_active="on",
        is_staff="on",
        is_superuser="on",
        groups=[role("manager")],
    )
    olga.refresh_from_db()
    assert olga.is_superuser


def test_roles_have_names_in_the_visitor_s_language():
    olga = make_member("box office", "olga")
    with translation.override("ru"):
        name = role_name(olga.groups.get())
    for address in (USERS, ADD, "/admin/auth/group/"):
        assert name in page(director(), address)


def test_lists_make_as_many_queries_for_many_accounts():
    client = member_of("manager")
    assert_queries_do_not_grow(client, USERS, lambda: make_member("door"))


@pytest.mark.parametrize("how", ["cancelled", "moved"])
def test_an_account_that_cancelled_or_moved_a_booking_stays(how):
    seance, olga = make_seance(), make_member("box office", "olga")
    seats = seat_ids(seance)
    booked = book(order(seance, seats[:1]))
    if how == "cancelled":
        cancel(booked.id, by_id=olga.pk)
    else:
        exchange(booking_id=booked.id, seat_ids=seats[1:2], by_id=olga.pk)
    send(director(), f"{USERS}{olga.pk}/delete/", post="yes")
    assert User.objects.filter(pk=olga.pk).exists()
