"""Alerts about error budgets: what visitors and buyers bear, whatever the reason."""

from pathlib import Path

import pytest

from tests.alerts import quiet
from tests.alerts.incidents import Incident, check, counted, promtool
from tests.alerts.rules import PROVIDER

POD = f'city="kazan",instance="{quiet.PODS[0]}"'
APP = f'app="provider-backend",{POD}'


def reads_failing(*phases: tuple[float, float]) -> dict[str, str | None]:
    """So many a second end with 503, besides 20 a second that don't."""
    return {
        f'http_server_requests_total{{{APP},method="GET",code="503"}}': counted((5, 0), *phases)
    }


def posts_failing(code: int, *phases: tuple[float, float]) -> dict[str, str | None]:
    """So many a second, besides 2 attempts to buy a second that don't."""
    app = f'{APP},method="POST",code="{code}"'
    return {f"http_server_requests_total{{{app}}}": counted((5, 0), *phases)}


def reads_within_250_ms(*phases: tuple[float, float]) -> dict[str, str | None]:
    """So many of 10 a second; the other pod's 10 a second all are."""
    duration = f'http_server_request_duration_seconds_bucket{{{APP},method="GET",le="0.25"}}'
    return {duration: counted((5, 10), *phases)}


def purchases_within_500_ms(*phases: tuple[float, float]) -> dict[str, str | None]:
    """So many of 1 a second; the other pod's all are."""
    return {f'booking_attempt_duration_seconds_bucket{{{POD},le="0.5"}}': counted((5, 1), *phases)}


def fast_and_slow(name: str) -> tuple[str, ...]:
    return (
        f"{name}BudgetBurnFast severity=page city=kazan",
        f"{name}BudgetBurnSlow severity=ticket city=kazan",
    )


def slow(name: str) -> tuple[str, ...]:
    return (f"{name}BudgetBurnSlow severity=ticket city=kazan",)


FAILING = {  # what fails, at which share of 0.1 % or 1 %
    "ReadError": lambda times: reads_failing((500, 20 * times * 0.001)),
    "ReadLatency": lambda times: reads_within_250_ms((500, 10 - 20 * times * 0.01)),
    "SaleError": lambda times: posts_failing(503, (500, 2 * times * 0.001 / (1 - times * 0.001))),
    "SaleLatency": lambda times: purchases_within_500_ms((500, 1 - 2 * times * 0.01)),
}

ONE_UNLUCKY_VISITOR = {
    **{
        f'http_server_requests_total{{app="provider-backend",city="kazan",instance="{pod}",'
        f'method="GET",code="200"}}': counted((500, 0.001))
        for pod in quiet.PODS
    },
    **reads_failing((60, 0), (0.5, 1 / 30), (100, 0)),
}

INCIDENTS = [
    *(
        incident
        for name, failing in FAILING.items()
        for incident in (
            Incident(f"{name}: 18 times too much", 76, failing(18), fast_and_slow(name)),
            Incident(f"{name}: 7 times too much", 80, failing(7), fast_and_slow(name)),
            Incident(f"{name}: 5 times too much", 86, failing(5), slow(name)),
        )
    ),
    Incident(
        "everything fails half as often as it may",
        90,
        {name: values for failing in FAILING.values() for name, values in failing(0.5).items()},
    ),
    Incident(
        "a quarter of an hour, bad as it is, is not yet a page",
        105,
        reads_failing((85, 0), (60, 30 * 20 * 0.001)),
    ),
    Incident(
        "a bad quarter of an hour after hours of quiet is a page by the first speed alone",
        186,
        reads_failing((160, 0), (60, 55 * 20 * 0.001)),
        ("ReadErrorBudgetBurnFast severity=page city=kazan",),
    ),
    Incident(
        "a page ends half an hour after the trouble, the ticket stays",
        102,
        reads_failing((60, 10), (60, 0)),
        slow("ReadError"),
    ),
    Incident("a page needs a minute or two of trouble", 6, reads_failing((60, 10))),
    Incident(
        "half of the reads fail: within four minutes",
        9,
        reads_failing((60, 20)),
        ("ReadErrorBudgetBurnFast severity=page city=kazan",),
    ),
    Incident(
        "nothing can be bought: within four minutes",
        9,
        posts_failing(503, (60, 2)),
        ("SaleErrorBudgetBurnFast severity=page city=kazan",),
    ),
    Incident(
        "a purchase that ends with 500 counts as well",
        75,
        posts_failing(500, (100, 0.1)),
        fast_and_slow("SaleError"),
    ),
    Incident(
        "an attempt that ended with 503 is not counted twice",
        75,
        {
            **posts_failing(503, (100, 2 * 0.0009)),
            f'booking_attempts_total{{{POD},result="unavailable"}}': counted((100, 200)),
        },
    ),
    Incident("one unlucky visitor at night wakes nobody", 69, ONE_UNLUCKY_VISITOR),
    Incident("one unlucky visitor at night is no ticket", 140, ONE_UNLUCKY_VISITOR),
    Incident(
        "the other methods' errors are nobody's reading",
        75,
        {f'http_server_requests_total{{{APP},method="PATCH",code="500"}}': counted((500, 10))},
    ),
    Incident(
        "refusals are answers",
        75,
        {
            f'http_server_requests_total{{{APP},method="GET",code="404"}}': counted((500, 10)),
            f'booking_attempts_total{{{POD},result="refused"}}': counted((500, 10)),
        },
    ),
]


@pytest.mark.parametrize("incident", INCIDENTS, ids=str)
def test_raises_what_it_must_and_nothing_else(incident: Incident, tmp_path: Path) -> None:
    check(incident, quiet.provider(), PROVIDER, tmp_path)


def test_a_month_weighs_every_request_the_same(tmp_path: Path) -> None:
    """An hour of 100 requests a second without errors, then one of 1 a second that all fail."""
    promtool(
        PROVIDER,
        tmp_path,
        {
            "interval": "30s",
            "input_series": [
                {
                    "series": f'http_server_requests_total{{{APP},method="GET",code="200"}}',
                    "values": counted((60, 100), (60, 0)),
                },
                {
                    "series": f'http_server_requests_total{{{APP},method="GET",code="500"}}',
                    "values": counted((60, 0), (60, 1)),
                },
            ],
            "promql_expr_test": [
                {
                    # Of 101 requests one failed: about ten times what 99.9 % allow.
                    "expr": 'round(slo:burn_rate:30d{slo="read-errors"}, 5)',
                    "eval_time": "2h",
                    "exp_samples": [{"labels": '{city="kazan",slo="read-errors"}', "value": 10}],
                },
                {
                    # 3600 within the hour; a rate needs minutes to rise.
                    "expr": 'round(slo:bad_events:1h{slo="read-errors"}, 500)',
                    "eval_time": "2h",
                    "exp_samples": [{"labels": '{city="kazan",slo="read-errors"}', "value": 3500}],
                },
                {
                    "expr": 'round(slo:error_budget_left:ratio{slo="read-errors"}, 5)',
                    "eval_time": "2h",
                    "exp_samples": [{"labels": '{city="kazan",slo="read-errors"}', "value": -10}],
                },
            ],
        },
    )
