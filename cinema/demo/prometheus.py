"""What Prometheus is told of a running demo: whom to ask, and the rules of the charts."""

import json
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cinema.demo.chores import METRICS_OFFSET
from cinema.demo.errors import DemoError
from cinema.demo.workspace import PROJECT, Workspace

SCRAPE_EVERY = "5s"
CITY_TOKEN = "__CITY__"  # noqa: S105
"""Stands for the city in the provider's rules."""


@dataclass(frozen=True)
class Target:
    """`job`: as in the charts, the Service's name, as rules and dashboards know it."""

    job: str
    address: str
    city: str | None = None


def running_demo(workspace: Workspace) -> list[Target]:
    """The site, and each city's provider and chores. DemoError when the demo isn't up."""
    try:
        first = _variables(workspace.directory / "env")
        cities = [_variables(workspace.of_city(id) / "env") for id in first["CITY_IDS"].split(",")]
    except FileNotFoundError:
        raise DemoError(
            f"No demo runs in {workspace.directory}: start it with `make demo` in another terminal"
            " and wait until it prints the addresses, or name its directory in DEMO_DIRECTORY."
        ) from None
    return [
        Target("aggregator", urlsplit(first["SITE_URL"]).netloc),
        *(target for city in cities for target in _of_city(city)),
    ]


def _of_city(variables: dict[str, str]) -> Iterator[Target]:
    city, url = variables["CITY"], urlsplit(variables["API_URL"])
    yield Target(city, url.netloc, city)
    yield Target(f"{city}-chores", f"{url.hostname}:{(url.port or 0) + METRICS_OFFSET}", city)


def _variables(env: Path) -> dict[str, str]:
    return dict(word.split("=", 1) for word in shlex.split(env.read_text(), comments=False))


def configure(targets: Sequence[Target], directory: Path) -> Path:
    """Writes `prometheus.yml` and the rules it names into `directory`; returns its path."""
    rules = directory / "rules"
    rules.mkdir(parents=True, exist_ok=True)
    for former in rules.glob("*.yaml"):
        former.unlink()
    for name, text in _rules({target.city for target in targets if target.city}):
        (rules / name).write_text(text)
    file = directory / "prometheus.yml"
    file.write_text(json.dumps(_configuration(targets), indent=2))  # JSON is YAML, too
    return file


def _rules(cities: set[str]) -> Iterator[tuple[str, str]]:
    for name, text in _files("aggregator"):
        yield f"aggregator-{name}", text
    for name, text in _files("provider-backend"):
        for city in cities:
            yield f"{city}-{name}", text.replace(CITY_TOKEN, city)


def _files(chart: str) -> Iterator[tuple[str, str]]:
    for path in sorted((PROJECT / "charts" / chart / "alerts").glob("*.yaml")):
        # Nobody looks at a demo for as long as these take to show something for the first time.
        yield path.name, path.read_text().replace("interval: 2m", f"interval: {SCRAPE_EVERY}")


def _configuration(targets: Sequence[Target]) -> dict[str, object]:
    return {
        "global": {"scrape_interval": SCRAPE_EVERY, "evaluation_interval": SCRAPE_EVERY},
        "rule_files": ["rules/*.yaml"],
        "scrape_configs": [
            {
                "job_name": target.job,
                # A series that names its city keeps it; the others get it here, as by the
                # chart's ServiceMonitor.
                "honor_labels": True,
                "static_configs": [
                    {
                        "targets": [target.address],
                        "labels": {"city": target.city} if target.city else {},
                    }
                ],
            }
            for target in targets
        ],
    }
