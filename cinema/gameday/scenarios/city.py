"""A city that hangs: it takes connections and answers nothing."""

import signal
from collections.abc import Iterator

from cinema.gameday.scenario import READ_BOUND, SALE_BOUND, Check, Scenario, Seen, all_answered
from cinema.gameday.stage import Stage
from cinema.gameday.traffic import Traffic


class HangingCity(Scenario):
    name = "hanging-city"
    title = "A city hangs, and the others sell on"
    does = "all processes of the city's web server are frozen (SIGSTOP)"
    watch = (
        'city_calls_total{result="late"}, then city_breaker_open: the site leaves it alone',
        "The home page of the site: the city is shown as not selling now",
    )
    expects = (
        "Through the site, the city's films come from the cache or with 503, within the deadline",
        "The other cities answer as fast as ever",
    )
    alert = "CityUnreachable"
    alert_seconds = 180.0  # more than half of the calls of two minutes have to go wrong
    needs = "needs a second city that sells meanwhile"
    through_site = True

    def fits(self, stage: Stage) -> bool:
        return super().fits(stage) and bool(stage.other_cities)

    def break_it(self, stage: Stage) -> None:
        stage.signal_web(signal.SIGSTOP)

    def mend(self, stage: Stage) -> None:
        stage.signal_web(signal.SIGCONT)

    def shows(self, stage: Stage, traffic: Traffic) -> bool:
        return traffic.last_status("sale") == 503

    def checks(self, stage: Stage, seen: Seen) -> Iterator[Check]:
        yield all_answered(
            "The city's visitors are answered",
            seen.since_broken("visit"),
            200,
            503,
            within=SALE_BOUND,
        )
        others = seen.since_broken("elsewhere")
        yield all_answered("The other cities answer", others, 200, within=READ_BOUND)
        yield _as_fast_as_before(seen)


def _as_fast_as_before(seen: Seen) -> Check:
    before = [a.seconds for a in seen.all("elsewhere") if a.asked_at < seen.broken_at]
    during = [a.seconds for a in seen.during("elsewhere")]
    usual, now = _median(before), _median(during)
    # A machine that runs a demo is never quiet: what is meant is that nobody waits for the city.
    return Check(
        "The other cities are as fast as before",
        now < 2 * usual + 0.05,
        f"median {1000 * usual:.0f} ms before, {1000 * now:.0f} ms meanwhile",
    )


def _median(seconds: list[float]) -> float:
    return sorted(seconds)[len(seconds) // 2] if seconds else 0.0
