"""Why `make demo` may refuse to start, and how it says so."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from cinema.demo.workspace import PROJECT, Workspace
from cinema.embedded.memory import free_ports


def run_demo(directory: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    [port] = free_ports(1)
    return subprocess.run(
        [sys.executable, "-m", "cinema.demo", *arguments],
        cwd=PROJECT,
        env={
            **os.environ,
            "DEMO_DIRECTORY": str(directory),
            "DEMO_PORT": str(port),
            "DATABASE_URL": "",
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=60,
    )


def the_one_line(refused: subprocess.CompletedProcess) -> str:
    assert refused.returncode == 1
    assert refused.stdout == ""
    [line] = refused.stderr.splitlines()
    return line


def test_a_busy_port_is_named_with_the_way_around_it(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]

        refused = run_demo(tmp_path, DEMO_PORT=str(port))

    assert the_one_line(refused) == (
        f"Port {port} is already in use: stop what listens there or run"
        f" DEMO_PORT={port + 1} make demo"
    )


@pytest.mark.parametrize("port", ["eight", "0", "65536", "-1"])
def test_a_port_that_is_no_port_is_refused(tmp_path, port):
    assert "set it to a number" in the_one_line(run_demo(tmp_path, DEMO_PORT=port))


def test_a_file_where_the_directory_should_be_is_refused(tmp_path):
    in_the_way = tmp_path / "demo"
    in_the_way.touch()

    refused = run_demo(in_the_way)

    assert the_one_line(refused).startswith(f"Can't write to {in_the_way}")


def test_a_second_demo_in_the_same_directory_is_refused(tmp_path):
    with Workspace(tmp_path).locked():
        refused = run_demo(tmp_path)

    assert the_one_line(refused).startswith("The demo is already running here")


def test_data_is_not_deleted_under_a_running_demo(tmp_path):
    kept = tmp_path / "kept"
    with Workspace(tmp_path).locked():
        kept.touch()
        refused = run_demo(tmp_path, "reset")

    assert the_one_line(refused).startswith("The demo is already running here")
    assert kept.exists()


def test_reset_deletes_everything(tmp_path):
    directory = tmp_path / "demo"
    with Workspace(directory).locked():
        (directory / "kazan").mkdir()

    assert run_demo(directory, "reset").returncode == 0
    assert not directory.exists()


def test_reset_leaves_a_directory_alone_that_is_not_the_demo_s(tmp_path):
    (tmp_path / "letters").touch()

    refused = run_demo(tmp_path, "reset")

    assert the_one_line(refused).startswith(f"{tmp_path} holds other files")
    assert (tmp_path / "letters").exists()


def test_a_database_that_does_not_answer_is_refused(tmp_path):
    [nobody_listens] = free_ports(1)

    refused = run_demo(
        tmp_path, DATABASE_URL=f"postgres://cinema:secret@127.0.0.1:{nobody_listens}/cinema"
    )

    assert refused.returncode == 1
    [line] = refused.stderr.splitlines()
    assert "DATABASE_URL can't be used" in line
    assert "secret" not in line
