"""What is measured, in the order of the goals in docs/benchmark.md."""

from collections.abc import Callable, Collection, Iterator

from loadtest.bench.beside import Buyers, asked_for
from loadtest.bench.cinema import Cinema
from loadtest.bench.failing import Failed
from loadtest.bench.rounds import Figure, Measure
from loadtest.bench.server import Server
from loadtest.bench.stage import CITIES, HANGING, Stage
from loadtest.bench.wrk import load

SMALLEST = "smallest WSGI app"
SAME_BYTES = "WSGI app, as many bytes"
NOT_MODIFIED_BYTES = 2000
"""An answer without a body is smaller, with its head; one with a body is larger."""
FEW = 4
"""Connections when it is about waiting, not about how much goes through."""
FEW_TICKETS = "the same, almost no tickets"


def measures(stage: Stage, wanted: Collection[str]) -> Iterator[Measure]:
    """Of the wanted goals. Each brings up what it needs when its turn comes."""
    for goals, group in GROUPS.items():
        if goals & set(wanted):
            yield from (measure for measure in group(stage) if measure.id in wanted)


def films(_: Cinema) -> str:
    return "/movies"


def showings(cinema: Cinema) -> str:
    return f"/movies/{cinema.programme.listed_film}/seances"


def seat_map(cinema: Cinema) -> str:
    return f"{showings(cinema)}/{cinema.programme.first_seance}"


READS = {
    "50 films": films,
    "50 showings × 300 seats": showings,
    "a seat map of 300 seats": seat_map,
}


def reads(stage: Stage) -> Iterator[Measure]:
    provider, smallest = stage.cinema.provider, rate(stage, stage.yardstick(2), "/")
    path = films(stage.cinema)
    yield Measure("P1", "50 films", "req/s", 0.6, rate(stage, provider, path), smallest, SMALLEST)
    yield Measure(
        "P2",
        "50 showings × 300 seats, while people buy",
        "req/s",
        0.5,
        listing_while_people_buy(stage, stage.cinema),
        as_many_bytes(stage, showings(stage.cinema)),
        SAME_BYTES,
    )
    path = seat_map(stage.cinema)
    yield Measure(
        "P3",
        "a seat map of 300 seats",
        "req/s",
        0.5,
        rate(stage, provider, path),
        as_many_bytes(stage, path),
        SAME_BYTES,
    )
    yield Measure(
        "P3", "the same, unchanged: 304", "req/s", 0.6, unchanged(stage, path), smallest, SMALLEST
    )


def sales(stage: Stage) -> Iterator[Measure]:
    def over_the_api() -> float:
        return stage.sales_per_second(stage.cinema)

    yield Measure(
        "P4", "sales of 2 seats", "per s", 0.3, over_the_api, stage.claims_per_second, "pgbench"
    )
    yield Measure(
        "P5",
        f"flash sale: {stage.effort.buyers} buyers, 300 seats",
        "answers/s",
        0.8,
        lambda: stage.flash_sale(stage.cinema),
        over_the_api,
        "P4",
    )


def with_history(stage: Stage) -> Iterator[Measure]:
    """The same beside millions of tickets, where there are any."""
    filled, empty = stage.filled, stage.cinema
    if filled is None:
        return
    both = (filled, empty)
    for what, path in READS.items():
        if path is showings:
            ours, theirs = (listing_while_people_buy(stage, one) for one in both)
        else:
            ours, theirs = (rate(stage, one.provider, path(one)) for one in both)
        yield Measure("P6", what, "req/s", 0.9, ours, theirs, FEW_TICKETS)
    yield Measure(
        "P6",
        "sales of 2 seats",
        "per s",
        0.9,
        lambda: stage.sales_per_second(filled),
        lambda: stage.sales_per_second(empty),
        FEW_TICKETS,
    )
    yield Measure(
        "P6",
        "flash sale",
        "answers/s",
        0.9,
        lambda: stage.flash_sale(filled),
        lambda: stage.flash_sale(empty),
        FEW_TICKETS,
    )


def through_site(stage: Stage) -> Iterator[Measure]:
    provider, cinema = stage.cinema.provider, stage.cinema
    for what, path in READS.items():
        yield Measure(
            "P7",
            f"{what}, through the site",
            "req/s",
            0.5,
            rate(stage, stage.site, f"/cities/{CITIES[0]}{path(cinema)}"),
            rate(stage, provider, path(cinema)),
            "asked directly",
        )

    def waiting_beside(city: str, *, answered: int) -> Figure:
        paths = [f"/cities/{city}/movies" for city in CITIES]

        def measure() -> float:
            with asked_for(stage.site, f"/cities/{city}/movies", answered=answered):
                load_of_nine = load(
                    stage.site.url, stage.effort.seconds, paths=paths, connections=FEW
                )
            return load_of_nine.p99 * 1000

        return measure

    yield Measure(
        "P7",
        "p99 of nine cities while the tenth hangs",
        "ms",
        1.1,
        waiting_beside(HANGING, answered=503),
        waiting_beside(CITIES[0], answered=200),
        "it answers",
        at_most=True,
    )


def rate(stage: Stage, server: Server, path: str) -> Figure:
    """Answers per second."""

    def measure() -> float:
        return load(f"{server.url}{path}", stage.effort.seconds).rate

    return measure


def as_many_bytes(stage: Stage, path: str) -> Figure:
    status, _headers, body = stage.cinema.provider.get(path)
    if status != 200:
        raise Failed(f"The provider answered {status} to {path}: {body[:200]!r}")
    return rate(stage, stage.yardstick(len(body)), "/")


def listing_while_people_buy(stage: Stage, cinema: Cinema) -> Figure:
    buyers = Buyers(cinema.provider, cinema.programme.listed_film)
    read = rate(stage, cinema.provider, showings(cinema))

    def measure() -> float:
        with buyers.buying():
            return read()

    return measure


def unchanged(stage: Stage, path: str) -> Figure:
    provider = stage.cinema.provider

    def measure() -> float:
        _status, headers, _body = provider.get(path)
        url, known = f"{provider.url}{path}", {"If-None-Match": headers.get("ETag", "")}
        asked = load(url, stage.effort.seconds, headers=known)
        if asked.size > NOT_MODIFIED_BYTES:
            raise Failed(f"{url} was answered in full, although it had not changed.")
        return asked.rate

    return measure


GROUPS: dict[frozenset[str], Callable[[Stage], Iterator[Measure]]] = {
    frozenset({"P1", "P2", "P3"}): reads,
    frozenset({"P4", "P5"}): sales,
    frozenset({"P6"}): with_history,
    frozenset({"P7"}): through_site,
}
