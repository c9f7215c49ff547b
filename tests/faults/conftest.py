"""A cinema in production for a while: a durable primary, two standbys of which one must have every
sale, and the provider. Tests break parts of it; afterwards everything is repaired."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cinema.embedded import Cluster
from cinema.embedded.processes import eventually
from loadtest.torture.box_office import Programme
from loadtest.torture.provider import Provider
from tests.faults.box_office import BoxOffice

HALL = ("20", "20", "30")  # rows, seats in each, showings


@pytest.fixture(scope="session")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("faults")


@pytest.fixture(scope="session")
def undamaged(directory: Path) -> Iterator[Cluster]:
    with Cluster(directory / "postgresql", replicas=2) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def opened(undamaged: Cluster, directory: Path) -> Iterator[tuple[Provider, BoxOffice]]:
    provider = Provider(undamaged, directory)
    provider.run("manage.py", "migrate", "--verbosity", "0")
    made = provider.run("-m", "loadtest.torture.programme", *HALL)
    provider.start()
    try:
        yield provider, BoxOffice(provider, Programme(**json.loads(made)))
    finally:
        provider.stop()
    log = provider.log.read_text()
    assert "Traceback" not in log, log[log.index("Traceback") :][:5000]


@pytest.fixture
def provider(opened: tuple[Provider, BoxOffice]) -> Provider:
    return opened[0]


@pytest.fixture
def box_office(opened: tuple[Provider, BoxOffice]) -> BoxOffice:
    return opened[1]


@pytest.fixture
def cluster(undamaged: Cluster, provider: Provider) -> Iterator[Cluster]:
    """What may be broken."""
    assert eventually(provider.healthy, within=60), "not healthy before the test"
    yield undamaged
    for server in undamaged.servers:
        server.start()  # also resumes
    undamaged.wait_until_streaming()
