"""Every panel shows something: each query is asked of a real Prometheus, which watches a real
cinema and the site."""

import math
import shutil
from collections.abc import Iterator

import pytest

from tests.dashboards.boards import QUERIES, ROOT, Query
from tests.dashboards.watched import CITY, Watched, watched_demo
from tests.polling import eventually

pytestmark = pytest.mark.skipif(
    shutil.which("prometheus") is None, reason="needs Prometheus: apt install prometheus"
)
# What rules record comes last: it needs rates first, and each rule has its moment every 30 s.
PANELS = sorted((q for q in QUERIES if q.ref), key=lambda query: "slo:" in query.expression)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    with watched_demo(tmp_path_factory.mktemp("watched")) as running:
        yield running


def test_it_asks_the_site_and_each_city_s_provider_and_chores(watched: Watched):
    def jobs() -> dict[str, str]:
        targets = watched.ask("targets", state="active")["activeTargets"]
        return {target["labels"]["job"]: target["health"] for target in targets}

    expected = dict.fromkeys(("aggregator", CITY, f"{CITY}-chores"), "up")
    eventually(lambda: jobs() == expected, within=watched.patience)


def test_every_series_of_a_city_says_which(watched: Watched):
    of_chores = 'holds_open{city="kazan",job="kazan-chores"}'
    of_provider = 'sales_accepted{city="kazan",job="kazan"}'
    eventually(lambda: watched.values(of_chores), within=watched.patience)
    eventually(lambda: watched.values(of_provider), within=watched.patience)
    assert watched.values('{exported_city!=""}') == []


def test_it_evaluates_the_rules_of_both_charts(watched: Watched):
    def groups() -> list[dict]:
        return watched.ask("rules")["groups"]

    files = {group["file"].rpartition("/")[2] for group in groups()}
    assert files == {
        f"{prefix}-{path.name}"
        for chart, prefix in (("aggregator", "aggregator"), ("provider-backend", CITY))
        for path in (ROOT / "charts" / chart / "alerts").glob("*.yaml")
    }
    rules = [rule for group in groups() for rule in group["rules"]]
    assert not [rule["query"] for rule in rules if "__CITY__" in rule["query"]]
    assert not [rule for rule in rules if rule["health"] == "err"]


@pytest.mark.parametrize("query", PANELS, ids=str)
def test_the_panel_has_data(watched: Watched, query: Query):
    def shown() -> bool:
        values = watched.values(query.filled)
        return bool(values) and not any(map(math.isnan, values))

    eventually(shown, within=watched.patience)


def test_what_people_did_is_in_the_numbers(watched: Watched):
    """Not only series: they move, and say who did what."""
    for result in ("held", "taken", "sold"):
        counted = f'sum(increase(booking_attempts_total{{result="{result}"}}[1m])) > 0'
        eventually(lambda counted=counted: watched.values(counted), within=watched.patience)
    for metric in ("revenue_total", "success_bookings_total", "bookings_cancelled_total"):
        grown = f"sum(increase({metric}[1m])) > 0"
        eventually(lambda grown=grown: watched.values(grown), within=watched.patience)
    assert watched.values("max(double_sold_seats)") == [0]


def test_a_healthy_cinema_raises_no_alarm(watched: Watched):
    assert watched.values('ALERTS{alertstate="firing"}') == []
