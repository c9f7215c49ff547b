"""Workers that die in the middle of a sale."""

import uuid
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

from cinema.embedded import Cluster
from cinema.embedded.processes import eventually
from loadtest.torture.box_office import is_final
from loadtest.torture.history import Place
from loadtest.torture.provider import WORKERS, Answer, Provider
from tests.faults.box_office import BoxOffice, booking_of, continually
from tests.faults.test_primary import assert_nothing_is_lost

BUYERS = 4


def test_killed_workers_lose_no_sale_and_sell_no_seat_twice(
    cluster: Cluster, provider: Provider, box_office: BoxOffice
) -> None:
    places = [box_office.free_place() for _ in range(200)]
    unsure: list[Answer] = []
    deaths = 0

    def buy(place: Place) -> Answer:
        """Asks again with the same key until the answer says something."""
        key = uuid.uuid4().hex
        while not is_final(answer := box_office.sell(place, key)):
            unsure.append(answer)
        return answer

    with ThreadPoolExecutor(2 * BUYERS) as buyers, continually(box_office.look) as looks:
        sales = [buyers.submit(buy, place) for place in places for _ in range(2)]
        for deaths in range(1, 4):
            assert eventually(lambda: sum(sale.done() for sale in sales) > 80 * deaths, within=60)
            provider.kill_a_worker()
            assert eventually(lambda: len(provider.workers()) == WORKERS, within=30)
        answers = [sale.result() for sale in sales]
    assert unsure, "nobody was being served when a worker died: the test shows nothing"
    assert {look.status for look in looks} <= {0, 200}

    buyers_of = defaultdict(set)
    for place, answer in zip([place for place in places for _ in range(2)], answers, strict=True):
        if answer.status == 201:
            buyers_of[place].add(booking_of(answer))
    assert all(len(buyers_of[place]) == 1 for place in places)
    assert_nothing_is_lost(provider, box_office, answers)
