"""What people may write into the values of a cinema, and what they hear when it is nonsense."""

import json
from typing import Any

import pytest
import yaml

from tests.charts.provider import CHART, CITIES, refused, release
from tests.charts.rendering import CHARTS, Manifest, check, lint, only, refusal, render

MANY: dict[str, dict[str, Any]] = {
    "one pod": {"replicas": 1, "autoscaling": {"enabled": False}},
    "a cluster of few nodes": {"postgresql": {"instances": 2, "antiAffinity": "preferred"}},
    "an instance that was made anew": {"postgresql": {"numbers": [1, 3, 4, 6]}},
    "a PostgreSQL image": {"postgresql": {"image": "registry.example/postgresql:18"}},
    "no backups": {"postgresql": {"backup": {"enabled": False}}},
    "backups elsewhere": {"postgresql": {"backup": {"endpoint": "https://s3.example"}}},
    "a recovered database": {
        "postgresql": {"backup": {"archive": "new"}, "recovery": {"archive": "kazan-postgresql"}}
    },
    "an external database": {"database": {"type": "external", "external": {"secret": "there"}}},
    "an image by digest": {"image": {"digest": "sha256:" + "a" * 64, "pullSecrets": ["registry"]}},
    "a Gateway": {
        "ingress": {"enabled": False},
        "gateway": {"enabled": True, "name": "public", "namespace": "gateways"},
    },
    "neither Ingress nor Gateway": {"ingress": {"enabled": False}},
    "no certificate of its own": {"ingress": {"tlsSecret": "", "annotations": {}}},
    "no monitoring": {"monitoring": {"enabled": False}},
    "no dashboards": {"monitoring": {"dashboards": False, "blackboxExporter": ""}},
    "no network policy": {"networkPolicy": {"enabled": False}},
    "a closed network": {
        "networkPolicy": {
            "gatewayNamespace": {"kubernetes.io/metadata.name": "ingress"},
            "prometheusNamespace": {"kubernetes.io/metadata.name": "monitoring"},
            "egressPorts": [],
        }
    },
    "traces": {"tracesUrl": "https://collector.example"},
    "more variables": {"env": {"WRITE_TIMEOUT_SECONDS": 4, "DEBUG": False, "LOGIN_FAILURES": "9"}},
    "no chores": {"chores": {"replicas": 0}},
    "chosen nodes": {
        "nodeSelector": {"disk": "fast"},
        "tolerations": [{"key": "shop", "operator": "Exists"}],
    },
    "migrations beside the pods": {"migrations": {"hook": "never"}},
}


def everything() -> list[Any]:
    return [
        *(pytest.param("kazan", False, values, id=name) for name, values in MANY.items()),
        *(pytest.param(city, False, {}, id=f"{city}, installed") for city in CITIES),
        *(pytest.param(city, True, {}, id=f"{city}, upgraded") for city in CITIES),
    ]


@pytest.mark.parametrize(("city", "upgrade", "values"), everything())
def test_kubernetes_understands_whatever_the_values_allow(
    city: str, upgrade: bool, values: dict[str, Any]
):
    manifests = release(city, upgrade=upgrade, **values)
    seen = set()
    for manifest in manifests:
        check(manifest)
        seen.add((manifest["kind"], manifest["metadata"]["name"]))
    assert len(seen) == len(manifests), "two manifests of one name"


@pytest.mark.parametrize("city", CITIES)
def test_helm_finds_nothing_to_complain_about(city: str):
    lint(CHART, city, namespace=city)


def test_every_value_has_its_place_in_the_schema():
    """Else the chart refuses its own defaults, or accepts what it never reads."""
    schema = json.loads((CHARTS / CHART / "values.schema.json").read_text())
    values = yaml.safe_load((CHARTS / CHART / "values.yaml").read_text())
    assert set(_paths(values, schema)) == set(_declared(schema)) - {"global"}


def _paths(values: Any, schema: Manifest, at: str = "") -> list[str]:
    return [
        path
        for name, value in values.items()
        for path in (
            _paths(value, schema["properties"][name], f"{at}{name}.")
            if _has_fields(name, schema["properties"][name])
            else [at + name]
        )
    ]


def _declared(schema: Manifest, at: str = "") -> list[str]:
    assert schema["additionalProperties"] is False, at
    required = schema["properties"].keys() - {"global"}
    assert set(schema["required"]) == required, f"{at} may be emptied, and templates would stumble"
    return [
        path
        for name, inner in schema["properties"].items()
        for path in (_declared(inner, f"{at}{name}.") if _has_fields(name, inner) else [at + name])
    ]


def _has_fields(name: str, schema: Manifest) -> bool:
    return "properties" in schema and name != "resources"  # of which any may be left out


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"replica": 3}, "Additional property replica is not allowed"),
        ({"web": {"worker": 3}}, "web: Additional property worker is not allowed"),
        ({"replicas": "five"}, "replicas: Invalid type. Expected: integer, given: string"),
        ({"selling": None}, "selling is required"),
        ({"replicas": 0}, "replicas: Must be greater than or equal to 1"),
        (
            {"selling": {"payments": "bitcoin"}},
            'selling.payments must be one of the following: "none", "sandbox", "yookassa"',
        ),
        ({"postgresql": {"instances": 1}}, "instances: Must be greater than or equal to 2"),
        ({"domain": "https://kino.example/"}, 'domain is "https://kino.example/": it must be'),
        ({"domain": ""}, "domain is not set"),
        ({"image": {"tag": "", "digest": ""}}, "Neither image.digest nor image.tag is set"),
        ({"image": {"digest": "abc"}}, "it must be sha256: and 64 hexadecimal digits"),
        ({"cinema": {"currency": "rubles"}}, "it must be a currency of ISO 4217 like RUB"),
        ({"cinema": {"timeZone": "MSK+3 "}}, "it must be a time zone like Europe/Moscow"),
        ({"postgresql": {"storage": {"size": "big"}}}, 'is "big": it must be a size like 20Gi'),
        (
            {"postgresql": {"recovery": {"targetTime": "yesterday"}}},
            "it must be a moment with its offset like 2026-12-01 18:25:00+03",
        ),
        ({"env": {"DATABASE_URL": "postgres://…"}}, "env.DATABASE_URL is secret"),
        ({"env": {"WEB_THREADS": 16}}, "env.WEB_THREADS: set web.threads instead"),
        ({"env": {"BIND": "0.0.0.0:80"}}, "env.BIND is not to be set"),
        ({"gateway": {"enabled": True, "name": "public"}}, "Both ingress and gateway are enabled"),
        (
            {"ingress": {"enabled": False}, "gateway": {"enabled": True}},
            "gateway.name is not set",
        ),
        ({"autoscaling": {"max": 4}}, "autoscaling.max (4) is below replicas (5)"),
        ({"web": {"threads": 9}}, "web.poolSize (8) is below web.threads (9)"),
        ({"database": {"type": "external"}}, "database.external.secret is not set"),
        ({"postgresql": {"numbers": [1, 2]}}, "names 2 instances and postgresql.instances says 4"),
        ({"selling": {"payments": "yookassa"}}, "name a Secret with YOOKASSA_SHOP_ID"),
        (
            {"postgresql": {"backup": {"destination": ""}}},
            "postgresql.backup is enabled: set its destination",
        ),
    ],
)
def test_nonsense_is_refused_in_words(values: dict[str, Any], sentence: str):
    said = refused(**values)
    assert sentence in said
    assert "template:" not in said.replace("provider-backend/templates", "")


def test_all_that_is_wrong_is_said_at_once():
    said = refusal(CHART, {})
    for sentence in ("city is not set", "domain is not set", "image.repository is not set"):
        assert sentence in said


def test_a_city_is_not_installed_over_another():
    said = refused("kazan", namespace="irkutsk")
    assert 'values of city "kazan", but the namespace is "irkutsk"' in said
    assert "--namespace kazan" in said


def test_a_second_namespace_for_a_city_has_to_be_meant():
    assert "set namespace if that is meant" in refused("kazan", namespace="kazan-staging")
    staging = {"namespace": "kazan-staging"}
    made = render(CHART, staging, example="kazan", namespace="kazan-staging")
    assert only(made, "Deployment", "kazan")


@pytest.mark.parametrize("city", ["Казань", "Kazan", "1kazan", "kazan_2", "k" * 41, "kazan-"])
def test_a_city_that_can_t_be_a_name_is_refused(city: str):
    values = {"city": city}
    said = refusal(CHART, values, example="kazan", namespace="kazan")
    assert "can't be a name in Kubernetes" in said
