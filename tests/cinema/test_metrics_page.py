"""The page of metrics: what is on it from the start, and that nothing keeps it from being read."""

import platform
import tomllib
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.mmap_dict import MmapedDict, mmap_key

import aggregator
import cinema
from aggregator import metrics as site_metrics
from cinema import metrics
from cinema.metrics import pages
from tests.counting import samples

ROOT = Path(__file__).resolve().parents[2]


def test_the_packages_versions_are_the_project_s():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert (cinema.__version__, aggregator.__version__) == (version, version)


def test_a_worker_that_begins_tells_what_it_is_and_has_a_series_for_what_may_fail(settings):
    settings.CITY, settings.APP_VERSION, settings.APP_REVISION = "omsk", "1.2.3", "abc"
    metrics.begin_serving(threads=8)
    found = samples(metrics.of_web_server())
    python = platform.python_version()
    assert (
        found[
            f'build_info{{app="provider-backend",python="{python}",revision="abc",version="1.2.3"}}'
        ]
        == 1
    )
    assert found["http_server_threads"] == 8
    requests = 'http_server_requests_total{app="provider-backend",city="omsk",code="503",method='
    assert (found[f'{requests}"GET"}}'], found[f'{requests}"POST"}}']) == (0, 0)
    assert found['success_bookings_total{app="provider-backend",city="omsk"}'] == 0


def test_a_page_tells_how_many_requests_are_being_answered(api, db):
    before = samples(metrics.of_web_server())["http_server_requests_in_progress"]
    during = samples(api.get("/metrics").content)["http_server_requests_in_progress"]
    assert during == before + 1
    assert samples(metrics.of_web_server())["http_server_requests_in_progress"] == before


@pytest.mark.parametrize("workers", [pages._Workers, site_metrics._Workers])
def test_files_that_workers_are_just_making_or_removing_cost_nobody_the_rest(tmp_path, workers):
    written = MmapedDict(str(tmp_path / "counter_1.db"))
    written.write_value(mmap_key("sold", "sold_total", ["city"], ["kazan"], "Sold"), 3, 0)
    written.close()
    (tmp_path / "counter_2.db").touch()  # a worker was killed between two system calls
    (tmp_path / "histogram_3.db").write_bytes(b"\xff\xff\xff\x7f" + b"\xff" * 60)
    (tmp_path / "counter_4.db").symlink_to(tmp_path / "gone")
    [sold] = workers(CollectorRegistry(), str(tmp_path)).collect()
    assert [sample.value for sample in sold.samples] == [3]
