"""`.ci/tools`: installs what is missing, and nothing else."""

import os
import shutil
from pathlib import Path

import pytest

from tests.pipeline.programs import ROOT

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can install packages")


@pytest.fixture
def bare(programs, tmp_path: Path) -> str:
    """A PATH with nothing but what the script itself is made of."""
    directory = tmp_path / "bare"
    directory.mkdir()
    for name in ("bash", "env"):
        (directory / name).symlink_to(shutil.which(name) or name)
    return str(directory)


@needs_root
def test_it_installs_the_packages_of_missing_programs(programs, bare):
    programs.replace("apt-get")
    ran = programs.run(str(ROOT / ".ci/tools"), "chromium", "promtool", path=bare)
    assert ran.returncode == 0, ran.stdout
    [install] = programs.calls("apt-get", "install")
    assert install[-2:] == ["chromium", "prometheus"]


@pytest.mark.parametrize("browser", ["chromium", "google-chrome"])
def test_it_leaves_alone_what_is_there(programs, bare, browser):
    programs.replace("apt-get")
    programs.replace(browser)
    ran = programs.run(str(ROOT / ".ci/tools"), "chromium", path=bare)
    assert (ran.returncode, ran.stdout) == (0, "")
    assert programs.calls("apt-get", "install") == []


def test_where_it_cannot_install_it_says_so_and_goes_on(programs, bare):
    ran = programs.run(str(ROOT / ".ci/tools"), "shellcheck", path=bare)
    assert ran.returncode == 0
    assert "only root on Debian or Ubuntu can do that here: shellcheck" in ran.stdout


@needs_root
def test_an_installation_that_fails_fails_the_pipeline(programs, bare):
    programs.replace("apt-get", install=[("no such package", 100)])
    assert programs.run(str(ROOT / ".ci/tools"), "shellcheck", path=bare).returncode == 100


def test_a_name_it_does_not_know_is_refused(programs, bare):
    ran = programs.run(str(ROOT / ".ci/tools"), "chrome", path=bare)
    assert ran.returncode == 2
    assert "not chrome" in ran.stdout
