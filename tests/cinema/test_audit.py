"""The audit trail: who changed what, from what, to what."""

import uuid
from decimal import Decimal

import pghistory
import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from bookings.booking import book, cancel, cancel_seance, confirm
from bookings.holds import release_expired
from bookings.models import Ticket
from cinema.audit.acting import commanded
from cinema.audit.models import Change
from cinema.roles import role_name
from movies import halls, schedule
from movies.models import Movie
from tests.making import make_hall, make_movie, make_seance, make_staff, seat_ids
from tests.office import (
    assert_queries_do_not_grow,
    director,
    make_member,
    member_of,
    page,
    send,
)
from tests.selling import expire, order

pytestmark = pytest.mark.django_db


def last() -> Change:
    return Change.objects.order_by("-id")[0]


def trail(kind: str, **conditions: object) -> list[Change]:
    return list(Change.objects.filter(kind=kind, **conditions).order_by("id"))


def test_a_changed_film_is_recorded_from_what_to_what():
    movie = make_movie("Аэлита", year=1924)
    Movie.objects.filter(pk=movie.pk).update(name="Аэлита-2")
    change = last()
    assert (change.kind, change.object_id, change.action) == (
        "movies.movie",
        str(movie.pk),
        "update",
    )
    assert change.before == {"name": "Аэлита"}
    assert change.after == {"name": "Аэлита-2"}
    assert change.about == {"name": "Аэлита-2", "year": 1924}


def test_a_statement_that_changes_nothing_is_not_recorded():
    movie = make_movie()
    before = Change.objects.count()
    Movie.objects.filter(pk=movie.pk).update(name=movie.name)
    assert Change.objects.count() == before


def test_whoever_is_signed_in_changed_it():
    movie = make_movie("Аэлита")
    user = make_member("scheduler", "olga")
    client = Client()
    client.force_login(user)
    address = f"/admin/movies/movie/{movie.pk}/change/"
    inlines = {f"translations-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}
    send(client, address, name="Солярис", duration_minutes="167", **inlines)
    change = last()
    assert change.before["name"] == "Аэлита"
    assert change.after["name"] == "Солярис"
    assert change.user_id == user.pk
    assert change.context["username"] == "olga"
    assert change.context["url"] == address


def test_the_api_s_token_says_who(staff):
    movie = make_movie("Аэлита")
    answered = staff.patch(f"/movies/{movie.pk}", {"name": "Солярис"}, format="json")
    assert answered.status_code == 200, answered.content
    assert last().after == {"name": "Солярис"}
    assert last().user_id == User.objects.get(username="staff").pk


def test_a_command_is_named():
    seance = make_seance()
    with commanded("tidy"):
        schedule.seance_delete(seance.pk)
    assert last().context == {"command": "tidy"}


@pytest.mark.django_db(transaction=True)
def test_who_acts_is_forgotten_after_the_request():
    movie = make_movie()
    client = director()
    inlines = {f"translations-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}
    address = f"/admin/movies/movie/{movie.pk}/change/"
    send(client, address, name="Солярис", duration_minutes="167", **inlines)
    assert last().user_id is not None
    Movie.objects.filter(pk=movie.pk).update(name="Сталкер")
    assert last().user_id is None
    assert last().context is None


@pytest.mark.parametrize(
    "statement", ["UPDATE cinema_change SET about = '1'", "DELETE FROM cinema_change"]
)
def test_the_trail_can_t_be_rewritten(statement):
    make_movie()
    count = Change.objects.count()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Change.objects.count() == count


def test_the_page_says_who_did_what_from_what_to_what():
    with pghistory.context(user=7, username="olga"):
        seance = make_seance(movie=make_movie("Аэлита", genres=["scifi"]), price="250")
        schedule.seance_change(seance.pk, price=Decimal(300))
    words = page(director(), "/admin/audit/", kind="movies.seance")
    assert "olga" in words
    assert "Аэлита" in words
    assert "250" in words
    assert "300" in words
    hall = seance.hall
    words = page(director(), "/admin/audit/")
    assert hall.name in words
    for kind, obj in [("movie", seance.movie), ("hall", hall), ("seance", seance)]:
        assert "olga" in page(director(), f"/admin/movies/{kind}/{obj.pk}/history/")


def test_selling_is_no_change():
    seance = make_seance()
    free = seat_ids(seance)
    before = Change.objects.count()
    book(order(seance, free[:2]))
    held = book(order(seance, free[2:3], hold=True))
    confirm(held.id)
    expire(book(order(seance, free[3:4], hold=True)))
    moved = Change.objects.count()  # `expire` moved a hold's time, which no buyer does
    release_expired()
    assert Change.objects.count() == moved == before + 1


def test_a_cancelled_booking_is_recorded_with_its_tickets():
    seance = make_seance()
    booked = book(order(seance, seat_ids(seance)[:2]))
    with pghistory.context(user=7, username="olga"):
        cancel(booked.id, by_id=make_staff().pk, reason="болезнь")
    booking, *tickets = sorted(trail("bookings.booking"), key=lambda change: change.part)
    assert booking.object_id == str(booked.id)
    assert (booking.before["status"], booking.after["status"]) == ("confirmed", "cancelled")
    assert booking.after["reason"] == "болезнь"
    assert booking.user_id == 7
    assert [(ticket.part, ticket.before) for ticket in tickets] == [
        ("tickets", {"released_at": None})
    ] * 2
    words = page(director(), f"/admin/bookings/booking/{booked.id}/history/")
    assert "olga" in words
    assert "болезнь" in words
    for ticket in booked.tickets:
        assert ticket.code in words


def test_a_cancelled_showing_is_recorded_with_its_bookings():
    seance = make_seance()
    for seat in seat_ids(seance)[:3]:
        book(order(seance, [seat]))
    cancel_seance(seance.pk, by_id=make_staff().pk)
    (change,) = trail("movies.seance", action="update")
    assert (change.before, change.after) == ({"status": "scheduled"}, {"status": "cancelled"})
    assert len(trail("bookings.booking", part="")) == 3


@pytest.mark.django_db(transaction=True)
def test_the_box_office_sells_while_the_seller_s_name_travels_along():
    seance = make_seance()
    free = seat_ids(seance)
    seller = member_of("box office")
    sell = f"/admin/box-office/?seance={seance.pk}"
    expire(book(order(seance, free[:1], hold=True)))  # somebody's hold has to be tidied away
    before = Change.objects.count()
    send(seller, sell, key=str(uuid.uuid4()), seats=free[:2], paid_by="cash")
    assert Ticket.objects.filter(seance=seance, released_at=None).count() == 2
    send(seller, sell, key=str(uuid.uuid4()), seats=free[1:3], paid_by="cash")  # one is taken
    assert Ticket.objects.filter(seance=seance, released_at=None).count() == 2
    assert Change.objects.count() == before


def test_a_password_is_recorded_as_changed_but_never_itself():
    user = make_staff("olga")
    added = trail("auth.user", object_id=str(user.pk))[0]
    assert added.after["password"] is None
    user.set_password("another one 17")
    user.save()
    assert last().before == last().after == {"password": None}
    assert "olga" in page(director(), "/admin/audit/", kind="auth.user")


def test_signing_in_is_no_change():
    user = make_staff("olga")
    before = Change.objects.count()
    User.objects.filter(pk=user.pk).update(last_login=timezone.now())
    assert Change.objects.count() == before


def test_a_role_given_and_a_role_changed_are_recorded():
    user = make_member("door", "olga")
    door = user.groups.get()
    assert (last().kind, last().part, last().object_id) == ("auth.user", "groups", str(user.pk))
    assert last().after["group_id"] == door.pk
    door.permissions.clear()
    assert (last().kind, last().part, last().action) == ("auth.group", "permissions", "delete")
    assert role_name(door) in page(director(), f"/admin/auth/user/{user.pk}/history/")


def test_what_is_deleted_keeps_its_name():
    hall = make_hall(name="Малый", rows=1, seats=3)
    halls.hall_delete(hall.pk)
    words = page(director(), "/admin/audit/")
    assert "Малый" in words
    assert "№" not in words


def test_what_is_done_to_many_seats_at_once_is_one_entry():
    hall = make_hall(rows=2, seats=10)
    client = director()
    shown = client.get("/admin/audit/", {"kind": "movies.hall", "object": str(hall.pk)})
    seats, added = shown.context["entries"]
    assert len(seats.parts) == 20
    assert added.name == hall.name


def test_the_trail_is_filtered_by_who_what_and_day():
    olga, boris = make_staff("olga"), make_staff("boris")
    for user, name in ((olga, "Аэлита"), (boris, "Солярис")):
        with pghistory.context(user=user.pk, username=user.username):
            make_movie(name)
    client = director()

    def names(**wanted: object) -> list[str]:
        shown = client.get("/admin/audit/", wanted)
        assert shown.status_code == 200
        return [entry.name for entry in shown.context["entries"]]

    assert names(who=olga.pk) == ["Аэлита"]
    assert names(kind="movies.movie") == ["Солярис", "Аэлита"]
    assert names(kind="movies.movie", day=timezone.localdate().isoformat())
    assert not names(kind="movies.movie", day="2001-01-01")
    assert not names(who="nobody")
    assert not names(kind="no.such")
    assert names(before="x")


def test_older_changes_are_a_page_away(monkeypatch):
    monkeypatch.setattr("cinema.audit.page.PER_PAGE", 2)
    for name in ("a", "b", "c", "d", "e"):
        make_movie(name)
    client, address, seen = director(), "/admin/audit/?kind=movies.movie", []
    while address:
        shown = client.get(address).context
        seen += [entry.name for entry in shown["entries"]]
        address = shown["older"] and f"/admin/audit/{shown['older']}"
    assert seen == ["e", "d", "c", "b", "a"]


def test_pages_make_as_many_queries_for_many_changes():
    movie, client = make_movie(), director()

    def change() -> None:
        movie.year = (movie.year or 1950) + 1
        movie.save()
        make_movie()

    assert_queries_do_not_grow(client, "/admin/audit/", change)
    assert_queries_do_not_grow(client, f"/admin/movies/movie/{movie.pk}/history/", change)


def test_only_who_may_sees_the_trail():
    assert member_of("manager").get("/admin/audit/").status_code == 200
    for role in ("scheduler", "box office", "door", "read-only"):
        assert member_of(role).get("/admin/audit/").status_code == 403


def test_a_seat_s_history_is_its_own():
    hall = make_hall(rows=1, seats=2)
    mine, other = hall.seats.order_by("number")
    for seat, number in ((mine, 7), (other, 9)):
        seat.number = number
        seat.save()
    shown = director().get(f"/admin/movies/seat/{mine.pk}/history/")
    changed, added = shown.context["entries"]
    assert [(diff.before, diff.after) for diff in changed.differences] == [("1", "7")]
    assert added.parts == [str(mine).replace("7", "1")]


def test_the_only_object_of_a_page_can_be_opened_by_whoever_may():
    movie = make_movie()
    asked = {"kind": "movies.movie", "object": str(movie.pk)}
    opened = director().get("/admin/audit/", asked).content.decode()
    assert f'href="/admin/movies/movie/{movie.pk}/change/"' in opened
