"""The scripts that compose mounts."""

import os
import shutil
import subprocess

import pytest

from tests.image.building import PROJECT

SCRIPTS = sorted((PROJECT / "compose").glob("*.sh"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_it_is_sound(script):
    if not shutil.which("shellcheck"):
        pytest.skip("shellcheck is not installed: .ci/tools shellcheck")
    done = subprocess.run(["shellcheck", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_it_is_run_and_not_read_into_another_script(script):
    """PostgreSQL's image runs what is executable, and reads the rest into its own script."""
    assert os.access(script, os.X_OK)


def test_the_city_is_put_where_the_rules_leave_room_for_it():
    rules = (PROJECT / "charts" / "provider-backend" / "alerts").glob("*.yaml")
    assert all("__CITY__" in file.read_text() for file in rules)
    assert "s/__CITY__/$city/g" in (PROJECT / "compose" / "prometheus.sh").read_text()
