"""The site's chart: what it makes of its values, and which values it doesn't take."""

import json
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from aggregator.cities import parsed
from tests.aggregator.site import Site
from tests.charts.rendering import (
    CHARTS,
    ROOT,
    Manifest,
    check,
    environment,
    lint,
    names,
    only,
    pod,
    render,
    selects,
)

CITY = {"id": "tver", "name": "Тверь", "time_zone": "Europe/Moscow"}
DIGEST = "sha256:" + "a" * 64
ROUTED = {"ingress": {"enabled": False}, "gateway": {"enabled": True, "name": "public"}}
VARIANTS: list[dict[str, Any]] = [
    {},
    {"monitoring": {"enabled": False}, "networkPolicy": {"enabled": False}},
    {"autoscaling": {"enabled": True}, "image": {"digest": DIGEST, "pullSecrets": ["registry"]}},
    ROUTED | {"secrets": {"existing": "site"}, "env": {"PAGE_DEADLINE_SECONDS": 4}},
    {
        "ingress": {"className": "", "tlsSecret": "", "annotations": {"a.example/b": "c"}},
        "networkPolicy": {
            "gatewayNamespace": {"kubernetes.io/metadata.name": "traefik"},
            "prometheusNamespace": {"kubernetes.io/metadata.name": "monitoring"},
        },
        "nodeSelector": {"disk": "fast"},
        "tolerations": [{"key": "site", "operator": "Exists"}],
        "tracesUrl": "http://collector.tracing:4318",
    },
]


def site(values: dict[str, Any] | None = None) -> list[Manifest]:
    return render("aggregator", values or {}, example="site", namespace="aggregator")


def deployment(values: dict[str, Any] | None = None) -> Manifest:
    return only(site(values), "Deployment", "aggregator")


def container(values: dict[str, Any] | None = None) -> dict[str, Any]:
    return dict(pod(deployment(values))["spec"]["containers"][0])


def cities(values: dict[str, Any] | None = None) -> str:
    return str(only(site(values), "ConfigMap", "aggregator-cities")["data"]["cities.json"])


@pytest.mark.parametrize("values", VARIANTS)
def test_whatever_is_chosen_it_is_valid_for_kubernetes(values):
    for manifest in site(values):
        check(manifest)


def test_helm_has_nothing_to_say_against_it():
    lint("aggregator", "site", namespace="aggregator")


def test_everything_finds_the_sites_pods():
    manifests = site({"autoscaling": {"enabled": True}})
    service = only(manifests, "Service", "aggregator")
    pods = only(manifests, "Deployment", "aggregator")
    for selector in (
        service["spec"]["selector"],
        only(manifests, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
        only(manifests, "NetworkPolicy")["spec"]["podSelector"]["matchLabels"],
    ):
        assert selects(selector, pods)
    monitor = only(manifests, "ServiceMonitor")["spec"]
    assert monitor["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert monitor["endpoints"][0]["port"] == service["spec"]["ports"][0]["name"]
    target = only(manifests, "HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]
    assert target["name"] == pods["metadata"]["name"]


def test_it_runs_the_site():
    command = "gunicorn -c aggregator/gunicorn.conf.py aggregator.asgi:application"
    assert container()["args"] == command.split()
    assert environment(deployment())["BIND"] == "0.0.0.0:8000"


def test_the_image_is_named_by_digest_where_there_is_one():
    assert container()["image"] == "registry.example/cinema:0.1.0"
    assert container({"image": {"digest": DIGEST}})["image"] == f"registry.example/cinema@{DIGEST}"


def test_the_site_runs_with_what_the_chart_gives_it(tmp_path: Path):
    given = environment(deployment())
    for ours in ("BIND", "CITIES_FILE", "DJANGO_SETTINGS_MODULE"):
        del given[ours]
    by_the_gateway = {
        "Host": "kino.example",
        "X-Forwarded-For": "192.0.2.1",
        "X-Forwarded-Proto": "https",
    }
    with Site(cities=json.loads(cities()), directory=tmp_path, HTTPS="true", **given) as running:
        for probe in _PROBES:
            path = container()[f"{probe}Probe"]["httpGet"]["path"]
            assert requests.get(running.url + path, timeout=10).status_code == 200, path
        page = requests.get(running.url, headers=by_the_gateway, timeout=10, allow_redirects=False)
        assert page.status_code == 200
        assert "Казань" in page.content.decode()


def test_each_variable_that_it_sets_is_told_in_the_docs():
    told = (ROOT / "docs/aggregator.md").read_text() + (ROOT / "docs/configuration.md").read_text()
    for name in environment(deployment()).keys() - {"DJANGO_SETTINGS_MODULE"}:
        assert f"`{name}`" in told, name


def test_variables_of_ones_own_win_and_arrive_as_they_were_written():
    own = {
        "HOLDS_PER_MINUTE": 5,
        "UNKNOWN_BOOKINGS_PER_MINUTE": 5000000,
        "PAGE_DEADLINE_SECONDS": 2.5,
    }
    told = environment(deployment({"env": own}))
    assert {name: told[name] for name in own} == {name: str(value) for name, value in own.items()}


def test_commands_in_a_pod_leave_its_metrics_alone():
    """`kubectl exec` inherits what the pod is told. gunicorn makes a directory of its own."""
    assert "PROMETHEUS_MULTIPROC_DIR" not in environment(deployment())


def test_a_city_is_called_at_its_own_release_unless_its_url_says_otherwise():
    known = {city.id: city for city in parsed(cities())}
    assert known["kazan"].url == "http://kazan.kazan.svc:8001"
    assert known["kazan"].public_url == "https://provider-backend.kazan.kino.example"
    assert known["kaliningrad"].url == "https://provider-backend.kaliningrad.kino.example"


def test_its_url_is_the_service_of_the_citys_chart():
    image = {"repository": "registry.example/cinema", "tag": "1"}
    provider = render(
        "provider-backend",
        {"city": "kazan", "domain": "kino.example", "image": image},
        namespace="kazan",
    )
    service = only(provider, "Service", "kazan")
    [city] = [city for city in parsed(cities()) if city.id == "kazan"]
    assert city.url.endswith(f"//kazan.kazan.svc:{service['spec']['ports'][0]['port']}")


def test_another_city_reaches_running_pods_without_a_restart():
    more = {"cities": [CITY]}
    assert cities() != cities(more)
    assert deployment() == deployment(more)
    [mount] = [m for m in container()["volumeMounts"] if m["name"] == "cities"]
    assert "subPath" not in mount, "what is mounted by subPath never changes"
    file = environment(deployment())["CITIES_FILE"]
    assert file == f"{mount['mountPath']}/cities.json"


def test_a_pod_gets_no_requests_before_it_answers_nor_once_it_stops():
    of = container()
    paths = {probe: of[f"{probe}Probe"]["httpGet"]["path"] for probe in _PROBES}
    assert paths == {"startup": "/health", "readiness": "/health/serving", "liveness": "/health"}
    pause = of["lifecycle"]["preStop"]["sleep"]["seconds"]
    requests = int(environment(deployment())["GRACEFUL_SECONDS"])
    assert pod(deployment())["spec"]["terminationGracePeriodSeconds"] > pause + requests
    rolling = deployment()["spec"]["strategy"]["rollingUpdate"]
    assert rolling == {"maxSurge": 1, "maxUnavailable": 0}


_PROBES = ("startup", "readiness", "liveness")


def test_a_pod_may_do_no_more_than_it_must():
    spec = pod(deployment())["spec"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["automountServiceAccountToken"] is False
    assert container()["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    writable = {m["mountPath"] for m in container()["volumeMounts"] if not m.get("readOnly")}
    assert writable == {"/tmp", "/dev/shm"}  # noqa: S108


def test_the_key_is_in_a_secret_only_and_is_kept():
    made = only(site(), "Secret")
    assert made["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"
    assert container()["envFrom"] == [{"secretRef": {"name": made["metadata"]["name"]}}]
    own = {"secrets": {"existing": "keys"}}
    assert names(site(own), "Secret") == set()
    assert container(own)["envFrom"] == [{"secretRef": {"name": "keys"}}]


def test_visitors_come_by_an_ingress_or_by_a_gateway():
    [rule] = only(site(), "Ingress")["spec"]["rules"]
    assert rule["host"] == "kino.example"
    assert rule["http"]["paths"][0]["backend"]["service"]["name"] == "aggregator"
    assert names(site(), "HTTPRoute") == set()
    assert names(site(ROUTED), "Ingress") == set()
    route = only(site(ROUTED), "HTTPRoute")["spec"]
    assert route["hostnames"] == ["kino.example"]
    assert route["rules"][0]["backendRefs"][0] == {"name": "aggregator", "port": 8000}


def test_it_may_call_its_cities_and_the_collector_of_traces_and_nothing_else():
    own = {"cities": [CITY | {"url": "http://10.0.0.7:9000"}], "tracesUrl": "http://collector:4318"}
    _, others = only(site(own), "NetworkPolicy")["spec"]["egress"]
    assert {port["port"] for port in others["ports"]} == {9000, 4318}


def test_the_sites_certificate_is_watched_where_there_is_a_blackbox_exporter():
    probe = only(site(), "Probe", "aggregator-certificate")["spec"]
    assert probe["prober"] == {"url": "blackbox-exporter.monitoring:9115"}
    target = probe["targets"]["staticConfig"]
    assert target["static"] == ["https://kino.example/health"]
    assert target["labels"] == {"app": "aggregator"}, "the alert asks by it"
    assert names(site({"monitoring": {"blackboxExporter": ""}}), "Probe") == set()
    assert names(site({"monitoring": {"enabled": False}}), "Probe") == set()


def test_prometheus_gets_the_rules_and_grafana_the_dashboards_as_they_are():
    manifests = site()
    for file in (CHARTS / "aggregator/alerts").glob("*.yaml"):
        rules = only(manifests, "PrometheusRule", f"aggregator-{file.stem}")
        assert rules["spec"] == yaml.safe_load(file.read_text())
    for file in (CHARTS / "aggregator/dashboards").glob("*.json"):
        dashboards = only(manifests, "ConfigMap", "aggregator-dashboards")
        assert json.loads(dashboards["data"][file.name]) == json.loads(file.read_text())
    without = site({"monitoring": {"enabled": False}})
    assert names(without, "ServiceMonitor") | names(without, "PrometheusRule") == set()
