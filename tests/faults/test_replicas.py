"""Replicas that die, hang and lag: visitors don't notice, and no sale is promised to nobody."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from cinema.embedded import Cluster, Server
from cinema.embedded.processes import eventually
from loadtest.torture.box_office import TOKEN
from loadtest.torture.provider import Answer, Provider
from tests.faults.box_office import (
    BoxOffice,
    all_are,
    booking_of,
    continually,
    several,
)

# A commit may wait this long for a standby (WRITE_TIMEOUT_SECONDS and a look of the monitor).
GIVEN_UP = 10.0
# A server that hangs is noticed after two seconds; a read may meet both replicas and the primary.
READ_BOUND = 10.0


@contextmanager
def lagging(standby: Server, *, seconds: int) -> Iterator[None]:
    standby.set_parameter("recovery_min_apply_delay", f"{seconds}s")
    try:
        yield
    finally:
        standby.reset_parameter("recovery_min_apply_delay")


def more(answers: list[Answer], count: int = 20) -> bool:
    """Waits for this many more answers."""
    before = len(answers)
    return eventually(lambda: len(answers) >= before + count, within=60)


def sells(provider: Provider, box_office: BoxOffice) -> bool:
    return provider.accepts_sales() and box_office.sell().status == 201


def refuses_for_lack_of_a_standby(provider: Provider) -> bool:
    ready = provider.get("/health/ready")
    return ready.status == 503 and "No synchronous standby" in ready.body["errors"][0]["detail"]


def assert_contract(refused: Answer) -> None:
    assert refused.status == 503, refused
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.body["errors"][0]["title"] == "Service unavailable"


def test_a_killed_replica_costs_no_read_and_no_sale_and_is_used_again_when_it_returns(
    cluster: Cluster, provider: Provider, box_office: BoxOffice
) -> None:
    with continually(box_office.look) as looks, continually(box_office.sell) as sales:
        cluster.standbys[0].kill()
        assert eventually(lambda: provider.metric("replica_alive")["replica1"] == 0, within=20)
        assert more(looks)
        assert more(sales)
        cluster.standbys[0].start()
        before = provider.reads("replica1")
        assert eventually(lambda: provider.reads("replica1") > before, within=30)
    assert all_are(looks, 200)
    assert all_are(sales, 201)


def test_without_replicas_reads_go_on_and_sales_wait_for_the_first_one_to_return(
    cluster: Cluster, provider: Provider, box_office: BoxOffice
) -> None:
    with continually(box_office.look) as looks:
        for standby in cluster.standbys:
            standby.kill()
        places = {uuid.uuid4().hex: box_office.free_place() for _ in range(4)}
        keys = list(places)
        refused = several(lambda: box_office.sell(places[key := keys.pop()], key), len(places))
        for answer in refused:
            assert_contract(answer)
            assert answer.seconds < GIVEN_UP
        assert eventually(lambda: refuses_for_lack_of_a_standby(provider), within=20)
        assert eventually(lambda: not provider.accepts_sales(), within=20)
        before = provider.reads("primary_ro")
        assert more(looks)
        assert provider.reads("primary_ro") > before

        cluster.standbys[1].start()
        assert eventually(lambda: sells(provider, box_office), within=30)
        for key, place in places.items():
            sales = several(lambda key=key, place=place: box_office.sell(place, key), 3)
            [booking] = {booking_of(sale) for sale in sales}
            assert box_office.find(booking).body["booking"]["status"] == "confirmed"
            assert box_office.sell(place).status == 409
    assert all_are(looks, 200)


def test_a_sale_that_was_given_up_is_not_confirmed_before_a_standby_has_it(
    cluster: Cluster, provider: Provider, box_office: BoxOffice
) -> None:
    """Standbys that hang stay connected, so the primary still counts on them."""
    place, key = box_office.free_place(), uuid.uuid4().hex
    with continually(box_office.look) as looks:
        for standby in cluster.standbys:
            standby.pause()
        given_up = box_office.sell(place, key)
        assert_contract(given_up)
        assert given_up.seconds < GIVEN_UP
        for _ in range(10):
            assert_contract(again := box_office.sell(place, key))
            assert again.seconds < GIVEN_UP

        cluster.standbys[0].resume()
        assert eventually(lambda: sells(provider, box_office), within=30)
        assert booking_of(box_office.sell(place, key)) == booking_of(box_office.sell(place, key))
        assert box_office.sell(place).status == 409
    assert all_are(looks, 200)
    assert max(look.seconds for look in looks) < READ_BOUND


def test_a_replica_that_hangs_delays_reads_but_fails_none(
    cluster: Cluster, provider: Provider, box_office: BoxOffice
) -> None:
    with continually(box_office.look) as looks, continually(box_office.sell) as sales:
        cluster.standbys[0].pause()
        assert eventually(lambda: provider.metric("replica_alive")["replica1"] == 0, within=20)
        assert more(looks)
        cluster.standbys[0].resume()
        before = provider.reads("replica1")
        assert eventually(lambda: provider.reads("replica1") > before, within=30)
    assert all_are(looks, 200)
    assert max(look.seconds for look in looks) < READ_BOUND
    assert all_are(sales, 201)


def test_a_replica_that_lags_answers_nobody_and_every_sale_is_seen(
    cluster: Cluster, provider: Provider, box_office: BoxOffice
) -> None:
    def answers_nobody() -> bool:
        before = provider.reads("replica1")
        for _ in range(10):
            box_office.look()
        return provider.reads("replica1") == before

    with continually(box_office.sell) as sales, lagging(cluster.standbys[0], seconds=30):
        assert eventually(answers_nobody, within=20)
        for _ in range(20):
            place = box_office.free_place()
            sale = box_office.sell(place)
            assert not box_office.shows_vacant(place, sale.headers[TOKEN])
            # Without the token as soon as the other replica has replayed it.
            assert eventually(lambda p=place: not box_office.shows_vacant(p), within=1)
        assert answers_nobody()
    assert all_are(sales, 201)
    assert eventually(lambda: not answers_nobody(), within=30)
