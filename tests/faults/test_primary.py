"""A primary that dies or hangs: visitors go on looking, selling waits, and nothing sold is lost."""

import uuid

from cinema.embedded import Cluster
from cinema.embedded.processes import eventually
from loadtest.torture.box_office import TOKEN
from loadtest.torture.provider import Answer, Provider
from tests.faults.box_office import BoxOffice, all_are, booking_of, continually
from tests.faults.test_replicas import READ_BOUND, assert_contract, more, sells

# The server is noticed to hang after two seconds, and cut off; then a connection is waited for.
SALE_BOUND = 10.0


def assert_nothing_is_lost(provider: Provider, box_office: BoxOffice, sales: list[Answer]) -> None:
    for sale in sales:
        if sale.status == 201:
            found = box_office.find(booking_of(sale))
            assert found.status == 200, (sale, found)
            assert found.body["data"] == sale.body["data"]
    provider.run("manage.py", "check_tickets")


def test_with_the_primary_killed_reads_go_on_and_after_its_return_sales_too_and_all_are_kept(
    cluster: Cluster, provider: Provider, box_office: BoxOffice
) -> None:
    with continually(box_office.look) as looks, continually(box_office.sell) as sales:
        assert more(sales)
        place = box_office.free_place()
        token = box_office.sell(place).headers[TOKEN]
        cluster.primary.kill()
        assert not box_office.shows_vacant(place, token)
        assert eventually(lambda: "primary" in str(provider.get("/health/ready").body), within=20)
        refused = box_office.sell()
        assert_contract(refused)
        assert refused.seconds < SALE_BOUND
        assert not box_office.shows_vacant(place, token)
        assert more(looks)

        cluster.primary.start()
        assert eventually(lambda: sells(provider, box_office), within=30)
        assert eventually(provider.healthy, within=30)
        assert more(sales)
    assert all_are(looks, 200)
    assert {sale.status for sale in sales} == {201, 503}
    for sale in sales:
        assert sale.seconds < SALE_BOUND
        if sale.status == 503:
            assert_contract(sale)
    assert_nothing_is_lost(provider, box_office, sales)


def test_with_the_primary_hanging_nothing_hangs_with_it(
    cluster: Cluster, provider: Provider, box_office: BoxOffice
) -> None:
    with continually(box_office.look) as looks, continually(box_office.sell) as sales:
        place = box_office.free_place()
        token = box_office.sell(place).headers[TOKEN]
        cluster.primary.pause()
        assert_contract(box_office.sell())
        assert (
            box_office.find(str(uuid.uuid4())).status == 503
        )  # a booking is read from the primary
        assert not box_office.shows_vacant(place, token)
        assert more(looks)

        cluster.primary.resume()
        assert eventually(lambda: sells(provider, box_office), within=30)
        assert eventually(provider.healthy, within=30)
        assert more(sales)
    assert all_are(looks, 200)
    assert max(look.seconds for look in looks) < READ_BOUND
    assert {sale.status for sale in sales} == {201, 503}
    assert max(sale.seconds for sale in sales) < SALE_BOUND
    assert_nothing_is_lost(provider, box_office, sales)
