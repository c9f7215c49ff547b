"""`docker compose up`: what starts, in which order, with which rights. That it comes up is tried
by starting it, which needs Docker: docs/image.md."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import yaml

from tests.image.building import PROJECT
from tests.image.composing import is_one_shot, ours, services

CITIES = json.loads((PROJECT / "compose" / "cities.json").read_text())
IDS = [city["id"] for city in CITIES]


@pytest.mark.parametrize("name", [name for name in services() if name != "jaeger"])
def test_it_says_whether_it_is_well_or_ends(name):
    service = services()[name]
    assert is_one_shot(service) or "healthcheck" in service


def test_nobody_waits_for_what_never_comes():
    for name, service in services().items():
        for other, how in service.get("depends_on", {}).items():
            awaited = services()[other]
            if is_one_shot(awaited):
                assert how["condition"] == "service_completed_successfully", (name, other)
            else:
                assert how["condition"] == "service_healthy", (name, other)
                assert "healthcheck" in awaited


@pytest.mark.parametrize("city", IDS)
def test_a_city_sells_once_its_tables_are_made_and_they_once_every_sale_has_a_standby(city):
    every = services()
    for program in (city, f"{city}-chores"):
        assert list(every[program]["depends_on"]) == [f"{city}-setup"]
    servers = [f"{city}-primary", f"{city}-replica1", f"{city}-replica2"]
    assert list(every[f"{city}-setup"]["depends_on"]) == servers
    for replica in servers[1:]:
        assert list(every[replica]["depends_on"]) == servers[:1]


def test_the_site_waits_for_no_city():
    assert "depends_on" not in services()["aggregator"]


@pytest.mark.parametrize("name", ours())
def test_our_programs_run_without_rights(name):
    service = ours()[name]
    assert service["read_only"]
    assert service["tmpfs"] == ["/tmp"]  # noqa: S108
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "user" not in service  # the image's own


def test_no_service_may_do_more_than_others():
    for service in services().values():
        assert not {"privileged", "cap_add", "network_mode", "pid"} & service.keys()
        assert "/var/run/docker.sock" not in str(service.get("volumes"))


def test_only_this_machine_reaches_it():
    published = [port for service in services().values() for port in service.get("ports", [])]
    taken = Counter(port.split(":")[1] for port in published)
    assert all(port.startswith("127.0.0.1:") for port in published)
    assert sorted(map(int, taken)) == [3000, 8000, 8001, 8002, 8089, 9090, 16686]
    assert set(taken.values()) == {1}


def test_images_of_others_are_pinned():
    for name in services().keys() - ours().keys():
        assert re.fullmatch(r"[\w./-]+:v?\d+\.\d+[\w.-]*", services()[name]["image"])


def test_one_service_builds_what_all_of_ours_run():
    builders = {
        image: [one for one in ours().values() if one["image"] == image and "build" in one]
        for image in ("cinema", "cinema-load")
    }
    assert {image: len(found) for image, found in builders.items()} == {
        "cinema": 1,
        "cinema-load": 1,
    }
    for service in ours().values():
        assert service["pull_policy"] == ("build" if "build" in service else "never")


def test_its_secrets_are_for_show_and_say_so():
    for name, service in services().items():
        for variable, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|DATABASE_\w*URL", variable):
                assert "demo-" in value, (name, variable)


def test_what_is_mounted_exists():
    for service in services().values():
        for volume in service.get("volumes", []):
            source, _, options = volume.partition(":")
            if source.startswith("."):
                assert (PROJECT / source).exists(), source
                assert options.endswith(":ro")


@pytest.mark.parametrize("name", ours())
def test_every_setting_is_one_that_our_programs_read(name):
    code = "\n".join(path.read_text() for path in _code())
    for variable in ours()[name].get("environment", {}):
        assert re.search(rf'\b{variable}["=]', code), variable


def _code() -> Iterator:
    for package in ("aggregator", "bookings", "cinema", "loadtest", "movies"):
        yield from (PROJECT / package).rglob("*.py")


@pytest.mark.parametrize("city", CITIES, ids=IDS)
def test_the_site_and_the_city_agree_on_where_it_is(city):
    provider = services()[city["id"]]
    environment = provider["environment"]
    address = urlsplit(city["url"])
    assert address.hostname in environment["ALLOWED_HOSTS"].split(",")
    assert environment["CITY"] == address.hostname == city["id"]
    assert environment["CITY_NAME"] == city["name"]
    assert environment["TIME_ZONE"] == city["time_zone"]
    assert environment["PUBLIC_URL"] == city["public_url"]
    [published] = provider["ports"]
    assert published == f"{urlsplit(city['public_url']).netloc}:{address.port}"


def test_payments_are_heard_of_at_a_name_that_the_chores_reach():
    """Where the sandbox runs in the chores, 127.0.0.1 is not the provider."""
    for city in CITIES:
        web, chores = (
            services()[f"{city['id']}{which}"]["environment"] for which in ("", "-chores")
        )
        if web.get("PAYMENTS") == "sandbox":
            assert chores["PUBLIC_URL"] == city["url"]


def test_prometheus_asks_all_that_runs_and_knows_the_rules_of_each_city():
    configuration = yaml.safe_load((PROJECT / "compose" / "prometheus.yml").read_text())
    jobs = {job["job_name"]: job["static_configs"][0] for job in configuration["scrape_configs"]}
    expected = {name for city in IDS for name in (city, f"{city}-chores")} | {"aggregator"}
    assert jobs.keys() == expected
    for name, target in jobs.items():
        [address] = target["targets"]
        assert address.split(":")[0] == name
        assert target.get("labels", {}) == (
            {} if name == "aggregator" else {"city": name.split("-")[0]}
        )
    script = (PROJECT / "compose" / "prometheus.sh").read_text()
    assert f"for city in {' '.join(IDS)};" in script
