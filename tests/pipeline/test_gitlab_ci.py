"""`.gitlab-ci.yml`: valid for GitLab, runnable by anybody's runner, and told in the docs."""

import re
import shutil
import subprocess
from functools import cache
from typing import Any

import pytest
import yaml

from tests.pipeline.programs import ROOT

FILE = ROOT / ".gitlab-ci.yml"
NOT_JOBS = {"workflow", "stages", "variables", "default", "include"}
DOCS = (ROOT / "docs/pipeline.md").read_text()
SCRIPTS = sorted((ROOT / ".ci").iterdir())


@cache
def pipeline() -> dict[str, Any]:
    return dict(yaml.safe_load(FILE.read_text()))


def jobs() -> dict[str, dict[str, Any]]:
    """With what they inherit by `extends`; without templates."""
    given = {name: job for name, job in pipeline().items() if name not in NOT_JOBS}
    return {
        name: given.get(job.get("extends"), {}) | job
        for name, job in given.items()
        if not name.startswith(".")
    }


def lines(job: dict[str, Any]) -> list[str]:
    return list(job["script"])


def images() -> list[str]:
    named = [pipeline()["default"]["image"]]
    for job in jobs().values():
        named += [job["image"]] if "image" in job else []
        named += job.get("services", [])
    return [image if isinstance(image, str) else image["name"] for image in named]


def test_it_is_what_gitlab_accepts():
    subprocess.run(
        [
            ROOT / ".venv/bin/check-jsonschema",
            *("--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci", FILE),
        ],
        check=True,
    )


def test_jobs_wait_for_jobs_that_there_are_and_are_in_stages_that_there_are():
    stages = pipeline()["stages"]
    for name, job in jobs().items():
        assert job["stage"] in stages, name
        for needed in job.get("needs", []):
            assert stages.index(jobs()[needed]["stage"]) <= stages.index(job["stage"])


def test_no_job_asks_for_a_runner_of_its_own():
    for name, job in jobs().items():
        assert "tags" not in job, name
        assert "privileged" not in str(job), name


def test_every_image_is_a_certain_version():
    for image in images():
        assert re.search(r":(v?\d|\$POSTGRES)", image), image


def test_scripts_call_what_there_is():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    for line in (line for job in jobs().values() for line in lines(job)):
        program, *words = line.split()
        if program == "make":
            assert words[0] in targets, line
            for path in re.findall(r"tests/[\w/.]+", line):
                assert (ROOT / path).exists(), line
        elif program.startswith(".ci/"):
            assert (ROOT / program).stat().st_mode & 0o111, line


def test_gitlab_tests_what_the_gate_tests():
    gate = (ROOT / ".ci/run").read_text().splitlines()
    assert set(lines(jobs()["tests"])) <= set(gate)
    assert {line for name in ("style", "types") for line in lines(jobs()[name])} <= set(gate)


def test_only_the_default_branch_is_deployed_and_only_where_a_team_said_where():
    for name, job in jobs().items():
        deploys = any(".ci/deploy" in line for line in lines(job))
        assert deploys == (job["stage"] == "deploy") == ("environment" in job), name
        if deploys:
            [rule] = job["rules"]
            assert "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH" in rule["if"], name
            assert '$CI_PIPELINE_SOURCE != "schedule"' in rule["if"], name
            assert "VALUES_FILE" in rule["if"], name
            assert "needs" not in job, f"{name} has to wait for all that is checked"
            assert job["interruptible"] is False, name
            assert job["resource_group"], name


def test_nothing_that_fails_is_overlooked():
    assert "allow_failure" not in FILE.read_text()


def test_the_coverage_is_read_from_what_the_report_prints():
    expression = jobs()["tests"]["coverage"].strip("/")
    printed = "TOTAL                     9120    203   1722     98    96%"
    assert re.search(expression, printed, re.M)[1] == "96"


@pytest.mark.parametrize("name", sorted(jobs()))
def test_each_job_is_told_in_the_docs(name):
    assert re.search(rf"^\| `{name}` \|", DOCS, re.M)


def test_each_variable_of_a_team_is_told_in_the_docs():
    text = "".join(file.read_text() for file in [FILE, *SCRIPTS])
    used = set(re.findall(r"\$\{?([A-Z][A-Z_]+)", text))
    not_a_teams = {"DOCKER_CONFIG", "SECONDS", "NF", "IMAGE_TAG", "POSTGRES", "HEALTH_PAUSE"}
    for variable in used - not_a_teams:
        if not variable.startswith("CI_"):
            assert f"`{variable}`" in DOCS, variable


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not installed")
def test_the_scripts_have_no_traps_of_the_shell():
    subprocess.run(["shellcheck", *SCRIPTS], check=True)


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not installed")
@pytest.mark.parametrize("name", sorted(jobs()))
def test_a_jobs_lines_have_no_traps_of_the_shell(name):
    script = "#!/bin/sh\n" + "\n".join(lines(jobs()[name])) + "\n"
    subprocess.run(["shellcheck", "-"], input=script, text=True, check=True)
