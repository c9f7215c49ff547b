"""`.ci/deploy`, with Helm and kubectl replaced: when all is well, and when it isn't."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path

import pytest

from tests.pipeline.programs import ROOT, Programs

DIGEST = "sha256:" + "a" * 64
SERVING = [("/health/ready: 200", 0)]
UNHEALTHY = [("/health/ready: 503", 1)]
REVISION_3_SERVES = """\
- app_version: 0.1.0
  chart: provider-backend-0.1.0
  description: Upgrade complete
  revision: 2
  status: superseded
  updated: "2026-11-01T10:00:00Z"
- app_version: 0.1.0
  chart: provider-backend-0.1.0
  description: Upgrade complete
  revision: 3
  status: deployed
  updated: "2026-11-02T10:00:00Z"
"""
REVISION_4_BROKEN_OFF = (
    REVISION_3_SERVES
    + """\
- app_version: 0.1.0
  chart: provider-backend-0.1.0
  description: Preparing upgrade
  revision: 4
  status: pending-upgrade
  updated: "2026-11-02T11:00:00Z"
"""
)
NOT_INSTALLED = [("Error: release: not found", 1)]


@pytest.fixture
def values(tmp_path: Path) -> Path:
    file = tmp_path / "values.yaml"
    file.write_text("{}\n")
    return file


def deploy(
    programs: Programs, *arguments: str | Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    given = {"IMAGE_REPOSITORY": "registry.example/cinema", "IMAGE_DIGEST": DIGEST}
    patience = {"HEALTH_SECONDS": "0", "HEALTH_PAUSE": "0"}
    return programs.run(".ci/deploy", *map(str, arguments), **(given | patience | variables))


def helm(
    programs: Programs,
    *,
    history: list[tuple[str, int]],
    version: str = "v3.17.3",
    upgrade: list[tuple[str, int]] | None = None,
) -> None:
    programs.replace(
        "helm", history=history, version=[(version, 0)], upgrade=upgrade or [("deployed", 0)]
    )


def test_it_brings_a_city_to_the_image_that_was_built_and_asks_whether_it_can_sell(
    programs, values
):
    helm(programs, history=[(REVISION_3_SERVES, 0)])
    programs.replace("kubectl", exec=SERVING)
    ran = deploy(programs, "provider-backend", "kazan", values, DOMAIN="kino.example")
    assert ran.returncode == 0, ran.stdout
    [upgrade] = programs.calls("helm", "upgrade")
    assert upgrade[:2] == ["upgrade", "kazan"]
    assert f"image.digest={DIGEST}" in upgrade
    assert not [word for word in upgrade if word.startswith("city=")], "the chart compares it"
    assert "domain=kino.example" in upgrade
    assert upgrade[upgrade.index("--namespace") + 1] == "kazan"
    assert "--wait" in upgrade
    [asked] = programs.calls("kubectl", "exec")
    assert "deployment/kazan" in asked
    assert "'127.0.0.1', 8001" in asked[-1]
    assert programs.calls("helm", "rollback") == []


@pytest.mark.parametrize(
    ("version", "flag"), [("v3.17.3", "--atomic"), ("v4.2.3", "--rollback-on-failure")]
)
def test_it_tells_each_helm_in_its_own_words_to_go_back_when_an_upgrade_fails(
    programs, values, version, flag
):
    helm(programs, history=[(REVISION_3_SERVES, 0)], version=version, upgrade=[("timed out", 1)])
    programs.replace("kubectl", exec=SERVING)
    ran = deploy(programs, "provider-backend", "kazan", values)
    assert ran.returncode == 1
    assert "Helm went back to what ran before" in ran.stdout
    [upgrade] = programs.calls("helm", "upgrade")
    assert {"--atomic", "--rollback-on-failure"} & set(upgrade) == {flag}
    assert programs.calls("kubectl", "exec") == []
    assert programs.calls("kubectl", "logs"), "the log of a failed migration is shown"


@pytest.mark.parametrize("version", ["v3.17.3", "v4.2.3"])
def test_what_others_changed_in_the_cluster_stops_neither_an_upgrade_nor_going_back(
    programs, values, version
):
    """Helm 4 gives way to the autoscaler, as the owner of the number of pods; 3 never did."""
    helm(programs, history=[(REVISION_3_SERVES, 0)], version=version)
    programs.replace("kubectl", exec=UNHEALTHY)
    deploy(programs, "provider-backend", "kazan", values)
    for call in programs.calls("helm", "upgrade") + programs.calls("helm", "rollback"):
        insists = {"--server-side=true", "--force-conflicts"} & set(call)
        assert len(insists) == (0 if version.startswith("v3") else 2)


def test_a_release_that_started_but_cannot_sell_is_taken_back(programs, values):
    helm(programs, history=[(REVISION_3_SERVES, 0)])
    programs.replace("kubectl", exec=UNHEALTHY)
    ran = deploy(programs, "provider-backend", "kazan", values)
    assert ran.returncode == 1
    [rollback] = programs.calls("helm", "rollback")
    assert rollback[:3] == ["rollback", "kazan", "3"]
    assert "Revision 3 serves again" in ran.stdout


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_what_it_runs_in_the_pod_tells_health_from_illness(programs, values, status, code):
    helm(programs, history=[(REVISION_3_SERVES, 0)])
    programs.replace("kubectl", exec=SERVING)
    deploy(programs, "provider-backend", "kazan", values)
    program = programs.calls("kubectl", "exec")[0][-1]
    with health_answers(status) as port:
        ran = subprocess.run(
            [sys.executable, "-c", program.replace("8001", str(port))],
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
    assert (ran.returncode, ran.stderr) == (code, "")
    assert ran.stdout.startswith(f"/health/ready: {status}")


@contextmanager
def health_answers(status: int) -> Iterator[int]:
    """A port where `/health/ready` is answered so, and nothing else is there."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/health/ready" else 404)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_release_may_need_a_moment_until_it_can_sell(programs, values):
    helm(programs, history=[(REVISION_3_SERVES, 0)])
    programs.replace("kubectl", exec=UNHEALTHY * 2 + SERVING)
    ran = deploy(programs, "provider-backend", "kazan", values, HEALTH_SECONDS="30")
    assert ran.returncode == 0, ran.stdout
    assert len(programs.calls("kubectl", "exec")) == 3
    assert programs.calls("helm", "rollback") == []


@pytest.mark.parametrize("health", [SERVING, UNHEALTHY])
@pytest.mark.parametrize("upgrade", [("deployed", 0), ("timed out", 1)])
def test_a_first_installation_is_never_taken_away_again_with_its_database(
    programs, values, upgrade, health
):
    helm(programs, history=NOT_INSTALLED, upgrade=[upgrade])
    programs.replace("kubectl", exec=health)
    ran = deploy(programs, "provider-backend", "kazan", values)
    [installed] = programs.calls("helm", "upgrade")
    assert not {"--atomic", "--rollback-on-failure"} & set(installed)
    assert programs.calls("helm", "rollback") == []
    assert programs.calls("helm", "uninstall") == []
    well = upgrade[1] == 0 and health == SERVING
    assert ran.returncode == (0 if well else 1)
    assert well or "first installation" in ran.stdout


def test_a_deployment_that_was_broken_off_does_not_lock_the_next_one_out(programs, values):
    helm(programs, history=[(REVISION_4_BROKEN_OFF, 0)] * 2 + [(REVISION_3_SERVES, 0)])
    programs.replace("kubectl", exec=SERVING)
    ran = deploy(programs, "provider-backend", "kazan", values)
    assert ran.returncode == 0, ran.stdout
    [rollback] = programs.calls("helm", "rollback")
    assert rollback[:3] == ["rollback", "kazan", "3"]
    assert len(programs.calls("helm", "upgrade")) == 1


def test_one_that_was_broken_off_long_ago_locks_nothing(programs, values):
    """Helm leaves it pending in the history, also after going back."""
    since = REVISION_4_BROKEN_OFF + "- revision: 5\n  status: deployed\n"
    helm(programs, history=[(since, 0)])
    programs.replace("kubectl", exec=SERVING)
    ran = deploy(programs, "provider-backend", "kazan", values)
    assert ran.returncode == 0, ran.stdout
    assert programs.calls("helm", "rollback") == []


def test_a_first_installation_that_was_broken_off_is_told_how_to_unlock(programs, values):
    helm(programs, history=[("- revision: 1\n  status: pending-install\n", 0)])
    programs.replace("kubectl", exec=SERVING)
    ran = deploy(programs, "provider-backend", "kazan", values)
    assert ran.returncode == 1
    assert "kubectl delete secret -n kazan -l owner=helm,name=kazan" in ran.stdout
    assert programs.calls("helm", "upgrade") == []


def test_it_goes_to_the_cluster_that_is_named(programs, values):
    helm(programs, history=[(REVISION_3_SERVES, 0)])
    programs.replace("kubectl", exec=SERVING)
    ran = deploy(programs, "aggregator", "aggregator", values, KUBE_CONTEXT="cinemas/agent:south")
    assert ran.returncode == 0, ran.stdout
    [upgrade] = programs.calls("helm", "upgrade")
    assert upgrade[upgrade.index("--kube-context") + 1] == "cinemas/agent:south"
    [asked] = programs.calls("kubectl", "exec")
    assert asked[asked.index("--context") + 1] == "cinemas/agent:south"
    assert "'127.0.0.1', 8000" in asked[-1]


@pytest.mark.parametrize(
    ("arguments", "variables", "sentence"),
    [
        (["provider-backend", "kazan"], {}, "usage: .ci/deploy"),
        (["site", "kazan", "VALUES"], {}, "not site"),
        (["aggregator", "aggregator", "no/such.yaml"], {}, "no/such.yaml can't be read"),
        (["aggregator", "aggregator", "VALUES"], {"IMAGE_DIGEST": "latest"}, "'latest', not sha"),
        (["aggregator", "aggregator", "VALUES"], {"IMAGE_REPOSITORY": ""}, "is not set"),
    ],
)
def test_what_it_lacks_is_said_in_a_sentence_before_anything_is_touched(
    programs, values, arguments, variables, sentence
):
    helm(programs, history=[(REVISION_3_SERVES, 0)])
    programs.replace("kubectl", exec=SERVING)
    given = [str(values) if argument == "VALUES" else argument for argument in arguments]
    ran = deploy(programs, *given, **variables)
    assert ran.returncode == 1
    assert sentence in ran.stdout
    assert programs.calls("helm", "upgrade") == []


@pytest.mark.parametrize(
    ("chart", "release", "example"),
    [("provider-backend", "kazan", "kazan.yaml"), ("aggregator", "aggregator", "site.yaml")],
)
def test_the_chart_takes_what_it_passes(programs, chart, release, example):
    helm(programs, history=[(REVISION_3_SERVES, 0)])
    programs.replace("kubectl", exec=SERVING)
    file = ROOT / "charts" / chart / "examples" / example
    deploy(programs, chart, release, file, DOMAIN="other.example", IMAGE_TAG="0123456")
    [[_, name, directory, *options]] = programs.calls("helm", "upgrade")
    values = [
        word
        for option, value in pairwise(options)
        if option in ("--namespace", "--values", "--set-string")
        for word in (option, value)
    ]
    rendered = subprocess.run(
        [ROOT / ".venv/bin/helm", "template", name, directory, *values],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert rendered.returncode == 0, rendered.stderr
    assert f"registry.example/cinema@{DIGEST}" in rendered.stdout
    assert "other.example" in rendered.stdout
