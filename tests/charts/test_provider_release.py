"""What surrounds the pods of a cinema: its database, its addresses, its secrets, who watches it."""

import base64
import json
from typing import Any

import pytest

from tests.charts.provider import CITIES, refused, release
from tests.charts.rendering import Manifest, environment, names, only, pod, selects


def cluster(**values: Any) -> Manifest:
    return only(release(**values), "Cluster", "kazan-postgresql")["spec"]


def test_the_database_is_a_primary_and_three_replicas_behind_two_services():
    assert cluster()["instances"] == 4
    services = {
        one["serviceTemplate"]["metadata"]["name"]: one["selectorType"]
        for one in cluster()["managed"]["services"]["additional"]
    }
    assert services == {"kazan-postgresql-primary": "rw", "kazan-postgresql-read": "ro"}


def test_a_sale_is_answered_when_a_standby_has_it():
    assert cluster()["postgresql"]["synchronous"] == {
        "method": "any",
        "number": 1,
        "dataDurability": "required",
        "failoverQuorum": True,
    }
    assert {"name": "cinema", "ensure": "present", "login": True, "inRoles": ["pg_monitor"]} in (
        cluster()["managed"]["roles"]
    )


def test_the_database_knows_russian_letters():
    assert cluster()["bootstrap"]["initdb"]["localeCType"] == "C.UTF-8"


def test_no_value_can_take_that_away():
    assert "Additional property synchronous is not allowed" in refused(
        postgresql={"synchronous": {"number": 0}}
    )
    said = refused(postgresql={"parameters": {"synchronous_commit": "off"}})
    assert "postgresql.parameters.synchronous_commit is not to be set" in said


@pytest.mark.parametrize("numbers", [[1, 2, 3, 4], [2, 3, 4, 7]])
def test_the_provider_knows_every_instance_by_its_own_name(numbers: list[int]):
    made = release(postgresql={"numbers": numbers})
    told = environment(only(made, "Deployment", "kazan"))
    hosts = [url.partition("@")[2] for url in told["DATABASE_REPLICA_URLS"].split(",")]
    expected = [f"kazan-postgresql-{number}" for number in numbers]
    assert hosts == [f"{name}:5432/cinema?sslmode=require" for name in expected]
    for name in expected:
        assert only(made, "Service", name)["spec"]["selector"] == {
            "cnpg.io/cluster": "kazan-postgresql",
            "cnpg.io/instanceName": name,
        }


def test_it_sells_through_the_primary_s_service_with_a_password_from_the_operator_s_secret():
    told = environment(only(release(), "Deployment", "kazan"))
    assert told["DATABASE_URL"] == (
        "postgres://$(DATABASE_USER):$(DATABASE_PASSWORD)"
        "@kazan-postgresql-primary:5432/cinema?sslmode=require"
    )
    assert told["DATABASE_PASSWORD"] == {
        "secretKeyRef": {"name": "kazan-postgresql-app", "key": "password"}
    }
    order = list(told)  # kubelet puts in only what stands before
    assert order.index("DATABASE_PASSWORD") < order.index("DATABASE_URL")
    assert order.index("DATABASE_URL") < order.index("DATABASE_REPLICA_URLS")


def test_an_external_database_makes_none_here():
    made = release("kaliningrad")
    assert not names(made, "Cluster")
    assert not [name for name in names(made, "Service") if "postgresql" in name]
    told = environment(only(made, "Deployment", "kaliningrad"))
    for name, optional in (("DATABASE_URL", {}), ("DATABASE_REPLICA_URLS", {"optional": True})):
        assert told[name] == {
            "secretKeyRef": {"name": "kaliningrad-database", "key": name} | optional
        }


def test_uninstalling_leaves_the_sales():
    kept = only(release(), "Cluster")["metadata"]["annotations"]
    assert kept["helm.sh/resource-policy"] == "keep"


def test_backups_go_to_the_object_store_every_night():
    made = release()
    store = only(made, "ObjectStore")
    assert store["spec"]["configuration"]["destinationPath"] == "s3://cinema-backups/kazan"
    [plugin] = only(made, "Cluster")["spec"]["plugins"]
    assert plugin["isWALArchiver"] is True
    assert plugin["parameters"] == {"barmanObjectName": store["metadata"]["name"]}
    nightly = only(made, "ScheduledBackup")["spec"]
    assert nightly["cluster"] == {"name": "kazan-postgresql"}
    assert nightly["pluginConfiguration"] == {"name": plugin["name"]}


def test_a_cluster_is_recovered_out_of_the_archive_of_another():
    spec = cluster(
        postgresql={
            "backup": {"archive": "kazan-postgresql-2"},
            "recovery": {
                "archive": "kazan-postgresql",
                "targetTime": "2026-12-01 18:25:00+03",
            },
        }
    )
    assert spec["bootstrap"]["recovery"]["recoveryTarget"] == {
        "targetTime": "2026-12-01 18:25:00+03"
    }
    [source] = spec["externalClusters"]
    assert source["name"] == spec["bootstrap"]["recovery"]["source"]
    assert source["plugin"]["parameters"]["serverName"] == "kazan-postgresql"
    assert spec["plugins"][0]["parameters"]["serverName"] == "kazan-postgresql-2"


def test_a_recovered_cluster_may_not_write_into_the_archive_that_it_comes_from():
    said = refused(postgresql={"recovery": {"archive": "kazan-postgresql"}})
    assert "give it one of its own in postgresql.backup.archive" in said
    said = refused("irkutsk", postgresql={"recovery": {"archive": "elsewhere"}})
    assert "postgresql.recovery needs postgresql.backup" in said


def test_the_connections_of_all_pods_fit_the_primary():
    """Nine pods with the one of a rollout, two processes each, and for each process two pools of
    eight and four more; chores and others."""
    needed = 9 * 2 * (8 + 2 + 1 + 8 + 1) + 2 * (8 + 3) + 30
    assert int(cluster()["postgresql"]["parameters"]["max_connections"]) >= needed
    assert only(release(postgresql={"maxConnections": needed}), "Cluster")
    said = refused(postgresql={"maxConnections": needed - 1})
    assert f"The primary takes {needed - 1} connections" in said
    assert f"{needed} may be needed: 9 pods × 2 processes × 20, chores 22, others 30" in said


def test_more_pods_than_the_primary_has_connections_for_are_refused():
    assert "Lower autoscaling.max" in refused(autoscaling={"max": 12})
    external = {"external": {"maxConnections": 100}}
    assert "raise database.external.maxConnections" in refused("kaliningrad", database=external)


def test_the_address_is_the_city_s_through_an_ingress():
    [rule] = only(release(), "Ingress")["spec"]["rules"]
    assert rule["host"] == "provider-backend.kazan.kino.example"
    service = rule["http"]["paths"][0]["backend"]["service"]
    assert service == {"name": "kazan", "port": {"name": "http"}}


def test_or_through_a_gateway():
    made = release("irkutsk")
    assert not names(made, "Ingress")
    route = only(made, "HTTPRoute")["spec"]
    assert route["hostnames"] == ["provider-backend.irkutsk.kino.example"]
    assert route["parentRefs"] == [{"name": "public", "namespace": "gateways"}]
    assert route["rules"] == [{"backendRefs": [{"name": "irkutsk", "port": 8001}]}]


@pytest.mark.parametrize("city", CITIES)
def test_secrets_are_in_secrets(city: str):
    made = release(city)
    for manifest in made:
        if manifest["kind"] in ("Deployment", "Job", "CronJob"):
            for name, value in environment(manifest).items():
                secret = any(word in name for word in ("PASSWORD", "SECRET", "TOKEN"))
                assert not secret or isinstance(value, dict), name
    for manifest in made:
        if manifest["kind"] == "ConfigMap":
            assert all(key.endswith(".json") for key in manifest["data"]), "dashboards only"


def test_a_key_is_made_once_and_kept():
    secret = only(release(), "Secret", "kazan-secret")
    assert len(base64.b64decode(secret["data"]["SECRET_KEY"])) >= 50
    assert secret["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"
    sources = pod(only(release(), "Deployment", "kazan"))["spec"]["containers"][0]["envFrom"]
    assert sources == [{"secretRef": {"name": "kazan-secret"}}]


def test_secrets_that_exist_are_used_instead():
    made = release("irkutsk")
    assert not names(made, "Secret")
    sources = pod(only(made, "Deployment", "irkutsk"))["spec"]["containers"][0]["envFrom"]
    assert [one["secretRef"]["name"] for one in sources] == [
        "irkutsk-keys",
        "irkutsk-payments",
        "irkutsk-mail",
    ]


def test_requests_come_from_gateways_the_aggregator_and_prometheus_alone():
    ingress = {"kubernetes.io/metadata.name": "ingress"}
    monitoring = {"kubernetes.io/metadata.name": "monitoring"}
    made = release(networkPolicy={"gatewayNamespace": ingress, "prometheusNamespace": monitoring})
    policy = only(made, "NetworkPolicy", "kazan-web")["spec"]
    assert selects(policy["podSelector"]["matchLabels"], only(made, "Deployment", "kazan"))
    assert [one["namespaceSelector"]["matchLabels"] for one in policy["ingress"][0]["from"]] == [
        ingress,
        {"kubernetes.io/metadata.name": "aggregator"},
        monitoring,
    ]


def test_the_database_is_reached_by_this_release_only():
    made = release()
    policy = only(made, "NetworkPolicy", "kazan-postgresql")["spec"]
    callers = policy["ingress"][0]["from"][0]["podSelector"]["matchLabels"]
    for workload in made:
        if workload["kind"] in ("Deployment", "Job", "CronJob"):
            assert selects(callers, workload), workload["metadata"]["name"]


def test_prometheus_finds_web_chores_and_database_and_gives_each_series_its_city():
    made = release()
    relabeling = [{"targetLabel": "city", "replacement": "kazan"}]
    for monitor, service in (("kazan", "kazan"), ("kazan-chores", "kazan-chores")):
        spec = only(made, "ServiceMonitor", monitor)["spec"]
        target = only(made, "Service", service)
        assert spec["selector"]["matchLabels"].items() <= target["metadata"]["labels"].items()
        [endpoint] = spec["endpoints"]
        assert endpoint["port"] == target["spec"]["ports"][0]["name"]
        assert endpoint["relabelings"] == relabeling
        assert endpoint["honorLabels"] is True
    database = only(made, "PodMonitor", "kazan-postgresql")["spec"]
    assert database["podMetricsEndpoints"][0]["relabelings"] == relabeling
    probed = only(made, "Probe")["spec"]["targets"]["staticConfig"]
    assert probed["static"] == ["https://provider-backend.kazan.kino.example/health"]
    assert probed["labels"] == {"city": "kazan"}


def test_a_monitor_finds_one_service_only():
    """A pod found through two Services would be counted twice."""
    made = release()
    for monitor in made:
        if monitor["kind"] == "ServiceMonitor":
            wanted = monitor["spec"]["selector"]["matchLabels"].items()
            found = [
                one["metadata"]["name"]
                for one in made
                if one["kind"] == "Service" and wanted <= one["metadata"]["labels"].items()
            ]
            assert found == [monitor["metadata"]["name"]]


def test_alerts_are_of_the_city_and_keep_their_own_templates():
    rules = [one for one in release("irkutsk") if one["kind"] == "PrometheusRule"]
    assert rules
    text = json.dumps(rules)
    assert "__CITY__" not in text
    assert 'city=\\"irkutsk\\"' in text
    assert "{{ $labels." in text


def test_dashboards_are_found_by_grafana():
    dashboards = only(release(), "ConfigMap", "kazan-dashboards")
    assert dashboards["metadata"]["labels"]["grafana_dashboard"] == "1"
    assert set(dashboards["data"]) == {"service.json", "selling.json"}
    for text in dashboards["data"].values():
        assert json.loads(text)["panels"]


def test_nothing_of_an_operator_is_needed_without_monitoring_and_with_an_own_database():
    made = release("kaliningrad", monitoring={"enabled": False})
    groups = {one["apiVersion"].partition("/")[0] for one in made}
    assert groups == {"v1", "apps", "batch", "policy", "networking.k8s.io"}
