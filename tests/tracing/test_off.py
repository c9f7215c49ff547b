"""What tracing costs those who don't want it, or whose collector is away."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.polling import eventually
from tests.tracing.conftest import Shop
from tests.tracing.test_traces import buy, caller

PROJECT = Path(__file__).resolve().parents[2]
SETTINGS = {
    "cinema": {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"},
    "aggregator": {"CITIES": '[{"id":"a","name":"A","url":"http://a.test","time_zone":"UTC"}]'},
}
SERVED = {"cinema": "cinema.wsgi", "aggregator": "aggregator.asgi"}
LOADED = """
import sys, {served}
from {package} import tracing
tracing.start()
print([name for name in sys.modules if name.startswith("opentelemetry.sdk")])
"""


def run(package: str, program: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": f"{package}.settings",
        "SECRET_KEY": "only-for-tests-" + "0" * 50,
        **SETTINGS[package],
        **more,
    }
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("package", ["cinema", "aggregator"])
def test_without_traces_url_nothing_that_traces_is_loaded(package: str) -> None:
    finished = run(package, LOADED.format(served=SERVED[package], package=package))
    assert finished.stdout.strip() == "[]", finished.stderr


@pytest.mark.parametrize("package", ["cinema", "aggregator"])
@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("TRACES_URL", "jaeger:4318", "must begin with http"),
        ("TRACES_RATIO", "half", "must be a number from 0 to 1, not 'half'"),
        ("TRACES_RATIO", "1.5", "must be a number from 0 to 1, not '1.5'"),
        ("LOG_FORMAT", "xml", "must be text or json, not 'xml'"),
        ("LOG_LEVEL", "loud", "must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL, not 'LOUD'"),
    ],
)
def test_a_wrong_value_is_named(package: str, variable: str, value: str, said: str) -> None:
    finished = run(package, f"import {package}.settings", **{variable: value})
    assert f"{variable} {said}" in finished.stderr.splitlines()[-1]


def test_a_collector_that_fails_costs_nobody_a_request_and_the_log_one_line(shop: Shop) -> None:
    collector = shop.collector
    collector.refusing = True
    lost = shop.site.log.count("Traces are lost")
    try:
        for _ in range(3):
            buy(shop, {})
            seen = collector.refused
            eventually(lambda seen=seen: collector.refused >= seen + 2)  # the site's, the city's
    finally:
        collector.refusing = False
    for log in (shop.site.log, shop.kazan.log):
        assert log.count("Traces are lost") == lost + 1
    trace, headers = caller()
    buy(shop, headers)
    eventually(lambda: collector.of(trace))
    eventually(lambda: "Traces are stored again" in shop.site.log)
