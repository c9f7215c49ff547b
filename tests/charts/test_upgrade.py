"""What an upgrade finds in the cluster and leaves as it is."""

import base64
import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.charts.provider import CHART
from tests.charts.rendering import CHARTS, Manifest, only, run

KEY = base64.b64encode(b"made-at-the-first-installation").decode()


def _resource(kind: str, name: str) -> dict[str, Any]:
    return {"kind": kind, "name": name, "namespaced": True, "verbs": ["get"], "singularName": ""}


class KubernetesApi(BaseHTTPRequestHandler):
    """As much of Kubernetes' API as `lookup` in a template asks for."""

    replicas = 7
    answers: dict[str, Any] = {
        "/version": {"major": "1", "minor": "34", "gitVersion": "v1.34.0"},
        "/api": {"kind": "APIVersions", "versions": ["v1"]},
        "/apis": {
            "kind": "APIGroupList",
            "apiVersion": "v1",
            "groups": [
                {
                    "name": "apps",
                    "versions": [{"groupVersion": "apps/v1", "version": "v1"}],
                    "preferredVersion": {"groupVersion": "apps/v1", "version": "v1"},
                }
            ],
        },
        "/api/v1": {
            "kind": "APIResourceList",
            "groupVersion": "v1",
            "resources": [_resource("Secret", "secrets")],
        },
        "/apis/apps/v1": {
            "kind": "APIResourceList",
            "groupVersion": "apps/v1",
            "resources": [_resource("Deployment", "deployments")],
        },
        "/api/v1/namespaces/kazan/secrets/kazan-secret": {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "kazan-secret"},
            "data": {"SECRET_KEY": KEY},
        },
    }

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        answer = self.answers.get(path, {"kind": "Status", "code": 404, "reason": "NotFound"})
        if path.startswith("/apis/apps/v1/namespaces/"):
            answer = {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "metadata": {"name": path.rpartition("/")[2]},
                "spec": {"replicas": self.replicas},
            }
        body = json.dumps(answer).encode()
        self.send_response(answer.get("code", 200))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def kubeconfig(tmp_path: Path) -> Iterator[Path]:
    with ThreadingHTTPServer(("127.0.0.1", 0), KubernetesApi) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [
                {"name": "one", "cluster": {"server": f"http://127.0.0.1:{server.server_port}"}}
            ],
            "contexts": [{"name": "one", "context": {"cluster": "one", "user": "nobody"}}],
            "current-context": "one",
            "users": [{"name": "nobody", "user": {}}],
        }
        path = tmp_path / "config"
        path.write_text(yaml.safe_dump(config))
        yield path
        server.shutdown()


def upgraded(
    kubeconfig: Path,
    *options: str,
    chart: str = CHART,
    release: str = "kazan",
    example: str = "kazan",
) -> list[Manifest]:
    done: subprocess.CompletedProcess[str] = run(
        *("template", release, CHARTS / chart, "--namespace", release),
        *("--values", CHARTS / chart / "examples" / f"{example}.yaml"),
        *("--is-upgrade", "--dry-run=server", *options),
        kubeconfig=kubeconfig,
    )
    assert done.returncode == 0, done.stderr
    return [one for one in yaml.load_all(done.stdout, yaml.CSafeLoader) if one]


def test_it_keeps_the_key_that_sessions_are_signed_with(kubeconfig: Path):
    assert only(upgraded(kubeconfig), "Secret", "kazan-secret")["data"] == {"SECRET_KEY": KEY}


@pytest.mark.parametrize(
    ("running", "options", "wanted"),
    [
        (7, [], 7),
        (7, ["--set", "autoscaling.enabled=false"], 5),
        (3, [], 5),
        (20, [], 8),
    ],
)
def test_it_keeps_the_pods_that_the_autoscaler_found_necessary(
    kubeconfig: Path,
    monkeypatch: pytest.MonkeyPatch,
    running: int,
    options: list[str],
    wanted: int,
):
    monkeypatch.setattr(KubernetesApi, "replicas", running)
    deployment = only(upgraded(kubeconfig, *options), "Deployment", "kazan")
    assert deployment["spec"]["replicas"] == wanted


@pytest.mark.parametrize(("running", "wanted"), [(7, 7), (1, 3), (20, 10)])
def test_so_does_the_site(
    kubeconfig: Path, monkeypatch: pytest.MonkeyPatch, running: int, wanted: int
):
    monkeypatch.setattr(KubernetesApi, "replicas", running)
    scaled = ("--set", "autoscaling.enabled=true")
    made = upgraded(kubeconfig, *scaled, chart="aggregator", release="aggregator", example="site")
    assert only(made, "Deployment", "aggregator")["spec"]["replicas"] == wanted
