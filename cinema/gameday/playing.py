"""Plays a scenario from beginning to end."""

import time
from collections.abc import Callable, Iterator

from cinema.demo.errors import DemoError
from cinema.embedded.processes import eventually
from cinema.gameday import alerts
from cinema.gameday.scenario import Check, Scenario, Seen, nothing_sold_twice
from cinema.gameday.stage import Stage
from cinema.gameday.traffic import Traffic

WARM_UP_SECONDS = 4.0
SYMPTOM_SECONDS = 30.0
RECOVERY_SECONDS = 90.0
AFTERWARDS_SECONDS = 4.0
ALERT_SECONDS = 1200.0

Say = Callable[[str], None]


def play(
    scenario: Scenario,
    stage: Stage,
    say: Say,
    *,
    seconds: float,
    until_alert: bool = False,
    pause: Callable[[], None] | None = None,
) -> list[Check]:
    """Keeps it broken for `seconds`, or until its alert fires, or until `pause` returns."""
    if not stage.is_ready():
        raise DemoError(
            f"{stage.city} does not sell now: mend it first (`make gameday ARGS=--mend`)."
        )
    if until_alert:
        _check_somebody_watches(scenario, stage)
    with _traffic(scenario, stage) as traffic:
        time.sleep(WARM_UP_SECONDS)
        say(f"Breaking: {scenario.does}")
        broken_at = time.monotonic()
        try:
            scenario.break_it(stage)
            checks = [_symptom(scenario, stage, traffic)]
            symptom_at = time.monotonic()
            say("It shows." if checks[0].holds else "It doesn't show.")
            if pause:
                pause()
            checks += _alerted(scenario, stage, seconds, until_alert)
            _stay_broken(symptom_at + seconds)
        finally:
            say("Mending")
            mending_at = time.monotonic()
            scenario.mend(stage)
        mended = eventually(lambda: scenario.is_mended(stage, traffic), within=RECOVERY_SECONDS)
        mended_at = time.monotonic()
        time.sleep(AFTERWARDS_SECONDS)
    took = f"{mended_at - mending_at:.1f} s"
    checks.append(Check("The city recovers", mended, took))
    seen = Seen(traffic, broken_at, symptom_at, mending_at, mended_at)
    checks += [*scenario.checks(stage, seen), *nothing_sold_twice(stage, seen)]
    traffic.tidy()
    return checks


def _traffic(scenario: Scenario, stage: Stage) -> Traffic:
    url, elsewhere = stage.url, None
    if scenario.through_site:
        cities = f"{stage.site_url}/cities"
        url, elsewhere = f"{cities}/{stage.city}", f"{cities}/{stage.other_cities[0]}"
    return Traffic(url, f"{stage.site_url}/", elsewhere=elsewhere, buyers=scenario.buyers)


def _symptom(scenario: Scenario, stage: Stage, traffic: Traffic) -> Check:
    began = time.monotonic()
    shows = eventually(lambda: scenario.shows(stage, traffic), within=SYMPTOM_SECONDS)
    return Check("The trouble shows", shows, f"after {time.monotonic() - began:.1f} s")


def _check_somebody_watches(scenario: Scenario, stage: Stage) -> None:
    name = scenario.alert_for(stage)
    if name and alerts.Alerts().state(name, stage.city) is None:
        raise DemoError("No Prometheus answers: run `make watch` in another terminal.")


def _alerted(
    scenario: Scenario, stage: Stage, seconds: float, until_alert: bool
) -> Iterator[Check]:
    """Alerts wait some minutes before they fire: usually it is enough that one has seen it."""
    name = scenario.alert_for(stage)
    watching = alerts.Alerts()
    if name is None or watching.state(name, stage.city) is None:
        return
    enough = {alerts.FIRING} if until_alert else {alerts.FIRING, alerts.PENDING}
    within = ALERT_SECONDS if until_alert else max(seconds, scenario.alert_seconds)
    came = eventually(lambda: watching.state(name, stage.city) in enough, within=within)
    state = watching.state(name, stage.city)
    if state is not None:  # else nobody watches any more
        yield Check(f"The alert {name} sees it", came, f"it is {state}")


def _stay_broken(until: float) -> None:
    time.sleep(max(0.0, until - time.monotonic()))
