"""Whole runs: against a real provider, and against one that can't be trusted."""

import pytest

from cinema.embedded import Cluster
from loadtest.torture.provider import Provider
from tests.loadtest.double import SEANCES, SEATS, Double, serving
from tests.loadtest.running import load
from tests.polling import eventually


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    directory = tmp_path_factory.mktemp("loadtest")
    with Cluster(directory / "postgresql", replicas=1) as cluster:
        provider = Provider(cluster, directory)
        provider.run("manage.py", "migrate", "--verbosity", "0")
        provider.run("-m", "loadtest.torture.programme", "20", "20", "30")
        provider.start()
        try:
            eventually(lambda: provider.get("/health/ready").status == 200, within=30)
            yield provider
        finally:
            provider.stop()


def test_a_cinema_under_load_sells_and_no_seat_twice(provider, tmp_path):
    ran = load(provider.url, tmp_path, "--users=20", "--time=3s")
    assert ran.code == 0, ran.said
    assert "no seat sold twice, no sale lost" in ran.said
    assert ran.requests("book: done") > 0
    assert ran.requests("films") > 0
    assert (tmp_path / "report.html").stat().st_size > 0
    assert "all right" in provider.run("manage.py", "check_tickets")


def test_a_flash_sale_from_two_processes_is_proved_together(provider, tmp_path):
    ran = load(
        provider.url, tmp_path, "--scenario=flash-sale", "--users=20", "--time=4s", "--processes=2"
    )
    assert ran.code == 0, ran.said
    assert ran.requests("book: seat already taken") > 0
    assert f"Reading back {ran.requests('book: done')} sales" in ran.said


def test_a_flash_sale_goes_on_with_the_next_showing_until_everything_is_sold(tmp_path):
    with serving(Double()) as double:
        ran = load(double.url, tmp_path, "--scenario=flash-sale", "--users=3", "--time=2s")
    assert ran.code == 0, ran.said
    assert len(double.sold) == len(SEANCES) * len(SEATS)


def test_a_seat_sold_twice_fails_the_run(tmp_path):
    with serving(Double(sells_twice=True)) as double:
        ran = load(double.url, tmp_path, "--scenario=flash-sale", "--users=8", "--time=2s")
    assert ran.code == 1, ran.said
    assert "was sold twice: bookings" in ran.said
    assert "sold twice" in (tmp_path / "report.html").read_text()


def test_a_sale_that_was_not_answered_is_asked_for_again_with_its_key_and_fails_the_run(
    tmp_path,
):
    with serving(Double(fails_first=True)) as double:
        ran = load(double.url, tmp_path, "--scenario=bots", "--users=1", "--time=2s")
    assert ran.code == 1, ran.said
    assert "503 Service unavailable" in ran.said
    assert "no seat sold twice, no sale lost" in ran.said
    assert double.keys[0] == double.keys[1]


def test_without_a_demo_a_run_ends_with_one_sentence(tmp_path):
    ran = load("", tmp_path)
    assert ran.code == 1
    assert ran.said.count("\n") == 1
    assert "make demo" in ran.said
