"""Restarts and deployments under load: nobody gets an error."""

import itertools
from pathlib import Path

import requests

from cinema.embedded import Cluster
from loadtest.torture.provider import Provider
from tests.faults.box_office import BoxOffice
from tests.polling import eventually
from tests.restarting import CLIENTS, PATIENCE, Seen, clients

RELOADS = 5
DEPLOYMENTS = 3


def assert_nothing_failed(seen: Seen, *fine: int) -> None:
    assert not seen.failures, f"{len(seen.failures)}, the first: {seen.failures[0]}"
    assert set(seen.statuses) <= set(fine), set(seen.statuses)


def test_reloading_the_workers_again_and_again_fails_no_request(
    cluster: Cluster, provider: Provider, box_office: BoxOffice
) -> None:
    def look(session: requests.Session) -> int:
        return session.get(f"{provider.url}/movies", timeout=PATIENCE).status_code

    def sell_or_look(session: requests.Session) -> int:
        return box_office.sell(timeout=PATIENCE).status if next(turns) % 3 == 0 else look(session)

    turns = itertools.count()
    with clients(sell_or_look) as seen:
        for _ in range(RELOADS):
            before = {worker.pid for worker in provider.workers()}
            answered = len(seen.statuses)
            provider.reload()
            eventually(
                lambda before=before: not before & {worker.pid for worker in provider.workers()},
                within=60,
            )
            eventually(lambda answered=answered: len(seen.statuses) > answered + 20, within=30)
    assert_nothing_failed(seen, 200, 201)
    assert 201 in seen.statuses


class Service:
    """What Kubernetes does with a Deployment's pods: clients are led to those that are ready; a
    new one is waited for before an old one is led nobody to, and asked to stop only then."""

    def __init__(self, cluster: Cluster, directory: Path) -> None:
        self._cluster = cluster
        self._directory = directory
        self._started = 0
        self.pods = [self._start(), self._start()]
        self.endpoints = list(self.pods)

    def _start(self) -> Provider:
        self._started += 1
        directory = self._directory / f"pod{self._started}"
        directory.mkdir()
        pod = Provider(self._cluster, directory)
        pod.start()
        eventually(lambda: serving(pod), within=60)
        return pod

    def replace_oldest(self, seen: Seen) -> None:
        new = self._start()
        old = self.pods.pop(0)
        self.pods.append(new)
        self.endpoints = list(self.pods)
        # The preStop hook waits like this: whoever was led to the old one has come by then.
        answered = len(seen.statuses)
        eventually(lambda: len(seen.statuses) > answered + 3 * CLIENTS, within=30)
        old.terminate()
        # From SIGTERM on it says so itself, to whoever still asks.
        eventually(lambda: not serving(old), within=10)
        eventually(lambda: not old.running(), within=60)

    def stop(self) -> None:
        for pod in self.pods:
            pod.stop()


def serving(pod: Provider) -> bool:
    return pod.get("/health/serving").status == 200


def test_a_rolling_deployment_fails_no_request(
    cluster: Cluster, provider: Provider, tmp_path: Path
) -> None:
    service = Service(cluster, tmp_path)
    turns = itertools.count()

    def look(session: requests.Session) -> int:
        endpoints = service.endpoints
        pod = endpoints[next(turns) % len(endpoints)]
        return session.get(f"{pod.url}/movies", timeout=PATIENCE).status_code

    try:
        with clients(look) as seen:
            for _ in range(DEPLOYMENTS):
                answered = len(seen.statuses)
                service.replace_oldest(seen)
                eventually(lambda answered=answered: len(seen.statuses) > answered + 20, within=30)
    finally:
        service.stop()
    assert_nothing_failed(seen, 200)


def test_with_nothing_to_finish_it_ends_before_the_time_it_is_given(
    cluster: Cluster, provider: Provider, tmp_path: Path
) -> None:
    pod = Provider(cluster, tmp_path)
    pod.start()
    try:
        eventually(lambda: serving(pod), within=60)
        pod.terminate()
        eventually(lambda: not pod.running(), within=25)
    finally:
        pod.stop()
