"""The alert rules of the charts, as one city's Prometheus gets them."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
PROVIDER = ROOT / "charts/provider-backend/alerts"
SITE = ROOT / "charts/aggregator/alerts"
CITY = "kazan"


@cache
def files(folder: Path) -> dict[str, str]:
    """Text by file name, with the city in its place, as the chart puts it there."""
    return {
        path.name: path.read_text().replace("__CITY__", CITY)
        for path in sorted(folder.glob("*.yaml"))
    }


def rules(folder: Path) -> list[dict[str, Any]]:
    return [
        rule
        for text in files(folder).values()
        for group in yaml.safe_load(text)["groups"]
        for rule in group["rules"]
    ]


def alerts(folder: Path) -> list[dict[str, Any]]:
    return [rule for rule in rules(folder) if "alert" in rule]
