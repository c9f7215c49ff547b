"""Waiting in queues, beside the formula, and what it says of a premiere."""

import random
from dataclasses import replace

import pytest

from loadtest.scale.premiere import Premiere, played, pods_needed
from loadtest.scale.queueing import erlang_c, poisson, queue

SMALL = Premiere(buyers=10_000, cities=2, minutes=1, pods=2, cores=1, reads=5)


@pytest.mark.parametrize(("servers", "rate"), [(1, 7.0), (4, 30.0), (20, 180.0)])
def test_people_wait_as_long_as_erlang_says(servers, rate):
    luck = random.Random(7)
    service = 0.1
    arrivals = ((now, luck.expovariate(1 / service)) for now in poisson(rate, 6000, luck))
    waited = queue(arrivals, servers)
    mean = sum(waited.waits) / len(waited.waits)
    assert mean == pytest.approx(erlang_c(rate, service, servers), rel=0.1)
    assert waited.busy == pytest.approx(rate * service / servers, rel=0.02)
    assert not waited.refused


def test_erlang_knows_the_queue_of_one_server_and_the_one_that_never_ends():
    assert erlang_c(rate=5, service=0.1, servers=1) == pytest.approx(0.1)  # ρ / (μ - λ)
    assert erlang_c(rate=10, service=0.1, servers=1) == float("inf")


def test_who_comes_to_free_servers_does_not_wait_and_who_comes_next_does():
    waited = queue([(0, 2), (0, 1), (0.5, 1), (0.5, 1)], servers=2)
    assert list(waited.waits) == [0, 0, 0.5, 1.5]
    assert waited.over == 3


def test_whoever_would_wait_too_long_is_refused_and_delays_nobody():
    waited = queue([(0, 10), (1, 10), (2, 10), (9.5, 10)], servers=1, patience=1)
    assert (list(waited.waits), waited.refused) == ([0, 0.5], 2)
    assert waited.share_refused == 0.5


def test_a_city_with_too_few_pods_refuses_what_it_has_no_time_for():
    waited = played(replace(SMALL, pods=1))
    assert waited.share_refused > 0.01
    assert max(waited.waits) <= SMALL.patience


def test_as_many_pods_as_are_needed_are_enough_and_one_less_is_not():
    needed = pods_needed(SMALL)
    enough, fewer = (played(replace(SMALL, pods=number)) for number in (needed, needed - 1))
    assert enough.percentile(0.99) <= 0.25
    assert enough.refused == 0
    assert fewer.refused or fewer.percentile(0.99) > 0.25


def test_cities_share_nothing_so_more_of_them_need_less_each():
    assert pods_needed(replace(SMALL, cities=8)) < pods_needed(SMALL)
