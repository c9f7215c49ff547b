"""Which server answers which request."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.models import User
from django.core import signing
from django.db import OperationalError, connections, transaction
from django.test import Client
from django.urls import URLResolver, get_resolver
from rest_framework.test import APIClient

from cinema import metrics
from cinema.replication import reading
from cinema.replication.monitor import Server, monitor
from cinema.replication.position import MAX_AGE, Position, make_token
from cinema.replication.reading import answer, from_replica, only_reads, read_alias
from cinema.replication.router import WriteInReadRequest
from movies.models import Movie, SeatCategory
from tests.making import make_seance, seat_ids

ALIASES = ("north", "south")
POSITION = Position(timeline=1, lsn=1000)
PUBLIC_READS = (
    "/movies",
    "/movies/{movie}",
    "/movies/{movie}/seances",
    "/movies/{movie}/seances/{seance}",
)


@pytest.fixture(scope="module", autouse=True)
def aliases(django_db_setup: None) -> Iterator[None]:
    """The primary by two more names."""
    with pytest.MonkeyPatch.context() as patch:
        for alias in ALIASES:
            patch.setitem(connections.settings, alias, connections.settings["default"])
        yield
        for alias in ALIASES:
            del connections[alias]


@pytest.fixture
def replicas(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Server]]:
    """Two healthy replicas, as far as requests can tell."""
    servers = {alias: Server(alias, alive=True, position=POSITION) for alias in ALIASES}
    monkeypatch.setattr(monitor, "replicas", list(servers.values()))
    yield servers
    for alias in ALIASES:
        connections[alias].close()


@pytest.fixture
def dead_primary(replicas: dict[str, Server], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitor, "primary", Server("default", alive=False))
    monkeypatch.setattr(reading, "CATCHING_UP", 0.2)


def failing_on(*aliases: str) -> Callable[[], str]:
    def read() -> str:
        if (alias := read_alias()) in aliases:
            raise OperationalError(f"{alias} is gone")
        return alias

    return read


def asked_in_order(token: str | None = None) -> list[str]:
    """Every server that a read tries when all fail."""
    asked: list[str] = []

    def read() -> None:
        asked.append(read_alias())
        raise OperationalError(f"{asked[-1]} is gone")

    with pytest.raises(OperationalError, match=r"is gone"):
        answer(read, token)
    return asked


def used(token: str | None = None) -> set[str]:
    """The servers that answer, over many reads."""
    return {answer(read_alias, token) for _ in range(40)}


def test_only_public_reads_of_films_and_showings_may_be_answered_by_a_replica() -> None:
    assert set(handlers_with_replicas(get_resolver())) == {
        "MovieViewSet.list",
        "MovieViewSet.retrieve",
        "SeanceViewSet.list",
        "SeanceViewSet.retrieve",
        "SeanceViewSet.best_seats",
        "AllSeancesViewSet.list",
    }


def handlers_with_replicas(resolver: URLResolver) -> Iterator[str]:
    marked = from_replica(lambda: None).__code__
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from handlers_with_replicas(pattern)
            continue
        view = getattr(pattern.callback, "cls", None)
        actions = getattr(pattern.callback, "actions", {})
        handlers = [getattr(view, action) for action in actions.values()] or [pattern.callback]
        for handler in handlers:
            if any(getattr(layer, "__code__", None) is marked for layer in layers(handler)):
                yield handler.__qualname__


def layers(handler: object) -> Iterator[object]:
    """A function and what its decorators wrap."""
    while handler is not None:
        yield handler
        handler = getattr(handler, "__wrapped__", None)


def test_without_replicas_the_primary_answers() -> None:
    assert monitor.replicas == []
    assert used() == {"default"}
    assert asked_in_order() == ["default"]


def test_reads_are_spread_over_the_replicas(replicas: dict[str, Server]) -> None:
    assert used() == {"north", "south"}
    assert metrics.reads.labels("north")._value.get() > 0


def test_a_lagging_replica_is_left_out(replicas: dict[str, Server]) -> None:
    replicas["north"].lag_seconds = 10
    assert used() == {"south"}
    replicas["north"].lag_seconds, replicas["south"].lag_bytes = 0, 2**30
    assert used() == {"north"}


def test_without_a_usable_replica_the_primary_answers_through_its_small_pool(
    replicas: dict[str, Server],
) -> None:
    replicas["north"].lag_seconds, replicas["south"].alive = 10, False
    assert used() == {"primary_ro"}
    assert asked_in_order() == ["primary_ro"]  # nobody is shown what is too old


def test_a_read_is_tried_on_the_next_server(replicas: dict[str, Server]) -> None:
    assert {answer(failing_on("north")) for _ in range(40)} == {"south"}
    assert not replicas["north"].alive
    assert answer(failing_on("south")) == "primary_ro"
    assert not replicas["south"].alive


def test_a_read_asks_each_replica_then_the_primary_then_gives_up(
    replicas: dict[str, Server],
) -> None:
    *first, last = asked_in_order()
    assert Counter(first) == Counter(ALIASES)
    assert last == "primary_ro"


def test_only_what_a_lost_server_raises_is_tried_elsewhere(replicas: dict[str, Server]) -> None:
    calls: list[str] = []

    def read() -> None:
        calls.append(read_alias())
        raise KeyError("a mistake of ours")

    with pytest.raises(KeyError):
        answer(read)
    assert len(calls) == 1
    assert replicas[calls[0]].alive


@pytest.mark.parametrize("lsn", [999, 1000])
def test_a_token_is_answered_by_a_replica_that_has_replayed_it(
    replicas: dict[str, Server], lsn: int
) -> None:
    replicas["north"].position = Position(timeline=1, lsn=998)
    assert used(make_token(Position(timeline=1, lsn=lsn))) == {"south"}


def test_a_token_that_no_replica_has_replayed_is_answered_by_the_primary(
    replicas: dict[str, Server],
) -> None:
    assert used(make_token(Position(timeline=1, lsn=1001))) == {"primary_ro"}
    assert used(make_token(Position(timeline=2, lsn=1))) == {"primary_ro"}


def test_a_token_is_answered_by_a_lagging_replica_that_has_replayed_it(
    replicas: dict[str, Server],
) -> None:
    for server in replicas.values():
        server.lag_seconds = 10
    assert used(make_token(POSITION)) == {"north", "south"}


def test_a_bad_token_is_answered_by_the_primary(replicas: dict[str, Server]) -> None:
    assert used("1-3e8:forged") == {"primary_ro"}


@pytest.mark.usefixtures("dead_primary")
def test_without_the_primary_the_replicas_answer_first(replicas: dict[str, Server]) -> None:
    assert used() == {"north", "south"}
    assert used("1-3e8:forged") == {"north", "south"}
    assert used(make_token(POSITION)) == {"north", "south"}
    replicas["north"].lag_seconds = replicas["south"].lag_seconds = 10
    replicas["north"].lag_bytes, replicas["south"].lag_bytes = 500, 400
    assert used() == {"south"}  # the most advanced


@pytest.mark.usefixtures("dead_primary")
def test_without_the_primary_a_token_that_nobody_has_replayed_is_no_stale_answer(
    replicas: dict[str, Server],
) -> None:
    assert asked_in_order(make_token(Position(timeline=1, lsn=1001))) == ["primary_ro"]


@pytest.mark.usefixtures("dead_primary")
def test_without_the_primary_an_old_token_is_no_stale_answer_either(
    replicas: dict[str, Server],
) -> None:
    """Nor one that is only old because a node's clock has jumped."""
    token = make_token(Position(timeline=1, lsn=1001))
    with patch.object(signing.time, "time", return_value=time.time() + MAX_AGE + 2):
        assert asked_in_order(token) == ["primary_ro"]
        replicas["south"].position = Position(timeline=1, lsn=1001)
        assert asked_in_order(token)[0] == "south"


def test_the_choice_ends_with_the_request(replicas: dict[str, Server]) -> None:
    answer(read_alias)
    assert (read_alias(), only_reads()) == ("default", False)
    for error in (OperationalError, KeyError):

        def fail(error: type[Exception] = error) -> None:
            assert only_reads()
            raise error

        with pytest.raises(error):
            answer(fail)
        assert (read_alias(), only_reads()) == ("default", False)


@pytest.mark.django_db(transaction=True)
def test_in_a_transaction_everything_is_the_primary(replicas: dict[str, Server]) -> None:
    with transaction.atomic():
        assert used() == {"default"}
        assert asked_in_order() == ["default"]

    def read() -> str:
        with transaction.atomic():
            return str(Movie.objects.all().db)

    assert answer(read) == "default"


@pytest.mark.django_db(transaction=True)
def test_the_orm_follows_the_choice(replicas: dict[str, Server]) -> None:
    assert Movie.objects.all().db == "default"
    assert answer(lambda: Movie.objects.all().db) in ALIASES


@pytest.mark.django_db
@pytest.mark.parametrize("with_replicas", [True, False])
def test_a_write_in_a_read_request_is_a_mistake_on_every_machine(
    with_replicas: bool, request: pytest.FixtureRequest
) -> None:
    if with_replicas:
        request.getfixturevalue("replicas")
    category = SeatCategory.objects.create(name="Диван")
    for write in (
        lambda: SeatCategory.objects.create(name="Ложа"),
        lambda: SeatCategory.objects.update(name="Ложа"),
        lambda: SeatCategory.objects.filter(pk=category.pk).delete(),
        lambda: category.save(),
        lambda: SeatCategory.objects.select_for_update().get(),
    ):
        with pytest.raises(WriteInReadRequest, match="SeatCategory"):
            answer(write)


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_each_read_is_answered_by_one_server(replicas: dict[str, Server], api: APIClient) -> None:
    seance = make_seance()
    chosen = set()
    with databases_asked() as asked:
        for address in PUBLIC_READS:
            path = address.format(movie=seance.movie_id, seance=seance.pk)
            for _ in range(10):
                asked.clear()
                assert api.get(path).status_code == 200
                assert len(set(asked)) == 1, (path, asked)
                chosen.add(asked[0])
    assert chosen == set(ALIASES)


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_everything_else_asks_the_primary_alone(
    replicas: dict[str, Server], api: APIClient, staff: APIClient, client: Client
) -> None:
    seance = make_seance()
    showing = f"/movies/{seance.movie_id}/seances/{seance.pk}"
    buyer = {"email": "a@b.org", "seatsIds": seat_ids(seance)[:1]}
    client.force_login(User.objects.get())
    with databases_asked() as asked:
        sale = api.post(f"{showing}/bookings", buyer, format="json")
        booking = f"/bookings/{sale.json()['booking']['id']}"
        answers = [
            sale,
            api.get(booking),
            api.delete(booking),
            staff.patch(f"/movies/{seance.movie_id}", {"name": "Солярис"}, format="json"),
            client.get("/admin/"),
            client.get("/admin/auth/user/"),
        ]
    assert [one.status_code for one in answers] == [201, 200, 200, 200, 200, 200]
    assert set(asked) == {"default"}


@contextmanager
def databases_asked() -> Iterator[list[str]]:
    """The alias of every query."""
    asked: list[str] = []

    def note(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        asked.append(context["connection"].alias)
        return execute(sql, parameters, many, context)

    with ExitStack() as noting:
        for alias in ("default", "primary_ro", *ALIASES):
            noting.enter_context(connections[alias].execute_wrapper(note))
        yield asked
