"""What holds for every rule: it reads what is told, has its page and is proved by an incident."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase

from aggregator import metrics as site_metrics
from cinema.metrics import chores, registries
from tests.alerts import test_budgets, test_database, test_selling, test_service, test_site
from tests.alerts.rules import CITY, PROVIDER, ROOT, SITE, alerts, files, rules

FOLDERS = {"provider": PROVIDER, "site": SITE}
ALERTS = [(folder, alert) for folder in (PROVIDER, SITE) for alert in alerts(folder)]
RUNBOOKS = ROOT / "docs/runbooks"
HEADINGS = ["What it means", "Look first", "Causes", "Over when", "Practise"]

# Prometheus itself, and a blackbox exporter where there is one.
FROM_ELSEWHERE = {"up": set(), "probe_ssl_earliest_cert_expiry": {"app"}}
GIVEN_BY_SCRAPING = {"city", "instance", "job", "le"}

_SELECTOR = re.compile(r"([a-zA-Z_:][\w:]*)\s*(?:\{([^}]*)\}|(?=\[))")
_MATCHER = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"')


def each_alert() -> Any:
    values = [alert for _, alert in ALERTS]
    ids = [f"{alert['alert']}-{alert['labels']['severity']}" for _, alert in ALERTS]
    return pytest.mark.parametrize("alert", values, ids=ids)


def selectors(folder: Path) -> Iterator[tuple[str, str]]:
    for rule in rules(folder):
        yield from _SELECTOR.findall(rule["expr"])


def told(registry: CollectorRegistry) -> dict[str, set[str]]:
    """The labels of each series that the code may export, by the series' name."""
    found = {}
    own = (c for c in registry._collector_to_names if isinstance(c, MetricWrapperBase))
    for collector in own:
        labels = set(collector._labelnames)
        for metric in collector.describe():
            endings = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"]}
            for ending in endings.get(metric.type, [""]):
                found[metric.name + ending] = labels
    return found


def of_provider() -> dict[str, set[str]]:
    assert chores.MEASURED  # what run_chores tells is registered when it is imported
    return told(registries.WEB) | told(registries.CHORES) | told(registries.BOTH)


def of_site() -> dict[str, set[str]]:
    return told(site_metrics._OWN)


@pytest.mark.parametrize("folder", FOLDERS.values(), ids=FOLDERS)
def test_prometheus_accepts_every_file(folder: Path, tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed: apt install prometheus")
    for name, text in files(folder).items():
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        [promtool, "check", "rules", "--lint-fatal", *map(str, tmp_path.glob("*.yaml"))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("folder", "known"), [(PROVIDER, of_provider), (SITE, of_site)], ids=FOLDERS
)
def test_reads_only_what_is_told(folder: Path, known: Any) -> None:
    exported = known() | FROM_ELSEWHERE
    recorded = {rule["record"] for rule in rules(folder) if "record" in rule}
    for name, matchers in selectors(folder):
        if name in recorded:
            continue
        assert name in exported, f"nobody tells {name}"
        asked = {label for label, _ in _MATCHER.findall(matchers)}
        assert asked <= exported[name] | GIVEN_BY_SCRAPING, f"{name} has no such label"


def test_a_city_reads_its_own_series_only() -> None:
    for name, matchers in selectors(PROVIDER):
        assert ("city", CITY) in _MATCHER.findall(matchers), f"{name} of which city?"


def test_thresholds_of_latency_are_bounds_of_buckets() -> None:
    bounds = {str(float(bound)) for bound in registries.BUCKETS}
    asked = [
        value
        for folder in FOLDERS.values()
        for _, matchers in selectors(folder)
        for label, value in _MATCHER.findall(matchers)
        if label == "le"
    ]
    assert asked
    assert set(asked) <= bounds


@each_alert()
def test_says_what_is_wrong_and_where_to_read_on(alert: dict[str, Any]) -> None:
    assert alert["labels"]["severity"] in {"page", "ticket"}
    annotations = alert["annotations"]
    assert set(annotations) == {"summary", "description", "runbook"}
    assert (ROOT / annotations["runbook"]).is_file()
    assert Path(annotations["runbook"]).stem == page_of(alert)


def page_of(alert: dict[str, Any]) -> str:
    return re.sub("(?<=BudgetBurn)(Fast|Slow)$", "", alert["alert"])


def test_each_page_is_about_an_alert() -> None:
    pages = {path.stem for path in RUNBOOKS.glob("*.md")} - {"README"}
    assert pages == {page_of(alert) for _, alert in ALERTS}


@pytest.mark.parametrize("page", sorted({page_of(alert) for _, alert in ALERTS}))
def test_each_page_answers_the_same_questions(page: str) -> None:
    text = (RUNBOOKS / f"{page}.md").read_text()
    assert re.findall("^## (.+)$", text, re.MULTILINE) == HEADINGS
    assert f"({page}.md)" in (RUNBOOKS / "README.md").read_text()


@pytest.mark.parametrize("folder", FOLDERS.values(), ids=FOLDERS)
def test_each_alert_is_raised_by_an_incident(folder: Path) -> None:
    subjects = [test_site] if folder == SITE else [test_budgets, test_database, test_selling]
    if folder == PROVIDER:
        subjects.append(test_service)
    raised = {
        tuple(raised.split()[:2])
        for subject in subjects
        for incident in subject.INCIDENTS
        for raised in incident.raises
    }
    assert raised == {
        (alert["alert"], f"severity={alert['labels']['severity']}") for alert in alerts(folder)
    }
