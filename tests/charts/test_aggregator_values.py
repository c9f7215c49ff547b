"""Values that the site's chart doesn't take, and what it says then."""

import json
from typing import Any

import pytest
import yaml

from tests.charts.rendering import CHARTS, refusal

CITY = {"id": "tver", "name": "Тверь", "time_zone": "Europe/Moscow"}


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"domain": ""}, "domain is not set"),
        ({"domain": "https://kino.example/"}, "without https:// and path"),
        ({"image": {"repository": ""}}, "image.repository is not set"),
        ({"image": {"tag": ""}}, "Neither image.digest nor image.tag is set"),
        ({"image": {"digest": "sha256:12"}}, "image.digest"),
        ({"cities": []}, "at least one city"),
        ({"cities": [CITY, CITY]}, 'the id "tver" is used twice'),
        ({"cities": [CITY | {"timeZone": "UTC"}]}, "timeZone"),
        ({"cities": [{"id": "tver"}]}, "time_zone is required"),
        ({"cities": [CITY | {"url": "kazan:8001"}]}, "cities.0.url"),
        ({"gateway": {"enabled": True}}, "choose one"),
        ({"ingress": {"enabled": False}, "gateway": {"enabled": True}}, "gateway.name is not set"),
        ({"autoscaling": {"enabled": True, "max": 2}}, "autoscaling.max (2) is below replicas (3)"),
        ({"env": {"SECRET_KEY": "x"}}, "name that in secrets.existing"),
        ({"replicas": 0}, "replicas"),
        ({"limits": None}, "limits is required"),
        ({"language": "fr"}, "language"),
        ({"replica": 2}, "replica"),
    ],
)
def test_what_cannot_work_is_refused_in_words_that_help(values, sentence):
    said = refusal("aggregator", values, example="site", namespace="aggregator")
    assert sentence in said
    assert "nil pointer" not in said


def test_each_value_is_in_the_schema():
    schema = json.loads((CHARTS / "aggregator/values.schema.json").read_text())
    values = yaml.safe_load((CHARTS / "aggregator/values.yaml").read_text())
    assert _names(values) == _names_of(schema)


_KUBERNETES_OWN = ".web.resources"


def _names(values: Any, prefix: str = "") -> set[str]:
    if not isinstance(values, dict) or not values or prefix == _KUBERNETES_OWN:
        return {prefix}
    return {name for key in values for name in _names(values[key], f"{prefix}.{key}")}


def _names_of(schema: dict[str, Any], prefix: str = "") -> set[str]:
    inner = {k: v for k, v in schema.get("properties", {}).items() if k != "global"}
    if not inner or prefix == _KUBERNETES_OWN:
        return {prefix}
    assert set(schema["required"]) == inner.keys(), "what is emptied would make templates stumble"
    return {name for key in inner for name in _names_of(inner[key], f"{prefix}.{key}")}
