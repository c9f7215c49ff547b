"""The image: small, made of what is pinned, and without rights. How it runs is tried by building
it, which needs Docker: docs/image.md."""

import json
import re
from pathlib import Path

import pytest

from tests.image.building import PROJECT, first_arguments, is_sent, lineage, sources, stages

CODE = ("aggregator", "bookings", "cinema", "movies")
FINAL = ("cinema", "load")


def test_it_is_built_upon_one_pinned_python():
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-[a-z]+", first_arguments()["BASE"])
    known = stages()
    for stage in known.values():
        assert stage.base == "${BASE}" or stage.base in known


def test_the_one_that_sells_is_built_when_none_is_named():
    assert list(stages())[-1] == "cinema"


@pytest.mark.parametrize("name", FINAL)
def test_it_runs_as_a_user_who_may_nothing(name):
    line = lineage(stages()[name])
    users = [user for stage in reversed(line) for user in stage.all("USER")]
    assert users[-1:] == ["10001:10001"]  # by number: Kubernetes can't see that a name isn't root


@pytest.mark.parametrize("name", FINAL)
def test_it_brings_no_tools_to_install_or_build_more(name):
    line = lineage(stages()[name])
    assert "installer" not in [stage.name for stage in line]
    commands = " ".join(run for stage in line for run in stage.all("RUN"))
    assert "pip uninstall" in commands
    assert "apt" not in commands


def test_whatever_is_installed_is_known_by_its_hash():
    for stage in stages().values():
        for run in stage.all("RUN"):
            for command in re.findall(r"pip (?:\S+ \S+ )?(?:install|wheel) [^&]*", run):
                assert "--require-hashes" in command or "--no-index" in command
                assert "--no-deps" in command


@pytest.mark.parametrize("file", sorted(PROJECT.glob("requirements*.txt")), ids=lambda f: f.name)
def test_every_requirement_has_a_version_and_hashes(file: Path):
    joined = file.read_text().replace("\\\n", " ")
    requirements = [
        line for line in joined.splitlines() if line and not line.lstrip().startswith("#")
    ]
    assert requirements
    for requirement in requirements:
        assert re.match(r"[\w.-]+==\S+ ", requirement)
        assert "--hash=sha256:" in requirement


def test_no_secret_is_kept_in_it():
    for stage in stages().values():
        for declared in stage.all("ENV") + stage.all("ARG"):
            assert not re.search(r"SECRET|PASSWORD|TOKEN|_KEY|_URL", declared)


def test_it_knows_which_version_it_is():
    environment = " ".join(stages()["cinema"].all("ENV"))
    assert "APP_VERSION=${VERSION}" in environment
    assert "APP_REVISION=${REVISION}" in environment


@pytest.mark.parametrize("name", FINAL)
def test_signals_reach_the_program_itself(name):
    [command] = stages()[name].all("CMD")
    assert isinstance(json.loads(command), list)  # a line of text would be run by a shell
    assert "SIGTERM" in [
        signal for stage in lineage(stages()[name]) for signal in stage.all("STOPSIGNAL")
    ]


def test_it_serves_the_provider_unless_told_otherwise():
    [command] = stages()["cinema"].all("CMD")
    assert json.loads(command) == [
        "gunicorn",
        "-c",
        "cinema/gunicorn.conf.py",
        "cinema.wsgi:application",
    ]
    assert "BIND=0.0.0.0:8001" in " ".join(stages()["cinema"].all("ENV"))


def test_no_package_of_the_project_is_forgotten():
    packages = {path.parent.name for path in PROJECT.glob("*/__init__.py")} - {"tests"}
    assert packages <= sources()
    assert set(CODE) <= packages


def test_only_what_is_copied_is_sent_to_the_builder():
    for source in sources():
        assert (PROJECT / source).exists()
        assert is_sent(source)
    for other in (
        ".git/config",
        ".demo/env",
        ".venv/bin/python",
        "tests/conftest.py",
        "env",
        "charts",
    ):
        assert not is_sent(other)
    assert not is_sent("cinema/__pycache__/urls.cpython-313.pyc")


def test_what_the_image_lacks_nobody_in_it_asks_for():
    """The demo, its PostgreSQL, its game days, and what starts such servers stay at home."""
    left_out = re.compile(r"^\s*(?:from|import) cinema\.(?:demo|embedded|gameday)\b", re.MULTILINE)
    for package in (*CODE, "loadtest"):
        for path in (PROJECT / package).rglob("*.py"):
            if is_sent(path.relative_to(PROJECT).as_posix()):
                assert not left_out.search(path.read_text()), path
