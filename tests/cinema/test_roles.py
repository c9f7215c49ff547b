"""What each role may open, by address as well as by what its pages offer."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from bookings.booking import book
from bookings.models import Booking, Notice, Payment, Ticket
from cinema.roles import ROLES, make_roles
from cinema.site import PAGES
from movies.models import Hall, Movie, Seance, Seat, SeatCategory
from tests.making import make_seance, make_staff, seat_ids
from tests.office import director, make_member, member_of
from tests.selling import order

pytestmark = pytest.mark.django_db

ROLELESS = "no role at all"
# What a role may do with each kind of object: v(iew), a(dd), c(hange), d(elete).
PROGRAMME = (Hall, Movie, Seance, Seat, SeatCategory)
MAY: dict[str, dict[type[Model], str]] = {
    "manager": dict.fromkeys(PROGRAMME, "vacd")
    | {Booking: "v", Ticket: "v", Notice: "v", Payment: "v", User: "vac", Group: "v"},
    "scheduler": dict.fromkeys(PROGRAMME, "vacd"),
    "box office": dict.fromkeys(PROGRAMME, "v") | {Booking: "v", Ticket: "v"},
    "door": {},
    "read-only": dict.fromkeys(PROGRAMME, "v"),
    ROLELESS: {},
}
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
SIMPLE_PAGES = [page for page in PAGES if "<" not in page.route]


@pytest.fixture
def showing() -> Seance:
    """One of everything to look at."""
    seance = make_seance()
    book(order(seance, seat_ids(seance)[:2]))
    return seance


def member(role: str) -> Client:
    if role == ROLELESS:
        Group.objects.create(name=role)
    return member_of(role)


def address(model: type[Model], page: str, *arguments: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


def answers(client: Client, address: str) -> int:
    return client.get(address).status_code


@pytest.mark.parametrize("role", MAY)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_a_role_opens_the_lists_and_forms_that_it_may(role, model, showing):
    client = member(role)
    may = MAY[role].get(model, "")
    views, adds, deletes = (200 if verb in may else 403 for verb in "vad")
    assert answers(client, address(model, "changelist")) == views
    assert answers(client, address(model, "add")) == adds
    if obj := model._default_manager.first():
        assert answers(client, address(model, "change", obj.pk)) == views
        assert answers(client, address(model, "history", obj.pk)) == views
        assert answers(client, address(model, "delete", obj.pk)) == deletes


@pytest.mark.parametrize("role", MAY)
def test_a_role_writes_only_what_it_may(role, showing):
    client = member(role)
    for model in (*PROGRAMME, Booking, Ticket, User, Group):
        obj = model._default_manager.first()
        for page, verb in (("add", "a"), ("change", "c"), ("delete", "d")):
            where = address(model, page, *([] if page == "add" else [obj.pk]))
            refused = client.post(where, {}).status_code == 403
            assert refused == (verb not in MAY[role].get(model, "")), where


@pytest.mark.parametrize("role", MAY)
@pytest.mark.parametrize("page", SIMPLE_PAGES, ids=lambda page: page.name)
def test_a_page_of_its_own_opens_for_whoever_has_its_permission(role, page, showing):
    may = page.permission is None or page.permission in ROLES.get(role, [])
    client = member(role)
    answered = client.get(reverse(f"admin:{page.name}"))
    assert (answered.status_code == 403) == (not may)
    menu = client.get(reverse("admin:index")).context["menu"]
    offered = reverse(f"admin:{page.name}") in [entry["url"] for entry in menu]
    assert offered == (may and page.menu is not None)


@pytest.mark.parametrize("role", MAY)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_of_its_own_takes_forms_only_from_who_has_its_permission(role, page, showing):
    known = {"key": Booking, "booking_id": Booking, "seance_id": Seance, "hall_id": Hall}
    known |= {"movie_id": Movie, "ticket_id": Ticket, "user_id": User}
    client = member(role)
    named = {name: model.objects.first().pk for name, model in known.items()} | {"kind": "csv"}
    asked = {name: value for name, value in named.items() if f":{name}>" in page.route}
    answered = client.post(reverse(f"admin:{page.name}", kwargs=asked), {})
    if page.permission is None or page.permission in ROLES.get(role, []):
        assert answered.status_code < 500
    else:
        assert answered.status_code == 403


SELLS = {"manager", "box office"}


@pytest.mark.parametrize("role", MAY)
def test_only_those_who_sell_sell_and_cancel(role, showing):
    client, booking = member(role), Booking.objects.get()
    for model, obj, may in (
        (Booking, booking, role in SELLS),
        (Seance, showing, role == "manager"),
    ):
        cancels = address(model, "cancel", obj.pk)
        assert answers(client, cancels) == (200 if may else 403)
        assert (client.post(cancels, {"ready": "0"}).status_code == 403) == (not may)
        obj.refresh_from_db()
        assert (obj.status == "cancelled") == may


@pytest.mark.parametrize("role", [*MAY, "superuser"])
def test_no_link_that_a_role_sees_is_refused(role, showing):
    client = director() if role == "superuser" else member(role)
    walked = list(walk(client))
    refused = [(source, link) for source, link, status in walked if status == 403]
    assert not refused
    assert not [(source, link) for source, link, status in walked if status >= 404]


def walk(client: Client) -> Iterator[tuple[str, str, int]]:
    """Follows the links of every page once; pages that differ by an id or a filter are one."""
    known, ahead = set(), [("", reverse("admin:index"))]
    while ahead:
        source, link = ahead.pop(0)
        kind = re.sub(r"/[0-9a-f-]{36}/|/\d+/", "/…/", link.partition("?")[0])
        if kind in known or "logout" in kind:
            continue
        known.add(kind)
        answered = client.get(link)
        yield source, link, answered.status_code
        if answered.status_code == 200 and "html" in answered.get("Content-Type", ""):
            found = re.findall(r'<a\b[^>]*\bhref="(/admin/[^"#]*)', answered.content.decode())
            ahead += [(link, unescape(each)) for each in found]


def test_an_empty_index_leads_the_door_nowhere_else():
    shown = member_of("door").get(reverse("admin:index"))
    assert shown.status_code == 200
    assert not shown.context["available_apps"]


def test_the_migration_has_made_each_role_with_its_rights():
    make_roles()  # another test may have emptied the database
    for role, rights in ROLES.items():
        given = Group.objects.get(name=role).permissions.select_related("content_type")
        assert {f"{p.content_type.app_label}.{p.codename}" for p in given} == set(rights)


def test_what_an_administrator_made_of_a_role_stays():
    make_roles()
    door = Group.objects.get(name="door")
    door.permissions.set(Permission.objects.filter(codename="view_movie"))
    make_roles()
    assert [permission.codename for permission in door.permissions.all()] == ["view_movie"]


@pytest.mark.django_db(transaction=True)
def test_the_migrations_go_back_and_forth_and_nobody_loses_a_role():
    olga = make_member("door")
    try:
        MigrationExecutor(connection).migrate([("cinema", "0001_initial")])
        assert [group.name for group in Group.objects.all()] == ["door"]
        make_staff("not recorded")
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)
    assert olga.groups.get().name == "door"
