"""The pods of a cinema: how many, how they start and stop, and what they may do."""

from typing import Any

import pytest

from tests.charts.provider import CITIES, release
from tests.charts.rendering import ROOT, Manifest, environment, names, only, pod, selects
from tests.cinema.test_deployment import manage

WORKLOADS = ("Deployment", "Job", "CronJob")


def container(manifest: Manifest) -> Manifest:
    return pod(manifest)["spec"]["containers"][0]


def web(city: str = "kazan", **values: Any) -> Manifest:
    return only(release(city, **values), "Deployment", city)


def workloads(manifests: list[Manifest]) -> list[Manifest]:
    return [manifest for manifest in manifests if manifest["kind"] in WORKLOADS]


@pytest.mark.parametrize("city", CITIES)
def test_five_pods_named_after_the_city_serve_it(city: str):
    assert web(city)["spec"]["replicas"] == 5


def test_chores_and_daily_commands_run_beside_them():
    made = release()
    chores = only(made, "Deployment", "kazan-chores")
    assert container(chores)["args"] == ["python", "manage.py", "run_chores"]
    assert environment(chores)["CHORES_METRICS"] == "0.0.0.0:9101"
    assert names(made, "CronJob") == {
        "kazan-forget-idempotency-keys",
        "kazan-clearsessions",
        "kazan-check-tickets",
    }


def test_a_pod_is_sent_requests_while_it_serves_and_even_without_a_primary():
    probes = {
        name: container(web())[f"{name}Probe"] for name in ("startup", "readiness", "liveness")
    }
    assert {name: probe["httpGet"]["path"] for name, probe in probes.items()} == {
        "startup": "/health/started",
        "readiness": "/health/serving",
        "liveness": "/health",
    }


def test_a_rollout_loses_no_request():
    """Gateways stop sending first; then what was begun has its time; only then it is killed."""
    deployment = web(web={"gracefulSeconds": 45})
    assert deployment["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    stop = container(deployment)["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert stop == 10
    assert environment(deployment)["GRACEFUL_SECONDS"] == "45"
    assert pod(deployment)["spec"]["terminationGracePeriodSeconds"] > stop + 45
    assert pod(web())["spec"]["terminationGracePeriodSeconds"] == 60


def test_nodes_and_zones_share_the_pods_and_are_emptied_one_pod_at_a_time():
    made = release()
    spread = pod(web())["spec"]["topologySpreadConstraints"]
    assert {one["topologyKey"] for one in spread} == {
        "topology.kubernetes.io/zone",
        "kubernetes.io/hostname",
    }
    for one in spread:
        assert selects(one["labelSelector"]["matchLabels"], web())
    budget = only(made, "PodDisruptionBudget")["spec"]
    assert budget["maxUnavailable"] == 1
    assert selects(budget["selector"]["matchLabels"], web())
    assert not selects(budget["selector"]["matchLabels"], only(made, "Deployment", "kazan-chores"))


def test_the_autoscaler_never_goes_below_the_five():
    scaler = only(release(), "HorizontalPodAutoscaler")["spec"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (5, 8)
    assert scaler["scaleTargetRef"]["name"] == "kazan"
    assert not names(release(autoscaling={"enabled": False}), "HorizontalPodAutoscaler")


@pytest.mark.parametrize("city", CITIES)
def test_no_pod_may_more_than_it_needs(city: str):
    for manifest in workloads(release(city)):
        spec = pod(manifest)["spec"]
        assert spec["automountServiceAccountToken"] is False
        assert spec["securityContext"]["runAsUser"] == 10001
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        safety = container(manifest)["securityContext"]
        assert safety["readOnlyRootFilesystem"] is True
        assert safety["allowPrivilegeEscalation"] is False
        assert safety["capabilities"] == {"drop": ["ALL"]}
        assert {one["mountPath"] for one in container(manifest)["volumeMounts"]} == {
            "/tmp",  # noqa: S108
            "/dev/shm",  # noqa: S108
        }
        memory = container(manifest)["resources"]
        assert memory["limits"]["memory"] == memory["requests"]["memory"]


@pytest.mark.parametrize("city", CITIES)
def test_whatever_looks_for_pods_finds_the_right_ones(city: str):
    made = release(city)
    deployments = [one for one in made if one["kind"] == "Deployment"]
    for deployment in deployments:
        matched = [one for one in deployments if selects(_selector(deployment), one)]
        assert matched == [deployment]
    ports = {container(one)["ports"][0]["name"]: one for one in deployments}
    for service in made:
        if service["kind"] == "Service" and "cnpg.io/cluster" not in service["spec"]["selector"]:
            [port] = service["spec"]["ports"]
            assert selects(service["spec"]["selector"], ports[port["targetPort"]])


def _selector(deployment: Manifest) -> dict[str, str]:
    return deployment["spec"]["selector"]["matchLabels"]


def test_every_pod_runs_the_same_image():
    digest = "sha256:" + "0123456789abcdef" * 4
    made = workloads(release(image={"digest": digest}))
    assert {container(one)["image"] for one in made} == {f"registry.example/cinema@{digest}"}


@pytest.mark.parametrize("upgrade", [False, True])
def test_migrations_never_wait_for_what_waits_for_them(upgrade: bool):
    """A hook runs before what the release makes: at the first installation there is no database
    yet. After it, `--wait` would wait for pods that wait for the migrations."""
    made = release(upgrade=upgrade)
    [job] = [one for one in made if one["kind"] == "Job"]
    hook = job["metadata"].get("annotations", {}).get("helm.sh/hook")
    assert hook == ("pre-upgrade" if upgrade else None)
    assert container(job)["args"][:3] == ["python", "manage.py", "migrate"]
    patience = int(container(job)["args"][container(job)["args"].index("--wait") + 1])
    assert 0 < patience < job["spec"]["activeDeadlineSeconds"]


def test_migrations_beside_the_pods_are_a_new_job_for_a_new_version():
    """A Job can't be changed, only made; and one that is the same need not run again."""

    def name(tag: str) -> str:
        made = release(upgrade=True, migrations={"hook": "never"}, image={"tag": tag})
        [job] = [one for one in made if one["kind"] == "Job"]
        assert "annotations" not in job["metadata"]
        return job["metadata"]["name"]

    assert name("1.0.0") == name("1.0.0")
    assert name("1.0.0") != name("1.0.1")


def test_what_is_the_cinema_s_own_reaches_its_processes():
    made = release("irkutsk")
    for deployment in ("irkutsk", "irkutsk-chores"):
        told = environment(only(made, "Deployment", deployment))
        assert told["CITY"] == "irkutsk"
        assert told["CITY_NAME"] == "Иркутск"
        assert told["TIME_ZONE"] == "Asia/Irkutsk"
        assert told["PAYMENTS"] == "yookassa"
        assert told["HOLD_MINUTES"] == "15"
        assert told["PUBLIC_URL"] == "https://provider-backend.irkutsk.kino.example"
        assert told["SITE_URL"] == "https://kino.example"
        assert told["LOG_FORMAT"] == "json"
        assert told["TRACES_URL"] == "http://collector.tracing:4318"


def test_the_aggregator_may_call_the_service_by_its_name_in_the_cluster():
    allowed = environment(web())["ALLOWED_HOSTS"].split(",")
    assert {"provider-backend.kazan.kino.example", "kazan.kazan.svc"} <= set(allowed)


@pytest.mark.parametrize("city", ["kazan", "irkutsk"])
def test_the_provider_accepts_what_the_chart_tells_it(city: str):
    told = environment(only(release(city), "Deployment", city))
    secrets = {
        "DATABASE_USER": "cinema",
        "DATABASE_PASSWORD": "of-the-operator",
        "YOOKASSA_SHOP_ID": "1",
        "YOOKASSA_SECRET_KEY": "of-the-shop",
    }
    for name, value in secrets.items():  # as kubelet does
        told = {key: str(one).replace(f"$({name})", value) for key, one in told.items()}
    done = manage("check", "--deploy", "--fail-level", "WARNING", **(told | secrets))
    assert done.returncode == 0, done.stderr


def test_commands_in_a_pod_leave_its_metrics_alone():
    """`kubectl exec` inherits what the pod is told: the gauges of a command that has ended would
    stay among the workers'. gunicorn makes a directory that nobody else knows."""
    assert "PROMETHEUS_MULTIPROC_DIR" not in environment(web())


def test_more_variables_win_and_arrive_as_they_were_written():
    own = {"HOLD_MINUTES": 3, "WRITE_TIMEOUT_SECONDS": 2.5, "REPLICA_MAX_LAG_BYTES": 33554432}
    told = environment(web(env=own))
    assert {name: told[name] for name in own} == {name: str(value) for name, value in own.items()}


@pytest.mark.parametrize("city", CITIES)
def test_no_variable_is_said_twice(city: str):
    """Kubernetes takes the last one with a warning; Helm 4 takes none."""
    for manifest in workloads(release(city)):
        said = [one["name"] for one in container(manifest)["env"]]
        assert len(said) == len(set(said))


def test_every_variable_is_one_that_the_provider_reads():
    """A misspelt one would be ignored in silence."""
    documented = (ROOT / "docs" / "configuration.md").read_text()
    for manifest in workloads(release()):
        for name in environment(manifest):
            if name not in ("DATABASE_USER", "DATABASE_PASSWORD"):  # put together to the address
                assert f"`{name}`" in documented, name
