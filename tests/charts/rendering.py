"""Charts rendered by the real Helm, once for each set of values, and judged by real schemas."""

import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CHARTS = ROOT / "charts"
SCHEMAS = Path(__file__).parent / "schemas"
KUBERNETES = "1.34"

Manifest = dict[str, Any]


def render(
    chart: str,
    values: Mapping[str, Any],
    *,
    example: str | None = None,
    namespace: str = "default",
    upgrade: bool = False,
) -> list[Manifest]:
    """What `helm template` makes of the values, on top of the chart's `examples/{example}.yaml`."""
    done = _helm(chart, json.dumps(values, sort_keys=True), example, namespace, upgrade)
    assert done.returncode == 0, done.stderr
    return [manifest for manifest in yaml.load_all(done.stdout, _Loader) if manifest]


def refusal(
    chart: str,
    values: Mapping[str, Any],
    *,
    example: str | None = None,
    namespace: str = "default",
) -> str:
    """What Helm says to values that it does not accept."""
    done = _helm(chart, json.dumps(values, sort_keys=True), example, namespace, False)
    assert done.returncode != 0, "the values were accepted"
    return done.stderr


def lint(chart: str, example: str, *, namespace: str = "default") -> str:
    done = run("lint", "--strict", CHARTS / chart, *_values(chart, example), "-n", namespace)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def check(manifest: Manifest) -> None:
    """Strictly against the schema of Kubernetes, or our own of somebody else's resource."""
    _check(json.dumps(manifest))


@functools.cache
def _check(text: str) -> None:
    manifest = json.loads(text)
    ours = SCHEMAS / f"{manifest['kind']}.json"
    if ours.exists():
        jsonschema.validate(manifest, json.loads(ours.read_text()))
    else:
        kubernetes_validate.validate(manifest, KUBERNETES, strict=True)


def only(manifests: list[Manifest], kind: str, name: str | None = None) -> Manifest:
    """The one manifest of that kind, or of that kind and name."""
    found = [
        manifest
        for manifest in manifests
        if manifest["kind"] == kind and name in (None, manifest["metadata"]["name"])
    ]
    assert len(found) == 1, [f"{m['kind']} {m['metadata']['name']}" for m in manifests]
    return found[0]


def names(manifests: list[Manifest], kind: str) -> set[str]:
    return {m["metadata"]["name"] for m in manifests if m["kind"] == kind}


def selects(selector: Mapping[str, str], manifest: Manifest) -> bool:
    """Whether a selector by labels finds the pods of a Deployment or Job."""
    labels = pod(manifest)["metadata"]["labels"]
    return selector.items() <= labels.items()


def pod(manifest: Manifest) -> Manifest:
    """The template of the pods that a Deployment, Job or CronJob makes."""
    spec = manifest["spec"]
    template: Manifest = spec.get("jobTemplate", {"spec": spec})["spec"]["template"]
    return template


def environment(manifest: Manifest) -> dict[str, Any]:
    """Variables of the first container; those from Secrets as `{"secretKeyRef": …}`."""
    container = pod(manifest)["spec"]["containers"][0]
    return {one["name"]: one.get("value", one.get("valueFrom")) for one in container["env"]}


@functools.cache
def _helm(
    chart: str, values: str, example: str | None, namespace: str, upgrade: bool
) -> subprocess.CompletedProcess[str]:
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(values)
        file.flush()
        return run(
            "template",
            namespace,
            CHARTS / chart,
            *_values(chart, example),
            *("--values", file.name, "--namespace", namespace),
            *(["--is-upgrade"] if upgrade else []),
        )


def _values(chart: str, example: str | None) -> list[str]:
    return ["--values", str(CHARTS / chart / "examples" / f"{example}.yaml")] if example else []


def run(
    *arguments: str | Path, kubeconfig: Path = Path(os.devnull)
) -> subprocess.CompletedProcess[str]:
    """Helm, which sees no cluster unless it is given one: not that of who runs the tests."""
    beside_python = Path(sys.executable).parent / "helm"
    helm = str(beside_python) if beside_python.exists() else shutil.which("helm")
    if helm is None:
        pytest.skip("needs helm, which requirements-dev.txt installs")
    home = tempfile.gettempdir() if kubeconfig == Path(os.devnull) else kubeconfig.parent
    return subprocess.run(
        [helm, *map(str, arguments)],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "KUBECONFIG": str(kubeconfig)},
        timeout=60,
        check=False,
    )


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Of two equal keys YAML's loaders keep the last, Kubernetes refuses them: so do we."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        assert len(keys) == len(set(keys)), f"a key stands twice: {keys}{node.start_mark}"
        return super().construct_mapping(node, deep)
