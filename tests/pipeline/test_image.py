"""`.ci/image`, with BuildKit replaced: what is built, where it goes, what others learn of it."""

import base64
import json
import subprocess
from pathlib import Path

import pytest

from tests.pipeline.programs import ROOT, Programs

DIGEST = "sha256:" + "b" * 64
REGISTRY = {
    "CI_REGISTRY_IMAGE": "registry.example/team/cinema",
    "CI_REGISTRY_USER": "robot",
    "CI_REGISTRY_PASSWORD": 'a "secret"',
    "CI_COMMIT_SHA": "c" * 40,
}
BUILDKIT = """#!/bin/sh
for word in "$@"; do echo "$word"; done >"$SEEN/arguments"
cp "$DOCKER_CONFIG/config.json" "$SEEN/login"
while [ "$1" != --metadata-file ]; do shift; done
cat >"$2" <<END
{{
  "buildx.build.ref": "x",
  "containerimage.digest": "{digest}"
}}
END
exit {code}
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the script needs of the repository, so that it writes nothing into the real one."""
    (tmp_path / ".ci").mkdir()
    for file in (".ci/image", "pyproject.toml"):
        (tmp_path / file).write_bytes((ROOT / file).read_bytes())
    return tmp_path


def build(
    programs: Programs, checkout: Path, *, digest: str = DIGEST, code: int = 0, **variables: str
) -> subprocess.CompletedProcess[str]:
    program = programs.directory / "buildctl-daemonless.sh"
    program.write_text(BUILDKIT.format(digest=digest, code=code))
    program.chmod(0o755)
    return programs.run("sh", ".ci/image", cwd=checkout, SEEN=str(checkout), **variables)


def test_it_names_what_it_pushed_by_digest(programs, checkout):
    ran = build(programs, checkout, **REGISTRY)
    assert ran.returncode == 0, ran.stdout
    assert (checkout / "image.env").read_text().splitlines() == [
        "IMAGE_REPOSITORY=registry.example/team/cinema",
        f"IMAGE_DIGEST={DIGEST}",
        f"IMAGE_TAG={'c' * 40}",
    ]
    arguments = (checkout / "arguments").read_text()
    assert f"type=image,name=registry.example/team/cinema:{'c' * 40},push=true" in arguments
    assert f"build-arg:REVISION={'c' * 40}" in arguments
    assert "build-arg:VERSION=0." in arguments


def test_it_logs_in_where_it_pushes_to_and_shows_the_password_to_nobody(programs, checkout):
    ran = build(programs, checkout, **REGISTRY)
    [(registry, login)] = json.loads((checkout / "login").read_text())["auths"].items()
    assert registry == "registry.example"
    assert base64.b64decode(login["auth"]).decode() == 'robot:a "secret"'
    assert "secret" not in ran.stdout + (checkout / "arguments").read_text()


def test_another_registry_than_the_projects_own_can_be_named(programs, checkout):
    own = {"IMAGE_REPOSITORY": "own.example/cinema", "REGISTRY_USER": "u", "REGISTRY_PASSWORD": "p"}
    ran = build(programs, checkout, **(REGISTRY | own))
    assert f"Pushed own.example/cinema@{DIGEST}" in ran.stdout
    assert "own.example" in (checkout / "login").read_text()


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("CI_REGISTRY_IMAGE", "Set IMAGE_REPOSITORY, or switch"),
        ("CI_REGISTRY_PASSWORD", "REGISTRY_PASSWORD are not set"),
    ],
)
def test_what_is_missing_is_said_before_the_build(programs, checkout, missing, sentence):
    ran = build(programs, checkout, **{k: v for k, v in REGISTRY.items() if k != missing})
    assert ran.returncode == 1
    assert sentence in ran.stdout
    assert not (checkout / "arguments").exists()


@pytest.mark.parametrize("failure", [{"code": 1}, {"digest": ""}])
def test_a_build_that_failed_hands_nothing_on(programs, checkout, failure):
    ran = build(programs, checkout, **failure, **REGISTRY)
    assert ran.returncode != 0
    assert not (checkout / "image.env").exists()
