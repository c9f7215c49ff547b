"""Alerts about the site, and about the cities as the site sees them."""

from pathlib import Path

import pytest

from tests.alerts import quiet
from tests.alerts.incidents import Incident, check, counted, stays
from tests.alerts.rules import SITE


def answers(code: int, values: str, city: str = "") -> dict[str, str | None]:
    app = f'app="aggregator",city="{city}",method="GET",code="{code}"'
    return {f"http_server_requests_total{{{app}}}": values}


def slow_share(share: float, minutes: float) -> dict[str, str | None]:
    """So many of the answers take longer than 500 ms."""
    app = 'app="aggregator",city="",method="GET"'
    return {
        f"http_server_request_duration_seconds_count{{{app}}}": counted((minutes, 10)),
        f'http_server_request_duration_seconds_bucket{{{app},le="0.5"}}': counted(
            (minutes, 10 * (1 - 3 * share))  # this is a third of the traffic
        ),
    }


def calls(city: str, result: str, values: str) -> dict[str, str | None]:
    return {f'city_calls_total{{city="{city}",result="{result}"}}': values}


def durations(
    city: str, *, within: str, calls: str | None = None, pod: str = ""
) -> dict[str, str | None]:
    """The calls, and how many of them took a second at most; else ten a second."""
    of_pod = f',instance="{pod}"' if pod else ""
    seen = {
        f'city_call_duration_seconds_bucket{{city="{city}"{of_pod},le="1.0"}}': within,
    }
    if calls is not None:
        seen[f'city_call_duration_seconds_count{{city="{city}"{of_pod}}}'] = calls
    return seen


DAY = 86400
CERTIFICATE = 'probe_ssl_earliest_cert_expiry{app="aggregator",instance="https://site"}'
CERTIFICATE_EXPIRES = ("CertificateExpires severity=ticket instance=https://site",)

INCIDENTS = [
    Incident("a quiet day", 30),
    Incident(
        "nothing is heard of the site",
        18,
        {'build_info{app="aggregator",version="1"}': stays((10, 1))},
        ("SiteDown severity=page",),
    ),
    Incident(
        "nothing is heard of the site for a moment",
        11,
        {'build_info{app="aggregator",version="1"}': f"{stays((10, 1))} stale"},
    ),
    Incident(
        "the certificate ends in less than 14 days",
        71,
        {CERTIFICATE: stays((200, 14 * DAY + 300))},
        CERTIFICATE_EXPIRES,
    ),
    Incident(
        "the certificate ends in more than 14 days",
        71,
        {CERTIFICATE: stays((200, 14 * DAY + 72 * 60))},
    ),
    Incident(
        "the certificate has ended, and nobody is told its date any more",
        120,
        {CERTIFICATE: stays((60, 3600))},
        CERTIFICATE_EXPIRES,
    ),
    Incident("nobody looks at the certificate", 71, {CERTIFICATE: None}),
    Incident(
        "the site itself fails: 2 % of its answers",
        70,
        answers(500, counted((100, 0.6))),
        ("SiteErrorBudgetBurnFast severity=page", "SiteErrorBudgetBurnSlow severity=ticket"),
    ),
    Incident(
        "the site can't serve its home page",
        70,
        answers(503, counted((100, 0.6))),
        ("SiteErrorBudgetBurnFast severity=page", "SiteErrorBudgetBurnSlow severity=ticket"),
    ),
    Incident(
        "the site fails a little, for long: 0.4 %",
        70,
        answers(500, counted((100, 0.12))),
        ("SiteErrorBudgetBurnSlow severity=ticket",),
    ),
    Incident(
        "the site says that a city can't be asked",
        70,
        answers(503, counted((100, 10)), city="kazan"),
    ),
    Incident(
        "a fifth of the site's answers are slow",
        70,
        slow_share(0.2, 100),
        ("SiteLatencyBudgetBurnFast severity=page", "SiteLatencyBudgetBurnSlow severity=ticket"),
    ),
    Incident(
        "a twenty-fifth of the site's answers are slow",
        70,
        slow_share(0.04, 100),
        ("SiteLatencyBudgetBurnSlow severity=ticket",),
    ),
    Incident("one in two hundred answers is slow", 70, slow_share(0.005, 100)),
    Incident(
        "a city can't be reached",
        15.5,
        calls("kazan", "answered", counted((10, 10), (50, 0)))
        | calls("kazan", "unreachable", counted((10, 0), (50, 1)))
        | calls("kazan", "refused", counted((10, 0), (50, 9))),
        ("CityUnreachable severity=page city=kazan",),
    ),
    Incident(
        "a city that was asked much hangs, and is hardly asked any more",
        15,
        calls("kazan", "answered", counted((10, 14), (50, 0)))
        | calls("kazan", "late", counted((10, 0), (50, 0.5))),
        ("CityUnreachable severity=page city=kazan",),
    ),
    Incident(
        "more than a third of the calls to a city are late",
        30,
        calls("kazan", "late", counted((60, 6))),
        ("CityUnreachable severity=ticket city=kazan",),
    ),
    Incident(
        "the site had more calls to a city than may wait, for some minutes",
        19,
        calls("kazan", "refused", counted((10, 0), (50, 6))),
    ),
    Incident("a city seldom does not answer", 30, calls("kazan", "late", counted((60, 0.5)))),
    Incident(
        "of the calls to a city some are late and some not even tried, together most",
        9,
        calls("kazan", "late", counted((60, 6))) | calls("kazan", "refused", counted((60, 5))),
        ("CityUnreachable severity=page city=kazan",),
    ),
    Incident(
        "a city could not be reached for a moment",
        11.5,
        calls("kazan", "answered", counted((10, 10), (50, 0)))
        | calls("kazan", "unreachable", counted((10, 0), (50, 100))),
    ),
    Incident(
        "a city that is asked every 17 seconds fails every time",
        30,
        calls("kazan", "answered", counted((60, 0)))
        | calls("kazan", "unreachable", counted((60, 0.06))),
        ("CityUnreachable severity=page city=kazan", "CityUnreachable severity=ticket city=kazan"),
    ),
    Incident(
        "a city that nobody asks for fails the one call there is",
        30,
        calls("kazan", "answered", counted((60, 0)))
        | calls("kazan", "unreachable", counted((60, 0.04))),
    ),
    Incident(
        "a city answers slowly",
        25,
        durations("kazan", within=counted((10, 10), (50, 9))),
        ("CityCallsSlow severity=ticket city=kazan",),
    ),
    Incident(
        "a city has answered slowly for some minutes",
        19,
        durations("kazan", within=counted((10, 10), (50, 9))),
    ),
    Incident("a city seldom answers slowly", 25, durations("kazan", within=counted((60, 9.6)))),
    Incident(
        "each of two pods of the site seldom gets a slow answer",
        25,
        durations("kazan", within=counted((60, 9.6)))
        | durations("kazan", pod="site-2", calls=counted((60, 10)), within=counted((60, 9.6))),
    ),
    Incident(
        "one of two pods of the site gets slow answers",
        25,
        durations("kazan", pod="site-2", calls=counted((60, 10)), within=counted((60, 8))),
        ("CityCallsSlow severity=ticket city=kazan",),
    ),
    Incident(
        "a city that is asked every 17 seconds answers slowly",
        25,
        durations("kazan", calls=counted((60, 0.06)), within=counted((60, 0))),
        ("CityCallsSlow severity=ticket city=kazan",),
    ),
    Incident(
        "a city that is hardly asked answers slowly",
        25,
        durations("kazan", calls=counted((60, 0.04)), within=counted((60, 0))),
    ),
]


@pytest.mark.parametrize("incident", INCIDENTS, ids=str)
def test_raises_what_it_must_and_nothing_else(incident: Incident, tmp_path: Path) -> None:
    check(incident, quiet.site(), SITE, tmp_path)
