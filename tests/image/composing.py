"""compose.yaml, with its anchors resolved."""

from typing import Any

import yaml

from tests.image.building import PROJECT

FILE = PROJECT / "compose.yaml"
Service = dict[str, Any]


def services() -> dict[str, Service]:
    return yaml.safe_load(FILE.read_text())["services"]


def ours() -> dict[str, Service]:
    """Those that run our image."""
    return {name: one for name, one in services().items() if one["image"].startswith("cinema")}


def is_one_shot(service: Service) -> bool:
    return service["restart"] == "no"
