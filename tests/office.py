"""Staff at the admin's pages: who is logged in, what a page says, how many queries it makes."""

import html
import re
from collections.abc import Callable
from itertools import count
from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cinema.roles import make_roles
from tests.making import make_staff

_numbers = count(1)


def director() -> Client:
    """Somebody who may do everything."""
    return _logged_in(superuser=True)


def clerk(*permissions: str) -> Client:
    """Somebody who may do what is named, e.g. `view_booking`."""
    return _logged_in(*permissions, superuser=False)


def _logged_in(*permissions: str, superuser: bool) -> Client:
    user = make_staff(f"staff-{next(_numbers)}", superuser=superuser)
    known = Permission.objects.filter(codename__in=permissions)
    assert len(known) == len(permissions)
    user.user_permissions.set(known)
    client = Client()
    client.force_login(user)
    return client


def make_member(role: str, username: str = "") -> User:
    """Somebody with one of the roles of `cinema.roles`, e.g. `box office`."""
    make_roles()  # a test that flushed the database took them along
    user = make_staff(username or f"staff-{next(_numbers)}", superuser=False)
    user.groups.add(Group.objects.get(name=role))
    return user


def member_of(role: str) -> Client:
    client = Client()
    client.force_login(make_member(role))
    return client


def in_english(client: Client) -> Client:
    """Reads English from here on."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def page(client: Client, address: str, **parameters: str) -> str:
    """The text of a page that there is."""
    return text(client.get(address, parameters))


def send(client: Client, address: str, **fields: Any) -> str:
    """Posts a form; the text of the page where it leads."""
    return text(client.post(address, fields, follow=True))


def text(response: Any) -> str:
    """What people read, without tags."""
    assert response.status_code == 200, response.content
    return html.unescape(re.sub(r"<[^>]*>|\s+", " ", response.content.decode()))


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def assert_queries_do_not_grow(client: Client, address: str, make: Callable[[], object]) -> None:
    """The page of 30 rows makes as many queries as the page of 3."""
    for _row in range(3):
        make()
    few = queries_of(client, address)
    for _row in range(27):
        make()
    assert queries_of(client, address) == few
