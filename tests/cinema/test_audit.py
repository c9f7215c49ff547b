"""The audit trail: who changed what, from what, to what."""

import importlib
import uuid
from decimal import Decimal

import pghistory
import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission, User
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bookings.booking import book, cancel, cancel_seance, confirm
from bookings.holds import release_expired
from bookings.models import Booking, Ticket
from cinema.audit.acting import commanded, imports
from cinema.audit.models import Change
from cinema.management.commanding import Commands
from cinema.roles import role_name
from cinema.security import second_factor
from movies import halls, schedule
from movies.models import Movie, Seance
from tests.cinema.authenticator import code_of, half_logged_in, protect
from tests.making import make_hall, make_movie, make_seance, make_staff, make_token, seat_ids
from tests.office import (
    assert_queries_do_not_grow,
    director,
    in_english,
    make_member,
    member_of,
    page,
    send,
)
from tests.polling import eventually
from tests.racing import race
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


@pytest.mark.django_db(transaction=True)  # it closes the connection
def test_django_s_own_commands_are_named_too():
    Commands(["manage.py", "createsuperuser", "--noinput", "--username=o", "--email="]).execute()
    assert trail("auth.user")[0].context == {"command": "createsuperuser"}


def test_a_session_that_has_not_shown_its_code_is_nobody():
    user = make_staff("olga")
    protect(user)
    seance = make_seance()
    booked = book(order(seance, seat_ids(seance)[:1]))
    client = half_logged_in(user)
    assert client.delete(f"/bookings/{booked.id}").status_code == 200
    assert last().context == {"url": f"/bookings/{booked.id}"}
    assert (
        client.post("/admin/login/", {"username": "olga", "password": "wrong"}).status_code == 200
    )


def test_a_session_at_the_api_says_who():
    user = make_staff("olga")
    movie = make_movie("Аэлита")
    client = Client()
    client.force_login(user)
    address = f"/movies/{movie.pk}"
    client.patch(address, {"name": "Солярис"}, content_type="application/json")
    assert last().after == {"name": "Солярис"}
    assert last().context == {"user": user.pk, "username": "olga", "url": address}


def test_nobody_is_signed_in_at_the_login():
    make_staff("olga")
    client = Client()
    client.cookies["sessionid"] = "stale"
    login = {"username": "olga", "password": "correct horse"}
    assert client.post("/admin/login/?next=/admin/", login).status_code == 302


def test_a_buyer_with_a_stray_cookie_costs_no_query():
    seance = make_seance()
    client = Client()
    client.cookies["sessionid"] = "stale"
    booking = {"email": "a@b.org", "seatsIds": seat_ids(seance)[:1]}
    address = f"/movies/{seance.movie_id}/seances/{seance.pk}/bookings"
    with CaptureQueriesContext(connection) as captured:
        answered = client.post(address, booking, content_type="application/json")
    assert answered.status_code == 201
    assert not [query for query in captured if "django_session" in query["sql"]]


def test_the_file_that_a_change_comes_from_is_named():
    with pghistory.context(user=7, username="olga"):
        imports("programme.csv")
        movie = make_movie()
    for address in ("/admin/audit/", f"/admin/movies/movie/{movie.pk}/history/"):
        assert "programme.csv" in page(director(), address)


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


def test_a_showing_that_loses_its_holds_is_no_change_of_bookings():
    seance = make_seance()
    expire(book(order(seance, seat_ids(seance)[:2], hold=True)))
    release_expired()
    before = len(trail("bookings.booking"))
    schedule.seance_delete(seance.pk)
    assert not Booking.objects.exists()
    assert len(trail("bookings.booking")) == before


def test_what_was_sold_and_is_deleted_by_hand_is_recorded():
    seance = make_seance()
    booked = book(order(seance, seat_ids(seance)[:1]))
    with connection.cursor() as cursor:
        for statement in (
            "DELETE FROM bookings_notice",
            "DELETE FROM bookings_ticket",
            "DELETE FROM bookings_booking",
        ):
            cursor.execute(statement)
    ticket, booking = trail("bookings.booking", action="delete")
    assert (ticket.part, ticket.about["code"]) == ("tickets", booked.tickets[0].code)
    assert booking.before["email"] == "a@b.org"
    assert str(booked.id)[:8] in page(director(), "/admin/audit/", kind="bookings.booking")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bookings_booking SET status = 'expired', email = 'z@z.org'",
        "UPDATE bookings_booking SET status = 'confirmed', confirmed_at = now(), "
        "expires_at = NULL, total = 0",
        "UPDATE bookings_ticket SET price = 0",
        "UPDATE bookings_ticket SET held_until = NULL, code = 'ANOTHER'",
    ],
)
def test_what_a_hold_turns_into_by_hand_is_recorded(statement):
    seance = make_seance()
    book(order(seance, seat_ids(seance)[:1], hold=True))
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert len(trail("bookings.booking")) == 1


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
    codes = protect(user)
    before = Change.objects.count()
    for code in (code_of(user), codes[0]):
        half_logged_in(user).post("/admin/security/verify/", {"code": code})
    assert second_factor.recovery_codes_left(user) == 9
    assert User.objects.get(pk=user.pk).last_login
    assert Change.objects.count() == before


def test_a_password_that_is_hashed_anew_was_changed_by_the_login(settings):
    ours = settings.PASSWORD_HASHERS[0]
    settings.PASSWORD_HASHERS = [ours, "django.contrib.auth.hashers.ScryptPasswordHasher"]
    boris = make_staff("boris")
    protect(boris)
    client = half_logged_in(boris)
    old = make_password("correct horse", hasher="scrypt")
    User.objects.filter(pk=make_staff("olga").pk).update(password=old)
    client.post("/admin/login/?next=/", {"username": "olga", "password": "correct horse"})
    assert last().after == {"password": None}
    assert last().user_id is None
    words = page(in_english(director()), "/admin/audit/", kind="auth.user")
    assert "at logging in" in words


def test_who_takes_a_colleague_s_code_away_is_recorded():
    olga, boris = make_staff("olga", superuser=False), make_member("manager", "boris")
    protect(olga)
    client = Client()
    client.force_login(boris)
    client.post(reverse("admin:second_factor_reset", args=[olga.pk]))
    assert not second_factor.is_on(olga)
    taken = trail("auth.user", object_id=str(olga.pk), action="delete")
    assert {change.part for change in taken} == {"totpdevice", "staticdevice"}
    assert {change.user_id for change in taken} == {boris.pk}
    assert "boris" in page(client, "/admin/audit/", kind="auth.user")


def test_secrets_are_recorded_without_their_value():
    user = make_staff("olga")
    protect(user)
    make_token(user)
    added = {change.part: change.after for change in trail("auth.user", action="insert")}
    assert added["totpdevice"]["key"] is None
    assert added["auth_token_set"]["digest"] is added["auth_token_set"]["token_key"] is None
    user.auth_token_set.all().delete()
    assert last().before["digest"] is None
    words = page(director(), "/admin/audit/", kind="auth.user")
    assert "None" not in words


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
    assert not names(who=olga.pk, kind="movies.hall")
    assert not names(who="no such")
    assert not names(kind="no.such")
    assert names(before="x")


def test_the_trail_of_nobody_and_of_a_deleted_account_is_found():
    olga = make_staff("olga")
    with pghistory.context(user=olga.pk, username="olga"):
        make_movie("Аэлита")
    with commanded("seed"):
        make_movie("Солярис")
    key = olga.pk
    olga.delete()
    client = director()
    shown = client.get("/admin/audit/", {"who": key, "kind": "movies.movie"})
    assert [entry.name for entry in shown.context["entries"]] == ["Аэлита"]
    assert [
        name for value, name in shown.context["form"].fields["who"].choices if value == str(key)
    ]
    shown = client.get("/admin/audit/", {"who": "nobody", "kind": "movies.movie"})
    assert [entry.name for entry in shown.context["entries"]] == ["Солярис"]


@pytest.mark.parametrize(
    "asked",
    [
        {"day": "9999-12-31"},
        {"day": "0001-01-01"},
        {"kind": "movies.movie", "object": "a\nb"},
        {"kind": "movies.movie", "object": "../x"},
        {"kind": "bookings.booking", "object": "1"},
        {"who": "\0"},
        {"who": "9" * 30},
        {"before": "9" * 18},
    ],
)
def test_no_address_breaks_the_page(asked):
    make_movie()
    assert director().get("/admin/audit/", asked).status_code == 200


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
        seance = make_seance()
        cancel(book(order(seance, seat_ids(seance)[:1])).id, by_id=None)
        role = Group.objects.create(name=f"role {movie.year}")
        role.permissions.set(Permission.objects.order_by("?")[:2])

    assert_queries_do_not_grow(client, "/admin/audit/", change)
    assert_queries_do_not_grow(client, f"/admin/movies/movie/{movie.pk}/history/", change)


def test_only_what_was_done_alike_is_one_entry():
    seance = make_seance()
    book(order(seance, seat_ids(seance)[:2]))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE bookings_ticket SET price = id")
    entries = director().get("/admin/audit/", {"kind": "bookings.booking"}).context["entries"]
    assert [len(entry.parts) for entry in entries] == [1, 1]


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


MIGRATION = importlib.import_module("cinema.migrations.0003_record_changes").Migration


def test_a_migration_that_stopped_half_way_runs_again():
    with connection.cursor() as cursor:
        for operation in MIGRATION.operations:
            cursor.execute(operation.sql)
        for _time in range(2):
            for operation in reversed(MIGRATION.operations):
                cursor.execute(operation.reverse_sql)


@pytest.mark.django_db(transaction=True)
def test_the_migration_goes_back_while_somebody_sells():
    """They lock the showing first, and then its bookings."""
    seance = make_seance()
    book(order(seance, seat_ids(seance)[:1]))

    def sell() -> None:
        with transaction.atomic():
            list(Seance.objects.select_for_update().filter(pk=seance.pk))
            eventually(migration_waits)
            Booking.objects.update(reason="x")

    def migration_waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
            return bool(cursor.fetchone()[0])

    def migrate() -> None:
        eventually(lambda: showing_is_locked(seance))
        MigrationExecutor(connection).migrate([("cinema", "0002_roles")])

    try:
        assert race(sell, migrate) == [None, None]
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())


def showing_is_locked(seance: Seance) -> bool:
    with transaction.atomic():
        free = Seance.objects.select_for_update(skip_locked=True).filter(pk=seance.pk)
        return not list(free)
